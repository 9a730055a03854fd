/** Resolves the times of a spec at one point of the sweep. */
import { DURATION_FORM, type Micros, parseDuration } from "../../../../runtime/contract/units.ts"
import type { Path } from "../../../../lib/source.ts"
import { parseExpression } from "../../schema/expression.ts"
import { type Named, workedOut } from "./names.ts"

/** A duration, or the value of an expression; 0 after reporting what is wrong with it. */
export function timeFrom(
  written: string,
  linkDelay: Micros,
  names: Named,
  path: Path,
  report: (path: Path, message: string) => void,
): Micros {
  const plain = parseDuration(written, linkDelay)
  if (plain !== undefined) return plain
  const found = workedOut(parseExpression(written)!, "duration", names, DURATION_FORM)
  if ("written" in found) return parseDuration(String(found.written))!
  report(path, found.problem)
  return 0
}
