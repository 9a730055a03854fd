/**
 * An operator has the leader make some nodes the group's voters, and repeats the request until it is done, the fault is
 * over, or another membership is requested. Only for algorithms with changeable membership.
 */
import type { NodeId } from "../../../contract/ids.ts"
import { optional, receivers, type Setting } from "../../../contract/settings.ts"
import { faultKind } from "../../kind.ts"
import type { FaultyRun } from "../../run.ts"
import { nodesInWords } from "../../words.ts"

const members: Setting<readonly NodeId[]> = { kind: "nodes", doc: "the nodes that are to be the voters" }

export const membership = faultKind({
  kind: "membership",
  name: "change of members",
  doc:
    "An operator has the leader make these nodes the voters, beside whatever workload there is. It repeats the request until " +
    "that is done, `for` is over, or a later `membership` wants others. Needs an algorithm that changes its " +
    "membership: Raft and Viewstamped Replication do, the latter to three nodes or more. `learners` get the log and have no " +
    "vote, where the algorithm has such, as Raft; `[]`: there are to be none. Who is no voter is still one of the nodes: instances of agreement with `learners: all` " +
    "wait for it in vain, and without `preVote` or `leaderStickiness` its elections disturb the group (Raft §6).",
  target: "group",
  settings: {
    members,
    learners: optional(
      receivers("nodes that are to get the log without a vote; default: those that are learners already and get none"),
    ),
  },
  ends: "bounded",
  needs: "membership",
  strike: (run, fault, _, operator) => {
    const { members: nodes, learners } = fault
    const words = nodesInWords(run, nodes) + learnersInWords(run, learners)
    let giveUp = (): void => {}
    return {
      begun: `membership is to be ${words}`,
      nodes,
      proceed: over => {
        giveUp = operator.change({ members: nodes, ...(learners === undefined ? {} : { learners }) }, () =>
          over({ what: `membership is ${words}`, nodes }),
        )
      },
      end: () => {
        giveUp()
        return { what: `given up: membership of ${words}`, nodes }
      },
    }
  },
})

/** `, learners: node 3`; empty if the fault does not mention learners. */
function learnersInWords(run: FaultyRun, learners: readonly NodeId[] | undefined): string {
  if (learners === undefined) return ""
  return learners.length === 0 ? ", no learners" : `, learners: ${nodesInWords(run, learners)}`
}

/** The problem with a membership change in a group of `size` nodes, and the setting at fault, if any. */
export function membershipProblem(
  { members: voters, learners = [] }: { readonly members: readonly NodeId[]; readonly learners?: readonly NodeId[] },
  size: number,
): { readonly key: "members" | "learners"; readonly message: string } | undefined {
  const message = "names a role, whose processes are no members of the group"
  if (voters.some(id => id >= size)) return { key: "members", message }
  if (learners.some(id => id >= size)) return { key: "learners", message }
  const both = learners.find(id => voters.includes(id))
  return both === undefined
    ? undefined
    : { key: "learners", message: `names node ${both}, which is one of the members` }
}
