/** The declarations of the `sharded-store` service: the settings of its workload and its figures. */
import { choice, duration, integer, type ParameterValues } from "../../runtime/contract/parameters.ts"
import type { FigureDescription } from "../../runtime/contract/service.ts"
import { workload as ofLogs } from "../replicated-log/description.ts"

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
  moveEvery: duration(
    "0s",
    "Time between an operator's requests that a shard move to another group, both drawn at random. 0: none.",
    { title: "Time between moves" },
  ),
  changeEvery: duration(
    "0s",
    "Time between an operator's requests that a group leave, which is drawn at random, or come back. 0: none.",
    { title: "Time between groups that leave or come back" },
  ),
  shards: integer(16, "Shards that the operator moves: as many as the algorithm has.", { min: 1, max: 1024 }),
  groups: integer(2, "Groups that the operator moves shards to: as many as the algorithm has.", { min: 1, max: 64 }),
  moves: integer(0, "Moves and changes after which the operator asks for no more. 0: no limit."),
  moved: choice(["any", "first"], "any", "Which shard moves: any, or always the first one."),
} as const

export type Workload = ParameterValues<typeof workload>

export const figures = {
  offered: { doc: "Offered load: operations that arrived or began per second of the measured time.", unit: "1/s" },
  throughput: { doc: "Operations that succeeded in the measured time per second of it.", unit: "1/s" },
  in_flight: { doc: "Operations in flight, on average over the measured time.", unit: "operations" },
  outages: {
    doc: "Times of unavailability: from the first operation that fails to the next success.",
    unit: "outages",
  },
  downtime: { doc: "Length of all outages together.", unit: "ms" },
  longest_gap: { doc: "Longest time without a successful answer, outage or not.", unit: "ms" },
  lost: { doc: "Operations that failed or timed out.", unit: "operations" },
  retries: {
    doc: "Requests sent again because a node was silent, knew no leader or did not have the shard yet.",
    unit: "requests",
  },
  redirects: { doc: "Answers that named another node to ask.", unit: "answers" },
  stale: { doc: "Answers that said that another group has the shard.", unit: "answers" },
  moves: { doc: "Moves and changes that the operator asked for and the controller took on.", unit: "changes" },
} as const satisfies Readonly<Record<string, FigureDescription>>

export type Figures = Readonly<Record<keyof typeof figures, number>>
