/** `quorate ask`: writes a spec that answers a practical question, runs it, and prints the answer. */
import { existsSync, writeFileSync } from "node:fs"
import { command } from "../../command.ts"
import { EXIT, UsageError } from "../../exit-codes.ts"
import type { Terminal } from "../../terminal/terminal.ts"
import type { Key, Question, QuestionName, Situation } from "./questions.ts"

const OPTIONS: Readonly<Record<Key, string>> = {
  nodes: "numbers of nodes, e.g. 3,5",
  regions: "regions of AWS or GCP that nodes take in turn, e.g. eu-west-1,us-east-1",
  clients: "regions of the clients (default: where nodes are)",
  latency: "one-way delay of a message where there are no regions (default: 1ms)",
  p99: "delay that one message in a hundred exceeds, for timeouts (default: 80ms)",
  fsync: "time until a write is durable, for disk (default: 5ms)",
  requesters: "clients that want the lock, for locks (default: 20)",
  mtbf: "mean time between failures of a node, for failures (default: 24h)",
  mttr: "mean time to repair a node, for failures (default: 3min)",
}

/** An option whose value is parsed later, where mistakes can be explained. */
function option(describe: string) {
  return { type: "string", requiresArg: true, describe } as const
}

export const ask = command({
  usage: "ask",
  summary: "answer a practical question: write a spec, run it, and print the answer",
  positionals: {},
  options: {
    question: option("placement, size, timeouts, disk, locks or failures (default: asked on the terminal)"),
    nodes: option(OPTIONS.nodes),
    regions: option(OPTIONS.regions),
    clients: option(OPTIONS.clients),
    latency: option(OPTIONS.latency),
    p99: option(OPTIONS.p99),
    fsync: option(OPTIONS.fsync),
    requesters: option(OPTIONS.requesters),
    mtbf: option(OPTIONS.mtbf),
    mttr: option(OPTIONS.mttr),
    out: option("file for the spec (default: ask-<question>.yaml); results go to results/ under its name"),
    force: { type: "boolean", describe: "overwrite an existing spec" },
    "spec-only": { type: "boolean", describe: "write the spec without running it" },
  },
  examples: [
    ["ask", "asks for the question and its inputs"],
    ["ask --question size --nodes 3,5 --regions eu-west-1,us-east-1,ap-northeast-1", "three nodes or five over these?"],
    ["ask --question timeouts --p99 80ms", "which election timeout?"],
    ["ask --question failures --nodes 3,5,7 --mtbf 24h --mttr 3min", "how many nines?"],
  ],
  async run(values, terminal) {
    const { QUESTIONS, specFor } = await import("./questions.ts")
    const said = await readGiven(values)
    const isAsked = terminal.out.isTerminal && process.stdin.isTTY && values.question === undefined
    const name = await questionOf(values.question, isAsked)
    const question: Question = QUESTIONS[name]
    const situation = await situationOf(question, said, isAsked)
    const problem = question.problem?.(situation)
    if (problem !== undefined) throw new UsageError(problem)
    const file = values.out ?? `ask-${name}.yaml`
    if (existsSync(file) && values.force !== true) {
      throw new UsageError(`${file} exists; --force overwrites it, --out names another file`)
    }
    write(file, specFor(name, situation))
    terminal.out.write(`${file}: the spec, to change and to run again\n`)
    return values.specOnly === true ? EXIT.ok : runSpec(file, terminal)
  },
})

/** The values given on the command line, parsed; @throws UsageError for the first that is invalid. */
async function readGiven(values: Partial<Readonly<Record<Key, string | undefined>>>): Promise<Partial<Situation>> {
  const { KEYS, READ } = await import("./questions.ts")
  const given: Record<string, unknown> = {}
  for (const key of KEYS) {
    const written = values[key]
    if (written === undefined) continue
    const read = READ[key](written)
    if (typeof read === "object" && "problem" in read) throw new UsageError(`--${key}: ${read.problem}`)
    given[key] = read
  }
  return given
}

async function questionOf(written: string | undefined, isAsked: boolean): Promise<QuestionName> {
  const { isQuestion, QUESTION_NAMES } = await import("./questions.ts")
  const names = QUESTION_NAMES.join(", ")
  if (written === undefined) {
    if (!isAsked) throw new UsageError(`ask: which question? --question ${names} (in a terminal it asks)`)
    const { askQuestion } = await import("./interview.ts")
    return askQuestion()
  }
  if (isQuestion(written)) return written
  const { didYouMean } = await import("../../../lib/problems.ts")
  throw new UsageError(
    `--question: found ${JSON.stringify(written)}, expected one of ${names}${didYouMean(written, QUESTION_NAMES)}`,
  )
}

async function situationOf(question: Question, given: Partial<Situation>, isAsked: boolean): Promise<Situation> {
  const { DEFAULTS } = await import("./questions.ts")
  const known = { ...DEFAULTS, ...question.defaults, ...given }
  if (!isAsked) return known
  const { askFor } = await import("./interview.ts")
  return askFor(question, given, known)
}

function write(file: string, spec: string): void {
  try {
    writeFileSync(file, spec)
  } catch (error) {
    throw new UsageError(`${file}: cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function runSpec(file: string, terminal: Terminal): Promise<number> {
  const { loadSpec } = await import("../../specs.ts")
  const sweeps = await import("../sweep/sweeps.ts")
  const { concludeRun, concludeSweep } = await import("../sweep/run.ts")
  const experiment = await loadSpec(file, terminal)
  const options = sweeps.runOptions(experiment, {})
  const outcome = await sweeps.watch(sweeps.runExperiment(sweeps.planExperiment(experiment), options), {}, terminal)
  return concludeSweep(outcome, options.outDir, {}, terminal, concludeRun)
}
