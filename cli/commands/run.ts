/** `quorate run <spec>`: runs an experiment on all cores and writes its results. */
import type { Summary } from "../../experiments/run.ts"
import { describeShrinking } from "../../experiments/shrink/describe.ts"
import { parseShare } from "../../runtime/units.ts"
import { ALGORITHMS_OPTION, command, integerOption } from "../command.ts"
import { EXIT, UsageError } from "../exit-codes.ts"
import type { Output } from "../terminal.ts"

/** Violations and failures shown in full; the rest is counted, and listed in the result files. */
const MOST_SHOWN = 5

export const run = command({
  usage: "run <spec>",
  summary: "run an experiment: tables, charts, CSV and a report",
  positionals: { spec: { type: "string", demandOption: true, describe: "file, or name of a bundled experiment" } },
  options: {
    algorithms: ALGORITHMS_OPTION,
    workers: {
      type: "string",
      requiresArg: true,
      describe: "worker threads (default: one for each core)",
      coerce: integerOption("workers", { min: 1, max: 1_024 }),
    },
    out: {
      type: "string",
      requiresArg: true,
      describe: "folder for the results (default: results/<experiment>)",
      coerce: (written: string | undefined) => {
        if (written === "") throw new Error("--out needs the name of a folder")
        return written
      },
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
  },
  examples: [
    ["run first-comparison", "run a bundled experiment"],
    ["run my-spec.yaml --workers 8", "run your own on 8 threads"],
    ["run my-spec.yaml --algorithms ./my-raft.ts", "compare an algorithm of your own, too"],
    ["run my-spec.yaml --baseline baselines/my-spec", "fail if availability or message cost got worse"],
    ["run my-spec.yaml --out /tmp/trial", "put the results elsewhere; interrupted, run it again to go on"],
  ],
  async run({ spec, algorithms, workers, out, baseline, tolerance }, terminal) {
    const { loadSpec } = await import("../specs.ts")
    const experiment = await loadSpec(spec, terminal, algorithms)
    const { runSweep, resultsFolder } = await import("../sweeps.ts")
    const outDir = out ?? resultsFolder(experiment)
    const guard = baseline === undefined ? undefined : await guardOf(baseline, outDir, tolerance ?? TOLERANCE)
    const outcome = await runSweep(experiment, { outDir, ...(workers === undefined ? {} : { workers }) }, terminal)
    switch (outcome.status) {
      case "interrupted":
        terminal.err.write(`quorate: interrupted; finished runs are kept in ${outDir}, run the same again to go on\n`)
        return EXIT.interrupted
      case "failed":
        throw new UsageError(outcome.error.message)
      case "done":
        terminal.out.write(describeSummary(outcome.value))
        return Math.max(outcome.value.exitCode, guard?.(terminal.out) ?? EXIT.ok)
    }
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

/** What is told at the end of a sweep. */
export function describeSummary(summary: Summary): string {
  const { question, runs, outDir, files } = summary
  const resumed = runs.resumed > 0 ? `, ${runs.resumed} of them from before` : ""
  return [
    `${question}\n`,
    `${summary.table()}\n`,
    `${runs.total} runs${resumed}: ${describeChecks(runs)}`,
    ...describeDifferences(summary),
    ...describeShrunk(summary),
    ...describeViolations(summary),
    ...describeFailures(summary),
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

function describeFailures({ failures, shrunk }: Summary): string[] {
  if (shrunk.some(({ shrunk: { symptom } }) => symptom.kind === "failed")) return []
  const shown = failures.slice(0, MOST_SHOWN).flatMap(({ run: id, seed, reason, event, state, replay }) => {
    const where = [event === "" ? "" : `  ${event}`, state === "" ? "" : `  state ${state}`].filter(Boolean)
    return [`failed: ${id} (seed ${seed}): ${reason}`, ...where, `  ${replay}`]
  })
  return [...shown, ...more(failures.length, "failures", "runs.csv")]
}

function more(count: number, what: string, file: string): string[] {
  return count > MOST_SHOWN ? [`... and ${count - MOST_SHOWN} more ${what}, see ${file}`] : []
}
