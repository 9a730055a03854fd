/**
 * Keeps what failed in a student's own folder, so that it can be looked at: `failures/3.2.json` is the scenario of the
 * first failed test of stage 3, made smaller if it violates a check, with the commands that run it again.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import type { Registry } from "../experiments/cell.ts"
import { loadOutside } from "../experiments/outside/load.ts"
import { scenarioText } from "../experiments/scenario-file.ts"
import { commandsFor } from "../experiments/shrink/describe.ts"
import { shrink } from "../experiments/shrink/shrink.ts"
import type { ImplementLab, Lab } from "../labs/lab.ts"
import type { LabReport, TestReport } from "../labs/report.ts"
import { asLabRunsIt, scenarioOf, testsOf } from "../labs/run.ts"
import type { Algorithm } from "../runtime/algorithm.ts"
import type { Scenario } from "../runtime/scenario.ts"

/** What making a failure smaller may cost: a second or two. */
const BUDGET = { runs: 1_000, events: 2_000_000, seeds: 8 }

/** Failed tests whose scenarios are kept: the first ones, which the others often follow from. */
const MOST_KEPT = 5

/** @returns for each failed test, by number, the lines that say how to see it */
export async function keepFailures(
  lab: Lab,
  file: string,
  folder: string,
  report: LabReport,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const kept = new Map<string, readonly string[]>()
  const target = join(folder, "failures")
  rmSync(target, { recursive: true, force: true })
  const failed = report.tests.filter(({ failure }) => failure?.seed !== undefined).slice(0, MOST_KEPT)
  if (lab.kind !== "implement" || failed.length === 0) return kept
  const loaded = await loadOutside(file, folder)
  if ("problem" in loaded) return kept
  mkdirSync(target, { recursive: true })
  for (const test of failed) {
    const path = join(target, `${test.number}.json`)
    const note = keepFailure(lab, loaded.algorithms[0]!, test, path)
    const commands = commandsFor(near(path), [near(file)])
    kept.set(test.number, [...note, ...commands])
  }
  return kept
}

/** A path as one would type it here. */
function near(path: string): string {
  const way = relative("", path)
  return way.startsWith("..") ? path : way
}

function keepFailure(lab: ImplementLab, submitted: Algorithm, test: TestReport, path: string): readonly string[] {
  const placed = testsOf(lab).find(({ number }) => number === test.number)!
  const seed = test.failure!.seed!
  const scenario = scenarioOf(lab, placed.test, asLabRunsIt(lab, submitted), seed)
  const smaller = isSafeToRepeat(test) ? shrink(scenario, seed, undefined, BUDGET) : undefined
  const title = `${lab.name} ${test.number}: ${test.name}`
  if (smaller === undefined) {
    write(path, { title, scenario, seed })
    return []
  }
  const { symptom, after } = smaller
  write(path, { title, violates: symptom.name, scenario: smaller.scenario, seed: smaller.seed })
  const size = `nodes: ${after.nodes}, faults: ${after.faults}`
  return [`smallest scenario that violates ${symptom.name} (${size}): ${symptom.text}`]
}

/** Shrinking runs the submission in this process: not if it does not come to an end. */
function isSafeToRepeat({ failure }: TestReport): boolean {
  return failure !== undefined && !/come to an end|memory|comes to rest/.test(failure.expected + failure.happened)
}

function write(
  path: string,
  { title, violates, scenario, seed }: { title: string; violates?: string; scenario: Scenario; seed: number },
): void {
  const { algorithm, service } = scenario
  const registry: Registry = {
    algorithms: { [algorithm.name]: algorithm },
    services: { [service.name]: service },
    serviceFor: () => service,
  }
  const written = { ...scenario, algorithm: algorithm.name, service: service.name }
  const text = scenarioText(
    { title, ...(violates === undefined ? {} : { violates }), scenario: written, seed },
    registry,
  )
  writeFileSync(path, text)
}
