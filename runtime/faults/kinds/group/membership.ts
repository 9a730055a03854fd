/**
 * An operator has the leader make some nodes the group's voters, and repeats the request until it is done, the fault is over, or
 * another membership is wanted. Only where the algorithm takes requests to change its membership.
 */
import type { NodeId } from "../../../contract/ids.ts"
import type { Setting } from "../../../contract/settings.ts"
import { faultKind } from "../../kind.ts"
import { nodesInWords } from "../../words.ts"

const members: Setting<readonly NodeId[]> = { kind: "nodes", doc: "the nodes that are to be the voters" }

export const membership = faultKind({
  kind: "membership",
  name: "change of members",
  doc:
    "An operator has the leader make these nodes the voters, beside whatever workload there is. It repeats the request until " +
    "that is done, `for` is over, or a later `membership` wants others. Needs an algorithm that changes its " +
    "membership: Raft and Viewstamped Replication do, the latter to three nodes or more. Who is no voter is still one of the nodes: instances of agreement with `learners: all` " +
    "wait for it in vain, and without `preVote` or `leaderStickiness` its elections disturb the group (Raft §6).",
  target: "group",
  settings: { members },
  ends: "bounded",
  needs: "membership",
  strike: (run, fault, _, operator) => {
    const nodes = fault.members
    const words = nodesInWords(run, nodes)
    let giveUp = (): void => {}
    return {
      begun: `membership is to be ${words}`,
      nodes,
      proceed: over => {
        giveUp = operator.change(nodes, () => over({ what: `membership is ${words}`, nodes }))
      },
      end: () => {
        giveUp()
        return { what: `given up: membership of ${words}`, nodes }
      },
    }
  },
})
