/** `quorate check-history <file>`: is a recorded history linearizable? */
import { writeFileSync } from "node:fs"
import { didYouMean } from "../../../lib/suggestions.ts"
import { whyNotWritten } from "../../../lib/errors.ts"
import type { HistoryVerdict } from "../../../services/linearizability/check.ts"
import type { ReadingOptions, Recording } from "../../../services/linearizability/history-file.ts"
import { MODELS } from "../../../services/linearizability/objects/registry.ts"
import { FIELDS } from "../../../services/linearizability/recordings/operation-lines.ts"
import { FORMATS } from "../../../services/linearizability/recordings/read.ts"
import type { HistoryProblem } from "../../../services/linearizability/recordings/recorded.ts"
import { command, integerOption } from "../../command.ts"
import { EXIT, UsageError } from "../../exit-codes.ts"
import { listProblems } from "../../problems.ts"
import { textIn } from "./text.ts"

export const checkHistory = command({
  usage: "check-history <file>",
  summary: "judge a recorded history of a register, store, set, queue or lock: is it linearizable?",
  positionals: {
    file: {
      type: "string",
      demandOption: true,
      describe: "operations or events in JSON, EDN or a log of Jepsen's (docs/history-format.md)",
    },
  },
  options: {
    format: { choices: FORMATS, requiresArg: true, describe: "format of the file (default: detected)" },
    model: {
      choices: MODELS,
      requiresArg: true,
      describe: "type of the object (default: inferred from the operations)",
    },
    initial: { type: "string", requiresArg: true, describe: "initial value of every key (default: none)" },
    missing: { type: "string", requiresArg: true, describe: "value that a read returns for an absent key" },
    nil: {
      choices: ["any", "nothing"],
      requiresArg: true,
      describe: "meaning of a read of nil (default: any value in EDN and history.txt, as in Knossos)",
    },
    "failed-cas": {
      choices: ["refused", "never"],
      requiresArg: true,
      describe:
        "meaning of a failed compare-and-set: the expected value did not match, or unknown (default: by its reason)",
    },
    budget: {
      type: "string",
      requiresArg: true,
      describe: "maximum number of search steps (default: 50 million, a few seconds)",
      coerce: integerOption("budget", { min: 1 }),
    },
    html: { type: "string", requiresArg: true, describe: "write a page with the history and its linearization points" },
  },
  examples: [
    ["check-history history.jsonl", "exit code 0: it is; 1: it is not; 4: undecided within the budget"],
    ["check-history store/latest/history.edn --html history.html", "a history of Jepsen's, and a page that shows it"],
  ],
  async run({ file, budget, html, format, model, initial, missing, nil, failedCas }, terminal) {
    const { openRecording } = await import("../../../services/linearizability/history-file.ts")
    const { checkHistory: check } = await import("../../../services/linearizability/check.ts")
    const { failedCasHint, initialHint } = await import("./hints.ts")
    const { WrongOption } = await import("../../../services/linearizability/recordings/datum.ts")
    const { historyPage } = await import("../../../web/history/page.ts")
    const options: ReadingOptions = { format, model, initial, missing, nil, failedCas }
    const text = textIn(file)
    const open = () => {
      try {
        return openRecording(text, options)
      } catch (error) {
        throw error instanceof WrongOption ? new UsageError(`check-history: ${error.message}`) : error
      }
    }
    const opened = open()
    if ("problems" in opened) throw new UsageError(listProblems(problemLines(file, opened.problems)))
    return opened(recording => {
      if (recording.recorded === 0) throw new UsageError(`${file}: holds no operation to judge`)
      const judgement = check(recording.model, recording.history, budget === undefined ? {} : { budget })
      const hint =
        judgement.verdict === "violated"
          ? initialHint(recording, judgement, text, options)
          : judgement.verdict === "holds"
            ? failedCasHint(recording, text, options)
            : undefined
      const lines = [...linesOf(recording, judgement), ...notesOf(recording).map(line => `note: ${line}`)]
      if (hint !== undefined) lines.push(hint)
      if (html !== undefined) {
        writePage(html, historyPage(recording, judgement, { title: file, lines }))
        lines.push(`page: ${html}`)
      }
      terminal.out.write(`${lines.map(visible).join("\n")}\n`)
      return EXIT_OF[judgement.verdict]
    })
  },
})

const EXIT_OF = { holds: EXIT.ok, violated: EXIT.violated, undecided: EXIT.undecided } as const

/** The verdict in words. */
function linesOf<S, I, O>(recording: Recording<S, I, O>, judgement: HistoryVerdict<I, O>): string[] {
  const { model, formatTime, clientOf, recorded } = recording
  switch (judgement.verdict) {
    case "holds":
      return [`linearizable: ${recorded} operation${recorded === 1 ? "" : "s"}`]
    case "undecided":
      return [`undecided: ${judgement.reason}; try a larger --budget`]
    case "violated":
      return [
        `not linearizable: no order of these operations on ${judgement.partition} explains the answers`,
        ...judgement.witness.map(operation => {
          const { call, return: end, input, output } = operation
          const span = `${formatTime(call)}..${end === Infinity ? "?" : formatTime(end)}`
          return `  client ${clientOf(operation)}  ${span}  ${model.describe(input, output)}`
        }),
      ]
  }
}

/** Assumptions made, and fields that look like slips. */
function notesOf<S, I, O>({ assumptions, passedOver }: Recording<S, I, O>): string[] {
  const slips = passedOver.flatMap(name => {
    const guess = didYouMean(name, [...FIELDS])
    return guess === "" ? [] : [`${JSON.stringify(name)} is not a field of an operation; ignored${guess}`]
  })
  return [...assumptions, ...slips.slice(0, 5)]
}

/** Text from a file with control characters made visible. */
function visible(text: string): string {
  const isControl = (code: number): boolean => code < 0x20 || (code >= 0x7f && code < 0xa0)
  const show = (char: string): string => {
    const code = char.charCodeAt(0)
    return isControl(code) ? `\\x${code.toString(16).padStart(2, "0")}` : char
  }
  return Array.from(text, show).join("")
}

/** The problems of a file, with equal ones merged: thousands of lines may be wrong in the same way. */
function problemLines(file: string, problems: readonly HistoryProblem[]): string[] {
  return Array.from(
    Map.groupBy(problems, ({ message }) => message),
    ([message, [first, ...others]]) => {
      const more =
        others.length === 0 ? "" : ` (and ${others.length} more line${others.length === 1 ? "" : "s"} like it)`
      return visible(`${file}:${first!.line}:1: ${message}${more}`)
    },
  )
}

function writePage(file: string, page: string): void {
  try {
    writeFileSync(file, page)
  } catch (error) {
    throw new UsageError(`${file}: ${whyNotWritten(file, error)}`)
  }
}
