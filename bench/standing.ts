/**
 * The standing of Quorate beside other simulators. These cannot be measured here: the ratios were recorded on one machine,
 * in turns, and are rescaled by the bare loop, which was measured then and is measured now.
 */
import type { Rate } from "./measure.ts"
import { BARE_LOOP, RAFT } from "./suites/yardsticks.ts"

/**
 * The number of messages of Quorate's Raft per message of the peer, in the same processor time: the median of several
 * series, and their range.
 */
interface Peer {
  readonly name: string
  readonly driven: string
  readonly ratio: number
  readonly low: number
  readonly high: number
}

/**
 * The date of the ratios, and the rate of Raft with five nodes at that time, relative to the bare loop's. That revision was
 * raced against a later one with 0.102 of the bare loop's rate, where a message took 1.2 times as long.
 */
export const RECORDED = { on: "29 November 2026", ofBareLoop: 0.122 } as const

const PEERS: readonly Peer[] = [
  {
    name: "etcd-io/raft, Go",
    driven: "RawNodes in memory, no network model, 8 commands outstanding",
    ratio: 3.8,
    low: 2.5,
    high: 4.3,
  },
  { name: "fantoch, Rust", driven: "its simulator, FPaxos with f = 2", ratio: 2.85, low: 2.7, high: 3.0 },
  {
    name: "turmoil 0.6, Rust",
    driven: "UDP from a leader to four followers; no Raft, no checks",
    ratio: 2.0,
    low: 1.9,
    high: 2.1,
  },
  { name: "madsim 0.2, Rust", driven: "RPC from a leader to four", ratio: 5.65, low: 5.3, high: 6.0 },
]

/** A yardstick, and the number of messages of Quorate's Raft, everything on, per message of the yardstick: above 1 is faster. */
export interface Standing {
  readonly name: string
  readonly driven: string
  /** As recorded; undefined for the bare loop, which is measured. */
  readonly recorded: string | undefined
  readonly today: string
}

/** @returns undefined unless both Raft and the bare loop were timed */
export function standingOf(timings: readonly Rate[]): readonly Standing[] | undefined {
  // Relative to the reference loop in the same process: the machine may be busier while the other task is timed.
  const rateOf = (task: string) => timings.find(({ name }) => name === task)?.ratio
  const [raft, bare] = [rateOf(RAFT), rateOf(BARE_LOOP)]
  if (raft === undefined || bare === undefined) return undefined
  const since = raft / bare / RECORDED.ofBareLoop
  const ratios = ({ ratio, low, high }: Peer, factor: number): string =>
    `${(ratio * factor).toFixed(1)} (${(low * factor).toFixed(1)} to ${(high * factor).toFixed(1)})`
  return [
    {
      name: "bare loop",
      driven: "Raft's messages in plain arrays, nothing else",
      recorded: undefined,
      today: (raft / bare).toPrecision(2),
    },
    ...PEERS.map(peer => ({
      name: peer.name,
      driven: peer.driven,
      recorded: ratios(peer, 1),
      today: ratios(peer, since),
    })),
  ]
}

/** The title of the table, and its columns. */
export const STANDING_TITLE =
  `Messages of Raft with five nodes, everything on, for one of each yardstick in the same processor time; those of others as ` +
  `recorded on ${RECORDED.on}, and carried over to today by the bare loop`
export const STANDING_COLUMNS = ["yardstick", "recorded", "today", "how it was driven"]

export function standingRows(standing: readonly Standing[]): readonly (readonly string[])[] {
  return standing.map(({ name, driven, recorded, today }) => [name, recorded ?? "", today, driven])
}
