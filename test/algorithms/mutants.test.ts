// What algorithms assert of themselves speaks where the code is wrong: mistakes planted in algorithms whose other mutants are
// all caught by a check of the service. (Those of Raft and Paxos stand with their other mutants.)
import { expect, test } from "vitest"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { RunResult } from "../../runtime/scenario/scenario.ts"
import type { Service } from "../../runtime/contract/service.ts"
import { agreement } from "../../services/agreement/service.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import { chaos } from "../support/chaos.ts"
import { compileWith, type Edit } from "../support/mutants.ts"
import { runService, type ServiceRunOptions } from "../support/service-run.ts"

/** How it is run, and how many random faults strike meanwhile. */
type Options = Omit<ServiceRunOptions, "duration" | "faults"> & { readonly strikes?: number }

interface Planted {
  readonly mistake: string
  readonly edit: Edit
  readonly assertion: string
}

/** An algorithm, how it is run, and what is wrong with it. */
interface Bench {
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

const benches: readonly Bench[] = [
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
          from: "      if (election < node.state.election) return\n      goBy(",
          to: "      goBy(",
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
          from: "passTo(node, late.place + 1, late.message)",
          to: "passTo(node, late.place + 2, late.message)",
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

const SEEDS = 100

function run(algorithm: Algorithm, { service, options }: Bench, seed: number): RunResult {
  const { strikes = 0, ...rest } = options
  const { nodes } = options
  const faults = chaos(seed, { nodes, from: 100_000, to: 1_500_000, span: 200_000, faults: strikes, isWide: true })
  return runService(algorithm, service, { ...rest, faults, duration: "2s" }, seed)
}

/** What broke, in the words of the algorithm: as the reason of a failed run, or as the witness of one beyond its claims. */
function broken(result: RunResult): string | undefined {
  if (result.status === "failed") return result.reason
  const verdict = result.outcome.verdicts["invariants"]
  return verdict?.verdict === "violated" ? verdict.witness.replace(/^.*halted: /, "") : undefined
}

for (const bench of benches) {
  test.each(bench.planted.map(planted => [planted.mistake, planted] as const))(
    `${bench.name}: one that %s`,
    async (_, { edit, assertion }) => {
      const load = async (edits: readonly Edit[]): Promise<Algorithm> =>
        (await compileWith<Record<string, Algorithm>>(bench.file, edits))[bench.exported]!
      const [mutant, real] = [await load([edit]), await load([])]
      const seen = new Set<string>()
      const isFound = (seed: number): boolean => {
        const found = broken(run(mutant, bench, seed)) ?? "nothing"
        seen.add(found)
        return found.startsWith(assertion)
      }
      const seed = Array.from({ length: SEEDS }, (__, i) => i + 1).find(isFound)
      expect(seed, `found in ${SEEDS} runs: ${[...seen].join("; ")}`).toBeDefined()
      expect(broken(run(real, bench, seed!)), `the true one, seed ${seed}`).toBeUndefined()
    },
  )
}
