/**
 * The process is stopped and keeps its memory, as by SIGSTOP. The kernel continues to receive for it: messages and
 * requests wait in the socket's buffer (assumed large enough), as do timers that fire, and on resuming the process
 * handles all of them at once, in the order of arrival. A crash ends the pause: the process that boots is a new one.
 */
import { already, divide, endedOf } from "../../holds.ts"
import { faultKind } from "../../kind.ts"
import { nodesInWords } from "../../words.ts"

export const pause = faultKind({
  kind: "pause",
  name: "pause",
  doc: "The process is stopped and keeps its memory. Messages and timers wait, and are handled all at once, in their order, when it resumes.",
  target: "nodes",
  settings: {},
  counted: { name: "pauses", title: "Paused nodes", one: "paused node", many: "paused nodes" },
  stopsNodes: true,
  breaks: "timing",
  strike: (run, _, targets) => {
    const nodes = targets.filter(id => run.nodes[id]!.up)
    if (nodes.length === 0) return undefined
    const hold = {}
    const paused = nodes.filter(id => run.nodes[id]!.paused)
    for (const id of nodes) {
      run.pause(id)
      run.nodes[id]!.pausedBy.add(hold)
    }
    const end = () => {
      const held = nodes.filter(id => run.nodes[id]!.pausedBy.delete(hold))
      const [resumed, still] = divide(held, id => run.nodes[id]!.pausedBy.size === 0)
      for (const id of resumed) run.resume(id)
      return endedOf(run, held, resumed.length === 0 ? "" : `${nodesInWords(run, resumed)} resumed`, still, "paused")
    }
    return { begun: `pause of ${nodesInWords(run, nodes)}${already(run, paused, nodes, "paused")}`, nodes, end }
  },
})
