/**
 * The move of a shard, step by step, each committed in the log of its group before the next one begins: the controller
 * commits the move; the source freezes the shard and sends its contents, chunk by chunk; the destination installs them and
 * serves the shard; the controller commits that it owns it; the source deletes it. In groups of n nodes, with k chunks and a
 * log that takes 2(n-1) messages, 10(n-1) + 2k + 4 messages.
 *
 * Every step is idempotent and is retried until the next one has been taken, so any leader may fail at any time.
 */
import type { NodeId, Purpose } from "../../runtime/contract/algorithm.ts"
import type { MovingShard, ShardAnswer, ShardData, ShardMap } from "../../services/machines/shard-types.ts"
import { moveOf, nextMove } from "../../services/machines/shards.ts"
import { allGroups, CONTROLLER, firstMap, firstOwner } from "./parameters.ts"
import { doubt, handlePrepared, handleSettled, handleUnprepared } from "./participants.ts"
import { forgetLeader, isForMe, leads, recordSender, send } from "./post.ts"
import { propose } from "./requests.ts"
import { resumeAnnouncing, handleDecided } from "./transactions.ts"
import type { Chunk, ChunkAck, Installed, Leaving, Logs, Move, Owned, ShardNode } from "./types.ts"

/** Stands for all shards, instead of the number of one. */
const ALL = -1

// --- Leaders ---------------------------------------------------------------------------------------------------------

/** A new leader reads from its log the moves and transactions to continue. */
export function handleLeads(logs: Logs, node: ShardNode, group: number): void {
  if (!leads(node, group)) return
  if (group === CONTROLLER) node.state.map = null
  propose(logs, node, group, ALL, { kind: "status" })
  node.setTimer("retry", node.parameters.retry)
}

/** Retries steps that may have been lost, in the groups that this node still leads. */
export function retryTimedOut(logs: Logs, node: ShardNode): void {
  const led = allGroups(node).filter(group => leads(node, group))
  if (led.length === 0) return
  node.setTimer("retry", node.parameters.retry)
  if (led.includes(CONTROLLER)) retryController(logs, node)
  for (const leaving of [...node.state.leaving.values()].toSorted(byShard)) {
    if (!leads(node, leaving.move.from)) continue
    leaving.next = Math.min(leaving.next, leaving.chunks.length - 1)
    forgetLeader(node, leaving.move.to)
    sendChunk(node, leaving, "retransmission")
  }
}

function byShard({ move: a }: Leaving, { move: b }: Leaving): number {
  return a.shard - b.shard || a.number - b.number
}

function retryController(logs: Logs, node: ShardNode): void {
  const { map } = node.state
  if (map === null) return propose(logs, node, CONTROLLER, ALL, { kind: "status" })
  for (const move of movesIn(map)) {
    forgetLeader(node, move.from)
    send(node, { type: "Move", to: move.from, hops: 0, move }, "retransmission")
  }
  balance(logs, node, map)
}

// --- What the logs have answered -------------------------------------------------------------------------------------

export function handleAnswered(logs: Logs, node: ShardNode, group: number, answer: ShardAnswer): void {
  switch (answer.type) {
    case "status":
      if (group === CONTROLLER) learnMap(logs, node, answer.map ?? firstMap(node.parameters))
      for (const move of answer.frozen) freeze(logs, node, move)
      for (const id of answer.prepared) doubt(node, group, id)
      return resumeAnnouncing(node, answer.decisions)
    case "map":
      return learnMap(logs, node, answer.map)
    case "owned":
      for (const to of [answer.move.from, answer.move.to])
        send(node, { type: "Owned", to, hops: 0, move: moveOf(answer.move) })
      return learnMap(logs, node, answer.map)
    case "frozen":
      return leave(node, answer, answer.data)
    case "installed":
      return sendInstalled(node, answer)
    case "prepared":
      return handlePrepared(node, group, answer)
    case "unprepared":
      return handleUnprepared(node, group, answer)
    case "settled":
      return handleSettled(node, group, answer.id)
    case "decided":
      return handleDecided(node, answer)
    default:
  }
}

// --- The controller --------------------------------------------------------------------------------------------------

/** Begins the moves that are new in the map. */
function learnMap(logs: Logs, node: ShardNode, map: ShardMap): void {
  const before = node.state.map
  if (before !== null && before.number >= map.number) return
  node.state.map = copyOf(map)
  if (!leads(node, CONTROLLER)) return
  for (const move of movesIn(map)) {
    if (before?.moving[move.shard]?.number === move.number) continue
    send(node, { type: "Move", to: move.from, hops: 0, move })
  }
  balance(logs, node, map)
}

/** Moves shards, one at a time, until the numbers of shards of all active groups differ by one at most. */
function balance(logs: Logs, node: ShardNode, map: ShardMap): void {
  const next = nextMove(map)
  if (next === undefined) return
  propose(logs, node, CONTROLLER, next.shard, { kind: "move", ...next, first: firstMap(node.parameters) })
}

export function movesIn({ owners, moving }: ShardMap): readonly MovingShard[] {
  return moving.flatMap((move, shard) => (move === null ? [] : [{ shard, from: owners[shard]!, ...move }]))
}

export function handleInstalled(logs: Logs, node: ShardNode, message: Installed, from: NodeId): void {
  if (!isForMe(node, message, from)) return
  const { move } = message
  recordSender(node, move.to, message, from)
  propose(logs, node, CONTROLLER, move.shard, { kind: "own", ...moveOf(move) })
}

function copyOf({ owners, moving, groups, ...rest }: ShardMap): ShardMap {
  return { ...rest, owners: [...owners], moving: moving.map(move => move && { ...move }), groups: [...groups] }
}

// --- The source ------------------------------------------------------------------------------------------------------

export function handleMove(logs: Logs, node: ShardNode, message: Move, from: NodeId): void {
  if (!isForMe(node, message, from)) return
  recordSender(node, CONTROLLER, message, from)
  freeze(logs, node, message.move)
}

function freeze(logs: Logs, node: ShardNode, move: MovingShard): void {
  if (leavingBy(node, move) !== undefined) return
  const isHome = firstOwner(node.parameters, move.shard) === move.from
  propose(logs, node, move.from, move.shard, { kind: "freeze", isHome, ...moveOf(move) })
}

/** The shard is frozen: its contents go to the other group. */
function leave(node: ShardNode, answer: MovingShard, data: ShardData): void {
  if (!leads(node, answer.from) || leavingBy(node, answer) !== undefined) return
  const leaving: Leaving = { move: moveOf(answer), chunks: chunksOf(data, node.parameters.chunkKeys), next: 0 }
  node.state.leaving.set(leavingKey(answer), leaving)
  sendChunk(node, leaving)
}

/** The move under way that has this number. */
function leavingBy({ state }: ShardNode, move: MovingShard): Leaving | undefined {
  const leaving = state.leaving.get(leavingKey(move))
  return leaving?.move.number === move.number ? leaving : undefined
}

/** The key of a move: a process may lead two groups that a shard leaves in succession, when the first has yet to delete it. */
function leavingKey({ from, shard }: MovingShard): string {
  return `${from}/${shard}`
}

function sendChunk(node: ShardNode, { move, chunks, next }: Leaving, purpose?: Purpose): void {
  const data = chunks[next]!
  send(
    node,
    { type: "Chunk", to: move.to, hops: 0, move: { ...move }, place: next, count: chunks.length, data },
    purpose,
  )
}

export function handleChunkAck(node: ShardNode, message: ChunkAck, from: NodeId): void {
  if (!isForMe(node, message, from)) return
  const leaving = leavingBy(node, message.move)
  if (leaving === undefined) return
  recordSender(node, leaving.move.to, message, from)
  if (message.next === leaving.next) return
  leaving.next = message.next
  if (leaving.next < leaving.chunks.length) sendChunk(node, leaving)
}

/** Splits a shard into chunks, at least one; the first also carries the sessions. */
function chunksOf({ values, sessions }: ShardData, size: number): readonly ShardData[] {
  const count = Math.max(1, Math.ceil(values.length / size))
  return Array.from({ length: count }, (_, i) => ({
    values: values.slice(i * size, (i + 1) * size),
    sessions: i === 0 ? sessions : [],
  }))
}

// --- The destination -------------------------------------------------------------------------------------------------

export function handleChunk(logs: Logs, node: ShardNode, message: Chunk, from: NodeId): void {
  if (!isForMe(node, message, from)) return
  const { move, place, count, data } = message
  const { coming } = node.state
  recordSender(node, move.from, message, from)
  let shard = coming.get(move.shard)
  if (shard === undefined || shard.number < move.number)
    coming.set(move.shard, (shard = { number: move.number, chunks: [], isInstalled: false }))
  if (shard.number > move.number) return
  if (place === shard.chunks.length) shard.chunks.push(data)
  const next = shard.chunks.length
  send(node, { type: "ChunkAck", to: move.from, hops: 0, move, next })
  if (next < count) return
  const all = {
    values: shard.chunks.flatMap(({ values }) => values),
    sessions: shard.chunks.flatMap(each => each.sessions),
  }
  propose(logs, node, move.to, move.shard, { kind: "install", ...moveOf(move), data: all })
}

/** If the source resends chunks, the controller may have missed the news. */
function sendInstalled(node: ShardNode, move: MovingShard): void {
  const shard = node.state.coming.get(move.shard)
  if (shard?.isInstalled === true) forgetLeader(node, CONTROLLER)
  if (shard !== undefined) shard.isInstalled = true
  send(node, { type: "Installed", to: CONTROLLER, hops: 0, move: moveOf(move) })
}

/** The move is done: source and destination forget it. */
export function handleOwned(logs: Logs, node: ShardNode, message: Owned, from: NodeId): void {
  if (!isForMe(node, message, from)) return
  const { move, to } = message
  const { coming } = node.state
  if (to === move.to && coming.get(move.shard)?.number === move.number) coming.delete(move.shard)
  if (to !== move.from || leavingBy(node, move) === undefined) return
  node.state.leaving.delete(leavingKey(move))
  propose(logs, node, move.from, move.shard, { kind: "delete", ...moveOf(move) })
}
