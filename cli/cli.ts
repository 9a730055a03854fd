/** The command line of Quorate: parses the arguments, runs the command, and turns every outcome into an exit code. */
import yargs from "yargs"
import { shortened, showError } from "../runtime/lib/show.ts"
import type { Action, Command } from "./command.ts"
import { algorithms } from "./commands/algorithms.ts"
import { ask } from "./commands/ask/ask.ts"
import { bench } from "./commands/bench.ts"
import { chart } from "./commands/sweep/chart.ts"
import { check } from "./commands/check/check.ts"
import { checkAlgorithm } from "./commands/check-algorithm.ts"
import { checkHistory } from "./commands/check-history/check-history.ts"
import { experiments } from "./commands/experiments.ts"
import { hunt } from "./commands/hunt/hunt.ts"
import { lab } from "./commands/lab/lab.ts"
import { merge } from "./commands/sweep/merge.ts"
import { play } from "./commands/play.ts"
import { replay } from "./commands/replay/replay.ts"
import { report } from "./commands/sweep/report.ts"
import { results } from "./commands/results.ts"
import { run } from "./commands/sweep/run.ts"
import { shrink } from "./commands/replay/shrink.ts"
import { trace } from "./commands/replay/trace.ts"
import { validate } from "./commands/validate.ts"
import { workshop } from "./commands/workshop.ts"
import { worker } from "./commands/sweep/worker.ts"
import { STANDARD_INPUT } from "./standard-input.ts"
import { AlgorithmError, EXIT, Interrupted, OutputLostError, UsageError } from "./exit-codes.ts"
import type { Terminal } from "./terminal/terminal.ts"

const COMMANDS: readonly Command[] = [
  run,
  ask,
  experiments,
  algorithms,
  validate,
  replay,
  trace,
  play,
  shrink,
  results,
  report,
  chart,
  merge,
  worker,
  check,
  hunt,
  checkAlgorithm,
  checkHistory,
  bench,
  lab,
  workshop,
]

/**
 * Runs a command line.
 *
 * @param args the arguments, without the names of the interpreter and of the program
 * @returns the exit code
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const action = await parse(args, terminal)
    return await action(terminal)
  } catch (error) {
    return await tell(error, terminal)
  }
}

/** Parses the arguments into an action; every mistake in them is a {@link UsageError}. */
async function parse(args: readonly string[], terminal: Terminal): Promise<Action> {
  let action: Action | undefined
  const width = Math.min(terminal.out.columns, 100)
  const parser = createParser(width, await readVersion(args), chosen => {
    action = chosen
  })
  let output = ""
  try {
    await parser.parseAsync(
      args.map(argument => (argument === "-" ? STANDARD_INPUT : argument)),
      {},
      (_error, _values, text) => {
        output = text
      },
    )
  } catch (error) {
    throw new UsageError(await explain(error instanceof Error ? error.message : String(error), args))
  }
  if (output !== "") {
    return async () => {
      terminal.out.write(`${output}\n`)
      return EXIT.ok
    }
  }
  if (action === undefined) throw new UsageError(await explain(NO_COMMAND, args))
  return action
}

/** The version is looked up only if it is asked for: other commands do not pay for that. */
async function readVersion(args: readonly string[]): Promise<string> {
  if (!args.includes("--version")) return ""
  const { packageVersion } = await import("../lib/assets.ts")
  return packageVersion()
}

const NO_COMMAND = "which command?"

function createParser(width: number, version: string, choose: (action: Action) => void) {
  const parser = yargs()
    .scriptName("quorate")
    .locale("en")
    .usage(
      "$0 <command>\n\nRuns consensus and coordination algorithms on one simulated network, sweeps nodes, failures and " +
        "latencies, " +
        "checks that nothing unsafe happened, and charts availability and message cost.",
    )
    .parserConfiguration({ "greedy-arrays": false, "boolean-negation": false, "dot-notation": false })
    .example("$0 run first-comparison", "run a bundled experiment; tables, charts and CSV go to results/")
    .example("$0 experiments", "the bundled experiments and the questions they answer")
    .example("$0 algorithms raft", "what Raft does here: assumptions, costs, parameters")
    .epilogue(
      "Exit codes: 0 fine, 1 a check was violated, 2 bad input, 3 an algorithm failed, 4 a history could not be judged, " +
        "70 a bug in Quorate, 74 the output could not be written, 75 the machine could not grade a submission: try again, 130 interrupted.",
    )
    .version(version)
    .help()
    .alias("help", "h")
    .strict()
    .demandCommand(1, NO_COMMAND)
    .exitProcess(false)
    .fail(false)
    .wrap(width)
  for (const entry of COMMANDS) entry.register(parser, choose)
  return parser
}

/** Explains what is wrong with a command line, with a suggestion. */
async function explain(problem: string, args: readonly string[]): Promise<string> {
  const word = args.find(argument => !argument.startsWith("-"))
  const names = COMMANDS.map(({ name }) => name).join(", ")
  if (word === undefined) return `a command is missing: one of ${names} (quorate --help explains them)`
  const entry = COMMANDS.find(({ name }) => name === word)
  // Loaded only when something is wrong, so that nothing else waits for it.
  const { didYouMean } = await import("../lib/problems.ts")
  if (entry === undefined) {
    const suggestion = didYouMean(
      word,
      COMMANDS.map(({ name }) => name),
    )
    return `unknown command ${word}${suggestion || `; expected one of ${names}`} (quorate --help explains them)`
  }
  if (entry.members !== undefined) return explainGroup(problem, args, entry, entry.members)
  const { unknownOption, text } = explainArguments(problem, args, entry)
  const suggestion = unknownOption === undefined ? "" : didYouMean(unknownOption, entry.optionNames)
  return `${word}: ${text}${suggestion.replace("mean ", "mean --")} (see quorate ${word} --help)`
}

/** Explains what is wrong with the use of a command of a group. */
async function explainGroup(
  problem: string,
  args: readonly string[],
  group: Command,
  members: readonly Command[],
): Promise<string> {
  const { didYouMean } = await import("../lib/problems.ts")
  const words = args.filter(argument => !argument.startsWith("-"))
  const names = members.map(({ name }) => name)
  const [, word] = words
  const help = `(see quorate ${group.name} --help)`
  if (word === undefined) return `${group.name}: which action? One of ${names.join(", ")} ${help}`
  const member = members.find(({ name }) => name === word)
  if (member === undefined) {
    return `${group.name}: unknown action ${word}${didYouMean(word, names) || `; expected one of ${names.join(", ")}`} ${help}`
  }
  const { unknownOption, text } = explainArguments(problem, args, member)
  const suggestion = unknownOption === undefined ? "" : didYouMean(unknownOption, member.optionNames)
  return `${group.name} ${member.name}: ${text}${suggestion.replace("mean ", "mean --")} ${help}`
}

function explainArguments(
  problem: string,
  args: readonly string[],
  entry: Command,
): { text: string; unknownOption?: string } {
  const unknown = /^Unknown arguments?: ([^,]+)/.exec(problem)?.[1]
  if (unknown !== undefined) {
    const written = args.find(argument => /^-+/.test(argument) && argument.replace(/^-+/, "").startsWith(unknown))
    if (written === undefined) return { text: `one argument too many: ${unknown}` }
    return { text: `unknown option ${written.split("=")[0]}`, unknownOption: unknown }
  }
  const valueless = /^Not enough arguments following: (.+)$/.exec(problem)?.[1]
  if (valueless !== undefined) return { text: `--${valueless} needs a value` }
  const required = /^Missing required arguments?: (.+)$/.exec(problem)?.[1]
  if (required !== undefined) return { text: `--${required.replaceAll(", ", ", --")} is missing` }
  if (problem.startsWith("Not enough non-option arguments")) return { text: `${entry.usage.split(" ")[1]} is missing` }
  return { text: problem.replaceAll(/\s*\n\s*/g, " ") }
}

/** Reports why a command failed. */
async function tell(error: unknown, terminal: Terminal): Promise<number> {
  if (error instanceof Interrupted) {
    terminal.err.write("quorate: interrupted\n")
    return EXIT.interrupted
  }
  if (error instanceof UsageError) {
    terminal.err.write(`quorate: ${error.message.split("\n").map(shortened).join("\n")}\n`)
    return EXIT.badInput
  }
  if (error instanceof OutputLostError) {
    terminal.err.write(`quorate: ${shortened(error.message)}\n`)
    return EXIT.outputLost
  }
  if (error instanceof AlgorithmError) {
    terminal.err.write(`quorate: ${error.message}\n`)
    return EXIT.algorithmFailed
  }
  const account = error instanceof Error ? shortened(await stackOf(error)) : showError(error)
  terminal.err.write(
    `quorate: this is a bug in Quorate, not in your input; please report it with this text:\n${account}\n`,
  )
  return EXIT.internal
}

/** Loaded only when something is wrong, so that nothing else waits for it. */
async function stackOf({ stack, message }: Error): Promise<string> {
  const { inSources } = await import("../lib/stacks.ts")
  return inSources(stack ?? message)
}
