/** A computation that a test plays message by message: three processes, each of which begins, takes steps and fails when it says so. */
import type { Algorithm, NodeId, Shape } from "../../../../runtime/contract/algorithm.ts"
import type { Program } from "../../../../services/recovery/program.ts"
import type { Recovery } from "../../../../services/recovery/shape.ts"
import { type Cluster, createCluster } from "../../../support/cluster.ts"
import { RING_PROGRAM } from "./ring-program.ts"

/** Every step takes a second. */
const PROGRAM: Program = { ...RING_PROGRAM, steps: 20 }

interface Computing extends Shape {
  readonly service: Recovery
}

export interface ComputationOptions {
  readonly program?: Partial<Program>
  readonly parameters?: Readonly<Record<string, unknown>>
  /** Processes that do not begin. Default: none. */
  readonly except?: readonly NodeId[]
}

/** All have begun. Links take 10 ms, disks 1 ms, and nobody checkpoints before the test says so. */
export function computation<S extends Computing>(
  algorithm: Algorithm<S>,
  { program = {}, parameters = {}, except = [] }: ComputationOptions = {},
): Cluster<S> {
  const cluster = createCluster(algorithm, {
    nodes: 3,
    fifo: true,
    latency: "10ms",
    clientLatency: "0ms",
    syncLatency: "1ms",
    parameters: { interval: "1h", retryInterval: "1h", ...parameters },
  })
  for (const node of [0, 1, 2]) if (!except.includes(node)) begin(cluster, node, program)
  cluster.clearCounts()
  return cluster
}

/** Has a process begin, or go on after a crash. */
export function begin<S extends Computing>(cluster: Cluster<S>, node: NodeId, program: Partial<Program> = {}): void {
  cluster.request(node, node, { type: "Begin", program: { ...PROGRAM, ...program } })
  cluster.runFor("1ms")
}

/** A process fails, and is back at once. */
export function fail<S extends Computing>(cluster: Cluster<S>, node: NodeId, program: Partial<Program> = {}): void {
  cluster.crash(node)
  cluster.restart(node)
  begin(cluster, node, program)
}

/** Types of the messages from one process to another, in their order. */
export function said<S extends Computing>(cluster: Cluster<S>, from: NodeId, to: NodeId): string[] {
  return cluster.sent.filter(each => each.from === from && each.to === to).map(({ message }) => message.type)
}
