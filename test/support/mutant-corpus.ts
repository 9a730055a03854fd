/** The planted mistakes that searches are compared by, and the random runs in which tests find them. */
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { BEHAVIOURS } from "../../runtime/faults/byzantine.ts"
import type { Fault } from "../../runtime/faults/fault.ts"
import type { RunResult } from "../../runtime/scenario/scenario.ts"
import { agreement } from "../../services/agreement/service.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { mutants as ofMultiPaxos } from "../algorithms/multi-paxos/mutants.ts"
import { randomDuel } from "../algorithms/multi-paxos/random-faults.ts"
import { mutants as ofPaxos } from "../algorithms/paxos/mutants.ts"
import { randomScenario as randomDecisions } from "../algorithms/paxos/random-faults.ts"
import { runInTurmoil } from "../algorithms/raft/chaos.ts"
import { mutants as ofRaft, rare } from "../algorithms/raft/mutants.ts"
import { mutants as ofViewstamped } from "../algorithms/viewstamped-replication/mutants.ts"
import { randomScenario as randomViews } from "../algorithms/viewstamped-replication/random-faults.ts"
import { chaos } from "./chaos.ts"
import { algorithms, serviceFor } from "../../algorithms/registry.ts"
import type { Edit } from "./mutants.ts"
import { PLANTED } from "./planted.ts"
import { runService, type ServiceRunOptions, violations } from "./service-run.ts"

export interface Planted {
  readonly mistake: string
  readonly edits: readonly Edit[]
}

export interface Corpus {
  /** The algorithm's module, relative to the project, and the name of its export. */
  readonly module: string
  readonly export: string
  readonly service: string
  /** Group sizes to draw from. */
  readonly nodes: readonly number[]
  readonly planted: readonly Planted[]
  /** What was wrong in a random run as tests draw it, with parameters and times of its own; absent: they draw none for all mistakes. */
  readonly run?: (algorithm: Algorithm, seed: number) => readonly string[]
  /** What was wrong in a run of a spec with random faults: three nodes, and parameters by default. */
  readonly plain: (algorithm: Algorithm, seed: number) => readonly string[]
}

const BRISK = { electionTimeoutMin: "15ms", electionTimeoutMax: "30ms", heartbeatInterval: "7ms" }
const CLIENTS = { mode: "closed", clients: 3, think: "3ms", keys: 2, writes: "mixed", reads: "40%", retryAfter: "20ms" }

const RAFT: Corpus = {
  module: "algorithms/raft/raft.ts",
  export: "raft",
  service: "replicated-log",
  nodes: [3, 3, 3, 4, 5],
  planted: ofRaft.map(({ mistake, edit }) => ({ mistake, edits: [edit] })),
  run: (algorithm, seed) => wrong(runInTurmoil(algorithm as never, seed)),
  plain: (algorithm, seed) => wrong(runService(algorithm, replicatedLog, spec(seed, BRISK, CLIENTS), seed)),
}

/** Mistakes of Raft that hardly ever show. */
export const RARE: Corpus = { ...RAFT, planted: rare.map(({ mistake, edit }) => ({ mistake, edits: [edit] })) }

export const CORPORA: Readonly<Record<string, Corpus>> = {
  raft: RAFT,
  "multi-paxos": {
    module: "algorithms/multi-paxos/multi-paxos.ts",
    export: "multiPaxos",
    service: "replicated-log",
    nodes: [3, 3, 3, 4, 5],
    planted: ofMultiPaxos.map(({ name, edits }) => ({ mistake: name, edits })),
    run: (algorithm, seed) => wrong(runService(algorithm, replicatedLog, randomDuel(seed), seed)),
    plain: (algorithm, seed) => wrong(runService(algorithm, replicatedLog, spec(seed, BRISK, CLIENTS), seed)),
  },
  paxos: {
    module: "algorithms/paxos/paxos.ts",
    export: "paxos",
    service: "agreement",
    nodes: [3, 3, 3, 4, 5],
    planted: ofPaxos.map(({ name, ...edit }) => ({ mistake: name, edits: [edit] })),
    run: (algorithm, seed) => wrong(runService(algorithm, agreement, randomDecisions(seed), seed)),
    plain: (algorithm, seed) => wrong(runService(algorithm, agreement, spec(seed, {}, { instances: 50 }), seed)),
  },
  "viewstamped-replication": {
    module: "algorithms/viewstamped-replication/viewstamped-replication.ts",
    export: "viewstampedReplication",
    service: "replicated-log",
    nodes: [3, 3, 3, 4, 5],
    planted: ofViewstamped.map(({ name, edits }) => ({ mistake: name, edits })),
    run: (algorithm, seed) => wrong(runService(algorithm, replicatedLog, randomViews(seed), seed)),
    plain: (algorithm, seed) => {
      const parameters = { viewChangeTimeout: "20ms", heartbeatInterval: "7ms" }
      return wrong(runService(algorithm, replicatedLog, spec(seed, parameters, CLIENTS), seed))
    },
  },
}

/** The other algorithms, which a spec can put under load as they are. */
const OTHERS = Object.entries(PLANTED).filter(([name]) => CORPORA[name] === undefined && name !== "sharded-groups")

/**
 * What was wrong in a run of a plain spec: parameters, workload and links as they are by default, for two seconds in which six faults
 * of those happen, at random, that the algorithm claims to survive.
 */
export function usual(algorithm: Algorithm, seed: number, service = algorithm.serves[0]!.name): readonly string[] {
  const { assumes = {}, tolerates } = algorithm
  const isReliable = assumes.links !== undefined || tolerates.faults === "none"
  const options: ServiceRunOptions = {
    ...spec(seed, {}, {}),
    nodes: tolerates.faults === "byzantine" ? 4 : 3,
    ...(isReliable ? { loss: 0, duplication: 0 } : {}),
    ...(assumes.links === "fifo" ? { fifo: true } : {}),
    faults: faultsWithin(algorithm, seed),
    duration: "2s",
  }
  return wrong(runService(algorithm, serviceFor(algorithm, service)!, options, seed))
}

/** Crashes, isolations, partitions and losses; crashes alone where links are not to fail, and of one node where no more may. */
function faultsWithin({ assumes = {}, tolerates }: Algorithm, seed: number): readonly Fault[] {
  const { links, timing, storage } = assumes
  const victim = { nodes: [seed % 3] }
  if (tolerates.faults === "none") return []
  if (tolerates.faults === "byzantine") {
    return [{ kind: "byzantine", target: victim, behaviour: BEHAVIOURS[seed % BEHAVIOURS.length]!, at: 0 }]
  }
  const isCrashOnly = links !== undefined || timing === "synchronous"
  const isLimited = isCrashOnly || storage === "none"
  return chaos(seed, { nodes: 3, from: 200_000, to: 1_600_000, span: 200_000, faults: 30, isWide: false })
    .filter(({ kind }) => !isCrashOnly || kind === "crash")
    .slice(0, 6)
    .map(fault => (isLimited && fault.kind === "crash" ? { ...fault, target: victim } : fault))
}

/** Corpora without random runs of the tests' own that are the same for all of their mistakes. */
export const MORE_CORPORA: Readonly<Record<string, Corpus>> = Object.fromEntries(
  OTHERS.map(([name, mistakes]) => {
    const planted = mistakes.flatMap(({ mistake, made }) => ("name" in made ? [] : [{ mistake, edits: made }]))
    const service = algorithms[name]!.serves[0]!.name
    const module = `algorithms/${name}/${name}.ts`
    return [name, { module, export: name, service, nodes: [3, 3, 3, 4], planted, plain: usual }]
  }),
)

function spec(seed: number, parameters: object, workload: object): ServiceRunOptions {
  return {
    nodes: 3,
    parameters: { ...parameters },
    workload: { ...workload },
    latency: { model: "uniform", min: 100, max: 2_000 },
    loss: 0.02,
    duplication: 0.05,
    faults: chaos(seed, { nodes: 3, from: 30_000, to: 350_000, span: 30_000, faults: 6, isWide: false }),
    duration: "400ms",
  }
}

function wrong(run: RunResult): readonly string[] {
  return run.status === "failed" ? [run.reason] : violations(run.outcome)
}
