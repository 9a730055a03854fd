/**
 * Runs the tests of a lab against an algorithm, and reports the first run that failed.
 *
 * Pure: the algorithm may be a submission in this process, one behind the walls of `sandbox/`, or the reference.
 */
import { createHash } from "node:crypto"
import type { Algorithm, NodeId } from "../../runtime/contract/algorithm.ts"
import { composeScenario } from "../../runtime/scenario/compose.ts"
import { Random, streamKey } from "../../runtime/lib/random.ts"
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import { Simulation } from "../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"
import { type Micros, parseDuration } from "../../runtime/contract/units.ts"
import type { Failure, ImplementLab, ImplementTest, LabRun, OrdersTest, RunTest, Stage } from "./lab.ts"
import { judgeOrders } from "./orders.ts"

/** Default number of seeds of a test. */
const SEEDS = 5

/** A run of a lab takes some thousand events; more than this is a flood. */
const EVENT_BUDGET = 200_000

/** The stream of "faults" from which a test's scenario is drawn; no run uses it. */
const VARY = 50

/** A seed to run a test with. Students are shown only those that are not hidden. */
export interface LabSeed {
  readonly seed: number
  /** The number from which the scenario is drawn, if that is not the seed. */
  readonly variation?: number
  readonly hidden: boolean
}

/** The failure of one run. */
export interface FailedTrial extends Failure, LabSeed {
  /** The scenario that failed; absent if the test could not be run. */
  readonly scenario?: Scenario
}

/** True for a test of every order of events, in which nothing is random. */
export function isOfOrders(test: ImplementTest): test is OrdersTest {
  return "orders" in test
}

/** The public seeds: 1, 2, ... */
export function publicSeeds(test: ImplementTest, atLeast = 0): readonly LabSeed[] {
  if (isOfOrders(test)) return [{ seed: 1, hidden: false }]
  const { seeds = SEEDS } = test
  return Array.from({ length: Math.max(seeds, atLeast) }, (_, i) => ({ seed: i + 1, hidden: false }))
}

/** The secret, of any content, that determines the hidden seeds of a grading. */
export type Secret = string | number

/** As many hidden seeds, which nobody can guess without the secret: of 53 bits each, with a scenario drawn from 53 others. */
export function hiddenSeeds(test: ImplementTest, secret: Secret): readonly LabSeed[] {
  if (isOfOrders(test)) return []
  const { seeds = SEEDS, name } = test
  return Array.from({ length: seeds }, (_, i) => {
    const [seed, variation] = ["seed", "variation"].map(use => secretNumber(secret, `${name} ${i} ${use}`))
    return { seed: seed!, variation: variation!, hidden: true }
  })
}

/** An integer of 53 bits derived from a secret and a purpose; it reveals neither. */
export function secretNumber(secret: Secret, purpose: string): number {
  const digest = createHash("sha256").update(`${secret}\0${purpose}`).digest()
  return digest.readUIntBE(0, 6) * 2 ** 5 + (digest[6]! >>> 3)
}

/**
 * The algorithm as the lab runs it: with the lab's service, lies and parameters. Any further parameters that it
 * declares keep their defaults.
 */
export function asLabRunsIt(lab: ImplementLab, submitted: Algorithm): Algorithm {
  const { lies: _, ...algorithm } = submitted
  const parameters = { ...algorithm.parameters, ...lab.parameters }
  const fixed = { ...algorithm, parameters, serves: [lab.service] }
  return lab.lies === undefined ? fixed : { ...fixed, lies: lab.lies }
}

/** The work of a test of every order of events, in the unit of {@link workOf}. */
const ORDERS_WORK = 30_000_000

/** The approximate work of a test: the virtual time of all nodes in its public runs, in microseconds. */
export function workOf(test: ImplementTest): number {
  if (isOfOrders(test)) return ORDERS_WORK
  return publicSeeds(test).reduce((sum, { seed }) => {
    const { nodes, duration = "1s" } = optionsOf(test, seed)
    return sum + nodes * (parseDuration(duration) ?? 0)
  }, 0)
}

function optionsOf(test: RunTest, seed: number) {
  return test.scenario(new Random(streamKey(seed, "faults", VARY)))
}

/** The scenario of a seed in a test. */
export function scenarioOf(
  lab: ImplementLab,
  test: RunTest,
  algorithm: Algorithm,
  { seed, variation = seed }: Omit<LabSeed, "hidden">,
): Scenario {
  return composeScenario(algorithm, lab.service, { eventBudget: EVENT_BUDGET, ...optionsOf(test, variation) })
}

/**
 * Runs one seed of a test.
 *
 * @param submitted the algorithm, fresh: without any state of earlier runs
 * @returns the failure, or nothing
 */
export function tryOnce(
  lab: ImplementLab,
  test: ImplementTest,
  submitted: Algorithm,
  at: LabSeed,
): FailedTrial | undefined {
  if (isOfOrders(test)) return tryOrders(lab, test, submitted, at)
  let scenario: Scenario
  try {
    scenario = scenarioOf(lab, test, asLabRunsIt(lab, submitted), at)
  } catch (error) {
    const happened = error instanceof Error ? error.message : String(error)
    return { expected: "parameters with defaults that they allow", happened, ...at }
  }
  const failure = judgeSafely(scenario, at.seed, test)
  return failure && { ...failure, ...at, scenario }
}

function tryOrders(lab: ImplementLab, test: OrdersTest, submitted: Algorithm, at: LabSeed): FailedTrial | undefined {
  try {
    const failure = judgeOrders(lab, test, asLabRunsIt(lab, submitted))
    return failure && { ...failure, ...at }
  } catch (error) {
    return { ...crashed(error instanceof Error ? error.message : String(error), "as the nodes boot", 0), ...at }
  }
}

/** Like {@link judge}; a disk or an initial state that cannot be created is a failure, too. */
function judgeSafely(scenario: Scenario, seed: number, test: RunTest): Failure | undefined {
  try {
    return judge(scenario, seed, test)
  } catch (error) {
    return crashed(error instanceof Error ? error.message : String(error), "before the nodes boot", 0)
  }
}

/** Runs a scenario as a test of a lab and judges it: the scenario of a failure fails again. */
export function judge(scenario: Scenario, seed: number, { expect }: Pick<RunTest, "expect">): Failure | undefined {
  const events: TraceEvent[] = []
  const simulation = new Simulation(scenario, seed, { observer: event => void events.push(event) })
  const result = simulation.run()
  if (result.status === "failed") return crashed(result.reason, result.event, result.at)
  const nodes = Array.from({ length: scenario.nodes }, (_, id) => id)
  const run: LabRun = {
    scenario,
    seed,
    result,
    events,
    live: nodes.filter(node => simulation.isUp(node)),
    leaders: nodes.map(node => leaderOf(simulation.believed[node]!)),
  }
  for (const expectation of expect) {
    const failure = judgeBy(expectation, run)
    if (failure !== undefined) return failure
  }
  return undefined
}

function judgeBy(expectation: RunTest["expect"][number], run: LabRun): Failure | undefined {
  try {
    return expectation(run)
  } catch (error) {
    // A submission may send anything in a message whose name the lab knows.
    const reason = error instanceof Error ? error.message : String(error)
    return { expected: "messages, facts and replies of the types that the lab declares", happened: reason }
  }
}

function crashed(reason: string, event: string, at: Micros): Failure {
  if (reason.startsWith("more than")) {
    return { expected: "a run that comes to rest", happened: `${reason}: messages or timers without end`, at }
  }
  return { expected: "no exception", happened: `${reason}, ${event}`, at }
}

function leaderOf(believed: number): NodeId | null {
  return believed < 0 ? null : believed
}

/** A test of a lab, with its place: `2.1` is the first test of the second stage. */
export interface PlacedTest {
  readonly number: string
  readonly stage: Stage<ImplementTest>
  readonly test: ImplementTest
}

export function testsOf(lab: ImplementLab): readonly PlacedTest[] {
  return lab.stages.flatMap((stage, i) => stage.tests.map((test, j) => ({ number: `${i + 1}.${j + 1}`, stage, test })))
}
