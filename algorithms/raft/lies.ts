/** Lies of Raft's messages when a fault makes a server a traitor. Raft does not claim to survive it. */
import type { Lies, Tell } from "../../runtime/contract/lies.ts"
import type { Operation } from "../../services/replicated-log/command.ts"
import type { Entry, Message } from "./types.ts"

export const lies: Lies<Message> = {
  /** A vote for any candidate, or for none. */
  RequestVoteReply: (message, tell) => ({ ...message, voteGranted: flip(message.voteGranted, tell) }),
  PreVoteReply: (message, tell) => ({ ...message, voteGranted: flip(message.voteGranted, tell) }),
  /** Claims that refused entries are stored, and that stored ones are missing from the first on. */
  AppendEntriesReply: (message, tell) => ({
    ...message,
    success: flip(message.success, tell),
    conflictTerm: 0,
    conflictIndex: 1,
  }),
  /** Other values than the clients'. */
  AppendEntries: (message, tell) => (tell(0, 2) === 0 ? message : { ...message, entries: message.entries.map(forged) }),
}

function flip(truth: boolean, tell: Tell): boolean {
  return tell(truth ? 1 : 0, 2) === 1
}

function forged(entry: Entry): Entry {
  const { command } = entry
  if (command === null || command.type !== "Command") return entry
  return { ...entry, command: { ...command, operation: forgedOperation(command.operation) } }
}

function forgedOperation(operation: Operation): Operation {
  return "value" in operation ? { ...operation, value: otherThan(operation.value) } : operation
}

/** A number stays one, as orders and proposals are; the opposite of 0 is 1. */
function otherThan(value: string): string {
  if (!/^\d+$/.test(value)) return "forged"
  return value === "0" ? "1" : "0"
}
