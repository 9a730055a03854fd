/** Answers of a server to its clients (§8). */
import type { ClientId, Release } from "../../runtime/contract/algorithm.ts"
import type { Result } from "../../services/replicated-log/command.ts"
import type { RaftNode } from "./types.ts"

/** True if a server takes up requests: a leader that is handing over does not (thesis §3.10). */
export function takesRequests({ state: { role, transferee } }: RaftNode): boolean {
  return role === "leader" && transferee === null
}

/** Turns a request away that was not taken up, to the leader if there is one to name. */
export function redirect(node: RaftNode, client: ClientId, sequence: number): void {
  const { role, leaderId } = node.state
  node.reply(client, { type: "Redirect", sequence, leader: role === "leader" ? null : leaderId })
}

export function answer(node: RaftNode, client: ClientId, sequence: number, result: Result, release?: Release): void {
  node.reply(client, { type: "Result", sequence, result }, release)
}

/** Answers an operator: whether it is done, or will be tried. */
export function answerOperator(node: RaftNode, client: ClientId, sequence: number, done: boolean): void {
  answer(node, client, sequence, { done, value: null })
}
