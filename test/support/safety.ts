/**
 * What every algorithm claims to survive, at random: one run for a seed, and what was wrong with it. The safety tests
 * run the first seeds of the same generators, `npm run soak` as many as there is time for.
 */
import { bully } from "../../algorithms/bully/bully.ts"
import { multiPaxos } from "../../algorithms/multi-paxos/multi-paxos.ts"
import { oralMessages } from "../../algorithms/oral-messages/oral-messages.ts"
import { paxos } from "../../algorithms/paxos/paxos.ts"
import { raft } from "../../algorithms/raft/raft.ts"
import { ricartAgrawala } from "../../algorithms/ricart-agrawala/ricart-agrawala.ts"
import { ringElection } from "../../algorithms/ring-election/ring-election.ts"
import type { Algorithm, Shape } from "../../runtime/algorithm.ts"
import { BEHAVIOURS } from "../../runtime/byzantine.ts"
import { Random } from "../../runtime/random.ts"
import type { Fault, RunResult } from "../../runtime/scenario.ts"
import type { Service } from "../../runtime/service.ts"
import { simulate } from "../../runtime/simulation.ts"
import { MILLISECOND } from "../../runtime/units.ts"
import { agreement } from "../../services/agreement/service.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { randomDuel, randomScenario as randomLog, withSlowDisk } from "../algorithms/multi-paxos/random-faults.ts"
import { randomScenario as randomDecisions } from "../algorithms/paxos/random-faults.ts"
import { runInTurmoil } from "../algorithms/raft/chaos.ts"
import { randomCrashes } from "../services/leader-election/random-crashes.ts"
import { scenarioOf, type ServiceRunOptions, violations } from "./service-run.ts"

/** Runs a seed; every sentence says something that was wrong. */
export type SafetyRun = (seed: number) => readonly string[]

/** By name: the algorithm, and after a slash the way in which it is used if there is more than one. */
export const SAFETY_RUNS: Readonly<Record<string, SafetyRun>> = {
  bully: seed => judge(runCrashes(bully, seed, {}), "available in the end"),
  "multi-paxos": seed => judge(runOnSlowDisk(multiPaxos, replicatedLog, randomLog(seed), seed)),
  "multi-paxos/duel": seed => judge(runOnSlowDisk(multiPaxos, replicatedLog, randomDuel(seed), seed)),
  "oral-messages": seed => judge(simulate(scenarioOf(oralMessages, agreement, randomTraitors(seed)), seed), "always"),
  paxos: seed => judge(runOnSlowDisk(paxos, agreement, randomDecisions(seed), seed)),
  raft: seed => judge(runInTurmoil(raft, seed)),
  "ricart-agrawala": seed =>
    judge(simulate(scenarioOf(ricartAgrawala, mutualExclusion, randomRequests(seed)), seed), "always"),
  "ring-election": seed =>
    judge(
      runCrashes(ringElection, seed, { repair: true, order: "shuffled", arrangement: seed % 1_000_000 }),
      "available in the end",
    ),
}

/** What a run violated, and if it promised so, where it was not available. */
export function judge(run: RunResult, promise?: "always" | "available in the end"): readonly string[] {
  if (run.status === "failed") return [`${run.reason} (${run.event}; ${run.state})`]
  const { outcome } = run
  const found = violations(outcome)
  if (promise === "always" && outcome.availability < 1) found.push(`available only ${outcome.availability}`)
  if (promise === "available in the end" && outcome.unknown > 0) found.push("no leader in the end")
  return found
}

function runOnSlowDisk<S extends Shape>(
  algorithm: Algorithm<S>,
  service: Service,
  options: ServiceRunOptions,
  seed: number,
): RunResult {
  return simulate(withSlowDisk(scenarioOf(algorithm, service, options), seed), seed)
}

/** Elections under crashes and recoveries, with delays that keep their bound. */
function runCrashes<S extends Shape>(
  algorithm: Algorithm<S>,
  seed: number,
  parameters: Readonly<Record<string, unknown>>,
): RunResult {
  const { nodes, faults } = randomCrashes(seed, { recover: true })
  const latency = { model: "uniform", min: 0, max: 10 * MILLISECOND } as const
  return simulate(scenarioOf(algorithm, leaderElection, { nodes, faults, latency, parameters, duration: "6s" }), seed)
}

/** As many traitors as OM(m) withstands, of any behaviour, with delays below the length of a round. */
function randomTraitors(seed: number): ServiceRunOptions {
  const random = Random.stream(seed, "faults", 2)
  const nodes = random.integer(4, 8)
  const traitors = random.choose(random.integer(1, Math.floor((nodes - 1) / 3)), nodes)
  const faults = traitors.map((node): Fault => {
    const behaviour = BEHAVIOURS[random.integer(0, BEHAVIOURS.length - 1)]!
    return { kind: "byzantine", target: { nodes: [node] }, behaviour, at: random.integer(0, 50 * MILLISECOND) }
  })
  return {
    nodes,
    latency: { model: "uniform", min: 0, max: random.integer(1, 10) * MILLISECOND },
    duplication: random.chance(0.5) ? 0.2 : 0,
    parameters: { rule: random.chance(0.5) ? "majority" : "median" },
    workload: { instances: 10, commander: "random", values: random.integer(2, 4) },
    faults,
  }
}

/** Requests on a network that delays, reorders and duplicates; Ricart-Agrawala claims to survive nothing else. */
function randomRequests(seed: number): ServiceRunOptions {
  const random = Random.stream(seed, "faults", 2)
  const nodes = random.integer(2, 7)
  return {
    nodes,
    latency: { model: "exponential", floor: 100, mean: 2 * MILLISECOND },
    duplication: random.chance(0.5) ? 0.2 : 0,
    workload: {
      hold: "500us",
      think: random.chance(0.3) ? "0ms" : "5ms",
      starvation: 2 * nodes,
      deadline: "2s",
    },
    duration: "60ms",
  }
}
