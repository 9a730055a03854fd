/** Closed forms of sharded groups: a command costs the same as in a single group; moves come on top. */
import { SECOND } from "../../runtime/contract/units.ts"
import type { Load, Theory } from "../../runtime/contract/theory.ts"

const service = "sharded-store"
const settled = { service, workload: { moveEvery: 0, changeEvery: 0 } } as const
const UNDER_LEADERS = { log: ["raft", "multi-paxos", "viewstamped-replication"] } as const
const CHAINS = { log: "chain-replication" } as const

type Settings = Load["parameters"]

function replicasOf(n: number, { replicas }: Settings): number {
  return Math.min(n, Number(replicas))
}

/** Messages per command, with its share of moves, and of moves to the group that already has the shard. */
function withMoves(n: number, parameters: Settings, { rate, moveEvery, keys }: Settings): number {
  const { groups, shards, chunkKeys } = parameters
  const followers = replicasOf(n, parameters) - 1
  const chunks = Math.max(1, Math.ceil(Number(keys) / Number(shards) / Number(chunkKeys)))
  const asked = SECOND / Number(moveEvery) / Number(rate)
  const away = (Number(groups) - 1) / Number(groups)
  return 2 * followers + asked * (away * (10 * followers + 2 * chunks + 4) + (1 - away) * 2 * followers)
}

function arePlacedApart(n: number, { groups, replicas }: Settings): boolean {
  return n >= Number(replicas) * (Number(groups) + 1)
}

/**
 * Operations per second of groups on nodes of their own: the busiest node of each handles `handled` messages and requests an
 * operation. The controller handles none.
 */
function apart({ nodes, parameters, serviceTime = 0 }: Load, handled: number): number {
  return arePlacedApart(nodes, parameters) ? (Number(parameters["groups"]) * SECOND) / (handled * serviceTime) : NaN
}

export const theory: Theory = {
  messages: [
    {
      ...settled,
      formula: "2(r-1)",
      messages: (n, parameters) => 2 * (replicasOf(n, parameters) - 1),
    },
    {
      service,
      formula: "2(r-1), and 10(r-1) + 2k + 4 for each move; requests by stale maps not counted",
      workload: { mode: "open", changeEvery: 0, moves: 0, moved: "any", transactions: 0 },
      holds: (_, n, { rate }) => n > 1 && Number(rate) > 0,
      messages: withMoves,
    },
  ],
  latency: [
    { ...settled, parameters: UNDER_LEADERS, formula: "4d", betweenNodes: 2, withClients: 2 },
    {
      ...settled,
      parameters: CHAINS,
      formula: "2rd",
      betweenNodes: (n, parameters) => 2 * (replicasOf(n, parameters) - 1),
      withClients: 2,
    },
  ],
  capacity: [
    {
      ...settled,
      parameters: UNDER_LEADERS,
      formula: "g/(r s)",
      holds: (parameters, n, { mode }) => mode === "closed" && arePlacedApart(n, parameters),
      perSecond: load => apart(load, replicasOf(load.nodes, load.parameters)),
    },
    {
      ...settled,
      parameters: CHAINS,
      formula: "g/(2 s)",
      holds: (parameters, n, { mode }) => mode === "closed" && arePlacedApart(n, parameters),
      perSecond: load => apart(load, 2),
    },
    {
      ...settled,
      parameters: UNDER_LEADERS,
      formula: "g/((2r-1) s)",
      // Each node leads one group, and follows in r - 1 others.
      holds: (parameters, n, { mode }) => mode === "closed" && parameters["groups"] === n,
      perSecond: ({ nodes, parameters, serviceTime = 0 }) =>
        (nodes * SECOND) / ((2 * replicasOf(nodes, parameters) - 1) * serviceTime),
    },
  ],
}
