/** Descriptions of the result of shrinking. */
import { formatDuration } from "../../runtime/contract/units.ts"
import type { ScenarioSize } from "./shrink.ts"

/** E.g. `3 of 5 nodes, 2 of 40 faults, 21 of 96 operations, 84.7ms of 321ms`. */
export function describeShrinking({
  before,
  after,
}: {
  readonly before: ScenarioSize
  readonly after: ScenarioSize
}): string {
  const parts = [
    counted(after.nodes, before.nodes, "node"),
    counted(after.faults, before.faults, "fault"),
    ...(after.operations === null || before.operations === null
      ? []
      : [counted(after.operations, before.operations, "operation")]),
    `${rounded(after)} of ${rounded(before)}`,
  ]
  return parts.join(", ")
}

function counted(after: number, before: number, what: string): string {
  if (after < before) return `${after} of ${before} ${what}s`
  // A shorter run can have more: what the longer one left under way, or began later.
  return after === 0 ? `no ${what}s` : `${after} ${what}${after === 1 ? "" : "s"}`
}

function rounded({ length }: ScenarioSize): string {
  return formatDuration(length >= 10_000 ? Math.round(length / 1_000) * 1_000 : length)
}

/**
 * The commands that show a scenario's run: as a picture, and line by line.
 *
 * @param outside outside modules that its algorithm comes from
 * @param program the command that starts the workbench
 */
export function commandsFor(file: string, outside: readonly string[] = [], program = "quorate"): readonly string[] {
  const modules = outside.map(path => ` --algorithms ${quoted(path)}`).join("")
  return ["trace", "replay"].map(command => `${program} ${command} ${quoted(file)}${modules}`)
}

/** Quoted for a shell, as a single word. */
export function quoted(text: string): string {
  return /^[\w./=:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
