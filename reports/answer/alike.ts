/** Merges sentences that say the same of several algorithms, or of several parts of the sweep. */
import type { Restriction } from "../../experiments/model/answer-form.ts"
import { joined } from "./context.ts"
import type { Told } from "./finding.ts"

/** Merges equally worded courses into one sentence: `Raft and Multi-Paxos, time out of service: ...`. */
export function alikeCourses(courses: readonly Told[]): readonly Told[] {
  const nameIn = ({ finding }: Told): string => (finding.kind === "course" ? finding.algorithm : "")
  const groups = Map.groupBy(courses, told => told.sentence.slice(nameIn(told).length))
  return [...groups].map(([rest, [first, ...also]]) => {
    if (also.length === 0) return first!
    return { ...first!, sentence: `${joined([first!, ...also].map(nameIn))}${rest}`, also }
  })
}

/** A sentence about a part of the sweep, not yet naming that part. */
export interface InPart {
  readonly where: readonly Restriction[]
  readonly told: Told
}

/**
 * Prefixes each sentence with its part of the sweep; merges equal sentences for several values of one axis: `Where reads = 0%
 * or 100%: ...`.
 *
 * @param nameOf the name of an axis in sentences
 */
export function alikeParts(sentences: readonly InPart[], nameOf: (axis: string) => string): readonly Told[] {
  const left = [...sentences]
  const told: Told[] = []
  while (left.length > 0) {
    const first = left.shift()!
    const [axis, others] = sameButFor(first, left)
    for (const other of others) left.splice(left.indexOf(other), 1)
    told.push(inParts([first, ...others], axis, nameOf))
  }
  return told
}

/** The axis along which most other sentences equal the first, and those sentences. */
function sameButFor(first: InPart, others: readonly InPart[]): readonly [string, readonly InPart[]] {
  const none: readonly [string, readonly InPart[]] = ["", []]
  // Counts of points refer to one part.
  if (/ \d+ points/.test(first.told.sentence)) return none
  const along = first.where.map(({ axis }) => {
    const rest = (where: readonly Restriction[]): string =>
      JSON.stringify(where.filter(({ axis: own }) => own !== axis))
    const isSame = ({ where, told }: InPart): boolean =>
      told.sentence === first.told.sentence &&
      where.some(({ axis: own }) => own === axis) &&
      rest(where) === rest(first.where)
    return [axis, others.filter(isSame)] as const
  })
  return along.reduce((best, one) => (one[1].length > best[1].length ? one : best), none)
}

/** One sentence for parts that differ only in the value of an axis. */
function inParts(parts: readonly InPart[], axis: string, nameOf: (axis: string) => string): Told {
  const [{ where, told }] = [parts[0]!]
  if (where.length === 0) return told
  const valuesOn = (restriction: Restriction): string =>
    restriction.axis === axis
      ? joined(
          parts.map(part => part.where.find(own => own.axis === axis)!.value),
          "or",
        )
      : restriction.value
  const words = where.map(restriction => `${nameOf(restriction.axis)} = ${valuesOn(restriction)}`)
  const also = [...(told.also ?? []).map(other => ({ ...other, where })), ...parts.slice(1).flatMap(ownOf)]
  const sentence = `Where ${words.join(" and ")}: ${told.sentence}`
  const { finding } = told
  return also.length === 0 ? { sentence, finding, where } : { sentence, finding, where, also }
}

function ownOf({ where, told: { also = [], ...told } }: InPart): readonly Told[] {
  return [told, ...also].map(own => ({ ...own, where }))
}
