/**
 * Plain random runs, the opponent of hunts: what a user gets who writes three specs to provoke mistakes and has them run with one
 * seed after the other. Nothing is drawn but times and targets of faults; parameters, loads and links are those of the spec.
 */
import { serviceFor } from "../../algorithms/registry.ts"
import { symptomsOf } from "../../debugger/shrink/shrink.ts"
import { kindsWithin } from "../../hunting/runs/faults.ts"
import { type Algorithm, claimsOf } from "../../runtime/contract/algorithm.ts"
import type { Service } from "../../runtime/contract/service.ts"
import { BEHAVIOURS } from "../../runtime/faults/byzantine.ts"
import type { Fault } from "../../runtime/faults/fault.ts"
import { isBeyondClaims } from "../../runtime/scenario/claims.ts"
import { composeScenario, type ScenarioOptions } from "../../runtime/scenario/compose.ts"
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { chaos } from "./chaos.ts"
import { POOL } from "./pool.ts"

/** Clients that get into each other's way, by service. */
const BUSY: Readonly<Record<string, object>> = {
  "replicated-log": { clients: 3, think: "3ms", keys: 2, writes: "mixed", reads: "40%", retryAfter: "20ms" },
  "sharded-store": {
    clients: 3,
    think: "3ms",
    keys: 6,
    shards: 3,
    writes: "mixed",
    reads: "40%",
    moveEvery: "30ms",
    transactions: "20%",
  },
  agreement: { instances: 50 },
  "mutual-exclusion": { hold: "1ms", think: "5ms" },
  "leader-election": { initiators: "all", interval: "20ms" },
}

type Spec = (algorithm: Algorithm, service: Service, seed: number) => Scenario

/** A spec of one group size, in which faults strike at random until seven eighths of the time are over. */
function spec(nodes: number, duration: number, faults: number, isProvoking: boolean): Spec {
  return (algorithm, service, seed) => {
    const { assumes = {}, tolerates } = algorithm
    const isReliable = assumes.links !== undefined || tolerates.faults === "none"
    const isPaced = isProvoking && tolerates.faults === "crash" && assumes.timing !== "synchronous"
    const size = tolerates.faults === "byzantine" ? Math.max(nodes, 4) : nodes
    const length = isPaced || isReliable ? duration : Math.max(duration, 2_000)
    const options: ScenarioOptions = {
      nodes: size,
      latency: { model: "uniform", min: 100, max: 2_000 },
      ...(isReliable ? {} : { loss: 0.02, duplication: 0.05 }),
      ...(assumes.links === "fifo" ? { fifo: true } : {}),
      workload: {
        ...(isProvoking ? { ...BUSY[service.name], ...chance(algorithm) } : {}),
        ...patience(algorithm, service),
      },
      duration: `${length}ms`,
    }
    const usual = composeScenario(algorithm, service, options)
    const parameters = isPaced ? brisk(algorithm, usual.parameters) : usual.parameters
    const calm = { ...usual, parameters }
    const disturbed = { ...calm, faults: faultsWithin(calm, seed, faults, isProvoking) }
    return isBeyondClaims(disturbed) ? calm : disturbed
  }
}

/** Who is down or cut off waits while others have their turns. */
function patience({ tolerates }: Algorithm, { name }: Service): object {
  return name === "mutual-exclusion" && tolerates.faults !== "none" ? { starvation: 1_000_000 } : {}
}

/** What only this algorithm executes. */
function chance({ name }: Algorithm): object {
  return name === "semi-active-replication" ? { nondeterministic: "20%" } : {}
}

/** The parameters as they are by default with long runs; timers a tenth as long and contention; the same with five nodes. */
const SPECS: readonly Spec[] = [spec(3, 2_000, 6, false), spec(3, 400, 6, true), spec(5, 400, 10, true)]

function brisk(algorithm: Algorithm, parameters: Scenario["parameters"]): Scenario["parameters"] {
  const paced = Object.entries(algorithm.parameters).flatMap(([name, { kind, min = 0 }]) => {
    const value = parameters[name]
    return kind === "duration" && typeof value === "number" ? [[name, Math.max(min, Math.round(value / 10))]] : []
  })
  return { ...parameters, ...Object.fromEntries(paced) }
}

/** Faults of kinds that the algorithm claims to survive, of no more nodes than it does. */
function faultsWithin(
  { algorithm, parameters, nodes, duration }: Scenario,
  seed: number,
  count: number,
  isWide: boolean,
): readonly Fault[] {
  const claims = claimsOf(algorithm, parameters)
  const { links, timing, storage } = claims.assumes ?? {}
  const most = Math.min(claims.tolerates.of(nodes), nodes - 1)
  const victims = { nodes: Array.from({ length: most }, (_, at) => (seed + at) % nodes) }
  if (claims.tolerates.faults === "byzantine") {
    const behaviour = BEHAVIOURS[seed % BEHAVIOURS.length]!
    return [{ kind: "byzantine", target: victims, behaviour, at: 0 }]
  }
  const kinds: readonly string[] = kindsWithin(claims, false)
  const isLimited = storage === "none" || links !== undefined || timing === "synchronous"
  return chaos(seed, { nodes, from: 5_000, to: (duration * 7) / 8, span: duration / 13, faults: 5 * count, isWide })
    .filter(({ kind }) => kinds.includes(kind) && !(isLimited && most === 0))
    .slice(0, count)
    .map(fault => (isLimited && "target" in fault ? { ...fault, target: victims } : fault))
}

/** The scenario of a run: specs and services take turns. */
export function plainScenario(algorithm: Algorithm, run: number): Scenario {
  const turn = Math.floor(run / SPECS.length)
  const { name } = algorithm.serves[turn % algorithm.serves.length]!
  const scenario = SPECS[run % SPECS.length]!(algorithm, serviceFor(algorithm, name)!, run)
  return algorithm.conflict?.(scenario.parameters, scenario.nodes) === undefined
    ? scenario
    : SPECS[0]!(algorithm, serviceFor(algorithm, name)!, run)
}

/** Makes a run at the speed of a hunt. @returns what was wrong with it */
export function plainRun(algorithm: Algorithm, run: number): string | undefined {
  const result = simulate(plainScenario(algorithm, run), run, { pool: POOL, unrecorded: true })
  return symptomsOf(result)[0]?.text
}
