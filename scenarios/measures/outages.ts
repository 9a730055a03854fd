/** Outages, repairs, and time without a leader. */
import type { Measure } from "./measure.ts"

export const OUTAGES = [
  {
    name: "outages",
    doc: "spans of time in which the service was not available",
    of: ({ outages }) => outages.spans.length,
    estimate: "mean",
  },
  {
    name: "repairs",
    doc: "outages that ended within the run",
    of: ({ outages }) => outages.ended,
    estimate: "mean",
  },
  {
    name: "outage_total_ms",
    doc: "time in outages",
    of: ({ outages }) => outages.total,
    estimate: "mean",
    isCompared: true,
    chart: { name: "outage", question: "long is the service out", title: "Time out of service in a run (ms)" },
  },
  {
    name: "outage_longest_ms",
    doc: "longest outage",
    of: ({ outages }) => Math.max(0, ...outages.spans),
    estimate: "mean",
  },
  {
    name: "uptime_ms",
    doc: "time in service: measured time less outages",
    of: ({ measuredSeconds, outages }) => measuredSeconds * 1_000 - outages.total,
  },
  {
    name: "recovery_ms",
    doc:
      "time without a leader per recovery from it; time in outages per repair, where nodes report no leaders; none if " +
      "nothing recovered",
    of: ({ outages, leaderless }) =>
      leaderless === undefined ? outages.total / outages.ended : leaderless.total / leaderless.ended,
    estimate: {
      // Time without a leader per recovery, or, if nodes report no leaders, outage time per repair.
      pooled: (valueOf, isLed) => ({
        above: valueOf(isLed ? "leaderless_total_ms" : "outage_total_ms") ?? 0,
        below: valueOf(isLed ? "leaderless_ended" : "repairs") ?? 0,
      }),
    },
    isCompared: true,
    chart: { name: "recovery", question: "fast does the service recover", title: "Mean time to recover (ms)" },
  },
  {
    name: "mttr_ms",
    doc: "mean time to repair: time in outages per repair; none if nothing was repaired",
    of: ({ outages }) => outages.total / outages.ended,
    estimate: { above: "outage_total_ms", below: "repairs" },
  },
  {
    name: "mtbf_ms",
    doc: "mean time between failures: time in service per outage",
    of: ({ measuredSeconds, outages }) =>
      outages.spans.length === 0 ? Number.NaN : (measuredSeconds * 1_000 - outages.total) / outages.spans.length,
    estimate: { above: "uptime_ms", below: "outages" },
    isCompared: true,
    chart: {
      name: "uptime",
      question: "long does the service last between failures",
      title: "Mean time between failures (ms)",
      isMoreBetter: true,
    },
  },
  {
    name: "leaderless_spans",
    doc: "spans of time without a leader; none if nodes report no leaders",
    of: ({ leaderless }) => leaderless?.spans.length ?? Number.NaN,
  },
  {
    name: "leaderless_ended",
    doc: "those of them that ended within the run",
    of: ({ leaderless }) => leaderless?.ended ?? Number.NaN,
  },
  {
    name: "leaderless_total_ms",
    doc: "time without a leader",
    of: ({ leaderless }) => leaderless?.total ?? Number.NaN,
  },
] as const satisfies readonly Measure[]
