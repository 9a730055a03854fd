/** `quorate run <spec>`: runs an experiment on all cores and writes its results. */
import type { ContractBroken } from "../../../experiments/run/examine.ts"
import type { Surprises } from "../../../analysis/surprises.ts"
import type { StoreError, Summary } from "../../../experiments/run/run.ts"
import type { ShardSummary } from "../../../experiments/run/shards.ts"
import { plainText } from "../../../reports/answer/answer-json.ts"
import { type RankingTable, rankingTables } from "../../../reports/answer/ranking-table.ts"
import { alignColumns } from "../../../reports/summary-table.ts"
import type { Finding } from "../../../reports/answer/finding.ts"
import { describeShrinking } from "../../../debugger/shrink/describe.ts"
import type { Shard } from "../../../experiments/store/store.ts"
import { ALGORITHMS_OPTION, command } from "../../command.ts"
import type { Outcome } from "../../effects.ts"
import { AlgorithmError, EXIT, UsageError } from "../../exit-codes.ts"
import { writeEvent } from "./progress-display.ts"
import { QUEUE_HELP, readQueue, SWEEP_OPTIONS, type SweepSettings } from "./sweep-options.ts"
import { fold, foldIndented } from "../../terminal/table.ts"
import type { Output, Terminal } from "../../terminal/terminal.ts"

/** Violations and failures shown in full; the rest is counted, and listed in the result files. */
const MAX_SHOWN = 5

export const run = command({
  usage: "run <spec>",
  summary: "run an experiment: tables, charts, CSV and a report",
  positionals: { spec: { type: "string", demandOption: true, describe: "file, or name of a bundled experiment" } },
  options: {
    algorithms: ALGORITHMS_OPTION,
    ...SWEEP_OPTIONS,
    "dry-run": { type: "boolean", describe: "only say what it would cost: cells, runs, messages, time" },
    only: {
      type: "string",
      requiresArg: true,
      describe: "run only the cells whose id is this or begins with it, e.g. raft/nodes=5",
    },
    watch: { type: "boolean", describe: "run it again whenever the spec, or a module that it names, changes" },
    force: { type: "boolean", describe: "run it even if its cost explodes" },
    shard: {
      type: "string",
      requiresArg: true,
      describe: "run only this part of it, e.g. 3/64; `quorate merge` puts the parts together",
      coerce: readShard,
    },
    baseline: {
      type: "string",
      requiresArg: true,
      describe: "earlier results to hold these against: a folder, or its summary.csv; worse ones fail",
    },
    tolerance: {
      type: "string",
      requiresArg: true,
      describe: "how much worse is allowed: points of a share, else per cent; or 1%,latency=5% (default: 1%)",
    },
    queue: { type: "string", requiresArg: true, describe: QUEUE_HELP, coerce: readQueue },
  },
  examples: [
    ["run first-comparison", "run a bundled experiment"],
    ["run my-spec.yaml --workers 8", "run your own on 8 threads"],
    ["run my-spec.yaml --algorithms ./my-raft.ts", "compare an algorithm of your own, too"],
    ["run my-spec.yaml --baseline baselines/my-spec", "fail if availability, cost, latency, ... got worse"],
    ["run my-spec.yaml --out /tmp/trial", "put the results elsewhere; after an interruption, run it again to resume"],
    ["run my-spec.yaml --dry-run", "what would it cost?"],
    ["run my-spec.yaml --only raft/nodes=5", "one cell of the sweep, or those below a point"],
    ["run my-spec.yaml --watch", "again at every change of the spec, what changed and no more"],
    ["run my-spec.yaml --shard 3/64", "the third of 64 parts, on one of 64 machines"],
  ],
  async run({ watch: isWatched, ...values }, terminal) {
    if (isWatched !== true) return runOnce(values, terminal)
    const { shard, queue, baseline, dryRun, spec, algorithms } = values
    if ([shard, queue, baseline, dryRun].some(value => value !== undefined)) {
      throw new UsageError(
        "--watch runs a spec again and again; it goes with none of --shard, --queue, --baseline, --dry-run",
      )
    }
    const { runAgainOnChange } = await import("./rerun.ts")
    return runAgainOnChange({ spec, algorithms }, terminal, () => runOnce(values, terminal))
  },
})

interface RunValues extends SweepSettings {
  readonly spec: string
  readonly algorithms?: readonly string[] | undefined
  readonly only?: string | undefined
  readonly dryRun?: boolean | undefined
  readonly force?: boolean | undefined
  readonly shard?: Shard | undefined
  readonly queue?: string | undefined
  readonly baseline?: string | undefined
  readonly tolerance?: string | undefined
}

/** Runs an experiment once; the exit code. */
async function runOnce(
  { spec, algorithms, only, dryRun, force, shard, queue, baseline, tolerance, ...settings }: RunValues,
  terminal: Terminal,
): Promise<number> {
  const { loadSpec } = await import("../../specs.ts")
  const sweeps = await import("./sweeps.ts")
  const experiment = sweeps.onlyCells(await loadSpec(spec, terminal, algorithms), only)
  const plan = sweeps.planExperiment(experiment)
  if (shard !== undefined && queue !== undefined) throw new UsageError("--shard and --queue exclude each other")
  if (shard !== undefined && baseline !== undefined) {
    throw new UsageError("--shard and --baseline exclude each other: a part of an experiment says little of it")
  }
  if (tolerance !== undefined && baseline === undefined) throw new UsageError("--tolerance goes with --baseline")
  if (dryRun === true) return sweeps.describeCost(plan, settings, terminal)
  const explosion = sweeps.explosionIn(plan)
  if (explosion !== undefined && force !== true) {
    throw new UsageError(`${explosion}; --dry-run shows more, --force runs it anyway`)
  }
  const options = sweeps.runOptions(experiment, settings)
  const { outDir } = options
  if (shard !== undefined) {
    const outcome = await sweeps.watch(sweeps.runShard(plan, options, shard), settings, terminal)
    return concludeSweep(outcome, outDir, settings, terminal, concludeShard)
  }
  const guard = baseline === undefined ? undefined : await guardOf({ spec, algorithms, baseline, outDir, tolerance })
  const running = queue === undefined ? sweeps.runExperiment(plan, options) : sweeps.runQueued(plan, options, queue)
  const outcome = await sweeps.watch(running, settings, terminal)
  const code = concludeSweep(outcome, outDir, settings, terminal, concludeRun)
  // With --json the output is for other programs: what people read goes beside it.
  const words = settings.json === true ? terminal.err : terminal.out
  return outcome.status === "done" ? Math.max(code, guard?.(words) ?? EXIT.ok) : code
}

/** The comparison with a baseline. */
interface Guarded {
  readonly spec: string
  readonly algorithms: readonly string[] | undefined
  readonly baseline: string
  readonly outDir: string
  readonly tolerance: string | undefined
}

/** Reads the baseline now; what it returns compares with it later, prints the result, and gives the exit code. */
async function guardOf({ spec, algorithms = [], baseline, outDir, tolerance }: Guarded) {
  const { compareWithBaseline, describeComparison, readBaseline, readTolerances } = await import("./baseline.ts")
  const { isPassed } = await import("../../../experiments/regressions/regressions.ts")
  const { quoted } = await import("../../../debugger/shrink/describe.ts")
  const allowed = readTolerances(tolerance)
  const earlier = readBaseline(baseline, outDir)
  const modules = algorithms.flatMap(module => ["--algorithms", module])
  const remake = ["quorate", "run", spec, ...modules, "--out", earlier.folder].map(quoted).join(" ")
  return (out: Output): number => {
    const comparison = compareWithBaseline(earlier, outDir, allowed)
    out.write(`\n${describeComparison(comparison, allowed, { baseline: earlier.folder, outDir, remake })}`)
    return isPassed(comparison) ? EXIT.ok : EXIT.violated
  }
}

/** Prints the end of a sweep, in words or as events, and returns the exit code. */
export function concludeSweep<A>(
  outcome: Outcome<A, StoreError | ContractBroken>,
  outDir: string,
  { json }: { readonly json?: boolean | undefined },
  { out, err }: Terminal,
  conclude: (value: A, json: boolean, out: Output) => number,
): number {
  switch (outcome.status) {
    case "interrupted":
      if (json === true) writeEvent(out, "interrupted", { outDir })
      err.write(`quorate: interrupted; finished runs are kept in ${outDir}, run the same again to resume\n`)
      return EXIT.interrupted
    case "failed":
      if (json === true) writeEvent(out, "error", { message: outcome.error.message })
      if (outcome.error._tag === "StoreError") throw new UsageError(outcome.error.message)
      throw new AlgorithmError(outcome.error.message)
    case "done":
      return conclude(outcome.value, json === true, out)
  }
}

export function concludeRun(summary: Summary, json: boolean, out: Output): number {
  if (!json) {
    out.write(describeSummary(summary, out.isTerminal ? out.columns : Infinity))
    return summary.exitCode
  }
  for (const violation of summary.violations) writeEvent(out, "violation", violation)
  for (const failure of summary.failures) writeEvent(out, "failure", failure)
  const { experiment, answer, outDir, files, runs, exitCode } = summary
  const sentences = answer.lead.map(({ sentence }) => plainText(sentence))
  writeEvent(out, "done", { experiment, answer: sentences, outDir, files, runs, exitCode })
  return exitCode
}

function concludeShard(summary: ShardSummary, json: boolean, out: Output): number {
  const { file, total, resumed, tally } = summary
  // What an experiment expects can only be judged of all of it: by `quorate merge`.
  const isJudged = summary.expect === undefined
  const exitCode = tally.failed > 0 ? EXIT.algorithmFailed : tally.violated > 0 && isJudged ? EXIT.violated : EXIT.ok
  if (json) {
    writeEvent(out, "done", {
      file,
      runs: { total, resumed, failed: tally.failed, violated: tally.violated },
      exitCode,
    })
    return exitCode
  }
  const before = resumed > 0 ? `, ${resumed} of them from before` : ""
  const checks = describeChecks({ total, completed: total - tally.failed, undecided: 0, resumed, ...tally })
  out.write(`${total} ${total === 1 ? "run" : "runs"}${before}: ${checks}\n${file}\n`)
  return exitCode
}

function readShard(written: string | undefined): Shard | undefined {
  if (written === undefined) return undefined
  const [index = 0, count = 0] = /^\d+\/\d+$/.test(written) ? written.split("/").map(Number) : []
  if (index >= 1 && count >= index) return { index, count }
  throw new Error(`--shard: expected a part such as 3/64, the first of which is 1/64, found ${JSON.stringify(written)}`)
}

/** The summary at the end of a sweep, on lines of at most `columns` characters, but for commands to copy. */
function describeSummary(summary: Summary, columns: number): string {
  const { question, runs, outDir, files } = summary
  const resumed = runs.resumed > 0 ? `, ${runs.resumed} of them from before` : ""
  const findings = [
    `${runs.total} ${runs.total === 1 ? "run" : "runs"}${resumed}: ${describeChecks(runs, summary.surprises)}`,
    ...describeSurprises(summary),
    ...summary.notes,
    ...describeDifferences(summary),
    ...describeShrunk(summary),
    ...describeViolations(summary),
    ...describeFailures(summary),
  ]
  return [
    ...fold(question, columns),
    ...summary.answer.lead.flatMap(({ sentence }) => fold(plainText(sentence), columns)),
    "",
    ...rankingTables(summary.answer).map(ranking => `${describeRanking(ranking, columns)}\n`),
    `${summary.table({ columns })}\n`,
    ...findings.flatMap(line => (/^ *quorate /.test(line) ? [line] : foldIndented(line, columns))),
    `Report, charts and tables: ${[outDir, files[0]].join("/")}\n`,
  ].join("\n")
}

/** A ranking as a table of its own, without intervals where there is no room; what it ranks by stands in the sentence above. */
function describeRanking({ header, rows, words }: RankingTable, columns: number): string {
  const lines = [header, ...rows].map(row => row.map(plainText))
  const table = alignColumns(lines, words)
  if (table.indexOf("\n") <= columns) return table
  return alignColumns(
    lines.map(row => row.map(text => text.replace(/ \[.*\]$/, ""))),
    words,
  )
}

function describeChecks({ failed, violated, undecided }: Summary["runs"], surprises?: Surprises): string {
  const isExpected = surprises?.unexpected.length === 0
  const troubles = [
    violated > 0 ? `a check was violated in ${violated}${isExpected ? ", as expected" : ""}` : "no check was violated",
    undecided > 0 ? `undecided in ${undecided}` : "",
    failed > 0 ? `the algorithm failed in ${failed}` : "",
  ]
  return troubles.filter(Boolean).join(", ")
}

/** Violations that the experiment does not expect, and those that it expects in vain. */
function describeSurprises({ surprises }: Summary): string[] {
  if (surprises === undefined) return []
  const unexpected = surprises.unexpected.map(
    ({ symptom, run: { cell }, runs }) =>
      `not expected: ${symptom} violated by ${cell.variant.label}, in ${runs} ${runs === 1 ? "run" : "runs"}`,
  )
  return [...unexpected, ...surprises.missing.map(check => `expected: ${check} violated, and no run shows it`)]
}

/** Whom a comparison is between, and in what; `undefined` of other findings. */
function pairOf(finding: Finding): string | undefined {
  return finding.kind === "comparison" ? [finding.metric, finding.first, finding.second].join("\n") : undefined
}

/** The differences between algorithms, in the words of the report. */
function describeDifferences({ answer: { lead, parts } }: Summary): string[] {
  const told = new Set(lead.map(({ finding }) => pairOf(finding)))
  const lines = parts.flatMap(({ title, told: all }) =>
    all.flatMap(({ sentence, finding }) => {
      const pair = pairOf(finding)
      return pair === undefined || told.has(pair) ? [] : [`  ${title}: ${plainText(sentence)}`]
    }),
  )
  if (lines.length === 0) return []
  return [
    "Differences, paired run by run (shown: p < 0.05, adjusted by Holm's method):",
    ...lines.slice(0, MAX_SHOWN),
    ...more(lines.length, "of them", "summary.json"),
  ]
}

/** Each kind of violation once, as the smallest scenario that shows it. */
function describeShrunk({ shrunk }: Summary): string[] {
  return shrunk.flatMap(({ symptom, label, runs, run: from, shrunk: { symptom: seen, ...sizes }, commands }) => [
    `${seen.kind}: ${symptom} by ${label}, in ${runs} ${runs === 1 ? "run" : "runs"}`,
    `  ${seen.text}`,
    `  shrunk from ${from} to ${describeShrinking(sizes)}:`,
    ...sizes.changes.map(line => `  ${line}`),
    ...commands.map(line => `  ${line}`),
  ])
}

/** Runs one by one, where no kind of them could be shrunk. */
function describeViolations({ violations, shrunk }: Summary): string[] {
  if (shrunk.some(({ shrunk: { symptom } }) => symptom.kind === "violated")) return []
  const shown = violations.slice(0, MAX_SHOWN).flatMap(({ run: id, check, at, witness, replay }) => {
    return [`violated: ${check} in ${id} at ${at / 1_000_000} s`, `  ${witness}`, `  ${replay}`]
  })
  return [...shown, ...more(violations.length, "violations", "findings.csv")]
}

/** Events before a failure that are shown. */
const MAX_BEFORE = 3

function describeFailures({ failures, shrunk }: Summary): string[] {
  if (shrunk.some(({ shrunk: { symptom } }) => symptom.kind === "failed")) return []
  const shown = failures.slice(0, MAX_SHOWN).flatMap(({ run: id, seed, reason, event, before, state, replay }) => {
    const earlier = before.slice(-MAX_BEFORE).map(past => `  before: ${past}`)
    const where = [...earlier, event === "" ? "" : `  ${event}`, state === "" ? "" : `  state ${state}`].filter(Boolean)
    return [`failed: ${id} (seed ${seed}): ${reason}`, ...where, `  ${replay}`]
  })
  return [...shown, ...more(failures.length, "failures", "runs.csv")]
}

function more(count: number, what: string, file: string): string[] {
  return count > MAX_SHOWN ? [`... and ${count - MAX_SHOWN} more ${what}, see ${file}`] : []
}
