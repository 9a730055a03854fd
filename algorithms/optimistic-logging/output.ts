/** Output commit: output waits until every interval that its state depends on is on the disk of its process. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Output } from "../../services/recovery/shape.ts"
import { commitOutput } from "../common/logging/computing.ts"
import type { Interval } from "../common/recovery/types.ts"
import { incarnationOf, isBefore, isLost, isStable, later } from "./intervals.ts"
import { flush } from "./log.ts"
import type { OptimisticNode } from "./types.ts"

export function produce(node: OptimisticNode, output: Output): void {
  const { state } = node
  state.outputs.push(output)
  state.produced.set(output.number, { depends: [...state.vector], steps: state.process.application.steps })
  commitOutputs(node)
}

/** Commits output that depends on stable intervals only, and asks others to log what the rest waits for. */
export function commitOutputs(node: OptimisticNode): void {
  const { outputs, produced } = node.state
  // Each output depends on everything that earlier ones depend on.
  for (let [next] = outputs; next !== undefined; [next] = outputs) {
    const { depends, steps } = produced.get(next.number)!
    if (unstableOf(node, depends).length > 0) break
    outputs.shift()
    produced.delete(next.number)
    commitOutput(node, next, steps)
  }
  for (const { number } of outputs) {
    const { depends } = produced.get(number)!
    for (const process of unstableOf(node, depends)) askToLog(node, process, depends[process]!)
  }
}

/** The processes whose intervals are not known to be on their disks. */
function unstableOf({ state, disk }: OptimisticNode, depends: readonly Interval[]): readonly NodeId[] {
  return depends.flatMap((interval, process) =>
    isStable(disk.endings, process, interval, state.stable[process]!) ? [] : [process],
  )
}

function askToLog(node: OptimisticNode, process: NodeId, interval: Interval): void {
  if (process === node.id) return flush(node)
  if (!isBefore(node.state.asked[process]!, interval)) return
  node.state.asked[process] = interval
  node.send(process, { type: "Ask", interval }, "protocol", "now")
}

/** Handles a request to log: another process's output waits for an interval of this one. */
export function handleAsk(node: OptimisticNode, interval: Interval, from: NodeId): void {
  node.state.asks.push({ from, interval })
  flush(node)
  answerAsks(node)
}

/** Reports what is on the disk to those whose output waits for it; if their interval is lost, so is the output. */
function answerAsks(node: OptimisticNode): void {
  const { state, disk, id } = node
  const latest = state.stable[id]!
  state.asks = state.asks.filter(({ interval }) => !isLost(disk.endings, id, interval))
  for (const { from, interval } of state.asks) {
    if (isStable(disk.endings, id, interval, latest)) {
      node.send(from, { type: "Stable", interval: latest }, "protocol", "now")
    }
  }
  state.asks = state.asks.filter(({ interval }) => !isStable(disk.endings, id, interval, latest))
}

/** Records that another process has its intervals up to this one on its disk; ignored while the incarnation is unknown. */
export function learnStable(node: OptimisticNode, process: NodeId, interval: Interval): void {
  const { stable } = node.state
  if (interval.incarnation > incarnationOf(node.disk.endings, process)) return
  stable[process] = later(stable[process]!, interval)
  commitOutputs(node)
}

/** Records that this process's intervals up to this one are on its disk, unless it has rolled back since. */
export function logged(node: OptimisticNode, interval: Interval): void {
  if (interval.incarnation !== incarnationOf(node.disk.endings, node.id)) return
  learnStable(node, node.id, interval)
  answerAsks(node)
}
