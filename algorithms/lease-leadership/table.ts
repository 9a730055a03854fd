/** The decisions of the store about its key, independent of where it is kept: by one process, or in a replicated log. */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import type { Lease, Request, Table } from "./types.ts"

/** `over`: the lease that it is about is over, or about to be; `refused`: another one has the lease. */
export type Outcome = "granted" | "extended" | "freed" | "delayed" | "refused" | "over"

export interface Decision {
  readonly table: Table
  readonly outcome: Outcome
}

export const EMPTY: Table = { lastToken: 0, lease: null, renewal: 0, isDelayed: false }

export function decide(table: Table, request: Request, from: NodeId, hasLockDelay: boolean): Decision {
  const { lease, isDelayed, renewal } = table
  switch (request.type) {
    case "Acquire":
      if (lease === null) return grant(table, from, request.attempt)
      // The holder missed the grant, or asked twice before it arrived.
      if (lease.holder === from && lease.attempt === request.attempt && !isDelayed) return extended(table)
      return { table, outcome: "refused" }
    case "Renew":
      return isValid(table, request.token) ? extended(table) : { table, outcome: "over" }
    // The holder has nothing in flight any more: no lock delay.
    case "Release":
      return lease?.token === request.token ? freed(table) : { table, outcome: "over" }
    case "Expire":
      // Renewed meanwhile.
      if (lease === null || renewal !== request.renewal) return { table, outcome: "over" }
      if (isDelayed || !hasLockDelay) return freed(table)
      return { table: { ...table, renewal: renewal + 1, isDelayed: true }, outcome: "delayed" }
  }
}

export function isValid({ lease, isDelayed }: Table, token: number): boolean {
  return lease !== null && lease.token === token && !isDelayed
}

/** First to write wins. */
function grant(table: Table, holder: NodeId, attempt: number): Decision {
  invariant(table.lease === null, "one node at a time has the lease")
  const token = table.lastToken + 1
  const lease: Lease = { holder, attempt, token }
  return { table: { lastToken: token, lease, renewal: table.renewal + 1, isDelayed: false }, outcome: "granted" }
}

function extended(table: Table): Decision {
  return { table: { ...table, renewal: table.renewal + 1 }, outcome: "extended" }
}

/** The lease is freed. */
function freed(table: Table): Decision {
  invariant(table.lease !== null, "a lease that ends is somebody's")
  return { table: { ...table, lease: null, renewal: table.renewal + 1, isDelayed: false }, outcome: "freed" }
}
