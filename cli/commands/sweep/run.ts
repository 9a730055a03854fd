/** `quorate run <spec>`: runs an experiment on all cores and writes its results. */
import { readFileSync, statSync } from "node:fs"
import type { ContractBroken } from "../../../experiments/run/examine.ts"
import type { StoreError, Summary } from "../../../experiments/run/run.ts"
import type { ShardSummary } from "../../../experiments/run/shards.ts"
import type { Shard } from "../../../experiments/store/store.ts"
import { ALGORITHMS_OPTION, command } from "../../command.ts"
import { STANDARD_INPUT } from "../../standard-input.ts"
import type { Outcome } from "../../effects.ts"
import { AlgorithmError, EXIT, OutputLostError, UsageError } from "../../exit-codes.ts"
import { type Conclusion, conclusionOf, describeChecks, printConclusion } from "./conclusion.ts"
import { writeEvent } from "./progress-display.ts"
import { QUEUE_HELP, readQueue, SWEEP_OPTIONS, type SweepSettings } from "./sweep-options.ts"
import type { Output, Terminal } from "../../terminal/terminal.ts"

export const run = command({
  usage: "run <spec>",
  summary: "run an experiment: tables, charts, CSV and a report",
  positionals: { spec: { type: "string", demandOption: true, describe: "file, or name of a bundled experiment" } },
  options: {
    algorithms: ALGORITHMS_OPTION,
    ...SWEEP_OPTIONS,
    "dry-run": { type: "boolean", describe: "only estimate the cost: cells, runs, messages, time" },
    only: {
      type: "string",
      requiresArg: true,
      describe: "run only the cells whose id is or begins with this, e.g. raft/nodes=5",
    },
    watch: { type: "boolean", describe: "run it again whenever the spec, or a module that it names, changes" },
    force: { type: "boolean", describe: "run even if the estimated cost is too high" },
    shard: {
      type: "string",
      requiresArg: true,
      describe: "run only this shard, e.g. 3/64; `quorate merge` merges the shards",
      coerce: readShard,
    },
    baseline: {
      type: "string",
      requiresArg: true,
      describe: "earlier results to compare with: a folder, or its summary.csv; regressions fail",
    },
    tolerance: {
      type: "string",
      requiresArg: true,
      describe: "allowed regression: points of a share, otherwise per cent; or 1%,latency=5% (default: 1%)",
    },
    queue: { type: "string", requiresArg: true, describe: QUEUE_HELP, coerce: readQueue },
  },
  examples: [
    ["run first-comparison", "run a bundled experiment"],
    ["run my-spec.yaml --workers 8", "run your own on 8 threads"],
    ["run my-spec.yaml --algorithms ./my-raft.ts", "compare an algorithm of your own, too"],
    ["run my-spec.yaml --baseline baselines/my-spec", "fail if availability, cost, latency, ... got worse"],
    ["run my-spec.yaml --out /tmp/trial", "write the results elsewhere; run again to resume after an interruption"],
    ["run my-spec.yaml --dry-run", "what would it cost?"],
    ["run my-spec.yaml --only raft/nodes=5", "one cell of the sweep, or all with this prefix"],
    ["run my-spec.yaml --watch", "run again at every change of the spec, only what changed"],
    ["run my-spec.yaml --shard 3/64", "the third of 64 shards, on one of 64 machines"],
  ],
  async run({ watch: isWatched, ...values }, terminal) {
    if (isWatched !== true) return runOnce(values, terminal)
    const { shard, queue, baseline, dryRun, spec, algorithms } = values
    if ([shard, queue, baseline, dryRun].some(value => value !== undefined)) {
      throw new UsageError("--watch cannot be combined with --shard, --queue, --baseline or --dry-run")
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
  if (shard !== undefined && queue !== undefined) throw new UsageError("--shard and --queue exclude each other")
  if (shard !== undefined && baseline !== undefined) {
    throw new UsageError("--shard and --baseline exclude each other: regressions are judged on all runs")
  }
  if (tolerance !== undefined && baseline === undefined) throw new UsageError("--tolerance needs --baseline")
  const guarded = async (outDir: string) =>
    baseline === undefined ? undefined : await guardOf({ spec, algorithms, baseline, outDir, tolerance })
  // With --json, stdout is for other programs, and text for people goes to stderr.
  const words = settings.json === true ? terminal.err : terminal.out
  const isWhole = [shard, queue, dryRun].every(value => value === undefined)
  const before = isWhole ? await keptConclusion({ spec, only, algorithms, out: settings.out }) : undefined
  const conclusion = before?.kept.find()
  if (before !== undefined && conclusion !== undefined) {
    const guard = await guarded(before.outDir)
    const runs = { ...conclusion.runs, resumed: conclusion.runs.total }
    return Math.max(
      printConclusion({ ...conclusion, runs }, settings.json === true, terminal.out),
      guard?.(words) ?? EXIT.ok,
    )
  }
  const { loadSpec } = await import("../../specs.ts")
  const sweeps = await import("./sweeps.ts")
  const experiment = sweeps.onlyCells(await loadSpec(spec, terminal, algorithms), only)
  const plan = sweeps.planExperiment(experiment)
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
  const guard = await guarded(outDir)
  const running = queue === undefined ? sweeps.runExperiment(plan, options) : sweeps.runQueued(plan, options, queue)
  const outcome = await sweeps.watch(running, settings, terminal)
  const code = concludeSweep(outcome, outDir, settings, terminal, concludeRun)
  if (outcome.status !== "done") return code
  before?.kept.keep(conclusionOf(outcome.value), experiment.outside)
  return Math.max(code, guard?.(words) ?? EXIT.ok)
}

/** The conclusion saved with the results of this command line; `undefined` if its spec is not a readable file. */
async function keptConclusion({
  spec,
  only,
  algorithms = [],
  out,
}: Pick<RunValues, "spec" | "only" | "algorithms" | "out">) {
  const { resolveSpec } = await import("../../../experiments/plan/bundled.ts")
  const { nameOfSpec, resultsFolder } = await import("../../../experiments/model/name.ts")
  const { KeptConclusion } = await import("../../../experiments/store/unchanged.ts")
  const file = resolveSpec(spec)
  const text = spec === STANDARD_INPUT ? undefined : textOf(file)
  if (text === undefined) return undefined
  const outDir = out ?? resultsFolder({ name: nameOfSpec(file) })
  return { outDir, kept: new KeptConclusion<Conclusion>({ file, spec: text, only, algorithms, outDir }) }
}

/** The text of a file; `undefined` if there is none, it is a device, or it cannot be read. */
function textOf(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path, "utf8") : undefined
  } catch {
    return undefined
  }
}

/** The comparison with a baseline. */
interface Guarded {
  readonly spec: string
  readonly algorithms: readonly string[] | undefined
  readonly baseline: string
  readonly outDir: string
  readonly tolerance: string | undefined
}

/** Reads the baseline now; @returns a function that later compares with it, prints the result, and returns the exit code. */
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
      throw outcome.error._tag === "StoreError"
        ? storeFailure(outcome.error)
        : new AlgorithmError(outcome.error.message)
    case "done":
      return conclude(outcome.value, json === true, out)
  }
}

function storeFailure({ message, isDiskFailure }: StoreError): Error {
  return isDiskFailure === true ? new OutputLostError(message) : new UsageError(message)
}

export function concludeRun(summary: Summary, json: boolean, out: Output): number {
  return printConclusion(conclusionOf(summary), json, out)
}

function concludeShard(summary: ShardSummary, json: boolean, out: Output): number {
  const { file, total, resumed, tally } = summary
  // Expectations can only be judged on the whole experiment: by `quorate merge`.
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
  const before = resumed > 0 ? ` (${resumed} already stored)` : ""
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
