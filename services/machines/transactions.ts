/**
 * Two-phase commit in the log of a group (Gray 1978, Notes on data base operating systems, §5.8.3.3): a prepared group
 * has locked the keys and keeps the writes, both durable in its log, and cannot give either up before it learns the
 * decision.
 *
 * Locks are exclusive, even for reads, and nobody waits for one: a request for a locked key is refused, so there are no
 * deadlocks. They are held until the decision is executed (strict two-phase locking).
 */
import type { TransactionAction, TransactionPart } from "./transaction-actions.ts"
import { type KeyValueOperation, keyValueStore } from "./key-value.ts"
import type { Result } from "./result.ts"
import type { Prepared, PreparedShard, Shard, Sharding, Transactions } from "./sharding.ts"
import {
  idOf,
  nameOfTransaction,
  type OperationOutcome,
  type Refusal,
  type TransactionAnswer,
} from "./transaction-types.ts"

type Of<Kind extends TransactionAction["kind"]> = Extract<TransactionAction, { readonly kind: Kind }>

export function newTransactions(): Transactions {
  return { prepared: new Map(), locks: new Map(), decisions: new Map() }
}

/** Entries never change. */
export function copyOfTransactions({ prepared, locks, decisions }: Transactions): Transactions {
  return { prepared: new Map(prepared), locks: new Map(locks), decisions: new Map(decisions) }
}

/** Executes an action. @param shardOf the shard with a number; undefined: the group never had it */
export function executeTransaction(
  sharding: Sharding,
  action: TransactionAction,
  shardOf: (part: TransactionPart) => Shard | undefined,
): Result {
  sharding.transactions ??= newTransactions()
  const { transactions } = sharding
  switch (action.kind) {
    case "prepare":
      return answered(prepare(transactions, action, shardOf))
    case "settle":
      return answered(settle(sharding, transactions, action))
    case "decide":
      return answered(decide(sharding, transactions, action, shardOf))
  }
}

export function isLocked({ transactions }: Sharding, key: string): boolean {
  return transactions?.locks.has(key) === true
}

/** True if a shard has a locked key. */
export function hasLocks({ transactions }: Sharding, shard: number): boolean {
  if (transactions === undefined) return false
  return [...transactions.prepared.values()].some(({ shards }) => shards.some(each => each.shard === shard))
}

/** Phase 1. Idempotent: once prepared, a repeated action gets the same answer. */
function prepare(
  transactions: Transactions,
  { id, session, sequence, parts }: Of<"prepare">,
  shardOf: (part: TransactionPart) => Shard | undefined,
): TransactionAnswer {
  const name = nameOfTransaction(id)
  const known = transactions.prepared.get(name)
  if (known !== undefined) return { type: "prepared", id: idOf(id), outcomes: outcomesOf(known.shards) }
  const refusal = refusalOf(transactions, parts, session, sequence, shardOf)
  if (refusal !== null) return { type: "unprepared", id: idOf(id), refusal }
  const shards = parts.map(part => preparedShard(part, shardOf(part)!))
  transactions.prepared.set(name, { id: idOf(id), session, sequence, shards })
  for (const { operations } of parts) for (const { key } of operations) transactions.locks.set(key, name)
  return { type: "prepared", id: idOf(id), outcomes: outcomesOf(shards) }
}

/** The reason to refuse; null: the group has all shards, and all keys are free. */
function refusalOf(
  { locks }: Transactions,
  parts: readonly TransactionPart[],
  session: number,
  sequence: number,
  shardOf: (part: TransactionPart) => Shard | undefined,
): Refusal | null {
  const executed: OperationOutcome[] = []
  for (const part of parts) {
    const shard = shardOf(part)
    if (shard?.state !== "served" || shard.isDraining === true) {
      const left = shard?.left ?? null
      return { type: "closed", shard: part.shard, group: left?.to ?? null, number: left?.number ?? 0 }
    }
    const last = shard.sessions[session]
    if (last !== undefined && sequence < last.sequence) return { type: "stale" }
    if (last?.sequence === sequence) executed.push(...readOutcomes(last.result))
  }
  if (executed.length > 0) return { type: "executed", outcomes: executed }
  const isFree = parts.every(({ operations }) => operations.every(({ key }) => !locks.has(key)))
  return isFree ? null : { type: "locked" }
}

/** The operations executed on what the shard holds, without changing it. */
function preparedShard({ shard, operations }: TransactionPart, { values }: Shard): PreparedShard {
  const writes: [string, string][] = []
  const outcomes = operations.map((operation: KeyValueOperation): OperationOutcome => {
    const { key } = operation
    const before = values.get(key)
    const tried = new Map(before === undefined ? [] : [[key, before]])
    const { done, value } = keyValueStore.execute(tried, operation)
    const after = tried.get(key)
    if (after !== undefined && after !== before) writes.push([key, after])
    return { key, done, value }
  })
  return { shard, writes, outcomes }
}

/** Phase 2. */
function settle(sharding: Sharding, transactions: Transactions, { id, isCommitted }: Of<"settle">): TransactionAnswer {
  const name = nameOfTransaction(id)
  const known = transactions.prepared.get(name)
  if (known !== undefined) {
    if (isCommitted) write(sharding, known)
    transactions.prepared.delete(name)
    for (const { outcomes } of known.shards) for (const { key } of outcomes) transactions.locks.delete(key)
  }
  return { type: "settled", id: idOf(id) }
}

function write({ shards }: Sharding, { session, sequence, shards: prepared }: Prepared): void {
  for (const { shard: number, writes, outcomes } of prepared) {
    const shard = shards.get(number)!
    for (const [key, value] of writes) shard.values.set(key, value)
    const last = shard.sessions[session]
    // Its client may have given it up, and a later command may have been executed.
    if (last !== undefined && last.sequence >= sequence) continue
    // A fixed order of fields: it shows in a string, though not in an object.
    const text = JSON.stringify(outcomes.map(({ key, done, value }) => ({ key, done, value })))
    shard.sessions[session] = { sequence, result: { done: true, value: text } }
  }
}

/** Phase 1 and 2 of the group that decides, in one entry. */
function decide(
  sharding: Sharding,
  transactions: Transactions,
  { id, session, sequence, isCommitted, parts, groups, done }: Of<"decide">,
  shardOf: (part: TransactionPart) => Shard | undefined,
): TransactionAnswer {
  const { decisions } = transactions
  for (const each of done) decisions.delete(nameOfTransaction(each))
  const name = nameOfTransaction(id)
  const known = decisions.get(name)
  if (known !== undefined) return { type: "decided", ...known, outcomes: [] }
  const refusal = isCommitted ? refusalOf(transactions, parts, session, sequence, shardOf) : null
  const decided = { id: idOf(id), isCommitted: isCommitted && refusal === null, groups }
  if (groups.length > 0) decisions.set(name, decided)
  if (!decided.isCommitted) {
    const why = refusal === null ? {} : { refusal }
    return { type: "decided", ...decided, outcomes: [], ...why }
  }
  const shards = parts.map(part => preparedShard(part, shardOf(part)!))
  write(sharding, { id, session, sequence, shards })
  return { type: "decided", ...decided, outcomes: outcomesOf(shards) }
}

function outcomesOf(shards: readonly PreparedShard[]): readonly OperationOutcome[] {
  return shards.flatMap(({ outcomes }) => outcomes)
}

/**
 * The outcomes of a session's last transaction, as stored in its shard; empty if its last command was no transaction.
 */
function readOutcomes({ value }: Result): readonly OperationOutcome[] {
  const outcomes: readonly OperationOutcome[] = JSON.parse(value ?? "[]")
  return outcomes
}

function answered(shard: TransactionAnswer): Result {
  return { done: true, value: null, shard }
}
