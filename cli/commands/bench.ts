/** `quorate bench [suites]`: exact costs against a baseline, and speed, alone or against another revision. */
import { appendFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { CostChange } from "../../bench/baseline.ts"
import type { Costs } from "../../bench/costs.ts"
import type { SpeedComparison } from "../../bench/paired.ts"
import type { Findings, Timing } from "../../bench/report.ts"
import type { SUITES } from "../../bench/suites.ts"
import { own } from "../../runtime/lib/own.ts"
import { ALGORITHMS_OPTION, command, integerOption } from "../command.ts"
import { AlgorithmError, EXIT, Interrupted, UsageError } from "../exit-codes.ts"
import { table } from "../terminal/table.ts"
import type { Terminal } from "../terminal/terminal.ts"

const COSTS = "costs"
const MEMORY = "memory"

/** The options of the command line. */
interface Wish {
  readonly suites: readonly string[]
  readonly algorithms: readonly string[]
  readonly save?: string | undefined
  readonly compare?: string | undefined
  readonly accept: boolean
  readonly against?: string | undefined
  readonly budget: number
  readonly rounds: number
  readonly messages: number
}

export const bench = command({
  usage: "bench [suites..]",
  summary: "exact costs against a baseline, and speed against another revision",
  positionals: {
    suites: {
      type: "string",
      array: true,
      describe: "costs, memory, suites, tasks or parts of their names (default: all but memory)",
    },
  },
  options: {
    algorithms: ALGORITHMS_OPTION,
    save: { type: "string", requiresArg: true, describe: "write the exact costs to this file, as a baseline" },
    compare: { type: "string", requiresArg: true, describe: "baseline; any change of an exact cost fails" },
    accept: { type: "boolean", default: false, describe: "with --compare: accept the changes into the baseline" },
    against: {
      type: "string",
      requiresArg: true,
      describe: "Git revision to compare the speed with, in alternating runs",
    },
    budget: {
      type: "string",
      requiresArg: true,
      describe: "how much slower is allowed against it (default: 10%)",
      coerce: readBudget,
    },
    rounds: {
      type: "string",
      requiresArg: true,
      describe: "pairs of processes for each task, more if that is not conclusive (default: 5)",
      coerce: integerOption("rounds", { min: 2, max: 1_000 }),
    },
    messages: {
      type: "string",
      requiresArg: true,
      describe: "length of the runs of the suite memory (default: 10000000)",
      coerce: integerOption("messages", { min: 10 }),
    },
    out: { type: "string", requiresArg: true, describe: "folder for the results (default: results/bench)" },
  },
  examples: [
    ["bench costs --compare bench/baseline.json", "did any algorithm's behaviour change?"],
    ["bench costs --compare bench/baseline.json --accept", "it did, on purpose"],
    ["bench simulator event-queue --against main", "is it slower than main?"],
    ['bench "raft, n=5"', "how fast is the task of this name?"],
    ["bench costs --algorithms ./my-raft.ts --save my-baseline.json", "a baseline for an algorithm of your own"],
  ],
  async run({ suites = [], algorithms = [], out = join("results", "bench"), ...options }, terminal) {
    const { budget = 0.1, rounds = 5, messages = 10_000_000, save, compare, accept, against } = options
    if (accept && compare === undefined) throw new UsageError("bench: --accept needs --compare <baseline>")
    refuseNothingCompared(suites, { save, compare })
    const wish = { suites, algorithms, save, compare, accept, against, budget, rounds, messages }
    const { makeFolder } = await import("../../lib/files.ts")
    const controller = new AbortController()
    const ignore = terminal.onInterrupt(() => controller.abort())
    try {
      makeFolder(out)
      const findings = await measureAll(wish, terminal, controller.signal)
      await writeFiles(out, findings)
      terminal.out.write(`\nMarkdown, JUnit XML, JSON and history: ${out}\n`)
      return await conclude(findings, wish, terminal)
    } catch (error) {
      if (controller.signal.aborted) throw new Interrupted()
      throw isOwnMistake(error) ? new UsageError(error.message) : error
    } finally {
      ignore()
    }
  },
})

/** Refuses `--save` and `--compare` if the chosen suites leave out exact costs. */
function refuseNothingCompared(suites: readonly string[], { save, compare }: Pick<Wish, "save" | "compare">): void {
  const option = compare !== undefined ? "--compare" : save !== undefined ? "--save" : undefined
  if (option === undefined || suites.length === 0 || suites.includes(COSTS)) return
  throw new UsageError(`bench: ${option} is about exact costs, which ${suites.join(" ")} leaves out; add costs`)
}

/** Measures what was asked for, and shows each part as it is done. */
async function measureAll(wish: Wish, terminal: Terminal, signal: AbortSignal): Promise<Findings> {
  const { SUITES: timed } = await import("../../bench/suites.ts")
  const chosen = await choose(wish, timed)
  const { tasks } = chosen
  const { costs, changes } = chosen.costs ? await weigh(wish, terminal) : { costs: [], changes: undefined }
  const speed = wish.against === undefined ? [] : await race(tasks, wish, wish.against, terminal, signal)
  const timings = wish.against === undefined ? await time(tasks, terminal, signal) : []
  await listStanding(timings, terminal)
  const memory: Findings["memory"][number][] = []
  if (chosen.memory) {
    const { memoryOf } = await import("../../bench/processes.ts")
    const { ENDLESS_NAMES } = await import("../../bench/suites/endless.ts")
    for (const task of ENDLESS_NAMES) {
      const samples = await memoryOf(task, wish.messages, signal)
      memory.push({ task, samples })
      const rows = samples.map(({ messages, heap, resident }) => [
        String(messages),
        mebibytes(heap),
        mebibytes(resident),
      ])
      terminal.out.write(`\n${task}\n${table(["messages", "live MiB", "resident MiB"], rows, terminal.out.columns)}`)
    }
  }
  return { costs, changes, timings, speed, memory }
}

/** The work to do: exact costs, memory, and the tasks to time or to race. */
interface Choice {
  readonly costs: boolean
  readonly memory: boolean
  readonly tasks: readonly string[]
}

/** Resolves the words, which are names of suites or parts of task names; without words, chooses what the options need. */
async function choose({ suites, save, compare, against }: Wish, timed: typeof SUITES): Promise<Choice> {
  const all = [...new Set(Object.values(timed).flatMap(tasks => tasks.map(({ name }) => name)))]
  if (suites.length === 0) {
    const isAboutCosts = save !== undefined || compare !== undefined
    const isAboutSpeed = against !== undefined
    return { costs: isAboutCosts || !isAboutSpeed, memory: false, tasks: isAboutCosts && !isAboutSpeed ? [] : all }
  }
  const tasks = new Set<string>()
  for (const word of suites) {
    if (word === COSTS || word === MEMORY) continue
    const called = all.includes(word) ? [word] : all.filter(name => name.includes(word))
    const meant = own(timed, word)?.map(({ name }) => name) ?? called
    if (meant.length === 0) {
      const { didYouMean } = await import("../../lib/problems.ts")
      const names = [COSTS, ...Object.keys(timed), MEMORY]
      const hint = didYouMean(word, names) || `; expected some of ${names.join(", ")}, or a part of a task's name`
      throw new UsageError(`bench: there is no suite or task ${word}${hint}`)
    }
    for (const name of meant) tasks.add(name)
  }
  return { costs: suites.includes(COSTS), memory: suites.includes(MEMORY), tasks: [...tasks] }
}

/** Measures exact costs, and compares them with the baseline. */
async function weigh({ algorithms, save, compare, accept }: Wish, { out }: Terminal) {
  const { firstRuns, measureCosts, weighed } = await import("../../bench/costs.ts")
  const { changesSince, readBaseline, refuseUnwritable, saveBaseline, unmeasuredIn } = await import(
    "../../bench/baseline.ts"
  )
  const { loadRegistry } = await import("../../scenarios/outside/load.ts")
  const bundled = await import("../../algorithms/registry.ts")
  // Check everything first: a wrong name should not cost the time to measure.
  if (save !== undefined) refuseUnwritable(save)
  const baseline = compare === undefined ? undefined : readBaseline(compare)
  const loaded = await loadRegistry(algorithms, bundled)
  if ("problems" in loaded) throw new UsageError(loaded.problems.join("\nquorate: "))
  const joining = Object.keys(loaded.registry.algorithms).filter(name => !(name in bundled.algorithms))
  const unmeasured = baseline === undefined ? [] : unmeasuredIn(baseline, weighed(loaded.registry, joining))
  if (accept && unmeasured.length > 0) {
    throw new UsageError(
      `bench: --accept would remove ${unmeasured.join(" and ")} from ${compare}, which was not measured; ` +
        `name its module with --algorithms, or write a baseline without it with --save ${compare}`,
    )
  }
  if (joining.length > 0) await refuseBreaches(firstRuns(loaded.registry, joining))
  const costs = measureCosts(loaded.registry, joining)
  if (save !== undefined) saveBaseline(save, costs)
  const changes = baseline === undefined ? undefined : changesSince(baseline, costs)
  if (changes === undefined) out.write(listCosts(costs, out.columns))
  else out.write(listChanges(changes, unmeasured, costs, out.columns))
  out.write(listTroubles(costs))
  return { costs, changes }
}

/** Refuses algorithms from outside that break the contract: their costs would be meaningless. */
async function refuseBreaches(runs: ReturnType<typeof import("../../bench/costs.ts").firstRuns>): Promise<void> {
  const { findBreach } = await import("../../scenarios/outside/contract.ts")
  const { describeBreach } = await import("../../experiments/run/examine.ts")
  for (const { scenario, seed, id } of runs) {
    const breach = await findBreach(scenario, seed)
    if (breach !== undefined) throw new AlgorithmError(describeBreach(scenario.algorithm.name, breach, id))
  }
}

function listCosts(costs: readonly Costs[], columns: number): string {
  const shown = ["messages_protocol", "bytes_protocol", "ok", "latency_p50_ms", "latency_p99_ms", "recovery_ms"]
  const rows = costs.map(({ scenario, algorithm, metrics }) => [
    scenario,
    algorithm,
    ...shown.map(name => rounded(metrics[name])),
  ])
  return table(["scenario", "algorithm", "messages", "bytes", "ok", "p50 ms", "p99 ms", "recovery ms"], rows, columns)
}

/** @param unmeasured algorithms of the baseline that were not measured: only named, without their single costs */
function listChanges(
  changes: readonly CostChange[],
  unmeasured: readonly string[],
  costs: readonly Costs[],
  columns: number,
): string {
  if (changes.length === 0) return `exact costs: no change in ${costs.length} scenarios\n`
  const rows = changes
    .filter(({ algorithm }) => !unmeasured.includes(algorithm))
    .map(({ algorithm, scenario, metric, old, new: now }) => [
      algorithm,
      scenario,
      metric,
      old === undefined ? "-" : String(old),
      now === undefined ? "-" : String(now),
    ])
  const listed = rows.length === 0 ? "" : table(["algorithm", "scenario", "metric", "old", "new"], rows, columns)
  const missing = unmeasured.map(
    algorithm => `${algorithm} is in the baseline, and was not measured: name its module with --algorithms\n`,
  )
  return listed + missing.join("")
}

/** Notes on violations and failed runs, which no baseline should accept silently. */
function listTroubles(costs: readonly Costs[]): string {
  const lines = costs.flatMap(({ scenario, algorithm, metrics }) => {
    const { violations, failed_runs: failed } = metrics
    return [
      ...(violations ? [`note: ${algorithm} violates a check in ${scenario} (violations: ${violations})\n`] : []),
      ...(failed ? [`note: ${algorithm} fails in ${scenario} (failed runs: ${failed})\n`] : []),
    ]
  })
  return lines.join("")
}

/** Widths of the columns of rates. */
const COLUMNS = [46, 22, 8, 10, 10, 11, 13]

/** Times every task in processes of its own. */
async function time(tasks: readonly string[], { out }: Terminal, signal: AbortSignal): Promise<readonly Timing[]> {
  const { rateOf, allocationsOf } = await import("../../bench/processes.ts")
  const { inShort, perSecond, timePerUnit } = await import("../../bench/report.ts")
  const timings: Timing[] = []
  const line = (...cells: readonly string[]): void => {
    out.write(`${cells.map((cell, i) => (i === 0 ? cell.padEnd(COLUMNS[i]!) : cell.padStart(COLUMNS[i]!))).join("")}\n`)
  }
  const header = ["task (per second of processor time)", "rate", "±", "at best", "a unit", "bytes", "x reference"]
  if (tasks.length > 0) line(...header)
  for (const task of tasks) {
    const timing = { ...(await rateOf(task, signal)), allocated: await allocationsOf(task, signal) }
    timings.push(timing)
    line(
      task,
      perSecond(timing),
      `${(100 * timing.error).toFixed(1)}%`,
      inShort(timing.best),
      timePerUnit(timing),
      timing.allocated === null ? "" : timing.allocated.toFixed(1),
      timing.ratio.toPrecision(3),
    )
  }
  return timings
}

/** Shows the standing of Raft beside other simulators, if the tasks for that were timed. */
async function listStanding(timings: readonly Timing[], { out }: Terminal): Promise<void> {
  const { STANDING_COLUMNS, STANDING_TITLE, standingOf, standingRows } = await import("../../bench/standing.ts")
  const standing = standingOf(timings)
  if (standing === undefined) return
  out.write(`\n${STANDING_TITLE}\n${table(STANDING_COLUMNS, standingRows(standing), out.columns)}`)
}

/** Races every task against another revision. */
async function race(
  tasks: readonly string[],
  { budget, rounds }: Wish,
  against: string,
  { out, err }: Terminal,
  signal: AbortSignal,
): Promise<readonly SpeedComparison[]> {
  const { checkOut } = await import("../../bench/revision.ts")
  const { childSource } = await import("../../bench/processes.ts")
  const { compareSpeed } = await import("../../bench/paired.ts")
  const { describeRatio } = await import("../../bench/report.ts")
  await using revision = await checkOut(against, signal)
  const theirs = childSource(revision.root)
  if (theirs === undefined) throw new UsageError(`${against}: this revision has no bench/child.ts to race against`)
  const comparisons: SpeedComparison[] = []
  out.write(`${"time a unit takes, against ".concat(revision.commit).padEnd(46)}  change, 95 % interval\n`)
  for (const task of tasks) {
    const comparison = await compareSpeed(task, { theirs, ours: childSource()!, rounds, budget, signal })
    if (comparison === undefined) {
      err.write(`quorate: ${task}: not in ${revision.commit}, so there is nothing to compare with\n`)
      continue
    }
    comparisons.push(comparison)
    const verdict = comparison.verdict === "same" ? "" : `  ${comparison.verdict.toUpperCase()}`
    out.write(`${task.padEnd(46)}  ${describeRatio(comparison)}${verdict}\n`)
  }
  return comparisons
}

async function writeFiles(folder: string, findings: Findings): Promise<void> {
  const report = await import("../../bench/report.ts")
  const { currentRevision } = await import("../../bench/revision.ts")
  const circumstances = { timestamp: Math.floor(Date.now() / 1_000), ...(await currentRevision()) }
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  write("summary.md", report.markdown(findings))
  write("junit.xml", report.junit(findings))
  write("bigger-is-better.json", `${JSON.stringify(report.biggerIsBetter(findings), null, 2)}\n`)
  write("smaller-is-better.json", `${JSON.stringify(report.smallerIsBetter(findings), null, 2)}\n`)
  appendFileSync(join(folder, "history.ndjson"), report.historyLine(findings, circumstances))
}

/** Reports failures, and saves accepted costs. */
async function conclude(
  findings: Findings,
  { algorithms, compare, accept, budget }: Wish,
  { out }: Terminal,
): Promise<number> {
  const { changes = [], speed, costs } = findings
  const slower = speed.filter(({ verdict }) => verdict === "slower")
  if (slower.length > 0) {
    out.write(`surely slower than the budget of ${100 * budget} %: ${slower.map(({ task }) => task).join("; ")}\n`)
  }
  if (changes.length > 0 && accept) {
    const { saveBaseline } = await import("../../bench/baseline.ts")
    saveBaseline(compare!, costs)
    out.write(`${changes.length} ${changes.length === 1 ? "change" : "changes"} accepted into ${compare}\n`)
  } else if (changes.length > 0) {
    const { quoted } = await import("../../debugger/shrink/describe.ts")
    const modules = algorithms.flatMap(module => ["--algorithms", module])
    const line = ["quorate", "bench", COSTS, ...modules, "--compare", compare!, "--accept"].map(quoted).join(" ")
    // Costs that were not measured cannot be accepted.
    const isWhole = changes.every(({ algorithm }) => costs.some(measured => measured.algorithm === algorithm))
    const costsChanged = `${changes.length} exact ${changes.length === 1 ? "cost" : "costs"} changed`
    out.write(isWhole ? `${costsChanged}; if that is right: ${line}\n` : `${costsChanged}\n`)
  }
  return slower.length > 0 || (changes.length > 0 && !accept) ? EXIT.violated : EXIT.ok
}

/** True for errors that tell the user what to change. */
function isOwnMistake(error: unknown): error is Error {
  return error instanceof Error && ["BaselineError", "RevisionError", "StoreError"].includes(error.name)
}

function readBudget(written: string | undefined): number | undefined {
  if (written === undefined) return undefined
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(written)?.[1]
  if (percent !== undefined) return Number(percent) / 100
  throw new Error(`--budget: expected a share such as 10%, found ${JSON.stringify(written)}`)
}

function rounded(value: number | null | undefined): string {
  if (value === null || value === undefined) return ""
  return Number.isInteger(value) ? String(value) : value.toFixed(2)
}

function mebibytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1)
}
