/** The declarations of the `sharded-store` service: the settings of its workload and its figures. */
import { choice, duration, integer, type ParameterValues, share } from "../../runtime/contract/parameters.ts"
import type { FigureDescription } from "../../runtime/contract/service.ts"
import { figures as figuresOfLogs, workload as ofLogs } from "../replicated-log/description.ts"

const { mode, rate, arrivals, maxInFlight, clients, think, thinkTimes, operations, reads, writes } = ofLogs
const { puts, appends, cas, keys, skew, valueSize, deadline, retryAfter, backoff, linearizability } = ofLogs

export const workload = {
  mode,
  rate,
  arrivals,
  maxInFlight,
  clients,
  think,
  thinkTimes,
  operations,
  reads,
  writes,
  puts,
  appends,
  cas,
  keys,
  skew,
  valueSize,
  deadline,
  retryAfter,
  backoff,
  linearizability,
  transactions: share(
    "0%",
    "Share of operations that are transactions: several operations on different keys, which take effect at one moment or not at all.",
    { title: "Share of transactions" },
  ),
  transactionKeys: integer(2, "Keys of a transaction.", { min: 2, max: 16 }),
  moveEvery: duration(
    "0s",
    "Time between an operator's requests that a shard move to another group, both drawn at random. 0: none.",
    { title: "Time between moves", zero: "never" },
  ),
  changeEvery: duration(
    "0s",
    "Time between an operator's requests that a group leave, which is drawn at random, or come back. 0: none.",
    { title: "Time between groups that leave or come back", zero: "never" },
  ),
  shards: integer(16, "Shards that the operator moves: as many as the algorithm has.", { min: 1, max: 1024 }),
  groups: integer(2, "Groups that the operator moves shards to: as many as the algorithm has.", { min: 1, max: 64 }),
  moves: integer(0, "Moves and changes after which the operator asks for no more. 0: no limit."),
  moved: choice(["any", "first"], "any", "Which shard moves: any, or always the first one."),
} as const

export type Workload = ParameterValues<typeof workload>

const { offered, throughput, in_flight, outages, downtime, longest_gap, lost, redirects } = figuresOfLogs

export const figures = {
  offered,
  throughput,
  in_flight,
  outages,
  downtime,
  longest_gap,
  lost,
  retries: {
    doc: "Requests sent again because a node was silent, knew no leader or did not have the shard yet.",
    unit: "requests",
  },
  redirects,
  stale: { doc: "Answers that said that another group has the shard.", unit: "answers" },
  transactions: { doc: "Transactions that were committed.", unit: "transactions" },
  aborted: {
    doc: "Attempts at a transaction that were given up, since another one had locked a key or a group did not answer.",
    unit: "attempts",
  },
  blocked: { doc: "The longest time that a transaction had keys of a group locked.", unit: "ms" },
  moves: { doc: "Moves and changes that the operator asked for and the controller took on.", unit: "changes" },
} as const satisfies Readonly<Record<string, FigureDescription>>

export type Figures = Readonly<Record<keyof typeof figures, number>>
