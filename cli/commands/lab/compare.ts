/** `quorate lab compare <what>`: submissions against the project's own algorithm, on the comparison charts. */
import { command } from "../../command.ts"
import { EXIT } from "../../exit-codes.ts"

export const compareLab = command({
  usage: "compare <what>",
  summary: "run submissions against the project's own algorithm in an experiment",
  positionals: { what: { type: "string", demandOption: true, describe: "as for `quorate lab grade`" } },
  options: {},
  examples: [],
  async run() {
    return EXIT.ok
  },
})
