import type { ClientId } from "../../../runtime/contract/algorithm.ts"
import type { Check, Ending } from "../../../runtime/contract/service.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import type { KeyValueOperation } from "../../machines/key-value.ts"
import { type Found, verdictOf, violate } from "../../running-check.ts"
import { type Access, type Unit, whyNotSerializable } from "./serialization-graph.ts"

/** An operation's outcome: whether it took effect, and the key's previous value. */
export interface Told {
  readonly done: boolean
  readonly value: string | null
}

export type TransactionEvent =
  | {
      readonly type: "begun"
      readonly client: ClientId
      readonly sequence: number
      readonly operations: readonly KeyValueOperation[]
      readonly at: Micros
    }
  | {
      readonly type: "ended"
      readonly client: ClientId
      readonly ending: Ending
      /** The outcome of each operation; null unless the whole succeeded. */
      readonly outcomes: readonly Told[] | null
      readonly at: Micros
    }
  | { readonly type: "finished"; readonly at: Micros }

interface Going {
  readonly name: string
  readonly begun: Micros
  readonly operations: readonly KeyValueOperation[]
}

export interface State extends Found {
  readonly going: (Going | undefined)[]
  readonly units: Unit[]
  /** Operations without an answer. */
  readonly open: Going[]
}

export const strictlySerializable: Check<State, TransactionEvent, unknown> = {
  name: "strictly-serializable",
  doc:
    "Every transaction, and every other operation, seems to take effect at one moment between its call and its answer. Judged " +
    "where there are transactions; it implies linearizability.",
  initial: () => ({ going: [], units: [], open: [], violation: null }),
  observe(state, event) {
    if (event.type === "begun") {
      const { client, sequence, operations, at } = event
      state.going[client] = { name: inWords(client, sequence, operations), begun: at, operations }
    } else if (event.type === "ended") {
      const going = state.going[event.client]!
      state.going[event.client] = undefined
      if (event.outcomes !== null) state.units.push(unitOf(going, event.outcomes, event.at))
      else if (event.ending === "unknown") state.open.push(going)
    } else finish(state, event.at)
  },
  verdict: verdictOf,
}

function finish(state: State, at: Micros): void {
  const open = [...state.open, ...state.going.flatMap(going => going ?? [])]
  const seen: Seen = new Map()
  for (const unit of state.units) note(unit, seen)
  // An operation without an answer may have found the write of another one.
  let isNew = true
  while (isNew) {
    isNew = false
    for (const going of open) {
      const unit = seenUnit(going, seen)
      if (unit !== undefined && note(unit, seen)) isNew = true
    }
  }
  const wrong = whyNotSerializable([...state.units, ...open.flatMap(going => seenUnit(going, seen) ?? [])])
  if (wrong !== undefined) violate(state, at, wrong)
}

/** By key, the versions that somebody read. */
type Seen = Map<string, Set<string>>

/** @returns true if one of them is new */
function note({ accesses }: Unit, seen: Seen): boolean {
  let isNew = false
  for (const { key, before } of accesses) {
    const ofKey = seen.get(key) ?? new Set<string>()
    seen.set(key, ofKey)
    if (before === null || before === undefined || ofKey.has(before)) continue
    ofKey.add(before)
    isNew = true
  }
  return isNew
}

function unitOf({ name, begun, operations }: Going, outcomes: readonly Told[], ended: Micros): Unit {
  const accesses = operations.map((operation, place): Access => {
    const { done, value } = outcomes[place]!
    return { key: operation.key, before: value, after: done ? afterOf(operation, value) : undefined }
  })
  return { name, begun, ended, accesses }
}

function afterOf(operation: KeyValueOperation, before: string | null): string | undefined {
  if (operation.op === "get") return undefined
  return operation.op === "append" ? (before ?? "") + operation.value : operation.value
}

/** The unit of an operation without an answer, if somebody saw one of its writes: then all of it took effect. */
function seenUnit(
  { name, begun, operations }: Going,
  seen: ReadonlyMap<string, ReadonlySet<string>>,
): Unit | undefined {
  const accesses = operations.flatMap((operation): Access[] => {
    if (operation.op === "get") return []
    const { key, value } = operation
    const versions = seen.get(key) ?? new Set<string>()
    if (operation.op === "append") {
      const after = [...versions].find(version => version.endsWith(value))
      if (after === undefined) return [{ key, before: undefined, after: undefined }]
      const before = after.slice(0, after.length - value.length)
      return [{ key, before: before === "" ? null : before, after }]
    }
    // A compare-and-set whose write nobody saw may have been refused.
    if (operation.op === "cas" && !versions.has(value)) return []
    return [{ key, before: undefined, after: value }]
  })
  const isSeen = accesses.some(({ key, after }) => after !== undefined && seen.get(key)?.has(after) === true)
  return isSeen ? { name, begun, ended: Infinity, accesses } : undefined
}

function inWords(client: ClientId, sequence: number, operations: readonly KeyValueOperation[]): string {
  const words = operations.map(
    operation => `${operation.op} ${operation.key}${"value" in operation ? `=${operation.value}` : ""}`,
  )
  return `${sequence} of client ${client} (${words.join(", ")})`
}
