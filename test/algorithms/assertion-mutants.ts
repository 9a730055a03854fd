/** Mistakes planted in algorithms whose other mutants are all caught by a check of the service: assertions speak first. */
import type { Service } from "../../runtime/contract/service.ts"
import { agreement } from "../../services/agreement/service.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import type { Edit } from "../support/mutants.ts"
import type { ServiceRunOptions } from "../support/service-run.ts"

/** How it is run, and how many random faults strike meanwhile. */
type Options = Omit<ServiceRunOptions, "duration" | "faults"> & { readonly strikes?: number }

interface Planted {
  readonly mistake: string
  readonly edit: Edit
  readonly assertion: string
}

/** An algorithm, how it is run, and what is wrong with it. */
export interface Bench {
  readonly name: string
  readonly file: string
  readonly exported: string
  readonly service: Service
  readonly options: Options
  readonly planted: readonly Planted[]
}

const BULLY = "algorithms/bully/bully.ts"
const RING = "algorithms/ring-election/ring-election.ts"
const PASSING = "algorithms/ring-election/passing.ts"
const RICART = "algorithms/ricart-agrawala/ricart-agrawala.ts"
const ORAL = "algorithms/oral-messages/oral-messages.ts"

const crashes = { nodes: 4, latency: { model: "uniform", min: 200, max: 1_000 }, workload: {}, strikes: 6 } as const

export const benches: readonly Bench[] = [
  {
    name: "bully",
    file: BULLY,
    exported: "bully",
    service: leaderElection,
    options: crashes,
    planted: [
      {
        mistake: "goes on with its heartbeats when it holds an election",
        edit: {
          file: BULLY,
          from: '  node.cancelTimer("heartbeat")\n  node.report({ type: "believes", leader: null',
          to: '  node.report({ type: "believes", leader: null',
        },
        assertion: "only a coordinator says that it is one",
      },
      {
        mistake: "waits for answers when it has its coordinator",
        edit: { file: BULLY, from: '  node.cancelTimer("answer")\n  node.cancelTimer("coordinator")\n', to: "" },
        assertion: "who waits for",
      },
      {
        mistake: "goes by the coordinator of an election that is long over",
        edit: {
          file: BULLY,
          from: "      if (election < node.state.election) return\n      adoptCoordinator(",
          to: "      adoptCoordinator(",
        },
        assertion: "a process follows no election older than the last it knows of",
      },
    ],
  },
  {
    name: "ring election",
    file: RING,
    exported: "ringElection",
    service: leaderElection,
    options: { ...crashes, parameters: { repair: true } },
    planted: [
      {
        mistake: "goes by a leader smaller than a candidate it let pass",
        edit: { file: RING, from: "!state.participant || leader >= state.largest\n", to: "true\n" },
        assertion: "the largest candidate wins",
      },
      {
        mistake: "goes on with its heartbeats when it takes part in an election",
        edit: {
          file: RING,
          from: '  node.cancelTimer("heartbeat")\n  awaitOutcome(node)',
          to: "  awaitOutcome(node)",
        },
        assertion: "only a leader says that it leads",
      },
      {
        mistake: "passes smaller candidates on",
        edit: {
          file: RING,
          from: "candidate: node.id, election })\n      } else {",
          to: "candidate, election })\n      } else {",
        },
        assertion: "a member forwards no candidate smaller than itself",
      },
      {
        mistake: "skips two members at once",
        edit: {
          file: PASSING,
          from: "forwardTo(node, late.place + 1, late.message)",
          to: "forwardTo(node, late.place + 2, late.message)",
        },
        assertion: "a message goes round the ring once",
      },
    ],
  },
  {
    name: "Ricart-Agrawala",
    file: RICART,
    exported: "ricartAgrawala",
    service: mutualExclusion,
    options: {
      nodes: 4,
      latency: { model: "uniform", min: 500, max: 3_000 },
      workload: { hold: "2ms", think: "10ms" },
    },
    planted: [
      {
        mistake: "enters when the first reply comes",
        edit: { file: RICART, from: "if (state.outstandingReplyCount === 0) enter", to: "if (true) enter" },
        assertion: "a node enters with the replies of all others",
      },
      {
        mistake: "does not remember that it has left",
        edit: { file: RICART, from: "  state.inCriticalSection = false\n", to: "" },
        assertion: "a node enters once for each request",
      },
    ],
  },
  {
    name: "oral messages",
    file: ORAL,
    exported: "oralMessages",
    service: agreement,
    options: { nodes: 7, latency: { model: "constant", delay: 1_000 }, workload: {} },
    planted: [
      {
        mistake: "takes its own part in an OM(m) for another's",
        edit: { file: ORAL, from: "  const values = [received]\n", to: "  const values = [received, received]\n" },
        assertion: "majority is of n - 1 values",
      },
      {
        mistake: "goes on with rounds after the last",
        edit: {
          file: ORAL,
          from: "      state.round = 0\n      state.told = nothingTold()\n    },\n  },",
          to: '      state.round = 0\n      node.setTimer("round", node.parameters.roundLength)\n    },\n  },',
        },
        assertion: "rounds are for lieutenants that have yet to decide",
      },
    ],
  },
]
