/** Closed forms of Multi-Paxos under a stable leader: phase 2 alone, once for each command. */
import { isComplete } from "../../runtime/contract/parameters.ts"
import type { Theory } from "../../runtime/contract/theory.ts"
import { phase1Quorum, phase2Quorum, quorumParameters } from "../common/flexible-quorums.ts"
import { majority } from "../common/quorum.ts"

const twice = { formula: "2(n-1)", messages: (n: number) => 2 * (n - 1) }
const thrice = { formula: "3(n-1)", messages: (n: number) => 3 * (n - 1) }
const fourTimes = { formula: "4(n-1)", messages: (n: number) => 4 * (n - 1) }

/** The leader proposes alone, and announces what is chosen with its next proposal. */
const piggybacked = { learning: "piggyback", proposers: "distinguished" }

type Settings = Readonly<Record<string, unknown>>

/** The sizes of quorums, q1 and q2. */
function quorumsOf(parameters: Settings, size: number): readonly [q1: number, q2: number] {
  if (!isComplete(quorumParameters, parameters)) return [majority(size), majority(size)]
  return [phase1Quorum({ size, parameters }), phase2Quorum({ size, parameters })]
}

function areMajorities(parameters: Settings, n: number): boolean {
  return quorumsOf(parameters, n).every(size => size === majority(n))
}

/**
 * Phase 2 needs q2 nodes, phase 1 q1 (Howard, Malkhi and Spiegelman 2016): with q2 up it serves as long as the leader, which
 * is as likely to crash as any other, is among them; without the leader, q1 have to be up, too.
 */
function serving(n: number, down: number, parameters: Settings): number {
  const [q1, q2] = quorumsOf(parameters, n)
  const up = n - down
  if (up < q2) return 0
  return up >= q1 ? 1 : up / n
}

export const theory: Theory = {
  messages: [
    { service: "replicated-log", parameters: { ...piggybacked, thrifty: false }, ...twice },
    {
      service: "replicated-log",
      parameters: { ...piggybacked, thrifty: true },
      holds: areMajorities,
      formula: "2⌊n/2⌋",
      messages: n => 2 * Math.floor(n / 2),
    },
    {
      service: "replicated-log",
      parameters: { ...piggybacked, thrifty: true },
      formula: "2(q₂-1)",
      messages: (n, parameters) => 2 * (quorumsOf(parameters, n)[1] - 1),
    },
    { service: "replicated-log", parameters: { learning: "broadcast", thrifty: false }, ...thrice },
    {
      service: "replicated-log",
      parameters: { learning: "everyone", thrifty: false },
      formula: "n²-1",
      messages: n => n ** 2 - 1,
    },
    // Prepare and promise.
    { service: "leader-election", workload: { initiators: ["lowest", "lowestFollower"] }, ...twice },
    // A stay is two commands, acquire and release; waiting clients are notified when it is their turn.
    {
      service: "mutual-exclusion",
      workload: { waiting: "watch" },
      parameters: { ...piggybacked, thrifty: false },
      ...fourTimes,
    },
    // A decision is one command.
    { service: "agreement", workload: { proposers: 1 }, parameters: { ...piggybacked, thrifty: false }, ...twice },
    {
      service: "agreement",
      workload: { proposers: 1 },
      parameters: { learning: "broadcast", proposers: "distinguished", thrifty: false },
      ...thrice,
    },
  ],
  latency: [
    // A leader that alone is a quorum: request and reply.
    {
      service: "replicated-log",
      workload: { ask: "leader" },
      holds: (parameters, n) => quorumsOf(parameters, n)[1] === 1,
      formula: "2d",
      betweenNodes: 0,
      withClients: 2,
      syncs: 1,
    },
    // Request, accept, accepted and reply.
    {
      service: "replicated-log",
      workload: { ask: "leader" },
      formula: "4d",
      betweenNodes: 2,
      withClients: 2,
      syncs: 2,
    },
  ],
  // The leader's: the request and n-1 acceptances.
  load: [{ service: "replicated-log", parameters: piggybacked, formula: "n", handled: n => n }],
  availability: [
    {
      service: "replicated-log",
      parameters: { proposers: "distinguished" },
      holds: (parameters, n) => !areMajorities(parameters, n),
      formula: "all while q₁ and q₂ nodes are up; with q₂ alone, while the leader is",
      serving,
    },
  ],
}
