/**
 * Grades schedules of faults, with which students expose the bug of a broken algorithm.
 *
 * A schedule is a scenario file for the sound algorithm (`quorate replay` runs it). It earns points only if the sound
 * algorithm survives it with every seed, and the broken one violates a check with at least one. It contains no code and
 * so needs no sandbox, only limits on the work that it causes.
 */
import { basename, dirname } from "node:path"
import * as bundled from "../../algorithms/registry.ts"
import { toScenario } from "../../scenarios/cell.ts"
import { parseScenario, SCENARIO_CLAIM } from "../../scenarios/scenario-source.ts"
import { formatProblem } from "../../lib/problems.ts"
import { type Symptom, symptomsOf } from "../../debugger/shrink/shrink.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import { RunPool } from "../../runtime/simulation/pool.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { formatDuration, SECOND } from "../../runtime/contract/units.ts"
import type { FindBugLab, ScheduleTest, Stage } from "./lab.ts"
import { readOwnFile } from "./submission/own-file.ts"
import { plainText } from "./plain-text.ts"
import { type LabReport, notRun, reportOf, type TestFailure, type TestReport } from "./grading/report.ts"
import { type Secret, secretNumber } from "./run.ts"

/** The number of seeds for a schedule: its own and those that follow, or as many hidden ones. */
const SEEDS = 30

/** The limits of a schedule. */
const LIMITS = { nodes: 9, duration: 30 * SECOND, faults: 60, events: 60_000 }

export interface ScheduleOptions {
  /** Grades with seeds derived from it instead of those of the schedule. */
  readonly secret?: Secret
  readonly stage?: string
}

/** Maximum size of a schedule's file, in bytes. */
const MAX_FILE_BYTES = 100_000

/** Grades a file. */
export function gradeSchedule(
  lab: FindBugLab,
  file: string,
  submission: string,
  options: ScheduleOptions = {},
): LabReport {
  return gradeScheduleText(lab, readScheduleFile(file), submission, options)
}

/** The contents of a file, for {@link gradeScheduleText}. */
export function readScheduleFile(file: string): ScheduleText {
  const read = readOwnFile(file, dirname(file), MAX_FILE_BYTES)
  return "text" in read ? { name: basename(file), text: read.text } : read
}

/** A submitted schedule, or the reason why it cannot be read. */
export type ScheduleText = { readonly name: string; readonly text: string } | { readonly problem: string }

/** Grades a schedule; may take as long as the schedule makes it. */
export function gradeScheduleText(
  lab: FindBugLab,
  written: ScheduleText,
  submission: string,
  options: ScheduleOptions = {},
): LabReport {
  const schedule = "text" in written ? readSchedule(lab, written.name, written.text) : [written.problem]
  const chosen = placedTests(lab).filter(({ stage }) => options.stage === undefined || stage.name === options.stage)
  if (Array.isArray(schedule)) {
    const tests = chosen.map(placed => notRun(outlineOf(placed), "the schedule cannot be read"))
    return reportOf(lab, submission, tests, schedule)
  }
  const seeds = seedsOf(schedule.seed, options.secret)
  const hurt = hurtsTheSound(schedule.scenario, seeds, options.secret !== undefined)
  const broken = new Map<Algorithm, SymptomsOf>()
  const symptomsWith = (algorithm: Algorithm): SymptomsOf => {
    const known = broken.get(algorithm) ?? symptomsBySeed(withAlgorithm(schedule.scenario, algorithm))
    broken.set(algorithm, known)
    return known
  }
  const tests = chosen.map((placed): TestReport => {
    const outline = outlineOf(placed)
    const { test } = placed
    const symptoms = symptomsWith(test.algorithm)
    const failure = hurt ?? judge(test, schedule.scenario, symptoms, seeds, options.secret !== undefined)
    return {
      ...outline,
      earned: failure === undefined ? outline.points : 0,
      runs: seeds.length,
      printed: [],
      ...(failure === undefined ? {} : { failure }),
    }
  })
  return reportOf(lab, submission, tests)
}

interface Schedule {
  readonly scenario: Scenario
  readonly seed: number
}

/** @returns the schedule, or the problems of the file, one line each */
function readSchedule(lab: FindBugLab, name: string, text: string): Schedule | string[] {
  const found = parseScenario(name, text, bundled)
  if (found === undefined) return [`${name}:1:1: found no "${SCENARIO_CLAIM}"; expected a scenario file`]
  if ("problems" in found) return found.problems.slice(0, 20).map(problem => plainText(formatProblem(problem)))
  const { scenario, seed } = found
  const problems: string[] = []
  const limit = (what: string, is: boolean, allowed: string): void => {
    if (!is) problems.push(`${name}: ${what}; expected ${allowed}`)
  }
  const { algorithm, service, nodes, duration, faults } = scenario
  limit(`algorithm: ${algorithm}`, algorithm === lab.sound.name, lab.sound.name)
  limit(`service: ${service}`, service === lab.service.name, lab.service.name)
  limit(`${nodes} nodes`, nodes <= LIMITS.nodes, `at most ${LIMITS.nodes}`)
  limit(`a duration of ${formatDuration(duration)}`, duration <= LIMITS.duration, formatDuration(LIMITS.duration))
  limit(`${faults.length} faults`, faults.length <= LIMITS.faults, `at most ${LIMITS.faults}`)
  if (problems.length > 0) return problems
  return { scenario: { ...toScenario(scenario, bundled), eventBudget: LIMITS.events }, seed }
}

function seedsOf(first: number, secret: Secret | undefined): readonly number[] {
  return Array.from({ length: SEEDS }, (_, i) =>
    secret === undefined ? first + i : secretNumber(secret, `schedule ${i}`),
  )
}

/** A schedule that breaks the sound algorithm shows nothing about the broken one. */
function hurtsTheSound(scenario: Scenario, seeds: readonly number[], hidden: boolean): TestFailure | undefined {
  const expected = `a schedule that ${scenario.algorithm.title} survives, so that what goes wrong is the bug's doing`
  const pool = new RunPool()
  for (const seed of seeds) {
    const result = simulate(scenario, seed, { pool })
    const [symptom] = symptomsOf(result)
    if (symptom === undefined) continue
    return { expected, happened: `it violates ${symptom.name}: ${symptom.text}`, at: symptom.at, seed, hidden }
  }
  return undefined
}

/** The symptoms of a run with a seed. */
type SymptomsOf = (seed: number) => readonly Symptom[]

/** Runs each seed once, however many tests need it. */
function symptomsBySeed(scenario: Scenario): SymptomsOf {
  const pool = new RunPool()
  const known = new Map<number, readonly Symptom[]>()
  return seed => {
    const symptoms = known.get(seed) ?? symptomsOf(simulate(scenario, seed, { pool }))
    known.set(seed, symptoms)
    return symptoms
  }
}

function judge(
  { violates, atMost }: ScheduleTest,
  scenario: Scenario,
  symptoms: SymptomsOf,
  seeds: readonly number[],
  hidden: boolean,
): TestFailure | undefined {
  if (atMost !== undefined) {
    const { faults, nodes, duration } = atMost
    const isSmall = scenario.faults.length <= faults && scenario.nodes <= nodes && scenario.duration <= duration
    const expected = `at most ${faults} faults, ${nodes} nodes and ${formatDuration(duration)}`
    const size = `${scenario.faults.length} faults, ${scenario.nodes} nodes and ${formatDuration(scenario.duration)}`
    if (!isSmall) return { expected, happened: size, hidden: false }
  }
  const wanted = violates === null ? "a check" : violates
  if (seeds.some(seed => shows(symptoms(seed), violates))) return undefined
  const failure = `with none of ${seeds.length} ${hidden ? "hidden " : ""}seeds`
  return { expected: `the broken algorithm violates ${wanted}`, happened: failure, hidden: false }
}

function shows(symptoms: readonly Symptom[], check: string | null): boolean {
  return symptoms.some(({ name, kind }) => (check === null ? true : kind === "violated" && name === check))
}

function withAlgorithm(scenario: Scenario, algorithm: Algorithm): Scenario {
  return { ...scenario, algorithm }
}

interface PlacedScheduleTest {
  readonly number: string
  readonly stage: Stage<ScheduleTest>
  readonly test: ScheduleTest
}

function placedTests(lab: FindBugLab): readonly PlacedScheduleTest[] {
  return lab.stages.flatMap((stage, i) => stage.tests.map((test, j) => ({ number: `${i + 1}.${j + 1}`, stage, test })))
}

function outlineOf({ number, stage, test }: PlacedScheduleTest) {
  return { number, stage: stage.name, stageTitle: stage.title, name: test.name, points: test.points }
}
