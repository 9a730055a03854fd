/**
 * A crash in the middle of the node's next broadcast: some of its messages leave the node and the others do not. The
 * reason for FloodSet's f + 1 rounds (Lynch 1996, §6.2).
 */
import type { NodeId } from "../../../contract/ids.ts"
import { drawn, optional, ordinal, receivers, share } from "../../../contract/settings.ts"
import { Random } from "../../../lib/random.ts"
import { liftHold } from "../../holds.ts"
import { faultKind, type TellCrash } from "../../kind.ts"
import { nodesInWords } from "../../words.ts"

export const brokenBroadcast = faultKind({
  kind: "brokenBroadcast",
  name: "broken broadcast",
  doc:
    "A crash in the middle of the node's next broadcast, or with `broadcast: 2` of the one after it: some of its messages " +
    "leave, to the nodes that `reaches` names (`[]`: none), else a random number of them to random nodes, and nothing " +
    "after them. A node that broadcasts nothing until `for` is over does not crash. `reaches: every` goes through all " +
    "such crashes, [below](#every-case).",
  target: "nodes",
  settings: {
    broadcast: optional(ordinal("which of the node's broadcasts from now on it is, from 1")),
    reaches: optional(receivers("the nodes that its messages reach")),
    kept: drawn(share("the share of the broadcast's messages that leave, below 1")),
  },
  counted: {
    name: "brokenBroadcasts",
    title: "Nodes that crash in a broadcast",
    one: "broken broadcast",
    many: "broken broadcasts",
  },
  breaks: "nodes",
  stopsNodes: true,
  drawExtent: (fault, random) =>
    fault.kept === undefined && fault.reaches === undefined ? { ...fault, kept: random.share() } : fault,
  strike: (run, { kept = 0, broadcast = 1, reaches }, targets) => {
    if (targets.length === 0) return undefined
    const hold = {}
    let callOff: readonly (() => void)[] = []
    let tell: TellCrash = () => {}
    const crashInBroadcast = (id: NodeId) =>
      run.crashInBroadcast(id, {
        after: broadcast - 1,
        ...(reaches === undefined ? {} : { reached: reaches }),
        kept: Math.floor(kept * (id < run.size ? run.size - 1 : run.size)),
        // The receivers are drawn from the same number as their count.
        random: new Random(Math.floor(kept * 2 ** 32)),
        crashed: () => {
          run.nodes[id]!.downBy.add(hold)
          tell("begins", `crash of ${nodesInWords(run, [id])} in the middle of a broadcast`, [id])
        },
      })
    return {
      begun: `${nodesInWords(run, targets)} will crash in ${broadcast === 1 ? "the next broadcast" : `broadcast ${broadcast} from now`}`,
      nodes: targets,
      proceed: (_, crash) => {
        tell = crash
        callOff = targets.map(crashInBroadcast)
      },
      end: () => {
        for (const off of callOff) off()
        const ended = liftHold(run, targets, hold)
        if (ended !== undefined) tell("ends", ended.what, ended.nodes)
        return { what: `${nodesInWords(run, targets)} may broadcast again`, nodes: targets }
      },
    }
  },
})
