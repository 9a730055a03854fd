/** Requests of clients and operators, and the logs' replies to them. */
import type { ClientId, Release } from "../../runtime/contract/algorithm.ts"
import type { ShardAction } from "../../services/machines/shard-actions.ts"
import type { ShardAnswer } from "../../services/machines/shard-types.ts"
import type { TransactionAction } from "../../services/machines/transaction-actions.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import type { LogReply } from "../../services/replicated-log/shape.ts"
import { type ChangeGroups, type MoveShard, type ShardCommand, shardOf } from "../../services/sharded-store/shape.ts"
import { CONTROLLER, firstMap, firstOwner, membersOf } from "./parameters.ts"
import { type Logs, OWN, OWN_INSTALLS, OWN_TRANSACTIONS, type ShardNode, SPREAD } from "./types.ts"

/** A client's command goes through the log of the group that the client believes to own its shard. */
export function handleCommand(logs: Logs, node: ShardNode, command: ShardCommand, client: ClientId): void {
  const { parameters } = node
  const shard = shardOf(command.operation.key, parameters.shards)
  const home = firstOwner(parameters, shard)
  const group = command.group ?? home
  if (command.group === undefined || !logs.isIn(node, group)) return elsewhere(node, client, command.sequence, shard)
  const { session, sequence, operation } = command
  const action: ShardAction = { kind: "serve", shard, isHome: group === home, request: operation }
  logs.request(node, commandOf(session, sequence, operation.key, action), client, group)
}

/** Operators send their requests to the controller. */
export function handleMoveShard(logs: Logs, node: ShardNode, request: MoveShard, client: ClientId): void {
  const { shard, to } = request
  administer(logs, node, request.sequence, client, { kind: "move", shard, to, first: firstMap(node.parameters) })
}

export function handleChangeGroups(logs: Logs, node: ShardNode, request: ChangeGroups, client: ClientId): void {
  const kind = request.type === "JoinGroup" ? "join" : "leave"
  const { group, sequence } = request
  administer(logs, node, sequence, client, { kind, group, first: firstMap(node.parameters) })
}

function administer(logs: Logs, node: ShardNode, sequence: number, client: ClientId, action: ShardAction): void {
  if (logs.isIn(node, CONTROLLER)) logs.request(node, commandOf(client, sequence, "", action), client, CONTROLLER)
  else node.reply(client, { type: "Redirect", sequence, leader: membersOf(node, CONTROLLER)[0] ?? null })
}

/** Has a log execute an action of the groups' own. */
export function propose(logs: Logs, node: ShardNode, group: number, shard: number, action: ShardAction): void {
  proposeAs(logs, node, group, (action.kind === "install" ? OWN_INSTALLS : OWN) + 1 + shard, action)
}

/**
 * Has a log execute a step of a transaction. Each step has its own client number, since many are pending at once, and logs
 * take one command of a client at a time.
 */
export function proposeTransaction(logs: Logs, node: ShardNode, group: number, action: TransactionAction): void {
  proposeAs(logs, node, group, OWN_TRANSACTIONS + node.id * SPREAD + (node.state.sequence % SPREAD), action)
}

function proposeAs(logs: Logs, node: ShardNode, group: number, client: ClientId, action: ShardAction): void {
  const { state } = node
  // Another leader may have used this client's next number: sequence numbers must be unique.
  state.sequence = Math.max(state.sequence + 1, node.now())
  logs.request(node, commandOf(client, state.sequence, "", action), client, group)
}

function commandOf(session: ClientId, sequence: number, key: string, action: ShardAction): Command {
  return { type: "Command", session, sequence, operation: { op: "shard", key, action } }
}

/** A log replies: clients are answered at once, the groups' own requests after its handler. */
export function handleReply(
  logs: Logs,
  node: ShardNode,
  client: ClientId,
  reply: LogReply,
  group: number,
  release: Release | undefined,
): void {
  const { sequence } = reply
  if (reply.type === "Redirect") {
    if (client >= OWN) return
    const leader = reply.leader === null ? null : logs.processOf(node, reply.leader, group)
    return node.reply(client, { type: "Redirect", sequence, leader }, release)
  }
  const { done, value, shard: answer } = reply.result
  if (answer?.type === "closed") return closed(node, client, sequence, answer)
  if (answer?.type === "locked") return node.reply(client, { type: "Later", sequence }, release)
  if (answer !== undefined) node.send(node.id, { type: "Answered", group, answer })
  if (client < OWN) node.reply(client, { type: "Result", sequence, result: { done, value } }, release)
}

/** Nothing was executed: the shard is elsewhere, or on its way here. */
function closed(
  node: ShardNode,
  client: ClientId,
  sequence: number,
  { shard, group, number }: Extract<ShardAnswer, { readonly type: "closed" }>,
): void {
  if (client >= OWN) return
  if (group === null) return node.reply(client, { type: "Later", sequence })
  elsewhere(node, client, sequence, shard, { group, number })
}

/**
 * Redirects a client to the owner of the shard; if that is unknown, to its first owner, which knows more.
 *
 * @param place the group that has the shard, as far as known
 */
export function elsewhere(
  node: ShardNode,
  client: ClientId,
  sequence: number,
  shard: number,
  { group, number } = { group: firstOwner(node.parameters, shard), number: 0 },
): void {
  const { shards } = node.parameters
  const members = membersOf(node, group)
  node.reply(client, { type: "Elsewhere", sequence, shard, shards, group, number, members })
}
