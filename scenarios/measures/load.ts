/** Load: work in flight, and the cost of the run. */
import { MILLISECOND } from "../../runtime/contract/units.ts"
import type { Measure } from "./measure.ts"

export const LOAD = [
  {
    name: "deadline_ms",
    doc: "the time after which an operation without success has failed; the measured time, where the service sets no deadline",
    of: ({ deadline }) => deadline / MILLISECOND,
  },
  {
    name: "in_flight_early",
    doc: "operations in flight on average, from 10 % to 55 % of the measured time; open loop only",
    of: ({ outcome }) => outcome.inFlight?.early ?? Number.NaN,
  },
  {
    name: "in_flight_late",
    doc: "operations in flight on average, from 55 % to 100 % of the measured time; open loop only",
    of: ({ outcome }) => outcome.inFlight?.late ?? Number.NaN,
  },
  {
    name: "in_flight_growth",
    doc: "growth of the number of operations in flight, late in the measured time against early, as a share of it",
    of: ({ outcome }) =>
      outcome.inFlight === undefined ? Number.NaN : outcome.inFlight.late / outcome.inFlight.early - 1,
    estimate: {
      // The pooled ratio over all runs of late minus early in the measured time, per operation in flight early.
      pooled: valueOf => {
        const [early, late] = [valueOf("in_flight_early"), valueOf("in_flight_late")]
        return early === null || late === null ? null : { above: late - early, below: early }
      },
      isSigned: true,
    },
  },
  {
    name: "delivered",
    doc: "messages delivered to nodes and clients, warm-up included",
    of: ({ result }) => result.delivered,
  },
  {
    name: "events",
    doc: "events of all kinds that the simulation handled, warm-up included",
    of: ({ result }) => result.events,
  },
  {
    name: "disk_syncs",
    doc: "times that a node had to make writes durable",
    of: ({ result }) => result.diskSyncs,
    estimate: "mean",
  },
  {
    name: "majority_up_share",
    doc: "share of the measured time in which more than half of all nodes were up, 0..1",
    of: ({ result }) => result.majorityUpShare,
    estimate: "share",
    chart: {
      name: "majority-up",
      question: "long is a majority of nodes up",
      title: "Time with a majority up",
      isShare: true,
      isMoreBetter: true,
    },
  },
  {
    name: "ended_ms",
    doc: "virtual time at which the run ended",
    of: ({ result }) => result.ended / MILLISECOND,
  },
] as const satisfies readonly Measure[]
