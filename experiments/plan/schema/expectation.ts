/** Resolves `expect:` of a spec: the checks that must be violated, and by which algorithms. */
import { INVARIANTS } from "../../../runtime/simulation/simulation.ts"
import type { Expectation } from "../../model/expectation.ts"
import { didYouMean, type Problem } from "../../../lib/problems.ts"
import type { Spec } from "./schema.ts"
import type { Path, Source } from "../../../lib/source.ts"
import { type ResolvedVariant, slug } from "../elaborate/variants.ts"

/** The expectation, if there is one, and the problems in it. */
export function expectationOf(
  { expect }: Spec,
  variants: readonly ResolvedVariant[],
  source: Source,
): { readonly expect?: Expectation; readonly problems: readonly Problem[] } {
  if (expect === undefined || expect === "holds") return { problems: [] }
  if (expect === "violated") return { expect: { checks: [], by: [] }, problems: [] }
  const known = new Set([...variants.flatMap(({ servedBy }) => servedBy.checks.map(({ name }) => name)), INVARIANTS])
  const written = { violated: listed(expect.violated), by: listed(expect.by) }
  const checks = written.violated.filter(check => check !== ANY)
  const problems = [
    ...unknown(checks, [...known, ANY], ["expect", "violated"], "check", source),
    ...unknown(
      written.by.filter(name => keysOf(name, variants).length === 0),
      variants.flatMap(({ label, algorithm }) => [label, algorithm]),
      ["expect", "by"],
      "algorithm of this spec",
      source,
    ),
  ]
  return { expect: { checks, by: written.by.flatMap(name => keysOf(name, variants)) }, problems }
}

/** In place of the name of a check. */
const ANY = "any"

function listed(written: string | readonly string[] | undefined): readonly string[] {
  return written === undefined ? [] : typeof written === "string" ? [written] : written
}

/** The variants that a label, or the name of an algorithm, means. */
function keysOf(name: string, variants: readonly ResolvedVariant[]): readonly string[] {
  const meant = variants.filter(({ key, label, algorithm }) => [label, algorithm].includes(name) || key === slug(name))
  return meant.map(({ key }) => key)
}

function unknown(
  names: readonly string[],
  known: readonly string[],
  path: Path,
  what: string,
  source: Source,
): readonly Problem[] {
  return names
    .filter(name => !known.includes(name))
    .map(name => {
      const hint = didYouMean(name, known) || `; expected ${[...new Set(known)].join(", ")}`
      return source.problemAt(path, `there is no ${what} called ${JSON.stringify(name)}${hint}`)
    })
}
