/** Throughput, and latency of operations. */
import { MILLISECOND } from "../../runtime/contract/units.ts"
import type { Measure } from "./measure.ts"
import { percentileMs } from "./measured.ts"

export const LATENCY = [
  {
    name: "throughput_per_s",
    doc: "operations that succeeded in the measured time per second of it",
    of: ({ outcome, measuredSeconds }) => outcome.completed / measuredSeconds,
    estimate: "mean",
    isCompared: true,
    chart: {
      name: "throughput",
      question: "much gets done",
      title: "Successful operations per second",
      isMoreBetter: true,
    },
  },
  {
    name: "latency_mean_ms",
    doc: "mean latency of successful operations",
    of: ({ outcome }) => outcome.latency.mean / MILLISECOND,
    estimate: "mean latency",
    isCompared: true,
    chart: {
      name: "mean-latency",
      question: "long does an operation take on average",
      title: "Mean latency of an operation (ms)",
    },
  },
  {
    name: "latency_p50_ms",
    doc: "median latency of all operations; the deadline, if it lies among those that failed",
    of: run => percentileMs(run, 0.5),
    estimate: { percentile: 0.5 },
    isCompared: true,
    chart: { name: "latency", question: "long does an operation take", title: "Median latency of an operation (ms)" },
  },
  {
    name: "latency_p90_ms",
    doc: "latency that 90 % of all operations keep; the deadline, if it lies among those that failed",
    of: run => percentileMs(run, 0.9),
    estimate: { percentile: 0.9 },
  },
  {
    name: "latency_p99_ms",
    doc: "latency that 99 % of all operations keep; the deadline, if it lies among those that failed",
    of: run => percentileMs(run, 0.99),
    estimate: { percentile: 0.99 },
    isCompared: true,
    chart: {
      name: "tail-latency",
      question: "long do the slowest operations take",
      title: "99th percentile of latency (ms)",
    },
  },
  {
    name: "latency_p999_ms",
    doc: "latency that 99.9 % of all operations keep; the deadline, if it lies among those that failed",
    of: run => percentileMs(run, 0.999),
    estimate: { percentile: 0.999 },
  },
  {
    name: "latency_max_ms",
    doc: "longest latency of a successful operation",
    of: ({ outcome }) => outcome.latency.max / MILLISECOND,
    estimate: "longest latency",
  },
] as const satisfies readonly Measure[]
