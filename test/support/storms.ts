/** The storms: what each of them strikes, with which parameters and under which load. */
import { activeReplication } from "../../algorithms/active-replication/active-replication.ts"
import { chainReplication } from "../../algorithms/chain-replication/chain-replication.ts"
import { multiPaxos } from "../../algorithms/multi-paxos/multi-paxos.ts"
import { paxos } from "../../algorithms/paxos/paxos.ts"
import { raft } from "../../algorithms/raft/raft.ts"
import { semiActiveReplication } from "../../algorithms/semi-active-replication/semi-active-replication.ts"
import { failuresOf } from "../../algorithms/viewstamped-replication/configuration.ts"
import { viewstampedReplication } from "../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import { algorithms } from "../../algorithms/registry.ts"
import type { Algorithm, Shape } from "../../runtime/contract/algorithm.ts"
import { pick, Random } from "../../runtime/lib/random.ts"
import type { Service } from "../../runtime/contract/service.ts"
import { type Micros, MILLISECOND } from "../../runtime/contract/units.ts"
import { agreement } from "../../services/agreement/service.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { shardedStore } from "../../services/sharded-store/service.ts"
import { drawCrashes } from "../algorithms/active-replication/random-faults.ts"
import { ELECTIONS, FAULTS, LOGS, MULTI_PAXOS_ONLY, RAFT_ONLY, SEQUENCED, VIEWS } from "./marks.ts"
import { withOperator } from "./operator.ts"
import { scenarioOf } from "./service-run.ts"
import { BRISK, drawStorm, HEALED, type StormOptions } from "./storm.ts"
import type { DrawStorm, StormScenario } from "./weather.ts"

export interface StormRun {
  readonly draw: DrawStorm
  /** The rare situations that it has to meet in a thousand seeds. */
  readonly sometimes: readonly string[]
}

/** The faults that take a server out of a chain for good: among others that make the master err, they may leave nobody in it. */
const CRASHES = /crash|tornWrite|failingDisk/

export const STORMS: Readonly<Record<string, StormRun>> = {
  "raft/storm": { draw: raftStorm, sometimes: [...FAULTS, ...LOGS, ...RAFT_ONLY] },
  "raft/election": { draw: (seed, end) => election(raft, seed, end), sometimes: [...FAULTS, ...ELECTIONS] },
  "multi-paxos/storm": { draw: multiPaxosStorm, sometimes: [...FAULTS, ...LOGS, ...MULTI_PAXOS_ONLY] },
  "multi-paxos/election": {
    draw: (seed, end) => election(multiPaxos, seed, end),
    sometimes: [...FAULTS, ...ELECTIONS],
  },
  "paxos/storm": { draw: paxosStorm, sometimes: FAULTS },
  "active-replication/storm": {
    draw: (seed, end) => drawCrashes(activeReplication, seed, end),
    sometimes: SEQUENCED,
  },
  "semi-active-replication/storm": {
    draw: (seed, end) => drawCrashes(semiActiveReplication, seed, end),
    sometimes: SEQUENCED,
  },
  "chain-replication/storm": { draw: chainStorm, sometimes: FAULTS.filter(fault => !CRASHES.test(fault)) },
  "sharded-groups/storm": { draw: (seed, end) => shardedStorm(seed, end), sometimes: FAULTS },
  "sharded-groups/transactions": { draw: (seed, end) => shardedStorm(seed, end, "40%"), sometimes: FAULTS },
  "viewstamped-replication/storm": { draw: viewstampedStorm, sometimes: [...FAULTS, ...VIEWS] },
}

/** An operation takes no longer once nothing is wrong any more. */
const PATIENCE: Micros = 60 * MILLISECOND

function raftStorm(seed: number, end: Micros): StormScenario {
  const random = randomOf(seed)
  const reads = pick(random, "log", "log", "index", "lease")
  const parameters = {
    ...BRISK,
    reads,
    // Without it, reads that go round the log wait for the next write.
    noOp: reads !== "log" || random.chance(0.7),
    pipeline: pick(random, 0, 0, 1, 3),
    maxBatch: pick(random, 3, 100),
    notifyCommit: pick(random, false, true),
    snapshotEvery: pick(random, 0, 1, 3, 10),
    preVote: pick(random, false, true),
    leaderStickiness: pick(random, false, true),
    initialMembers: pick(random, 0, 0, 0, 2),
    parallelWrite: Random.stream(seed, "workload", 4).chance(0.3),
  }
  const isOperated = random.chance(0.2)
  const memberships = !isOperated && random.chance(0.2)
  const service = isOperated ? withOperator(replicatedLog, HEALED) : replicatedLog
  // The service takes for granted that an operation given up happens before its session's next success or never. The
  // log sees to that; a read that goes round the log does not, so that nothing may be given up with such reads.
  const workload = load({ deadline: reads === "log" ? "60ms" : "5s" })
  const scenario = strike(raft, service, random, end, {
    parameters,
    workload,
    options: { clocks: reads !== "lease", memberships },
  })
  // Servers that were removed may depose the leader again and again where nothing keeps them from it.
  const isDisturbed = (isOperated || memberships) && !(parameters.preVote && parameters.leaderStickiness)
  return { scenario, demand: isDisturbed ? "one" : "all", patience: PATIENCE }
}

function multiPaxosStorm(seed: number, end: Micros): StormScenario {
  const random = randomOf(seed)
  const isDuel = random.chance(0.15)
  const parameters = {
    ...BRISK,
    snapshotEvery: pick(random, 0, 1, 3, 10),
    pipeline: pick(random, 1, 3, 1000),
    learning: pick(random, "piggyback", "piggyback", "broadcast", "everyone"),
    thrifty: random.chance(0.2),
    ...(isDuel ? { proposers: "any", backoff: "40ms" } : {}),
  }
  // Duels choose a command now and then. Clients that soon give theirs up would have only such chosen as nobody waits for.
  const workload = load(isDuel ? { ask: "own", deadline: "500ms" } : {})
  const scenario = strike(multiPaxos, replicatedLog, random, end, {
    parameters,
    workload,
    options: { clocks: true, memberships: false },
  })
  return { scenario, demand: isDuel ? "one" : "all", patience: isDuel ? 500 * MILLISECOND : PATIENCE }
}

/** Elections that nobody asks for. */
function election<S extends Shape>(algorithm: Algorithm<S>, seed: number, end: Micros): StormScenario {
  const random = randomOf(seed)
  const drawn = { parameters: BRISK, workload: {}, options: { clocks: true, memberships: false } }
  return { scenario: strike(algorithm, leaderElection, random, end, drawn), demand: "leader", patience: 0 }
}

function paxosStorm(seed: number, end: Micros): StormScenario {
  const random = randomOf(seed)
  const proposers = pick(random, 1, 1, 2, 3)
  const parameters = {
    learning: pick(random, "broadcast", "everyone"),
    // Above what a ballot takes on slow disks: else each ballot is outbid before it is through.
    retryAfter: `${random.integer(30, 60)}ms`,
    backoff: `${random.integer(20, 60)}ms`,
  }
  const workload = { instances: 0, gap: "2ms", proposers, commander: "random", values: 5, deadline: "200ms" }
  const scenario = strike(paxos, agreement, random, end, {
    parameters,
    workload,
    options: { clocks: true, memberships: false },
  })
  return { scenario, demand: proposers === 1 ? "all" : "one", patience: 200 * MILLISECOND }
}

/** No server crashes: those that the master removes by mistake have to be enough. Leases rest on clocks. */
function chainStorm(seed: number, end: Micros): StormScenario {
  const random = randomOf(seed)
  const parameters = {
    heartbeatInterval: "5ms",
    detectionTimeout: "20ms",
    lease: "14ms",
    resendAfter: "15ms",
    reads: pick(random, "tail", "any"),
    replies: pick(random, "tail", "tail", "head"),
  }
  const scenario = strike(chainReplication, replicatedLog, random, end, {
    parameters,
    workload: load({}),
    options: { clocks: false, memberships: false, crashing: () => 0 },
  })
  return { scenario, demand: "all", patience: PATIENCE }
}

/** No more than f replicas ever crash, since those that have not recovered have failed; the nonces of recoveries rest on clocks. */
function viewstampedStorm(seed: number, end: Micros): StormScenario {
  const random = randomOf(seed)
  const parameters = {
    viewChangeTimeout: "20ms",
    heartbeatInterval: "7ms",
    checkpointEvery: pick(random, 0, 1, 3, 10),
  }
  const options = { clocks: false, memberships: false, crashing: failuresOf }
  const scenario = strike(viewstampedReplication, replicatedLog, random, end, {
    parameters,
    workload: load({}),
    options,
  })
  return { scenario, demand: "all", patience: PATIENCE }
}

/** Groups that share their nodes, of which one, always the same, may crash, but for chains; shards move all the time. */
function shardedStorm(seed: number, end: Micros, transactions = "0%"): StormScenario {
  const random = randomOf(seed)
  const groups = random.integer(1, 3)
  const brisk = Object.entries(BRISK).map(([name, value]) => [name[0]!.toUpperCase() + name.slice(1), value] as const)
  const hasTransactions = transactions !== "0%"
  const log = pick(random, "raft", "multi-paxos", "viewstamped-replication", "chain-replication")
  const parameters = {
    log,
    groups,
    shards: 3,
    chunkKeys: 1,
    retry: hasTransactions ? "20ms" : "10ms",
    ...Object.fromEntries(
      brisk.flatMap(([name, value]) => [
        [`raft${name}`, value],
        [`multiPaxos${name}`, value],
      ]),
    ),
    raftSnapshotEvery: pick(random, 0, 3, 10),
    multiPaxosSnapshotEvery: pick(random, 0, 3, 10),
    viewstampedReplicationViewChangeTimeout: "20ms",
    viewstampedReplicationHeartbeatInterval: "7ms",
    viewstampedReplicationCheckpointEvery: pick(random, 0, 3, 10),
    chainReplicationHeartbeatInterval: "5ms",
    chainReplicationDetectionTimeout: "20ms",
    chainReplicationResendAfter: "15ms",
    ...(!hasTransactions ? {} : { transactions: pick(random, "2pc", "2pc-replicated") }),
  }
  const operated = {
    moveEvery: hasTransactions ? "60ms" : "7ms",
    changeEvery: pick(random, "0ms", "40ms"),
    shards: 3,
    groups,
  }
  // A transaction takes several entries of logs, one after the other, on disks that may be slow, and waits for others.
  const patience = (hasTransactions ? 7 : 2) * PATIENCE
  const workload = load({ ...operated, keys: 6, deadline: `${patience}us`, transactions })
  const crashing = (): number => (log === "chain-replication" ? 0 : 1)
  const options = { clocks: false, memberships: false, crashing }
  const scenario = strike(algorithms["sharded-groups"]!, shardedStore, random, end, { parameters, workload, options })
  return { scenario, demand: "all", patience }
}

function load(changes: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const pauses = { mode: "closed", clients: 3, think: "3ms", retryAfter: "20ms", backoff: "3ms", deadline: "60ms" }
  return { ...pauses, keys: 2, writes: "mixed", reads: "40%", ...changes }
}

interface Drawn {
  readonly parameters: Readonly<Record<string, unknown>>
  readonly workload: Readonly<Record<string, unknown>>
  readonly options: StormOptions
}

function strike<S extends Shape>(
  algorithm: Algorithm<S>,
  service: Service,
  random: Random,
  end: Micros,
  { parameters, workload, options }: Drawn,
) {
  const { nodes, network, syncLatency, faults } = drawStorm(random, options)
  const scenario = scenarioOf(algorithm, service, { nodes, latency: network.latency, parameters, workload, faults })
  return { ...scenario, network, disk: { syncLatency }, duration: end }
}

/** A stream that nothing in the run itself draws from. */
function randomOf(seed: number): Random {
  return Random.stream(seed, "workload", 2)
}
