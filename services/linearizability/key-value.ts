/**
 * The sequential specification of a key-value store with put, get, compare-and-set, append and delete; one part a key.
 * A register is a store with a single key.
 */
import type { KeyValueOperation } from "../machines/key-value.ts"
import type { Model, Trace } from "./model.ts"

/** An operation of recordings only: a key holds nothing afterwards. */
export type RecordedKeyValueOperation = KeyValueOperation | { readonly op: "delete"; readonly key: string }

/**
 * The information in an answer. `value` is the key's value before the operation (for a `get`: the value read), `null`
 * if it had none; `undefined` if the answer does not contain it.
 */
export interface KeyValueAnswer {
  /** True if the operation took effect: `false` only for a `cas` whose expectation was wrong. */
  readonly done?: boolean | undefined
  readonly value?: string | null | undefined
}

/** @param initial the value that every key holds at first */
export function keyValueModelFrom(
  initial: string | null,
): Model<string | null, RecordedKeyValueOperation, KeyValueAnswer> {
  return { ...storeModel, init: () => initial }
}

const storeModel: Model<string | null, RecordedKeyValueOperation, KeyValueAnswer> = {
  partition: operation => operation.key,
  init: () => null,
  step(state, operation, answer) {
    if (answer?.value !== undefined && answer.value !== state) return undefined
    switch (operation.op) {
      case "get":
        return state
      case "put":
        return operation.value
      case "append":
        return (state ?? "") + operation.value
      case "delete":
        return answer?.done === false && state !== null ? undefined : null
      case "cas": {
        const done = state === operation.expected
        if (answer?.done !== undefined && answer.done !== done) return undefined
        return done ? operation.value : state
      }
    }
  },
  isReadOnly: (operation, answer) => operation.op === "get" || answer.done === false,
  mayShow(state, operation, answer) {
    const isFulfilled = operation.op === "cas" && (answer === undefined || answer.done === true)
    const found = answer?.value ?? (isFulfilled ? operation.expected : answer?.value)
    // The value found is unknown: a lost operation and a put leave no trace of it, others carry it over.
    if (found === undefined) return answer !== undefined && operation.op !== "put" && operation.op !== "delete"
    return (found ?? "").startsWith(state ?? "")
  },
  traceOf,
  identify: state => state,
  describe: (operation, answer) => `${describeOperation(operation)} ${describeAnswer(operation, answer)}`,
}

export const keyValueModel: Model<string | null, KeyValueOperation, KeyValueAnswer> = storeModel

function traceOf(operation: RecordedKeyValueOperation, answer: KeyValueAnswer | undefined): Trace<string | null> {
  const told = answer?.value
  switch (operation.op) {
    case "get":
      return trace(told, told !== undefined, undefined, false, false)
    case "put":
      return trace(told, told !== undefined, operation.value, true, false)
    case "append":
      return trace(told, told !== undefined, undefined, false, true)
    case "delete":
      if (answer?.done === false) return trace(null, true, undefined, false, false)
      return trace(told, told !== undefined, null, true, false)
    case "cas": {
      const mentions = told === undefined ? operation.expected : told
      if (answer?.done === false) return trace(mentions, told !== undefined, undefined, false, false)
      return trace(mentions, answer?.done === true || told !== undefined, operation.value, false, false)
    }
  }
}

function trace(
  mentions: string | null | undefined,
  isBound: boolean,
  leaves: string | null | undefined,
  isBlind: boolean,
  lengthens: boolean,
): Trace<string | null> {
  return { mentions, isBound, leaves, isBlind, lengthens }
}

function describeOperation(operation: RecordedKeyValueOperation): string {
  switch (operation.op) {
    case "get":
    case "delete":
      return `${operation.op} ${operation.key}`
    case "put":
    case "append":
      return `${operation.op} ${operation.key} ${quote(operation.value)}`
    case "cas":
      return `cas ${operation.key} from ${quote(operation.expected)} to ${quote(operation.value)}`
  }
}

function describeAnswer(operation: RecordedKeyValueOperation, answer: KeyValueAnswer | undefined): string {
  if (answer === undefined) return "-> not known"
  const refused = answer.done === false ? "refused" : "ok"
  if (answer.value === undefined) return `-> ${refused}`
  if (operation.op === "get") return `-> ${quote(answer.value)}`
  return `-> ${refused}, it held ${quote(answer.value)}`
}

/** A value in words, shortened: values may be long. */
function quote(value: string | null): string {
  if (value === null) return "nothing"
  return value.length <= 40 ? JSON.stringify(value) : `${JSON.stringify(value.slice(0, 36))}...`
}
