/** The declarations of the `replicated-log` service: the settings of its workload and its figures. */
import {
  choice,
  duration,
  integer,
  number,
  type ParameterValues,
  rate,
  share,
  size,
} from "../../runtime/contract/parameters.ts"
import type { FigureDescription } from "../../runtime/contract/service.ts"
import { arrivals, deadline, patience, spread } from "../workload-settings.ts"
import { FIRST_ASKED } from "./client.ts"

export const workload = {
  mode: choice(
    ["open", "closed"],
    "open",
    "`open`: operations arrive at a given rate, whatever became of earlier ones, each with a free session, so that an " +
      "outage hits as many operations as it lasts. `closed`: each client begins its next operation when the last " +
      "one has ended; one client shows the cost of a single command.",
  ),
  rate: rate("100/s", "Open mode: operations that arrive in a second, all clients together."),
  arrivals: arrivals(
    "Open mode: operations arrive evenly spaced (`constant`), or independently of each other (`poisson`).",
  ),
  maxInFlight: integer(
    100_000,
    "Open mode: the most operations in flight. One that arrives while the limit is reached is turned away: it has failed.",
    { min: 1, max: 1_000_000 },
  ),
  clients: integer(1, "Closed mode: the number of clients.", { min: 1, max: 1_000_000 }),
  think: duration("0s", "Closed mode: mean pause of a client between the end of one operation and the next.", {
    title: "Mean pause of a client",
  }),
  thinkTimes: spread(
    "constant",
    "Closed mode: how pauses spread: all as long as the mean, evenly from 0 to twice the mean, or exponentially.",
  ),
  operations: integer(0, "Operations after which no more are begun. 0: no limit."),
  reads: share("50%", "Share of operations that read (get); the others write.", { title: "Share of reads" }),
  writes: choice(
    ["put", "mixed", "test-and-set"],
    "put",
    "What writes do: `put` only; `mixed`: put, append and compare-and-set by the weights that follow; `test-and-set`: " +
      "compare-and-set that expects no value, so that the first client at a key wins it, and all others are refused.",
  ),
  puts: integer(1, "Mixed writes: weight of put.", { max: 1_000_000 }),
  appends: integer(1, "Mixed writes: weight of append.", { max: 1_000_000 }),
  cas: integer(
    1,
    "Mixed writes: weight of compare-and-set, which expects what a client last saw at its key: the higher the " +
      "contention, the more of them are refused.",
    { max: 1_000_000 },
  ),
  nondeterministic: share(
    "0%",
    "Share of operations that are not deterministic: every second one draws a random number, the others " +
      "read the clock, and each sets a register that only such operations use. Only where the algorithm executes them: " +
      "active and semi-active replication do; others refuse them.",
    { title: "Share of nondeterministic operations" },
  ),
  keys: integer(100, "Different keys.", { min: 1, max: 1_000_000 }),
  skew: number(
    0,
    "How unevenly keys are asked for: the exponent s of Zipf's law, by which key number i, from 0, comes up in " +
      "proportion to 1/(i+1)^s. 0: each as often as the others; 0.99: as in YCSB, one in five operations concerns the first of 100.",
    { max: 10 },
  ),
  valueSize: size("16B", "Size of a written value; never less than it takes to make each of them different."),
  deadline: deadline("max(250ms, 20d)", "An operation without a result this long after it began has timed out."),
  ...patience({
    retryAfter:
      "A client asks the next node when the one it asked has been silent for this long. A command that takes longer to " +
      "commit is sent, and replicated, twice (but executed once).",
    backoff: "A client that learned of no leader asks the next node after this delay.",
  }),
  ask: choice(
    FIRST_ASKED,
    "leader",
    "Which node a client asks first: the `leader` it knows of, or the node that answers such an operation, where that " +
      "is another; a `follower`, which redirects it; its `own`, by its number modulo n; or a `fixed` one, given by `node`.",
  ),
  node: integer(0, "The node that `ask: fixed` means."),
  transferEvery: duration(
    "0s",
    "Time between an operator's requests that the leader hand over to the next member that is up. 0: none. Only where the " +
      "algorithm takes them: Raft does.",
    { title: "Time between handovers", zero: "never" },
  ),
  changeEvery: duration(
    "0s",
    "Time between an operator's changes of membership, by turns to the first `members` nodes and back to all. 0: none. " +
      "Only where the algorithm takes them: Raft and Viewstamped Replication do.",
    { title: "Time between changes of membership", zero: "never" },
  ),
  members: integer(0, "How many nodes the smaller membership has. 0: all but one."),
  linearizability: choice(
    ["on", "off"],
    "on",
    "Whether the clients' history is checked for linearizability, the dearest of the checks. `off`: it is not checked.",
  ),
} as const

export type Workload = ParameterValues<typeof workload>

export const figures = {
  offered: { doc: "Offered load: operations that arrived or began per second of the measured time.", unit: "1/s" },
  throughput: { doc: "Operations that succeeded in the measured time per second of it.", unit: "1/s" },
  in_flight: { doc: "Operations in flight, on average over the measured time.", unit: "operations" },
  turned_away: { doc: "Operations turned away because `maxInFlight` were in flight.", unit: "operations" },
  outages: {
    doc: "Times of unavailability: from the first operation that fails to the next success.",
    unit: "outages",
  },
  downtime: { doc: "Length of all outages together.", unit: "ms" },
  time_to_recover: { doc: "Mean length of an outage.", unit: "ms" },
  longest_outage: { doc: "Length of the longest outage.", unit: "ms" },
  time_between_failures: { doc: "Mean time of availability between outages.", unit: "ms" },
  longest_gap: { doc: "Longest time without a successful answer, outage or not.", unit: "ms" },
  lost: { doc: "Operations that failed or timed out.", unit: "operations" },
  acknowledged_lost: {
    doc: "Durability: acknowledged writes that answers or logs show to be lost. Where nothing is served any more, none shows.",
    unit: "operations",
  },
  retries: { doc: "Requests sent again because a node was silent or knew no leader.", unit: "requests" },
  redirects: { doc: "Answers that named another node to ask.", unit: "answers" },
  sessions: {
    doc: "Client sessions opened; in open mode, the most operations in flight at one time.",
    unit: "sessions",
  },
  transfers: { doc: "Handovers of the leadership that an operator asked for and a leader took on.", unit: "handovers" },
  membership_changes: {
    doc: "Changes of membership that an operator asked for and that were committed.",
    unit: "changes",
  },
  operator_failures: { doc: "Requests of an operator that were not done before the deadline.", unit: "requests" },
  leaderships: { doc: "Times a node began to lead, after the warm-up.", unit: "leaderships" },
  read_p50: { doc: "Median latency of reads; the deadline, if it lies among those that failed.", unit: "ms" },
  read_p99: {
    doc: "99th percentile of the latency of reads; the deadline, if it lies among those that failed.",
    unit: "ms",
  },
  write_p50: { doc: "Median latency of writes; the deadline, if it lies among those that failed.", unit: "ms" },
  write_p99: {
    doc: "99th percentile of the latency of writes; the deadline, if it lies among those that failed.",
    unit: "ms",
  },
} as const satisfies Readonly<Record<string, FigureDescription>>

export type Figures = Readonly<Record<keyof typeof figures, number>>
