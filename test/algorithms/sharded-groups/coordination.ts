/** Transactions that group 1 coordinates, on node 1: begun, voted on, decided. */
import type { Coordinated, Vote } from "../../../algorithms/sharded-groups/types.ts"
import type { Refusal } from "../../../services/machines/transaction-types.ts"
import { type Groups, groupsOf, keysIn, lose, steps, transact } from "./support.ts"

export const LATER = { client: 7, type: "Later", sequence: 1 }

/** The only transaction under way on node 1. */
export function coordinated(cluster: Groups): Coordinated {
  const [transaction, ...others] = cluster.state(1).coordinated.values()
  if (transaction === undefined || others.length > 0) throw new Error("there is not one transaction")
  return transaction
}

/** Group 1 coordinates a transaction on the first of these groups, and all that it asks gets lost. */
export function begun(groups: readonly number[], transactions: "2pc" | "2pc-replicated", asked = steps): Groups {
  const cluster = groupsOf(3, 3, { transactions })
  lose(cluster, "Prepare")
  transact(cluster, groups, 3)
  asked(cluster)
  cluster.intercept((_, __, { type }) => (type === "Prepare" || type === "Decision" ? "drop" : "deliver"))
  return cluster
}

export function vote(
  cluster: Groups,
  group: number,
  refusal: Refusal | null = null,
  changes: Partial<Vote> = {},
): void {
  const [transaction] = cluster.state(1).coordinated.values()
  const outcomes =
    refusal?.type === "executed" ? refusal.outcomes : [{ key: keysIn([group], 3)[0]!, done: true, value: null }]
  const { id } = transaction ?? { id: { group: 1, node: 1, number: 1 } }
  cluster.inject(group, 1, { type: "Vote", id, group, outcomes, refusal, ...changes })
}

/** The decision that goes to a group. */
export function decision(id: Coordinated["id"], to: number, isCommitted: boolean, teller: number | null) {
  return { from: 1, to, purpose: "protocol", message: { type: "Decision", to, hops: 0, id, isCommitted, teller } }
}
