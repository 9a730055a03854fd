/** `quorate check-history <file>`: is a recorded history of a key-value store linearizable? */
import { readFileSync } from "node:fs"
import { reasonOf } from "../../experiments/store/errors.ts"
import type { KeyValueHistoryOperation } from "../../services/linearizability/history-file.ts"
import { command, integerOption } from "../command.ts"
import { EXIT, UsageError } from "../exit-codes.ts"
import { listProblems } from "../problems.ts"
import type { Terminal } from "../terminal.ts"

export const checkHistory = command({
  usage: "check-history <file>",
  summary: "judge a recorded history of a key-value store: is it linearizable?",
  positionals: {
    file: {
      type: "string",
      demandOption: true,
      describe: "JSON lines, one operation or event each (docs/history-format.md)",
    },
  },
  options: {
    budget: {
      type: "string",
      requiresArg: true,
      describe: "most steps the search may take (default: 50 million, a few seconds)",
      coerce: integerOption("budget", { min: 1 }),
    },
  },
  examples: [["check-history history.jsonl", "exit code 0: it is; 1: it is not; 4: undecided within the budget"]],
  async run({ file, budget }, terminal) {
    const { parseHistory } = await import("../../services/linearizability/history-file.ts")
    const parsed = parseHistory(readText(file))
    if ("problems" in parsed) {
      throw new UsageError(listProblems(parsed.problems.map(({ line, message }) => `${file}:${line}:1: ${message}`)))
    }
    if (parsed.history.length === 0) throw new UsageError(`${file}: holds no operation to judge`)
    const { checkHistory: check } = await import("../../services/linearizability/check.ts")
    const { keyValueModel } = await import("../../services/linearizability/key-value.ts")
    const describe = ({ client, call, return: end, input, output }: KeyValueHistoryOperation) =>
      `  client ${client}  ${call}..${end === Infinity ? "?" : end}  ${keyValueModel.describe(input, output)}`
    const judgement = check(keyValueModel, parsed.history, budget === undefined ? {} : { budget })
    switch (judgement.verdict) {
      case "holds":
        terminal.out.write(`linearizable: ${parsed.history.length} operations\n`)
        return EXIT.ok
      case "undecided":
        terminal.out.write(`undecided: ${judgement.reason}; try a larger --budget\n`)
        return EXIT.undecided
      case "violated":
        showWitness(judgement.partition, judgement.witness.map(describe), terminal)
        return EXIT.violated
    }
  },
})

function showWitness(partition: string, lines: readonly string[], { out }: Terminal): void {
  out.write(`not linearizable: no order of these operations on ${partition} explains the answers\n`)
  out.write(`${lines.join("\n")}\n`)
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT"
    throw new UsageError(
      `${file}: ${missing ? "there is no such file" : (reasonOf(error) ?? "this file cannot be read")}`,
    )
  }
}
