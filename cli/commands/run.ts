/** `quorate run <spec>`: runs an experiment on all cores and writes its results. */
import type { ContractBroken } from "../../experiments/outside/examine.ts"
import type { StoreError, Summary } from "../../experiments/run.ts"
import type { ShardSummary } from "../../experiments/shards.ts"
import { describeShrinking } from "../../experiments/shrink/describe.ts"
import type { Shard } from "../../experiments/store/store.ts"
import { parseShare } from "../../runtime/units.ts"
import { ALGORITHMS_OPTION, command } from "../command.ts"
import type { Outcome } from "../effects.ts"
import { AlgorithmError, EXIT, UsageError } from "../exit-codes.ts"
import { writeEvent } from "../progress-display.ts"
import { QUEUE_HELP, readQueue, SWEEP_OPTIONS } from "../sweep-options.ts"
import { fold, foldIndented } from "../table.ts"
import type { Output, Terminal } from "../terminal.ts"

/** Violations and failures shown in full; the rest is counted, and listed in the result files. */
const MOST_SHOWN = 5

export const run = command({
  usage: "run <spec>",
  summary: "run an experiment: tables, charts, CSV and a report",
  positionals: { spec: { type: "string", demandOption: true, describe: "file, or name of a bundled experiment" } },
  options: {
    algorithms: ALGORITHMS_OPTION,
    ...SWEEP_OPTIONS,
    "dry-run": { type: "boolean", describe: "only say what it would cost: cells, runs, messages, time" },
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
      describe: "how much worse is allowed: points of availability, share of message cost (default: 1%)",
      coerce: readTolerance,
    },
    queue: { type: "string", requiresArg: true, describe: QUEUE_HELP, coerce: readQueue },
  },
  examples: [
    ["run first-comparison", "run a bundled experiment"],
    ["run my-spec.yaml --workers 8", "run your own on 8 threads"],
    ["run my-spec.yaml --algorithms ./my-raft.ts", "compare an algorithm of your own, too"],
    ["run my-spec.yaml --baseline baselines/my-spec", "fail if availability or message cost got worse"],
    ["run my-spec.yaml --out /tmp/trial", "put the results elsewhere; interrupted, run it again to go on"],
    ["run my-spec.yaml --dry-run", "what would it cost?"],
    ["run my-spec.yaml --shard 3/64", "the third of 64 parts, on one of 64 machines"],
  ],
  async run({ spec, algorithms, dryRun, force, shard, queue, baseline, tolerance, ...settings }, terminal) {
    const { loadSpec } = await import("../specs.ts")
    const experiment = await loadSpec(spec, terminal, algorithms)
    const sweeps = await import("../sweeps.ts")
    const plan = sweeps.planExperiment(experiment)
    if (shard !== undefined && queue !== undefined) throw new UsageError("--shard and --queue exclude each other")
    if (dryRun === true) return sweeps.describeCost(plan, settings, terminal)
    const explosion = sweeps.explosionIn(plan)
    if (explosion !== undefined && force !== true) {
      throw new UsageError(`${explosion}; --dry-run tells more, --force runs it all the same`)
    }
    const options = sweeps.runOptions(experiment, settings)
    const { outDir } = options
    if (shard !== undefined) {
      const outcome = await sweeps.watch(sweeps.runShard(plan, options, shard), settings, terminal)
      return concludeSweep(outcome, outDir, settings, terminal, concludeShard)
    }
    const guard = baseline === undefined ? undefined : await guardOf(baseline, outDir, tolerance ?? TOLERANCE)
    const running = queue === undefined ? sweeps.runExperiment(plan, options) : sweeps.runQueued(plan, options, queue)
    const outcome = await sweeps.watch(running, settings, terminal)
    const code = concludeSweep(outcome, outDir, settings, terminal, concludeRun)
    // With --json the output is for other programs: what people read goes beside it.
    const words = settings.json === true ? terminal.err : terminal.out
    return outcome.status === "done" ? Math.max(code, guard?.(words) ?? EXIT.ok) : code
  },
})

/** Of availability in points, and of message cost. */
const TOLERANCE = 0.01

/** Reads the baseline now; what it returns compares with it later, tells, and gives the exit code. */
async function guardOf(baseline: string, outDir: string, tolerance: number): Promise<(out: Output) => number> {
  const { compareWithBaseline, describeComparison, readBaseline } = await import("../guard.ts")
  const earlier = readBaseline(baseline, outDir)
  return out => {
    const comparison = compareWithBaseline(earlier, outDir, tolerance)
    out.write(`\n${describeComparison(comparison, tolerance)}`)
    return comparison.changes.some(({ verdict }) => verdict === "worse") ? EXIT.violated : EXIT.ok
  }
}

function readTolerance(written: string | undefined): number | undefined {
  const share = written === undefined ? undefined : parseShare(written)
  if (written === undefined || share !== undefined) return share
  throw new Error(`--tolerance: expected a share such as 1% or 0.01, found ${JSON.stringify(written)}`)
}

/** Tells how a sweep ended, in words or as events, and returns the exit code. */
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
      err.write(`quorate: interrupted; finished runs are kept in ${outDir}, run the same again to go on\n`)
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
  const { experiment, outDir, files, runs, exitCode } = summary
  writeEvent(out, "done", { experiment, outDir, files, runs, exitCode })
  return exitCode
}

function concludeShard(summary: ShardSummary, json: boolean, out: Output): number {
  const { file, total, resumed, tally } = summary
  const exitCode = tally.failed > 0 ? EXIT.algorithmFailed : tally.violated > 0 ? EXIT.violated : EXIT.ok
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

/** What is told at the end of a sweep, on lines of at most `columns` characters, but for commands to copy. */
function describeSummary(summary: Summary, columns: number): string {
  const { question, runs, outDir, files } = summary
  const resumed = runs.resumed > 0 ? `, ${runs.resumed} of them from before` : ""
  const findings = [
    `${runs.total} ${runs.total === 1 ? "run" : "runs"}${resumed}: ${describeChecks(runs)}`,
    ...describeDifferences(summary),
    ...describeShrunk(summary),
    ...describeViolations(summary),
    ...describeFailures(summary),
  ]
  return [
    ...fold(`${question}\n`, columns),
    `${summary.table({ columns })}\n`,
    ...findings.flatMap(line => (/^ *quorate /.test(line) ? [line] : foldIndented(line, columns))),
    `Report, charts and tables: ${[outDir, files[0]].join("/")}\n`,
  ].join("\n")
}

function describeChecks({ failed, violated, undecided }: Summary["runs"]): string {
  const troubles = [
    violated > 0 ? `a check was violated in ${violated}` : "no check was violated",
    undecided > 0 ? `undecided in ${undecided}` : "",
    failed > 0 ? `the algorithm failed in ${failed}` : "",
  ]
  return troubles.filter(Boolean).join(", ")
}

function describeDifferences({ differences }: Summary): string[] {
  if (differences.length === 0) return []
  const shown = differences.slice(0, MOST_SHOWN).map(line => `  ${line}`)
  return ["Differences, paired run by run:", ...shown, ...more(differences.length, "differences", "comparisons.csv")]
}

/** Each kind of violation once, as the smallest scenario that shows it. */
function describeShrunk({ shrunk }: Summary): string[] {
  return shrunk.flatMap(({ symptom, label, runs, run: from, shrunk: { symptom: seen, ...sizes }, commands }) => [
    `${seen.kind}: ${symptom} by ${label}, in ${runs} ${runs === 1 ? "run" : "runs"}`,
    `  ${seen.text}`,
    `  shrunk from ${from} to ${describeShrinking(sizes)}:`,
    ...commands.map(line => `  ${line}`),
  ])
}

/** Runs one by one, where no kind of them could be shrunk. */
function describeViolations({ violations, shrunk }: Summary): string[] {
  if (shrunk.some(({ shrunk: { symptom } }) => symptom.kind === "violated")) return []
  const shown = violations.slice(0, MOST_SHOWN).flatMap(({ run: id, check, at, witness, replay }) => {
    return [`violated: ${check} in ${id} at ${at / 1_000_000} s`, `  ${witness}`, `  ${replay}`]
  })
  return [...shown, ...more(violations.length, "violations", "findings.csv")]
}

/** Events before a failure that are shown. */
const MOST_BEFORE = 3

function describeFailures({ failures, shrunk }: Summary): string[] {
  if (shrunk.some(({ shrunk: { symptom } }) => symptom.kind === "failed")) return []
  const shown = failures.slice(0, MOST_SHOWN).flatMap(({ run: id, seed, reason, event, before, state, replay }) => {
    const earlier = before.slice(-MOST_BEFORE).map(past => `  before: ${past}`)
    const where = [...earlier, event === "" ? "" : `  ${event}`, state === "" ? "" : `  state ${state}`].filter(Boolean)
    return [`failed: ${id} (seed ${seed}): ${reason}`, ...where, `  ${replay}`]
  })
  return [...shown, ...more(failures.length, "failures", "runs.csv")]
}

function more(count: number, what: string, file: string): string[] {
  return count > MOST_SHOWN ? [`... and ${count - MOST_SHOWN} more ${what}, see ${file}`] : []
}
