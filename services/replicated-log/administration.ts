/** Requests of an operator to a group that serves a replicated log, if its algorithm supports them. */
import type { ChangeMembership } from "../../runtime/contract/membership.ts"
import type { TransferLeadership } from "../../runtime/contract/transfer.ts"
import type { Belief } from "../../runtime/contract/service.ts"
import type { LogReply } from "./shape.ts"

/**
 * Answered like a command: with a result, whose `done` is true if it was carried out, or with a redirect to the leader.
 */
export interface Administration {
  readonly request: ChangeMembership | TransferLeadership
  readonly reply: LogReply
  readonly fact: Belief
}
