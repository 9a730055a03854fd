/** How much memory a run takes as it gets longer: one Raft run, looked at every million messages. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Simulation } from "../runtime/simulation.ts"
import { steadyState } from "./scenarios.ts"

export interface MemorySample {
  /** Messages sent between nodes so far. */
  readonly messages: number
  /** Live data after a full collection, in bytes. */
  readonly heap: number
  /** All memory of the process, in bytes. */
  readonly resident: number
}

const EVERY = 1_000_000

/** Runs until so many messages were sent, and takes a sample every million. */
export function measureMemory(messages: number): readonly MemorySample[] {
  const collect = garbageCollector()
  const scenario = steadyState({
    algorithm: "raft",
    service: "replicated-log",
    nodes: 5,
    duration: "100h",
    workload: { mode: "open", rate: "5000/s" },
  })
  const simulation = new Simulation(scenario, 1)
  const samples: MemorySample[] = []
  simulation.begin()
  for (let seconds = 1; samples.length * EVERY < messages; seconds++) {
    simulation.runUntil(seconds * 1_000_000)
    const { protocol, heartbeat, retransmission } = simulation.metrics.messages
    const sent = protocol + heartbeat + retransmission
    if (sent < (samples.length + 1) * EVERY) continue
    collect()
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage()
    samples.push({ messages: sent, heap: heapUsed + arrayBuffers, resident: rss })
  }
  return samples
}

/** Node.js gives its collector only to those who ask for it. */
function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc")
  const collect: () => void = runInNewContext("gc")
  return collect
}
