/** Operations and availability. */
import type { Measure } from "./measure.ts"

export const OPERATIONS = [
  {
    name: "attempted",
    doc: "operations begun",
    of: ({ outcome }) => outcome.attempted,
  },
  {
    name: "ok",
    doc: "operations that succeeded",
    of: ({ outcome }) => outcome.ok,
  },
  {
    name: "failed",
    doc: "operations that surely did not happen",
    of: ({ outcome }) => outcome.failed,
  },
  {
    name: "unknown",
    doc: "operations that timed out, and may or may not have happened",
    of: ({ outcome }) => outcome.unknown,
  },
  {
    name: "operations_lost",
    doc: "operations that did not succeed, or may not have: failed and unknown",
    of: ({ outcome }) => outcome.failed + outcome.unknown,
    estimate: "mean",
    follows: "throughput_per_s",
    isCompared: true,
    chart: { name: "lost", question: "many operations are lost", title: "Operations lost in a run" },
  },
  {
    name: "availability",
    doc: "share of availability as the service defines it, 0..1",
    of: ({ outcome }) => outcome.availability,
    estimate: "share",
    isCompared: true,
    chart: {
      name: "availability",
      question: "available is each algorithm",
      title: "Availability",
      isShare: true,
      isMoreBetter: true,
    },
  },
  {
    name: "availability_before",
    doc: "availability before any fault struck: of the operations that began then, 0..1",
    of: ({ outcome }) => outcome.phases?.before ?? Number.NaN,
    estimate: "share",
    isCompared: true,
    chart: {
      name: "availability-before",
      question: "available is each algorithm before any fault",
      title: "Availability before any fault",
      isShare: true,
      isMoreBetter: true,
    },
  },
  {
    name: "availability_during",
    doc: "availability while a fault was in force: of the operations that began then, 0..1",
    of: ({ outcome }) => outcome.phases?.during ?? Number.NaN,
    estimate: "share",
    isCompared: true,
    chart: {
      name: "availability-during",
      question: "available is each algorithm while a fault lasts",
      title: "Availability while a fault lasts",
      isShare: true,
      isMoreBetter: true,
    },
  },
  {
    name: "availability_after",
    doc: "availability after a fault, none being in force: of the operations that began then, 0..1",
    of: ({ outcome }) => outcome.phases?.after ?? Number.NaN,
    estimate: "share",
    isCompared: true,
    chart: {
      name: "availability-after",
      question: "available is each algorithm after a fault",
      title: "Availability after a fault",
      isShare: true,
      isMoreBetter: true,
    },
  },
] as const satisfies readonly Measure[]
