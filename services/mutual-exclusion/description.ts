/** The declarations of the `mutual-exclusion` service: the settings of its workload and its figures. */
import { choice, duration, integer, type ParameterValues, rate } from "../../runtime/contract/parameters.ts"
import type { FigureDescription } from "../../runtime/contract/service.ts"
import { arrivals, deadline, patience, spread } from "../workload-settings.ts"

export const workload = {
  requesters: integer(
    0,
    "How many want the critical section: nodes 0, 1, ... of an algorithm whose nodes enter it themselves (more " +
      "than there are of them are refused), else clients of a lock service. 0: as many as there are nodes.",
  ),
  hold: duration("1ms", "Mean time spent in the critical section.", { min: 1 }),
  holdTimes: spread(
    "constant",
    "How the stays spread: all as long as the mean, evenly from 0 to twice the mean, or exponentially. Each operation " +
      "brings its own, the same for every algorithm.",
  ),
  think: duration(
    "0s",
    "Mean time from the end of a requester's operation to its next one. 0: full contention. Unused if `rate` is set.",
    { title: "Mean pause between requests" },
  ),
  thinkTimes: spread(
    "uniform",
    "How these times spread: all as long as the mean, evenly from 0 to twice the mean, or exponentially.",
  ),
  rate: rate("0/s", "Operations that all requesters together begin, ready or not (open loop). 0: closed loop."),
  arrivals: arrivals(
    "Open loop: operations arrive evenly spaced (`constant`), or independently of each other (`poisson`).",
  ),
  entries: integer(0, "Operations after which no more are begun, all requesters together. 0: no limit."),
  deadline: deadline("max(1s, 50d)", "An operation that is not granted this long after it began has timed out."),
  starvation: integer(100, "Number of grants to others while one waits that is called starvation.", { min: 1 }),
  waiting: choice(
    ["watch", "poll"],
    "watch",
    "Lock services only: how a client that finds the lock taken learns of its turn. `watch`: the node that executes the " +
      "release before it tells it, as in ZooKeeper and etcd. `poll`: it retries through the log until it has the lock.",
  ),
  poll: duration(
    "max(1us, 1d)",
    "Polling clients only: time from the answer that the lock is taken to the next retry.",
    {
      min: 1,
    },
  ),
  reask: duration(
    "max(250ms, 20d)",
    "Watching clients only: one that has heard nothing for this time retries through the log: the notification may be lost, " +
      "or the algorithm may send none.",
    { min: 1 },
  ),
  sessionTimeout: duration(
    "0s",
    "A client that dies is given up this long after its last sign of life: what it has is given back on its behalf, and its " +
      "request withdrawn, or given back once it is granted. Clients of lock services renew their sessions three times as " +
      "often, and leave when theirs may have expired. 0: never; a lock stays with the dead.",
  ),
  ...patience({
    retryAfter: "Lock services only: a client asks the next node when one is silent for this long.",
    backoff: "Lock services only: a client that learned of no leader asks the next node after this delay.",
  }),
}

export type Workload = ParameterValues<typeof workload>

export const figures: Readonly<Record<string, FigureDescription>> = {
  entries: {
    doc: "Entries into the critical section, those after the end of the measured time included.",
    unit: "entries",
  },
  offered: { doc: "Offered load: operations that began per second of the measured time.", unit: "1/s" },
  throughput: { doc: "Entries in the measured time per second of it.", unit: "1/s" },
  in_flight: { doc: "Operations that wait to be granted, on average over the measured time.", unit: "operations" },
  contended: { doc: "Share of entries that met another requester while they waited.", unit: "share" },
  entry_delay: { doc: "Mean time from request to entry when nobody else wants in.", unit: "ms" },
  synchronisation_delay: { doc: "Mean time from leaving to the next entry when somebody waits.", unit: "ms" },
  longest_synchronisation_delay: { doc: "The longest such time.", unit: "ms" },
  most_overtaken: {
    doc: "The most entries of others during one wait, since it began or since the last fault.",
    unit: "entries",
  },
  fairness: {
    doc: "Jain's index of the requesters' entries: 1 if all had as many, 1/k if one had all.",
    unit: "index",
  },
  wait_variation: {
    doc: "Coefficient of variation of the time from request to entry: 0 if all wait as long, 1 if exponentially distributed.",
    unit: "ratio",
  },
  wait_tail: { doc: "95th percentile of the time from request to entry, per median.", unit: "ratio" },
  bypasses: {
    doc: "Entries of others that asked later, during a wait that ended with an entry, on average.",
    unit: "entries",
  },
  most_bypassed: { doc: "The most such entries during one wait, those without an end included.", unit: "entries" },
  blocked_by_dead: {
    doc: "After the crash of a client, the longest time that no living client had the lock though one waited; none if none died.",
    unit: "ms",
  },
}
