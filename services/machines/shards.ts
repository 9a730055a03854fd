/**
 * The shards that a group has, each a store of values with the sessions of its clients, and the map of all shards on the
 * group that controls them.
 *
 * A shard is served by one group at a time: it is frozen where it is, in the group's log, before another group installs
 * it, and every move has a number higher than those of all moves before, by which stale actions are recognized.
 * Sessions move with their shard, so that a command which a client resends to another group is executed once (Ongaro
 * and Ousterhout 2014 §8, for each shard).
 */
import { keyValueStore } from "./key-value.ts"
import type { Result } from "./result.ts"
import type { ShardAction } from "./shard-actions.ts"
import type { MovingShard, ShardAnswer, ShardData, ShardMap } from "./shard-types.ts"
import type { Shard, Sharding } from "./sharding.ts"
import { copyOfTransactions, executeTransaction, hasLocks, isLocked } from "./transactions.ts"

export function newSharding(): Sharding {
  return { shards: new Map(), map: null }
}

export function copyOfSharding({ shards, map, transactions }: Sharding): Sharding {
  const ofTransactions = transactions === undefined ? {} : { transactions: copyOfTransactions(transactions) }
  return {
    ...ofTransactions,
    shards: new Map(
      [...shards].map(([shard, { values, sessions, ...rest }]) => [
        shard,
        { ...rest, values: keyValueStore.copy(values), sessions: sessions.map(record => record && { ...record }) },
      ]),
    ),
    map,
  }
}

/** Executes an action of a group or of its controller. `client` and `sequence` identify a client's command. */
export function executeAction(sharding: Sharding, action: ShardAction, client: number, sequence: number): Result {
  switch (action.kind) {
    case "serve":
      return serve(sharding, action, client, sequence)
    case "freeze":
      return freeze(sharding, action)
    case "install":
      return install(sharding, action)
    case "delete":
      return remove(sharding, action)
    case "move":
      return answered(beginMove(sharding, action.shard, action.to, action.first))
    case "join":
    case "leave":
      return answered(changeGroups(sharding, action.kind, action.group, action.first))
    case "own":
      return answered(endMove(sharding, action))
    case "status":
      return answered(statusOf(sharding))
    case "prepare":
    case "settle":
    case "decide":
      return executeTransaction(sharding, action, ({ shard, isHome }) => shardIn(sharding, shard, isHome))
  }
}

// --- On groups -------------------------------------------------------------------------------------------------------

function serve(
  sharding: Sharding,
  { shard: number, isHome, request }: Extract<ShardAction, { readonly kind: "serve" }>,
  client: number,
  sequence: number,
): Result {
  const shard = shardIn(sharding, number, isHome)
  if (shard?.state !== "served") {
    const left = shard?.left ?? null
    return refused({ type: "closed", shard: number, group: left?.to ?? null, number: left?.number ?? 0 })
  }
  const last = shard.sessions[client]
  if (last !== undefined && sequence <= last.sequence) {
    return sequence === last.sequence ? last.result : { done: false, value: null }
  }
  if (isLocked(sharding, request.key)) return refused({ type: "locked" })
  const result = keyValueStore.execute(shard.values, request)
  shard.sessions[client] = { sequence, result }
  return result
}

function freeze(sharding: Sharding, action: Extract<ShardAction, { readonly kind: "freeze" }>): Result {
  const { shard: number, isHome } = action
  const move = moveOf(action)
  const shard = shardIn(sharding, number, isHome)
  if (shard === undefined) return refused({ type: "closed", shard: number, group: null, number: 0 })
  if (shard.state === "served" && shard.number < move.number) {
    if (hasLocks(sharding, number)) {
      shard.isDraining = true
      return refused({ type: "draining" })
    }
    delete shard.isDraining
    shard.state = "frozen"
    shard.number = move.number
    shard.left = move
  }
  if (shard.state !== "frozen" || shard.number !== move.number) return refused({ type: "deleted" })
  return answered({ ...move, type: "frozen", data: dataOf(shard) })
}

function install({ shards }: Sharding, action: Extract<ShardAction, { readonly kind: "install" }>): Result {
  const move = moveOf(action)
  const before = shards.get(move.shard)
  if (before === undefined || before.number < move.number) {
    const { values, sessions } = action.data
    const records: Shard["sessions"] = []
    for (const [client, { sequence, done, value }] of sessions) records[client] = { sequence, result: { done, value } }
    const { number } = move
    shards.set(move.shard, { number, state: "served", left: null, values: new Map(values), sessions: dense(records) })
  }
  return answered({ ...move, type: "installed" })
}

function remove({ shards }: Sharding, action: Extract<ShardAction, { readonly kind: "delete" }>): Result {
  const shard = shards.get(action.shard)
  if (shard?.state === "frozen" && shard.number === action.number) {
    shard.state = "gone"
    shard.values = new Map()
    shard.sessions = []
  }
  return answered({ type: "deleted" })
}

/** A shard that was never moved is in its initial group. */
function shardIn({ shards }: Sharding, number: number, isHome: boolean): Shard | undefined {
  const shard = shards.get(number)
  if (shard !== undefined || !isHome) return shard
  const first: Shard = { number: 0, state: "served", left: null, values: keyValueStore.initial(), sessions: [] }
  shards.set(number, first)
  return first
}

function dataOf({ values, sessions }: Shard): ShardData {
  return {
    values: [...values].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    sessions: sessions.flatMap((record, client) =>
      record === undefined ? [] : [[client, { sequence: record.sequence, ...plain(record.result) }] as const],
    ),
  }
}

function plain({ done, value }: Result): { readonly done: boolean; readonly value: string | null } {
  return { done, value }
}

function dense(records: Shard["sessions"]): Shard["sessions"] {
  return Array.from(records)
}

function statusOf(sharding: Sharding): ShardAnswer {
  const { map, transactions } = sharding
  const prepared = [...(transactions?.prepared ?? [])].toSorted(byName).map(([, { id }]) => id)
  const decisions = [...(transactions?.decisions ?? [])].toSorted(byName).map(([, decided]) => decided)
  return { type: "status", map, frozen: frozenIn(sharding), prepared, decisions }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

function frozenIn({ shards }: Sharding): readonly MovingShard[] {
  return [...shards.values()]
    .flatMap(({ state, left }) => (state === "frozen" && left !== null ? [left] : []))
    .toSorted((a, b) => a.shard - b.shard)
}

// --- On the controller -----------------------------------------------------------------------------------------------

/** A shard has at most one move at a time: while it moves, it is not moved elsewhere. */
function beginMove(sharding: Sharding, shard: number, to: number, first: ShardMap): ShardAnswer {
  const map = (sharding.map ??= first)
  const isPossible = map.groups.includes(to) && shard < map.owners.length
  if (!isPossible || map.moving[shard] !== null || map.owners[shard] === to) return { type: "map", map }
  const number = map.number + 1
  const moving = map.moving.with(shard, { to, number })
  sharding.map = { ...map, number, moving }
  return { type: "map", map: sharding.map }
}

function endMove(sharding: Sharding, action: MovingShard): ShardAnswer {
  const { map } = sharding
  const move = moveOf(action)
  if (map === null) return { type: "status", map, frozen: [], prepared: [], decisions: [] }
  if (map.moving[move.shard]?.number === move.number) {
    const owners = map.owners.with(move.shard, move.to)
    sharding.map = { ...map, number: map.number + 1, owners, moving: map.moving.with(move.shard, null) }
  }
  return { type: "owned", map: sharding.map!, move }
}

function changeGroups(sharding: Sharding, kind: "join" | "leave", group: number, first: ShardMap): ShardAnswer {
  const map = (sharding.map ??= first)
  const others = map.groups.filter(other => other !== group)
  const groups = kind === "leave" ? others : [...others, group].toSorted((a, b) => a - b)
  if (groups.length === 0 || groups.length === map.groups.length) return { type: "map", map }
  sharding.map = { ...map, number: map.number + 1, groups, isSpread: true }
  return { type: "map", map: sharding.map }
}

/**
 * The next shard to move, while no other moves: one of a group that has left, or else one from the group with the most
 * shards to the one with the fewest, if these differ by more than one. Undefined: none is to be moved, or no group has
 * joined or left.
 */
export function nextMove({ owners, moving, groups, isSpread }: ShardMap): NextMove | undefined {
  if (!isSpread || moving.some(move => move !== null)) return undefined
  const count = (group: number): number => owners.filter(owner => owner === group).length
  const to = groups.reduce((least, group) => (count(group) < count(least) ? group : least))
  const stranded = owners.findIndex(owner => !groups.includes(owner))
  if (stranded >= 0) return { shard: stranded, to }
  const most = groups.reduce((best, group) => (count(group) > count(best) ? group : best))
  return count(most) - count(to) > 1 ? { shard: owners.indexOf(most), to } : undefined
}

interface NextMove {
  readonly shard: number
  readonly to: number
}

export function moveOf({ shard, from, to, number }: MovingShard): MovingShard {
  return { shard, from, to, number }
}

function answered(shard: ShardAnswer): Result {
  return { done: true, value: null, shard }
}

function refused(shard: ShardAnswer): Result {
  return { done: false, value: null, shard }
}
