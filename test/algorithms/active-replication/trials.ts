/** Trials of an algorithm with a mistake in it: random runs in which the mistake would show, and what was wrong in one. */
import type { OnLog } from "../../../algorithms/common/sequenced/logged-types.ts"
import type { State } from "../../../algorithms/common/sequenced/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { Random } from "../../../runtime/lib/random.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { encode } from "../../../runtime/process/value.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { createCluster } from "../../support/cluster.ts"
import type { Edit } from "../../support/mutants.ts"
import { POOL } from "../../support/pool.ts"
import { runService, scenarioOf, violations } from "../../support/service-run.ts"
import { HEALED } from "../../support/storm.ts"
import { weather } from "../../support/weather.ts"
import { ask, executedBy, put } from "./support.ts"
import { BRISK, crashScenario, drawCrashes } from "./random-faults.ts"

/** Active or semi-active replication, as far as trials are concerned. */
export type Trialled = Algorithm<OnLog>

/** Runs a seed; the first words of a finding say what found it. */
type Trial = (algorithm: Trialled, seed: number) => readonly string[]

export interface Mutant {
  readonly name: string
  readonly edits: readonly Edit[]
  /** The check that catches it, or how the assertion or the sentence that does so begins. */
  readonly caughtBy: string
  /** Default: `crashes`. */
  readonly trial?: keyof typeof TRIALS
}

export const LEFT_BEHIND = "a replica was left behind"

export const TRIALS = { crashes, wrong, patient, late } satisfies Record<string, Trial>

/** Crashes within the claims: all that is promised holds, the group serves afterwards, and no replica is left behind. */
function crashes(algorithm: Trialled, seed: number): readonly string[] {
  const found = weather((each, end) => drawCrashes(algorithm, each, end), seed)
  return found.length > 0 ? found : leftBehind(crashScenario(algorithm, seed, HEALED + 100 * MILLISECOND), seed)
}

/** Replicas that are up at the end of a run and have not executed what others have, or not with the same choices. */
function leftBehind(scenario: Scenario, seed: number): string[] {
  const simulation = new Simulation(scenario, seed, { pool: POOL })
  simulation.run()
  const states = simulation.nodes.slice(0, simulation.size).flatMap(({ up, state }) => (up ? [state as State] : []))
  const executed = states.map(state => state.executed)
  simulation.release()
  const [first, ...others] = states
  for (const other of others) {
    if (other.executed !== first!.executed) continue
    if (encode(other.machine.registers ?? null) !== encode(first!.machine.registers ?? null))
      return ["registers differ"]
  }
  return Math.max(...executed) - Math.min(...executed) > 3 ? [`${LEFT_BEHIND}: ${executed.join()}`] : []
}

/** One of three replicas computes wrongly, and clients are impatient. */
function wrong(algorithm: Trialled, seed: number): readonly string[] {
  const random = Random.stream(seed, "faults", 11)
  const fault: Fault = { kind: "byzantine", target: { nodes: [random.integer(0, 2)] }, at: 0, behaviour: "lying" }
  const run = runService(
    algorithm,
    replicatedLog,
    {
      nodes: 3,
      latency: { model: "uniform", min: 100, max: 2_000 },
      parameters: { ...BRISK, answers: "matching" },
      workload: { mode: "closed", clients: 3, keys: 2, think: "1ms", retryAfter: "3ms", deadline: "60ms", ask: "own" },
      faults: [fault],
      duration: "200ms",
    },
    seed,
  )
  return run.status === "failed" ? [run.reason] : violations(run)
}

/** The sequencer crashes, and clients never send anything a second time: what is on its way must not be lost. */
function patient(algorithm: Trialled, seed: number): readonly string[] {
  const scenario = scenarioOf(algorithm, replicatedLog, {
    nodes: 3,
    latency: { model: "uniform", min: 100, max: 2_000 },
    parameters: BRISK,
    workload: { mode: "closed", clients: 5, keys: 2, retryAfter: "10s", deadline: "1s", ask: "own" },
    faults: [{ kind: "crash", target: { nodes: [0] }, at: 50_000 + 37 * (seed % 100), for: 20_000 }],
    duration: "150ms",
  })
  const simulation = new Simulation(scenario, seed, { pool: POOL })
  const run = simulation.run()
  simulation.release()
  if (run.status === "failed") return [run.reason]
  const { attempted, ok } = run.outcome
  return [...violations(run), ...(ok < attempted ? [`requests were lost: ${attempted - ok}`] : [])]
}

/** Messages that arrive when what they are about is over: courses that random runs hardly ever take. */
function late(algorithm: Trialled): readonly string[] {
  return [...lateTransfer(algorithm), ...lateOrder(algorithm)]
}

/** A replica crashes while the state is on its way to it, and again has nothing when it arrives; what was ordered since is lost. */
function lateTransfer(algorithm: Trialled): string[] {
  const group = createCluster(algorithm, { nodes: 3 })
  let transfers = 0
  group.intercept((_, __, { type }) =>
    type !== "Transfer" ? "deliver" : transfers++ === 0 ? { delay: 10_000 } : "drop",
  )
  ask(group, put("1"))
  group.runFor("10ms")
  group.crash(2)
  group.restart(2)
  group.runFor("2ms")
  group.crash(2)
  ask(group, put("2"), { sequence: 2 })
  group.runFor("5ms")
  group.restart(2)
  group.runFor("20ms")
  group.intercept(() => "deliver")
  ask(group, put("3"), { sequence: 3 })
  group.runFor("500ms")
  const executed = [0, 1, 2].map(node => group.state(node).executed)
  return new Set(executed).size > 1 ? [`${LEFT_BEHIND}: ${executed.join()}`] : []
}

/** An order of the first sequencer reaches one survivor when another has taken over. */
function lateOrder(algorithm: Trialled): string[] {
  const group = createCluster(algorithm, { nodes: 3, parameters: { requests: "sequencer" } })
  group.intercept((_, to, { type }) =>
    type === "Order" && to === 2 ? { delay: 400_000 } : type === "Order" ? "drop" : "deliver",
  )
  ask(group, put("1"))
  group.runFor("2ms")
  group.crash(0)
  group.intercept((_, to, { type }) => (type === "Order" && to === 2 ? { delay: 400_000 } : "deliver"))
  group.runFor("300ms")
  ask(group, put("2"), { client: 2 })
  group.runFor("1s")
  const [, one, other] = executedBy(group)
  return String(one) === String(other) ? [] : [`log-agreement: ${String(one)} and ${String(other)}`]
}
