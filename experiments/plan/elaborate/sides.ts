/** Resolves the sides of a partition at one point of the sweep. */
import type { Side } from "../../../runtime/faults/fault.ts"
import { allIdsOf, endName } from "./named-nodes.ts"
import type { Path } from "../../../lib/source.ts"
import { type FaultSettings, isNodes, isSides, type Sides } from "../schema/fault-schema.ts"
import { countOf, type FaultSetting } from "./fault-setting.ts"

/**
 * The nodes of each side, or its size if they are drawn.
 *
 * @returns `undefined` after reporting what is wrong
 */
export function sidesOf(name: string, settings: FaultSettings, setting: FaultSetting): readonly Side[] | undefined {
  const written = settings[name]
  const isRandom = settings["random"] !== undefined
  const given = settings["bridge"]
  // Its problems are reported where it is read as a setting.
  const bridge = (isNodes(given) ? allIdsOf(given, [], { ...setting, report: () => {} }) : undefined) ?? []
  const path = [...setting.path, name]
  const sides = isSides(written) ? numbered(written, isRandom, path, setting) : undefined
  if (sides === undefined) return undefined
  const taken = [...sides.flatMap(side => ("random" in side ? [] : side)), ...bridge]
  const twice = taken.find((node, index) => taken.indexOf(node) < index)
  if (twice !== undefined) {
    setting.report(
      path,
      bridge.includes(twice)
        ? `node ${twice} is the bridge`
        : `${twice < 0 ? endName(twice) : `node ${twice}`} is on two sides`,
    )
    return undefined
  }
  const wanted =
    taken.filter(end => end >= 0).length + sides.reduce((sum, side) => sum + ("random" in side ? side.random : 0), 0)
  if (!isRandom || wanted <= setting.nodes) return sides
  setting.report(path, `${wanted} nodes on all sides, but n = ${setting.nodes}`)
  return undefined
}

/** The sides of a partition; sides given by size are filled in order of id, unless they are random. */
function numbered(sides: Sides, isRandom: boolean, path: Path, setting: FaultSetting): readonly Side[] | undefined {
  const taken: number[] = []
  const counted: number[] = []
  let isSound = true
  const definite = sides.map((side, index): Side => {
    if (typeof side === "object") {
      const ids = allIdsOf(side, [...path, index], { ...setting, mayBeClients: true })
      if (ids === undefined) isSound = false
      taken.push(...(ids ?? []))
      return ids ?? []
    }
    const size = countOf(side, [...path, index], setting) ?? 0
    if (isRandom) return { random: size }
    const next = Math.max(-1, ...taken.filter(id => id < setting.nodes)) + 1
    const nodes = Array.from({ length: size }, (_, i) => next + i)
    taken.push(...nodes)
    counted.push(...nodes)
    return nodes
  })
  if (!isSound) return undefined
  const outside = counted.find(node => node >= setting.nodes)
  if (outside === undefined) return definite
  setting.report(
    path,
    `the sides reach node ${outside}, but with n = ${setting.nodes} the last node is ${setting.nodes - 1}`,
  )
  return undefined
}
