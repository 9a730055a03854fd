/**
 * Saves failures in a student's own folder for inspection: `failures/3.2.json` is the scenario of a failed test of stage 3,
 * shrunk if it violates a check, with the commands that run it again. Everything runs in the labs' sandbox, as the tests
 * did.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Registry } from "../../../scenarios/cell.ts"
import { scenarioText } from "../../../scenarios/scenario-file.ts"
import { commandsFor } from "../../../debugger/shrink/describe.ts"
import { type Shrunk, shrink, symptomsOf } from "../../../debugger/shrink/shrink.ts"
import { type Inside, openInside } from "../../../labs/engine/grading/inside.ts"
import type { ImplementTest, Lab } from "../../../labs/engine/lab.ts"
import { plainText } from "../../../labs/engine/plain-text.ts"
import type { LabReport, TestFailure, TestReport } from "../../../labs/engine/grading/report.ts"
import { isOfOrders, scenarioOf, testsOf, tryOnce } from "../../../labs/engine/run.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { near, programName } from "../../program.ts"

/** The budget for shrinking a failure: a second or two. */
const BUDGET = { runs: 300, events: 200_000, seeds: 4 }

/** The maximal number of failed tests whose scenarios are kept: the first ones, often the cause of the others. */
const MAX_KEPT = 5

/** @returns for each failed test, by number, the lines that explain how to see it */
export async function keepFailures(
  lab: Lab,
  file: string,
  folder: string,
  report: LabReport,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const kept = new Map<string, readonly string[]>()
  const target = join(folder, "failures")
  rmSync(target, { recursive: true, force: true })
  const failed = report.tests.filter(({ failure }) => failure?.seed !== undefined).slice(0, MAX_KEPT)
  if (lab.kind !== "implement" || failed.length === 0) return kept
  const inside = await openInside(lab, file).catch(() => undefined)
  if (inside === undefined) return kept
  mkdirSync(target, { recursive: true })
  for (const test of failed) {
    const path = join(target, `${test.number}.json`)
    const note = keepFailure(inside, test, path)
    if ((await inside.sandbox.revive()) !== undefined) break
    const commands = commandsFor(near(path), [near(file)], programName())
    kept.set(test.number, [...note, ...commands])
  }
  await inside.sandbox.close()
  return kept
}

function keepFailure(inside: Inside, test: TestReport, path: string): readonly string[] {
  const { lab } = inside
  const placed = testsOf(lab).find(({ number }) => number === test.number)!
  const failure = test.failure!
  const seed = failure.seed!
  const scenario = failedScenario(inside, placed.test, seed)
  if (scenario === undefined) return ["no run shows it"]
  if (isOfOrders(placed.test) && symptomsOf(simulate(scenario, seed)).length === 0) {
    return ["no run shows it: the clocks of runs advance, and those of this test stand still"]
  }
  const smaller = smallest(scenario, seed, failure)
  const title = `${lab.name} ${test.number}: ${test.name}`
  if (smaller === undefined) {
    write(path, { title, scenario, seed })
    return []
  }
  const { symptom, after } = smaller
  const isException = symptom.kind === "failed"
  const violates = isException ? {} : { violates: symptom.name }
  write(path, { title, ...violates, scenario: smaller.scenario, seed: smaller.seed })
  const size = `nodes: ${after.nodes}, faults: ${after.faults}`
  const shows = isException ? "in which this happens" : `that violates ${symptom.name}`
  return [`smallest scenario ${shows} (${size}): ${plainText(symptom.text)}`]
}

/** The scenario of a failed run; for a test of every order of events, the one with the steps of the counterexample. */
function failedScenario({ lab, algorithm, sandbox }: Inside, test: ImplementTest, seed: number): Scenario | undefined {
  if (!isOfOrders(test)) return scenarioOf(lab, test, algorithm, { seed })
  const at = { seed, hidden: false }
  const found = tryOnce(lab, test, sandbox.steppedAlgorithm(sandbox.outline()), at)?.scenario
  return found && { ...found, algorithm }
}

/** The smallest scenario that shows what the test found; none if that is not a violated check, or needs a loop. */
function smallest(scenario: Scenario, seed: number, { expected, happened }: TestFailure): Shrunk | undefined {
  if (/to an end|did not end|memory|comes to rest/.test(expected + happened)) return undefined
  const found = symptomsOf(simulate(scenario, seed)).find(({ kind, text }) =>
    kind === "failed" ? expected === "no exception" : plainText(text) === happened,
  )
  return found && shrink(scenario, seed, found.name, BUDGET)
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
