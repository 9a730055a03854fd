/** `quorate replay <what>`: runs one run again and prints what happened in it, line by line. */
import { writeFile } from "node:fs/promises"
import { didYouMean } from "../../../lib/suggestions.ts"
import { processesNamed, rolePlaces } from "../../../runtime/process/parts.ts"
import type { RunResult, Scenario } from "../../../runtime/scenario/scenario.ts"
import { shortened } from "../../../runtime/lib/show.ts"
import { formatDuration, type Micros, parseDuration } from "../../../runtime/contract/units.ts"
import { LIMIT_OPTION } from "../../durations.ts"
import { ALGORITHMS_OPTION, command } from "../../command.ts"
import { EXIT, UsageError } from "../../exit-codes.ts"
import { asTest } from "./as-test.ts"
import type { Output } from "../../terminal/terminal.ts"
import type { TraceFilter } from "./trace-lines.ts"

/** Lines are written together, so that a long trace is not slowed down by the terminal. */
const CHUNK = 1 << 16

export const replay = command({
  usage: "replay <what>",
  summary: "run one run of an experiment, or a scenario file, again and print its trace",
  positionals: {
    what: { type: "string", demandOption: true, describe: "scenario file, folder of results, spec or experiment" },
  },
  options: {
    run: { type: "string", requiresArg: true, describe: "the run's id, as in runs.csv; a scenario file needs none" },
    algorithms: ALGORITHMS_OPTION,
    limit: LIMIT_OPTION,
    node: { type: "string", requiresArg: true, describe: "only these nodes, e.g. 0,2, or a role" },
    type: {
      type: "string",
      requiresArg: true,
      describe: "only these kinds of events, timers, or types of messages, requests and facts, e.g. RequestVote,fault",
      coerce: readWords,
    },
    from: { type: "string", requiresArg: true, describe: "from this time on, e.g. 4.9s", coerce: readTime("from") },
    to: { type: "string", requiresArg: true, describe: "up to this time", coerce: readTime("to") },
    test: {
      type: "string",
      requiresArg: true,
      describe: "write a Vitest test that expects the run's present verdicts to this file",
    },
  },
  examples: [
    ["replay first-comparison --run raft-commands/crashes=1/1", "the whole trace of one run"],
    ["replay scenario.json", "the run that a scenario file holds"],
    ["replay by-hand.json --test by-hand.test.ts", "a scenario of the playground as a test"],
    ["replay my-spec.yaml --run raft/nodes=5/1 --type fault,believes", "its faults, and who believed to lead"],
  ],
  async run({ what, run, algorithms, limit: limitMs, node, type, from, to, test }, { out, err, ...terminal }) {
    const { loadRun, tellRun } = await import("./replays.ts")
    const { resolveScenario, resolveSpec } = await import("../../../experiments/plan/bundled.ts")
    const found = await loadRun(
      resolveScenario(what) ?? resolveSpec(what),
      { out, err, ...terminal },
      {
        id: run,
        outside: algorithms,
        limitMs,
      },
    )
    if (found.codeChanged) err.write("quorate: recorded by another version: the run may differ now\n")
    const nodes = node === undefined ? undefined : readNodes(node, found.scenario)
    if (from !== undefined && to !== undefined && to < from) {
      throw new UsageError(`--to ${formatDuration(to)} lies before --from ${formatDuration(from)}`)
    }
    const filter: TraceFilter = {
      ...(nodes === undefined ? {} : { nodes }),
      ...(type === undefined ? {} : { types: type }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    }
    let chunk = ""
    const { result, told, names } = tellRun(found, filter, line => {
      // The reader has gone: this ends the run.
      if (out.isLost) throw new Error("the output is lost")
      chunk += `${line}\n`
      if (chunk.length < CHUNK) return
      out.write(chunk)
      chunk = ""
    })
    if (out.isLost) return EXIT.outputLost
    out.write(chunk)
    if (told === 0)
      err.write(`quorate: no event matches${meant(type, names)}; this run has ${[...names].toSorted().join(", ")}\n`)
    else for (const missed of unmatched(type, names)) err.write(`quorate: ${missed}\n`)
    const status = concludeRun(result, out)
    if (test === undefined) return status
    await writeTest(test, asTest(test, { what, run, algorithms }, result, status))
    out.write(`wrote ${test}\n`)
    return EXIT.ok
  },
})

async function writeTest(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    throw new UsageError(`--test ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Reports how the run ended, and returns the exit code for that. */
function concludeRun(result: RunResult, out: Output): number {
  if (result.status === "failed") {
    out.write(`\nfailed: ${result.reason}\n  ${result.event}\n  state ${result.state}\n`)
    return EXIT.algorithmFailed
  }
  const { outcome, ended, delivered, digest, messagesByRole = {} } = result
  const verdicts = Object.entries(outcome.verdicts)
  const written = verdicts.map(([check, judged]) => {
    if (judged.verdict === "holds") return `  ${check}: holds`
    if (judged.verdict === "undecided") return `  ${check}: undecided (${judged.reason})`
    return `  ${check}: VIOLATED at ${formatDuration(judged.at)}: ${shortened(judged.witness)}`
  })
  const operations = `${outcome.ok} of ${outcome.attempted} operations ok`
  out.write(`\nended at ${formatDuration(ended)}: ${delivered} messages delivered, ${operations}, digest ${digest}\n`)
  const ofRoles = Object.entries(messagesByRole).map(([role, sent]) => `  ${sent} messages from and to ${role}\n`)
  out.write(ofRoles.join(""))
  out.write(`${written.join("\n")}\n`)
  return verdicts.some(([, { verdict }]) => verdict === "violated") ? EXIT.violated : EXIT.ok
}

/** Suggestions for the words of `--type` that match no event of the run. */
function meant(types: ReadonlySet<string> | undefined, names: ReadonlySet<string>): string {
  return [...(types ?? [])]
    .filter(type => !names.has(type))
    .map(type => didYouMean(type, [...names]))
    .join("")
}

/** The words of `--type` that no event of the run matches, if others do. */
function unmatched(types: ReadonlySet<string> | undefined, names: ReadonlySet<string>): readonly string[] {
  return [...(types ?? [])]
    .filter(type => !names.has(type))
    .map(type => `no event matches ${type}${didYouMean(type, [...names])}`)
}

/** The processes that `--node` names: nodes by their ids, and those of roles by the names of these. */
function readNodes(written: string, { algorithm, nodes, parameters }: Scenario): ReadonlySet<number> {
  const roles = rolePlaces(algorithm, nodes, parameters)
  const ids = written.split(",").map(name => {
    if (!/^\d+$/.test(name)) {
      const named = processesNamed(roles, name)
      if (named.length > 0) return named
      const names = roles.map(role => ` or ${role.name}`).join("")
      throw new UsageError(`--node: expected node ids such as 0,2${names}, found "${written}"`)
    }
    if (Number(name) < nodes) return [Number(name)]
    throw new UsageError(`--node: there is no node ${name}; this run has nodes 0 to ${nodes - 1}`)
  })
  return new Set(ids.flat())
}

function readWords(written: string | undefined): ReadonlySet<string> | undefined {
  return written === undefined ? undefined : new Set(written.split(","))
}

function readTime(name: string): (written: string | undefined) => Micros | undefined {
  return written => {
    if (written === undefined) return undefined
    const time = parseDuration(written)
    if (time === undefined) throw new Error(`--${name}: expected a time such as 4.9s or 300ms, found "${written}"`)
    return time
  }
}
