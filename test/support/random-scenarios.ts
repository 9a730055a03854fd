/** Random scenarios for every algorithm, each with all the faults that the algorithm claims to survive: a function of the seed. */
import { blockingCheckpoints } from "../../algorithms/blocking-checkpoints/blocking-checkpoints.ts"
import { bully } from "../../algorithms/bully/bully.ts"
import { centralServer } from "../../algorithms/central-server/central-server.ts"
import { causalLogging } from "../../algorithms/causal-logging/causal-logging.ts"
import { chainReplication } from "../../algorithms/chain-replication/chain-replication.ts"
import { chandyLamport } from "../../algorithms/chandy-lamport/chandy-lamport.ts"
import { communicationInduced } from "../../algorithms/communication-induced/communication-induced.ts"
import { lamportMutex } from "../../algorithms/lamport-mutex/lamport-mutex.ts"
import { floodSet } from "../../algorithms/floodset/floodset.ts"
import { leaseLeadership } from "../../algorithms/lease-leadership/lease-leadership.ts"
import { maekawa } from "../../algorithms/maekawa/maekawa.ts"
import { multiPaxos } from "../../algorithms/multi-paxos/multi-paxos.ts"
import { optimisticLogging } from "../../algorithms/optimistic-logging/optimistic-logging.ts"
import { oralMessages } from "../../algorithms/oral-messages/oral-messages.ts"
import { paxos } from "../../algorithms/paxos/paxos.ts"
import { pessimisticLogging } from "../../algorithms/pessimistic-logging/pessimistic-logging.ts"
import { primaryBackup } from "../../algorithms/primary-backup/primary-backup.ts"
import { raft } from "../../algorithms/raft/raft.ts"
import { raymond } from "../../algorithms/raymond/raymond.ts"
import { ricartAgrawala } from "../../algorithms/ricart-agrawala/ricart-agrawala.ts"
import { ringElection } from "../../algorithms/ring-election/ring-election.ts"
import { senderBasedLogging } from "../../algorithms/sender-based-logging/sender-based-logging.ts"
import { signedMessages } from "../../algorithms/signed-messages/signed-messages.ts"
import { suzukiKasami } from "../../algorithms/suzuki-kasami/suzuki-kasami.ts"
import { tokenRing } from "../../algorithms/token-ring/token-ring.ts"
import { viewstampedReplication } from "../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import { uncoordinatedCheckpoints } from "../../algorithms/uncoordinated-checkpoints/uncoordinated-checkpoints.ts"
import type { Algorithm, Shape } from "../../runtime/contract/algorithm.ts"
import { BEHAVIOURS } from "../../runtime/faults/byzantine.ts"
import { Random } from "../../runtime/lib/random.ts"
import type { Fault, Scenario } from "../../runtime/scenario/scenario.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { agreement } from "../../services/agreement/service.ts"
import { campaignedElection, leaderElection } from "../../services/leader-election/service.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import { recovery } from "../../services/recovery/service.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { drawOnLog } from "../algorithms/active-replication/random-faults.ts"
import { activeOnLogs, semiActiveOnLogs } from "../algorithms/active-replication/support.ts"
import { anything, crashes, onLog as chainOnLog, suspicions } from "../algorithms/chain-replication/random-faults.ts"
import { chainOnLogs } from "../algorithms/chain-replication/support.ts"
import {
  crashingContenders,
  troubledContenders,
  troubledElection,
  troubledStore,
} from "../algorithms/lease-leadership/random-faults.ts"
import { leaseLeadership as leaseOnLogs } from "../algorithms/lease-leadership/support.ts"
import { crashes as recoveringNodes } from "../algorithms/raymond/random-crashes.ts"
import { randomDuel, randomScenario as randomLog, withSlowDisk } from "../algorithms/multi-paxos/random-faults.ts"
import { randomScenario as randomDecisions } from "../algorithms/paxos/random-faults.ts"
import { onLog as backupOnLog, randomScenario as randomTakeOvers } from "../algorithms/primary-backup/random-faults.ts"
import { backupOnLogs } from "../algorithms/primary-backup/support.ts"
import { turmoilScenario } from "../algorithms/raft/chaos.ts"
import { failures, failuresOfSome } from "../algorithms/common/recovery/random-failures.ts"
import {
  randomReconfigurations,
  randomScenario as randomShifts,
} from "../algorithms/viewstamped-replication/random-faults.ts"
import { randomCrashes } from "../services/leader-election/random-crashes.ts"
import { scenarioOf, type ServiceRunOptions } from "./service-run.ts"

/** What a service promises under faults that it survives, beyond its checks. */
export type Promised = "always available" | "available in the end"

export interface RandomScenario {
  readonly scenario: (seed: number) => Scenario
  readonly promise?: Promised
}

/** By name: the algorithm, and after a slash the way in which it is used if there is more than one. */
export const RANDOM_SCENARIOS: Readonly<Record<string, RandomScenario>> = {
  "active-replication/order-of-a-log": {
    scenario: seed => drawOnLog(activeOnLogs, seed, 300 * MILLISECOND).scenario,
  },
  "blocking-checkpoints": {
    scenario: seed => withFailures(blockingCheckpoints, seed),
    promise: "available in the end",
  },
  bully: { scenario: seed => withCrashes(bully, seed, {}), promise: "available in the end" },
  "central-server": {
    scenario: seed =>
      // The server knows a request once it has arrived: others can be granted several times while one is on its way.
      scenarioOf(centralServer, mutualExclusion, {
        ...randomRequests(seed, 30),
        parameters: { answers: seed % 2 === 0 ? "grants" : "queued" },
      }),
    promise: "always available",
  },
  "causal-logging": { scenario: withFailuresOfSome, promise: "available in the end" },
  "chain-replication": { scenario: seed => scenarioOf(chainReplication, replicatedLog, crashes(seed)) },
  "chain-replication/suspicions": { scenario: seed => scenarioOf(chainReplication, replicatedLog, suspicions(seed)) },
  "chain-replication/anything": { scenario: seed => scenarioOf(chainReplication, replicatedLog, anything(seed)) },
  "chain-replication/master-in-a-log": {
    scenario: seed => scenarioOf(chainOnLogs, replicatedLog, chainOnLog(crashes, seed)),
  },
  "chain-replication/master-in-a-log-suspicions": {
    scenario: seed => scenarioOf(chainOnLogs, replicatedLog, chainOnLog(suspicions, seed)),
  },
  "chandy-lamport": { scenario: seed => withFailures(chandyLamport, seed), promise: "available in the end" },
  "communication-induced": {
    scenario: seed => withFailures(communicationInduced, seed),
    promise: "available in the end",
  },
  "lamport-mutex": {
    scenario: seed =>
      scenarioOf(lamportMutex, mutualExclusion, {
        ...randomRequests(seed),
        fifo: true,
        parameters: { acknowledge: seed % 2 === 0 ? "always" : "needed" },
      }),
    promise: "always available",
  },
  "lease-leadership": {
    scenario: seed => scenarioOf(leaseLeadership, mutualExclusion, troubledContenders(seed)),
    promise: "available in the end",
  },
  "lease-leadership/crashes": {
    scenario: seed => scenarioOf(leaseLeadership, mutualExclusion, crashingContenders(seed)),
  },
  "lease-leadership/election": {
    scenario: seed => scenarioOf(leaseLeadership, campaignedElection, troubledElection(seed)),
    promise: "available in the end",
  },
  "lease-leadership/store-in-a-log": {
    scenario: seed => scenarioOf(leaseOnLogs, mutualExclusion, troubledStore(2 * seed + 1)),
    promise: "available in the end",
  },
  floodset: { scenario: seed => scenarioOf(floodSet, agreement, randomSilence(seed)), promise: "always available" },
  maekawa: {
    scenario: seed =>
      scenarioOf(maekawa, mutualExclusion, {
        ...randomRequests(seed, 30),
        parameters: { quorums: seed % 2 === 0 ? "plane" : "grid" },
      }),
    promise: "always available",
  },
  "multi-paxos": { scenario: seed => withSlowDisk(scenarioOf(multiPaxos, replicatedLog, randomLog(seed)), seed) },
  "multi-paxos/duel": { scenario: seed => withSlowDisk(scenarioOf(multiPaxos, replicatedLog, randomDuel(seed)), seed) },
  "optimistic-logging": {
    scenario: seed => withFailures(optimisticLogging, seed, { batch: 1 + (seed % 8), flushInterval: "30ms" }),
    promise: "available in the end",
  },
  "oral-messages": {
    scenario: seed =>
      scenarioOf(oralMessages, agreement, {
        ...randomTraitors(seed),
        parameters: { rule: seed % 2 === 0 ? "majority" : "median" },
      }),
    promise: "always available",
  },
  paxos: { scenario: seed => withSlowDisk(scenarioOf(paxos, agreement, randomDecisions(seed)), seed) },
  "primary-backup/view-service-in-a-log": {
    scenario: seed => scenarioOf(backupOnLogs, replicatedLog, backupOnLog(seed)),
  },
  "pessimistic-logging": { scenario: seed => withFailures(pessimisticLogging, seed), promise: "available in the end" },
  "primary-backup": { scenario: seed => scenarioOf(primaryBackup, replicatedLog, randomTakeOvers(seed)) },
  raft: { scenario: seed => turmoilScenario(raft, seed) },
  raymond: {
    scenario: seed =>
      scenarioOf(raymond, mutualExclusion, {
        ...randomRequests(seed, 100),
        parameters: { tree: (["binary", "star", "line"] as const)[seed % 3]! },
      }),
    promise: "always available",
  },
  "raymond/recovery": {
    scenario: seed => scenarioOf(raymond, mutualExclusion, recoveringNodes(seed)),
  },
  "ricart-agrawala": {
    scenario: seed => scenarioOf(ricartAgrawala, mutualExclusion, randomRequests(seed)),
    promise: "always available",
  },
  "ricart-agrawala/kept": {
    // As with a token, the one that has all permissions may enter again and again while requests are on their way.
    scenario: seed =>
      scenarioOf(ricartAgrawala, mutualExclusion, {
        ...randomRequests(seed, 100),
        parameters: { permissions: "kept" },
      }),
    promise: "always available",
  },
  "semi-active-replication/order-of-a-log": {
    scenario: seed => drawOnLog(semiActiveOnLogs, seed, 300 * MILLISECOND).scenario,
  },
  "sender-based-logging": {
    scenario: seed =>
      scenarioOf(senderBasedLogging, recovery, { ...failures(seed, true), parameters: { interval: "200ms" } }),
    promise: "available in the end",
  },
  "signed-messages": {
    scenario: seed =>
      scenarioOf(
        signedMessages,
        agreement,
        randomTraitors(seed, nodes => nodes - 2),
      ),
    promise: "always available",
  },
  "ring-election": {
    scenario: seed =>
      withCrashes(ringElection, seed, { repair: true, order: "shuffled", arrangement: seed % 1_000_000 }),
    promise: "available in the end",
  },
  "suzuki-kasami": {
    // The holder may enter again and again while the requests of the others are on their way.
    scenario: seed => scenarioOf(suzukiKasami, mutualExclusion, randomRequests(seed, 100)),
    promise: "always available",
  },
  "token-ring": { scenario: seed => lossyRing(seed), promise: "available in the end" },
  "token-ring/disciplines": { scenario: seed => lossyRing(seed, true), promise: "available in the end" },
  "token-ring/repair": { scenario: seed => crashingRing(seed) },
  "uncoordinated-checkpoints": {
    scenario: seed => {
      const spacing = (["even", "staggered", "random"] as const)[seed % 3]!
      return withFailures(uncoordinatedCheckpoints, seed, { spacing })
    },
    promise: "available in the end",
  },
  "viewstamped-replication": {
    scenario: seed => scenarioOf(viewstampedReplication, replicatedLog, randomShifts(seed)),
  },
  "viewstamped-replication/reconfigurations": {
    scenario: seed => scenarioOf(viewstampedReplication, replicatedLog, randomReconfigurations(seed)),
  },
}

/** Computations whose processes fail, during recoveries, too. */
function withFailures<S extends Shape>(
  algorithm: Algorithm<S>,
  seed: number,
  parameters: Readonly<Record<string, unknown>> = {},
): Scenario {
  return scenarioOf(algorithm, recovery, { ...failures(seed), parameters: { interval: "40ms", ...parameters } })
}

/** Computations of which up to f processes fail at the same time. */
function withFailuresOfSome(seed: number): Scenario {
  const { f, options } = failuresOfSome(seed)
  return scenarioOf(causalLogging, recovery, { ...options, parameters: { interval: "40ms", f } })
}

/** Elections under crashes and recoveries, with delays that keep their bound. */
function withCrashes<S extends Shape>(
  algorithm: Algorithm<S>,
  seed: number,
  parameters: Readonly<Record<string, unknown>>,
): Scenario {
  const { nodes, faults } = randomCrashes(seed, { recover: true })
  const latency = { model: "uniform", min: 0, max: 10 * MILLISECOND } as const
  return scenarioOf(algorithm, leaderElection, { nodes, faults, latency, parameters, duration: "6s" })
}

/** As many crashes as FloodSet withstands, with and without a return, and delays below the length of a round. */
function randomSilence(seed: number): ServiceRunOptions {
  const random = Random.stream(seed, "faults", 2)
  const nodes = random.integer(2, 8)
  const f = random.integer(0, nodes - 1)
  const faults = random.choose(random.integer(0, f), nodes).map((node): Fault => {
    const lasts = random.chance(0.3) ? { for: random.integer(1, 100) * MILLISECOND } : {}
    const kind = random.chance(0.5) ? "crash" : "brokenBroadcast"
    return { kind, target: { nodes: [node] }, at: random.integer(0, 200 * MILLISECOND), ...lasts }
  })
  const variant = (["plain", "optimised", "early"] as const)[random.integer(0, 2)]
  return {
    nodes,
    latency: { model: "uniform", min: 0, max: random.integer(1, 10) * MILLISECOND },
    // Of eight processes all but one.
    parameters: { f: f > 6 ? "all-but-one" : String(f), variant, rule: random.chance(0.5) ? "min" : "majority" },
    workload: {
      instances: 10,
      commander: "random",
      proposers: nodes,
      values: variant === "optimised" ? 2 : random.integer(2, 4),
    },
    faults,
  }
}

/** As many traitors as the generals withstand, of any behaviour, with delays below the length of a round. */
function randomTraitors(seed: number, most = (nodes: number) => Math.floor((nodes - 1) / 3)): ServiceRunOptions {
  const random = Random.stream(seed, "faults", 2)
  const nodes = random.integer(4, 8)
  const traitors = random.choose(random.integer(1, most(nodes)), nodes)
  const faults = traitors.map((node): Fault => {
    const behaviour = BEHAVIOURS[random.integer(0, BEHAVIOURS.length - 1)]!
    return { kind: "byzantine", target: { nodes: [node] }, behaviour, at: random.integer(0, 50 * MILLISECOND) }
  })
  return {
    nodes,
    latency: { model: "uniform", min: 0, max: random.integer(1, 10) * MILLISECOND },
    duplication: random.chance(0.5) ? 0.2 : 0,
    workload: { instances: 10, commander: "random", values: random.integer(2, 4) },
    faults,
  }
}

/** Requests on a network that delays, reorders and duplicates: what algorithms survive that need all nodes up. */
function randomRequests(seed: number, starvation?: number): ServiceRunOptions {
  const random = Random.stream(seed, "faults", 2)
  const nodes = random.integer(2, 7)
  return {
    nodes,
    latency: { model: "exponential", floor: 100, mean: 2 * MILLISECOND },
    duplication: random.chance(0.5) ? 0.2 : 0,
    workload: {
      hold: "500us",
      think: random.chance(0.3) ? "0ms" : "5ms",
      starvation: starvation ?? 2 * nodes,
      deadline: "2s",
    },
    duration: "60ms",
  }
}

/**
 * A ring whose network loses and duplicates messages, the token among them, and cuts it in two, for three seconds; then all
 * requests have to be served. Delays have no bound, but links keep the order. Elections are held even while nothing is lost.
 *
 * @param queues clients have more than one operation to begin, and a visit of the token serves several
 */
function lossyRing(seed: number, queues = false): Scenario {
  const random = Random.stream(seed, "faults", 2)
  const nodes = random.integer(2, 7)
  const faults: Fault[] = [{ kind: "loss", share: random.integer(0, 10) / 100, at: 0, for: 3 * SECOND }]
  if (random.chance(0.3))
    faults.push({ kind: "partition", sides: [[0], [1, 2, 3, 4, 5, 6].slice(0, nodes - 1)], at: SECOND, for: SECOND })
  return scenarioOf(tokenRing, mutualExclusion, {
    nodes,
    fifo: true,
    latency: { model: "exponential", floor: 100, mean: 2 * MILLISECOND },
    duplication: random.chance(0.5) ? 0.2 : 0,
    parameters: {
      order: random.chance(0.5) ? "increasing" : "shuffled",
      arrangement: seed,
      regenerationTimeout: random.chance(0.5) ? "20ms" : "100ms",
      idlePause: random.chance(0.5) ? "0ms" : "5ms",
      ...(queues && { discipline: seed % 2 === 0 ? "gated" : "exhaustive" }),
    },
    workload: {
      hold: "1ms",
      think: random.chance(0.5) ? "0ms" : "20ms",
      deadline: "10s",
      ...(queues && { hold: "10ms", rate: "20/s", arrivals: "poisson" }),
    },
    faults,
    duration: "4s",
  })
}

/** A repaired ring whose nodes crash and return, with delays that keep their bound. */
function crashingRing(seed: number): Scenario {
  const { nodes, faults } = randomCrashes(seed, { recover: true })
  return scenarioOf(tokenRing, mutualExclusion, {
    nodes,
    faults,
    fifo: true,
    latency: { model: "uniform", min: 0, max: 5 * MILLISECOND },
    parameters: {
      repair: true,
      order: seed % 2 === 0 ? "increasing" : "shuffled",
      arrangement: seed,
      regenerationTimeout: "200ms",
    },
    workload: { hold: "1ms", think: "20ms", deadline: "10s" },
    duration: "5s",
  })
}
