/** Lies of a replica that a fault makes a traitor. Viewstamped Replication does not claim to survive them. */
import type { Lies } from "../../runtime/contract/lies.ts"
import type { Message, Request } from "./types.ts"

export const lies: Lies<Message> = {
  /** Another value than the client's. */
  Prepare: (message, tell) => (tell(0, 2) === 0 ? message : { ...message, request: forged(message.request) }),
  /** Claims requests that were never prepared, or hides those that were. */
  DoViewChange: (message, tell) =>
    tell(1, 2) === 1 ? message : { ...message, log: { ...message.log, requests: [] }, commitNumber: 0 },
}

function forged(request: Request): Request {
  if (request.type !== "Command") return request
  const { operation } = request
  if (!("value" in operation)) return request
  // A number stays one, as orders and proposals are.
  const value = /^\d+$/.test(operation.value) ? String(Number(operation.value) + 1) : "forged"
  return { ...request, operation: { ...operation, value } }
}
