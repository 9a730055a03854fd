/** One way to break each algorithm by hand, as its README says that it breaks, and what the playground then has to show. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { SECOND } from "../../runtime/contract/units.ts"
import type { Act } from "../../runtime/scenario/interventions.ts"
import type { RunnableScenario } from "../../scenarios/scenario-file.ts"
import type { Notice } from "../../web/play/model/seen.ts"
import { runUntil } from "../../web/play/model/document.ts"
import { defaultSetup, runOf } from "../../web/play/model/setup.ts"
import { Session } from "../../web/play/model/session.ts"
import { sightOf } from "../../web/play/model/sight.ts"

/** A notice, or: most operations since have failed, or most of the time nobody led. */
export type Evidence = Notice["kind"] | "unavailable"

interface Break {
  readonly acts: readonly Act[]
  readonly evidence: Evidence
  /** How long it takes to show, in seconds of virtual time. */
  readonly within: number
}

function crashed(...nodes: readonly NodeId[]): readonly Act[] {
  return nodes.map(node => ({ type: "crash", node }))
}

const parted: Act = { type: "partition", sides: [[0, 1]] }
const wiped: readonly Act[] = [0, 1, 2].map(node => ({ type: "wipe", node }))
const lying: readonly Act[] = [{ type: "traitor", node: 0, behaviour: "equivocating" }]

/** By algorithm: what is done a second after the beginning. */
export const BREAKS: Readonly<Record<string, Break>> = {
  "active-replication": { acts: lying, evidence: "violated", within: 5 },
  "blocking-checkpoints": { acts: crashed(0), evidence: "stalled", within: 40 },
  bully: { acts: [parted], evidence: "two leaders", within: 5 },
  "central-server": { acts: crashed(5), evidence: "stalled", within: 1 },
  "chain-replication": { acts: crashed(4, 0), evidence: "unavailable", within: 6 },
  "causal-logging": { acts: crashed(0), evidence: "stalled", within: 40 },
  "chandy-lamport": { acts: crashed(0), evidence: "stalled", within: 40 },
  "communication-induced": { acts: crashed(0), evidence: "stalled", within: 40 },
  floodset: { acts: [parted], evidence: "violated", within: 5 },
  "lamport-mutex": { acts: crashed(0), evidence: "stalled", within: 1 },
  "lease-leadership": { acts: crashed(5, 6), evidence: "unavailable", within: 6 },
  maekawa: { acts: crashed(0), evidence: "stalled", within: 1 },
  "multi-paxos": { acts: crashed(0, 1, 2), evidence: "unavailable", within: 6 },
  "oral-messages": { acts: [parted], evidence: "violated", within: 5 },
  paxos: { acts: crashed(0, 1, 2), evidence: "unavailable", within: 6 },
  "primary-backup": { acts: crashed(5, 0), evidence: "unavailable", within: 6 },
  raft: { acts: wiped, evidence: "violated", within: 5 },
  raymond: { acts: crashed(0, 1, 2), evidence: "stalled", within: 1 },
  "ricart-agrawala": { acts: crashed(0), evidence: "stalled", within: 1 },
  "ring-election": { acts: [parted, ...crashed(4)], evidence: "unavailable", within: 6 },
  "semi-active-replication": { acts: lying, evidence: "violated", within: 5 },
  "sharded-groups": { acts: wiped, evidence: "violated", within: 5 },
  "signed-messages": { acts: [parted], evidence: "violated", within: 5 },
  "suzuki-kasami": { acts: crashed(0, 1, 2), evidence: "stalled", within: 1 },
  "token-ring": { acts: crashed(0), evidence: "unavailable", within: 6 },
  "optimistic-logging": { acts: crashed(0), evidence: "stalled", within: 40 },
  "pessimistic-logging": { acts: crashed(0), evidence: "stalled", within: 40 },
  "sender-based-logging": { acts: crashed(0), evidence: "stalled", within: 40 },
  "uncoordinated-checkpoints": { acts: crashed(0), evidence: "stalled", within: 40 },
  "viewstamped-replication": { acts: lying, evidence: "violated", within: 5 },
}

/** A run in which an algorithm is broken by hand, up to where that shows. */
export function brokenRun(algorithm: string): RunnableScenario {
  const { acts, within } = BREAKS[algorithm]!
  const session = new Session(runOf(defaultSetup(algorithm)))
  session.advance(1 * SECOND)
  for (const act of acts) if (!session.act(act)) throw new Error(`${algorithm}: ${act.type} is impossible`)
  return runUntil(session.run, (1 + within) * SECOND)
}

/** What the playground shows at the end of a run. */
export function evidenceIn(run: RunnableScenario): ReadonlySet<Evidence> {
  const session = new Session(run)
  session.advance(run.scenario.duration, Infinity)
  const { notices, soFar } = sightOf(session)
  const isUnavailable = soFar !== undefined && soFar.availability < 0.5
  return new Set<Evidence>([...notices.map(({ kind }) => kind), ...(isUnavailable ? (["unavailable"] as const) : [])])
}
