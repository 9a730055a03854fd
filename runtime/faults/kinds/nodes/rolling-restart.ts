/**
 * An operator restarts one node after the other, as for an upgrade: each strike of the schedule hits the next node.
 * With `transfer` a leader hands over first, and is restarted when it no longer leads, or when the transfer has failed.
 */
import { duration, optional, toggle } from "../../../contract/settings.ts"
import { SECOND } from "../../../contract/units.ts"
import { holdDown } from "../../holds.ts"
import { faultKind } from "../../kind.ts"
import { nodesInWords } from "../../words.ts"

/** Default time for which a node is down. */
const DOWN = SECOND

export const rollingRestart = faultKind({
  kind: "rollingRestart",
  name: "rolling restart",
  doc:
    "An operator restarts one node after the other, one `every` so often, each once unless `times` says otherwise; each is down for " +
    "`down` (default 1 s). With `transfer: true` a node that leads is asked to hand over first, and goes down when it leads no " +
    "more, or has not managed to within `max(1s, 50d)`. That needs an algorithm whose leaders hand over: Raft's do.",
  target: "listed nodes",
  settings: {
    down: optional(duration("the time that each node is down", { title: "Time that a restart takes" })),
    transfer: optional(
      toggle("whether a leader hands over before it is restarted", {
        title: "Hand-over before a restart",
        axis: { name: "transfer", question: "leaders hand over before they are restarted" },
      }),
    ),
  },
  ends: "never",
  takesTurns: true,
  stopsNodes: true,
  breaks: "nodes",
  strike: (run, { down = DOWN, transfer = false }, targets, operator) => {
    const nodes = targets.filter(id => run.nodes[id]!.up)
    const [first] = nodes
    if (first === undefined) return undefined
    const leader = transfer ? nodes.find(id => id === run.leader()) : undefined
    const words = nodesInWords(run, nodes)
    return {
      begun: leader === undefined ? `${words} is to restart` : `${words} is to restart, and hands over before`,
      nodes,
      proceed: (over, crash) => {
        const goDown = (): void => {
          const struck = holdDown(run, nodes, "stop", id => run.crash(id))
          if (struck === undefined) return
          crash("begins", struck.begun, nodes)
          operator.after(down, () => {
            const ended = struck.end?.()
            if (ended !== undefined) crash("ends", ended.what, ended.nodes)
            over({ what: `${words} has been restarted`, nodes })
          })
        }
        if (leader === undefined) goDown()
        else operator.handOver(leader, goDown)
      },
    }
  },
})
