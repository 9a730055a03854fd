/**
 * A crash in the middle of a broadcast: the next one that leaves the node, of which some messages go out and the others do
 * not. What FloodSet's f + 1 rounds are for (Lynch 1996, §6.2).
 */
import type { NodeId } from "../../../contract/ids.ts"
import { drawn, share } from "../../../contract/settings.ts"
import { Random } from "../../../lib/random.ts"
import { letUp } from "../../holds.ts"
import { faultKind, type TellCrash } from "../../kind.ts"
import { nodesInWords } from "../../words.ts"

export const brokenBroadcast = faultKind({
  kind: "brokenBroadcast",
  name: "broken broadcast",
  doc:
    "A crash in the middle of the node's next broadcast: some of its messages leave, a random number of them to random " +
    "nodes, and nothing after them. A node that broadcasts nothing until `for` is over does not crash.",
  target: "nodes",
  settings: { kept: drawn(share("the share of the broadcast's messages that leave, below 1")) },
  counted: {
    name: "brokenBroadcasts",
    title: "Nodes that crash in a broadcast",
    one: "broken broadcast",
    many: "broken broadcasts",
  },
  breaks: "nodes",
  stopsNodes: true,
  drawExtent: (fault, random) => (fault.kept === undefined ? { ...fault, kept: random.share() } : fault),
  strike: (run, { kept = 0 }, targets) => {
    if (targets.length === 0) return undefined
    const hold = {}
    let callOff: readonly (() => void)[] = []
    let tell: TellCrash = () => {}
    const crashInBroadcast = (id: NodeId) =>
      run.crashInBroadcast(id, {
        kept: Math.floor(kept * (run.size - 1)),
        // Whom they go to is drawn with how many there are.
        random: new Random(Math.floor(kept * 2 ** 32)),
        crashed: () => {
          run.nodes[id]!.downBy.add(hold)
          tell("begins", `crash of ${nodesInWords([id])} in the middle of a broadcast`, [id])
        },
      })
    return {
      begun: `${nodesInWords(targets)} will crash in the next broadcast`,
      nodes: targets,
      proceed: (_, crash) => {
        tell = crash
        callOff = targets.map(crashInBroadcast)
      },
      end: () => {
        for (const off of callOff) off()
        const ended = letUp(run, targets, hold)
        if (ended !== undefined) tell("ends", ended.what, ended.nodes)
        return { what: `${nodesInWords(targets)} may broadcast again`, nodes: targets }
      },
    }
  },
})
