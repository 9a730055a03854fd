/** `quorate lab list`: the labs and what they are about. */
import { command } from "../../command.ts"
import { EXIT } from "../../exit-codes.ts"
import { table } from "../../terminal/table.ts"

export const listLabs = command({
  usage: "list",
  summary: "list the labs",
  positionals: {},
  options: {},
  examples: [["lab list", "the labs, their points and what they are about"]],
  async run(_values, terminal) {
    const { labs } = await import("../../../labs/registry.ts")
    const { pointsOf } = await import("../../../labs/engine/lab.ts")
    const rows = Object.values(labs).map(lab => [
      lab.name,
      lab.kind === "implement" ? "algorithm" : "schedule",
      String(lab.stages.length),
      String(pointsOf(lab)),
      lab.summary,
    ])
    terminal.out.write(table(["lab", "hand in", "stages", "points", "about"], rows, terminal.out.columns))
    return EXIT.ok
  },
})
