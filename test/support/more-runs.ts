/**
 * Random runs that no table of scenarios describes, with the same promises as the others: the crashes of replicas are chosen as
 * the run goes, or what must hold in the end is a figure. Tests run the first seeds, the soak goes on.
 */
import { bully } from "../../algorithms/bully/bully.ts"
import { primaryBackup } from "../../algorithms/primary-backup/primary-backup.ts"
import { ringElection } from "../../algorithms/ring-election/ring-election.ts"
import { viewstampedReplication } from "../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { Algorithm, Shape } from "../../runtime/contract/algorithm.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { randomRun } from "../algorithms/primary-backup/random-run.ts"
import { violatedIn } from "../algorithms/semi-active-replication/divergence.ts"
import { tokensIn } from "../algorithms/token-ring/one-token.ts"
import { WILD_UNTIL, wildReconfigurations, wildRun } from "../algorithms/viewstamped-replication/wild-run.ts"
import { randomCrashes, trouble } from "../services/leader-election/random-crashes.ts"
import { runElections } from "../services/leader-election/run-elections.ts"
import { Liveness } from "./liveness.ts"
import { RANDOM_SCENARIOS } from "./random-scenarios.ts"
import { violations } from "./service-run.ts"

/** An operation of Viewstamped Replication takes no longer once nothing is wrong any more. */
const PATIENCE = 20 * MILLISECOND

/** Parameters of primary-backup that survive crashes alone, on links that keep the order. */
export const CRASHES_ALONE: readonly Readonly<Record<string, unknown>>[] = [
  { takeover: "timeouts" },
  { replies: "non-blocking" },
  { takeover: "timeouts", replies: "non-blocking" },
  { reads: "local" },
  { takeover: "timeouts", reads: "local" },
]

/** By name: the algorithm, and after a slash the way in which it is used. Each sentence says something that was wrong. */
export const MORE_RUNS = {
  "bully/trouble": (seed: number) => troubled(bully, seed, { duplication: 0.1 }),
  "primary-backup/crashes-alone": (seed: number) =>
    CRASHES_ALONE.flatMap(parameters =>
      randomRun(primaryBackup, seed, parameters).wrong.map(text => `${JSON.stringify(parameters)}: ${text}`),
    ),
  "ring-election/trouble": (seed: number) =>
    troubled(ringElection, seed, { parameters: { repair: true, order: "shuffled", arrangement: seed % 1_000_000 } }),
  "semi-active-replication/left-to-chance": (seed: number) => violatedIn("semi-active", seed),
  "token-ring/one-token": (seed: number) =>
    ["token-ring", "token-ring/disciplines", "token-ring/repair"].flatMap(
      name => tokensIn(RANDOM_SCENARIOS[name]!.scenario(seed), seed).found,
    ),
  "viewstamped-replication/wild": (seed: number) => wild(wildRun, seed),
  "viewstamped-replication/wild-reconfigurations": (seed: number) => wild(wildReconfigurations, seed),
} satisfies Readonly<Record<string, (seed: number) => readonly string[]>>

/** Once lost messages, a partition and crashes are over, all agree on a leader. */
function troubled<S extends Shape>(
  algorithm: Algorithm<S>,
  seed: number,
  options: { readonly duplication?: number; readonly parameters?: Readonly<Record<string, unknown>> },
): readonly string[] {
  const latency = { model: "uniform", min: 0, max: 10 * MILLISECOND } as const
  const { nodes, faults: crashes } = randomCrashes(seed, { recover: true })
  const faults = [...crashes, ...trouble(nodes)]
  const times = { warmup: 6 * SECOND, duration: 7 * SECOND }
  const { figures } = runElections(algorithm, { nodes, seed, faults, latency, ...options, ...times }).outcome
  return figures["agreement_share"] === 1 ? [] : [`agreement in the end: ${figures["agreement_share"]}`]
}

function wild(run: typeof wildRun, seed: number): readonly string[] {
  const liveness = new Liveness({ from: WILD_UNTIL + 100 * MILLISECOND, operations: "all", patience: PATIENCE })
  const result = run(viewstampedReplication, seed, event => liveness.observe(event))
  const wrong = result.status === "failed" ? [`${result.reason} (${result.event})`] : violations(result.outcome)
  return [...wrong, ...liveness.findings()]
}
