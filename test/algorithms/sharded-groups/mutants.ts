// Mistakes that one could make in sharded groups, each a small change of their real source, by the rules of their README: those
// of moves first, then those of two-phase commit.
import type { Edit } from "../../support/mutants.ts"
import type { Trial } from "./trials.ts"

export interface Mutant {
  readonly name: string
  readonly edits: readonly Edit[]
  /** Beginnings of findings that catch it: checks, assertions, or `liveness`. */
  readonly caughtBy: string
  readonly trial: Trial
}

const ALGORITHM = "algorithms/sharded-groups"
const MACHINE = "services/machines"

function mutant(trial: Trial, name: string, caughtBy: string, file: string, from: string, to: string): Mutant {
  return { trial, name, caughtBy, edits: [{ file, from, to }] }
}

/** Of moves. */
function move(name: string, caughtBy: string, file: string, from: string, to: string): Mutant {
  return mutant(["spread", "lost"].includes(caughtBy) ? "calm" : "storm", name, caughtBy, file, from, to)
}

/** Of moves whose leaders change. */
function handover(name: string, caughtBy: string, file: string, from: string, to: string): Mutant {
  return mutant("handover", name, caughtBy, file, from, to)
}

/** Of moves to and fro, of which messages come late. */
function late(name: string, caughtBy: string, file: string, from: string, to: string): Mutant {
  return mutant("late", name, caughtBy, file, from, to)
}

/** Of transactions. */
function transaction(name: string, caughtBy: string, file: string, from: string, to: string): Mutant {
  return mutant("transactions", name, caughtBy, file, from, to)
}

/** Of transactions whose coordinator crashes. */
function crashing(name: string, caughtBy: string, file: string, from: string, to: string): Mutant {
  return mutant("crashes", name, caughtBy, file, from, to)
}

const SHARDS = `${MACHINE}/shards.ts`
const MOVES = `${ALGORITHM}/moves.ts`
const REQUESTS = `${ALGORITHM}/requests.ts`
const POST = `${ALGORITHM}/post.ts`
const COMMIT = `${MACHINE}/transactions.ts`
const COORDINATOR = `${ALGORITHM}/transactions.ts`
const PARTICIPANT = `${ALGORITHM}/participants.ts`

export const mutants: readonly Mutant[] = [
  // Configurations are numbered.
  move(
    "moves have no numbers of their own",
    "stuck",
    SHARDS,
    "  const number = map.number + 1\n  const moving",
    "  const number = Math.min(map.number + 1, 1)\n  const moving",
  ),
  move(
    "a shard that moves already is moved elsewhere",
    "stuck|linearizable",
    SHARDS,
    "if (!isPossible || map.moving[shard] !== null || map.owners[shard] === to)",
    "if (!isPossible || map.owners[shard] === to)",
  ),
  move(
    "the controller forgets who owns a shard when a move is done",
    "stuck",
    SHARDS,
    "const owners = map.owners.with(move.shard, move.to)",
    "const owners = map.owners.with(move.shard, move.from)",
  ),
  move(
    "a move that is done is never ended, so that the shard cannot move any more",
    "stuck",
    SHARDS,
    "moving: map.moving.with(move.shard, null) }",
    "moving: map.moving }",
  ),
  // The source freezes a shard before another group serves it.
  move(
    "the source serves a shard that it has handed over",
    "linearizable",
    SHARDS,
    'if (shard?.state !== "served") {',
    'if (shard === undefined || shard.state === "gone") {',
  ),
  late(
    "a freeze that comes late closes a shard that has come back",
    "stuck",
    SHARDS,
    'if (shard.state === "served" && shard.number < move.number) {',
    'if (shard.state === "served") {',
  ),
  move(
    "the source hands over what it had when the move began, and serves on",
    "stuck",
    SHARDS,
    '    shard.state = "frozen"\n    shard.number = move.number',
    "    shard.number = move.number",
  ),
  // Sessions go with their shard.
  move(
    "a shard moves without its sessions",
    "linearizable",
    MOVES,
    "sessions: i === 0 ? sessions : [],",
    "sessions: [],",
  ),
  move(
    "a command that a session had executed is executed once more",
    "linearizable",
    SHARDS,
    "if (last !== undefined && sequence <= last.sequence) {",
    "if (last !== undefined && sequence < last.sequence) {",
  ),

  // Contents go in chunks, each once the one before it is acknowledged.
  move(
    "the first chunk is all that is sent",
    "linearizable",
    MOVES,
    "  const data = chunks[next]!\n",
    "  const data = chunks[0]!\n",
  ),
  move(
    "a chunk that comes twice is taken twice for two",
    "linearizable",
    MOVES,
    "if (place === shard.chunks.length) shard.chunks.push(data)",
    "if (place <= shard.chunks.length) shard.chunks.push(data)",
  ),
  move(
    "chunks of an earlier move are taken for those of this one",
    "linearizable",
    MOVES,
    "if (shard === undefined || shard.number < move.number)",
    "if (shard === undefined)",
  ),
  handover(
    "the next chunk is never sent",
    "stuck",
    MOVES,
    "if (leaving.next < leaving.chunks.length) sendChunk(node, leaving)",
    "if (leaving.next < 0) sendChunk(node, leaving)",
  ),
  // The destination serves the shard once its log has it.
  move(
    "contents of an earlier move replace those of a later one",
    "linearizable",
    SHARDS,
    "if (before === undefined || before.number < move.number) {\n    const { values",
    "if (before === undefined || before.number !== -1) {\n    const { values",
  ),
  move(
    "a group that had a shard does not take it back",
    "stuck",
    SHARDS,
    "if (before === undefined || before.number < move.number) {\n    const { values",
    "if (before === undefined) {\n    const { values",
  ),
  move(
    "a shard is served where it never was, before it has come",
    "linearizable",
    SHARDS,
    "if (shard !== undefined || !isHome) return shard",
    "if (shard !== undefined) return shard",
  ),

  // Every step is taken again until the next one is taken.
  handover(
    "a new leader does not continue with what is frozen",
    "stuck",
    MOVES,
    "for (const move of answer.frozen) freeze(logs, node, move)",
    "for (const move of answer.frozen.slice(9)) freeze(logs, node, move)",
  ),
  handover(
    "the controller's next leader does not know the map",
    "stuck",
    MOVES,
    "if (group === CONTROLLER) learnMap(logs, node, answer.map ?? firstMap(node.parameters))",
    "if (group === CONTROLLER) learnMap(logs, node, firstMap(node.parameters))",
  ),
  move(
    "steps that are lost are not taken again",
    "stuck",
    MOVES,
    '  node.setTimer("retry", node.parameters.retry)\n  if (led.includes(CONTROLLER)) retryController(logs, node)',
    "  if (led.includes(CONTROLLER)) retryController(logs, node)",
  ),
  handover(
    "whoever does not answer is taken for the leader for good",
    "stuck",
    POST,
    "  if (!membersOf(node, group).includes(node.id)) node.state.leaders[group] = leader",
    "  node.state.leaders[group] ??= leader",
  ),
  // Clients are told where a shard went.
  move(
    "clients are not told where a shard went",
    "lost",
    REQUESTS,
    "  if (group === null) return node.reply",
    "  if (group !== undefined) return node.reply",
  ),
  // Groups join and leave.
  move(
    "shards stay on a group that has left",
    "spread",
    SHARDS,
    "const stranded = owners.findIndex(owner => !groups.includes(owner))",
    "const stranded = owners.findIndex(owner => owner < 0)",
  ),
  move(
    "a group that comes back gets no shards",
    "spread",
    SHARDS,
    "return count(most) - count(to) > 1 ?",
    "return count(most) - count(to) > 99 ?",
  ),
  move(
    "the last group may leave",
    "Reduce of empty array",
    SHARDS,
    "if (groups.length === 0 || groups.length === map.groups.length)",
    "if (groups.length === map.groups.length)",
  ),

  // Two-phase commit: a group that is prepared has locked its keys, and keeps its promise.
  transaction(
    "a group prepares though a key is locked",
    "strictly-serializable",
    COMMIT,
    'return isFree ? null : { type: "locked" }',
    'return isFree || parts.length > 0 ? null : { type: "locked" }',
  ),
  transaction(
    "commands pass by locks",
    "strictly-serializable",
    SHARDS,
    'if (isLocked(sharding, request.key)) return refused({ type: "locked" })',
    'if (isLocked(sharding, request.key) && request.op === "cas") return refused({ type: "locked" })',
  ),
  crashing(
    "reads pass by locks",
    "strictly-serializable",
    SHARDS,
    'if (isLocked(sharding, request.key)) return refused({ type: "locked" })',
    'if (isLocked(sharding, request.key) && request.op !== "get") return refused({ type: "locked" })',
  ),
  transaction(
    "a shard is handed over with keys locked",
    "atomic-commitment|strictly-serializable",
    SHARDS,
    "    if (hasLocks(sharding, number)) {",
    "    if (hasLocks(sharding, -1)) {",
  ),
  transaction(
    "a group that is in doubt aborts alone",
    "atomic-commitment",
    PARTICIPANT,
    "  if (leads[group] === true && !doubts.has(key)) doubts.set",
    '  if (node.now() % 5 === 0) node.send(node.id, { type: "Decision", to: group, hops: 0, id: idOf(id), isCommitted: false, teller: null })\n  if (leads[group] === true && !doubts.has(key)) doubts.set',
  ),
  transaction(
    "writes of a committed transaction are left out",
    "strictly-serializable",
    COMMIT,
    "for (const [key, value] of writes) shard.values.set(key, value)",
    "for (const [key, value] of writes.slice(1)) shard.values.set(key, value)",
  ),
  crashing(
    "an aborted transaction writes",
    "strictly-serializable",
    COMMIT,
    "if (isCommitted) write(sharding, known)",
    "write(sharding, known)",
  ),
  // The coordinator decides once all are prepared.
  transaction(
    "the coordinator commits once one group is prepared",
    "Cannot destructure|atomic-commitment|strictly-serializable",
    COORDINATOR,
    "if (!participantsOf(transaction).every(other => votes.has(other))) return",
    "if (votes.size === 0) return",
  ),
  transaction(
    "the coordinator takes a refusal for a vote",
    "Cannot destructure",
    COORDINATOR,
    "  votes.set(group, { outcomes, isPrepared: refusal === null })",
    "  votes.set(group, { outcomes, isPrepared: true })\n  if (refusal !== null) return decide(logs, node, transaction)",
  ),
  crashing(
    "a coordinator alone tells its decision before it is on its disk",
    "atomic-commitment",
    COORDINATOR,
    "  node.save({ decisions: [...open, { id: idOf(id), isCommitted: true, groups }] })",
    "  node.save({ decisions: open })",
  ),
  crashing(
    "a transaction that is under way is aborted for whoever asks",
    "atomic-commitment",
    COORDINATOR,
    '  if (phase === "preparing" || phase === "deciding") return\n',
    "",
  ),
  transaction(
    "a coordinator gives up what its log may decide",
    "atomic-commitment",
    COORDINATOR,
    '  if (phase !== "preparing") return\n  if (age > PATIENCE)',
    "  if (age > 0)",
  ),

  crashing(
    "decisions are forgotten before all have them",
    "atomic-commitment",
    COORDINATOR,
    "  if (told.unacknowledged.length > 0) return\n",
    "",
  ),
  // One attempt at most is committed.
  transaction(
    "an attempt is committed though an earlier one was",
    "atomic-commitment|strictly-serializable",
    COMMIT,
    '  if (executed.length > 0) return { type: "executed", outcomes: executed }\n',
    "",
  ),
  // What is lost is sent again.
  transaction(
    "groups that are in doubt do not ask",
    "liveness|stuck",
    COORDINATOR,
    "  if (teller !== null || ++doubt.age < PATIENCE) return",
    "  if (teller !== null || ++doubt.age < 1_000_000) return",
  ),
  crashing(
    "a process that decided alone has forgotten so when it is back, and says that it aborted",
    "atomic-commitment",
    COORDINATOR,
    "  const isCommitted = disk.decisions.some(other => nameOfTransaction(other.id) === name)",
    "  const isCommitted = state.announcing.has(name) && disk.decisions.length < 0",
  ),
]
