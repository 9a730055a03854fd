/**
 * Lies of a replica that a fault makes a traitor: it computes wrongly. All that compute wrongly give the same wrong result, the
 * worst case for whoever counts equal answers. What they say of the order is true.
 */
import type { Lie } from "../../../runtime/contract/lies.ts"
import type { Answer } from "./types.ts"

/** A value that no client ever writes. */
export const WRONG = "wrong"

export const wrongResult: Lie<Answer> = (message, tell) =>
  tell(0, 2) === 0 ? message : { ...message, result: { ...message.result, value: WRONG } }
