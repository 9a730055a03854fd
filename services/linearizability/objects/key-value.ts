/** Key-value stores and registers, compare-and-set included. */
import { type KeyValueAnswer, keyValueModelFrom, type RecordedKeyValueOperation } from "../key-value.ts"
import { type Datum, isList, jsonOf, quote, textOf, WrongFile, WrongLine } from "../recordings/datum.ts"
import { type RecordedOperation, wrong } from "../recordings/recorded.ts"
import {
  functionOf,
  type Meaning,
  partOf,
  type RecordedObject,
  refuseOtherValue,
  refuseTransactions,
  valueOf,
} from "./object.ts"

const FUNCTIONS: ReadonlyMap<string, RecordedKeyValueOperation["op"]> = new Map([
  ["put", "put"],
  ["write", "put"],
  ["get", "get"],
  ["read", "get"],
  ["cas", "cas"],
  ["append", "append"],
  ["delete", "delete"],
])

/** Matches reasons that report a mismatch: a compare-and-set found another value than it expected. */
const MISMATCH =
  /precondition|mismatch|\bcompare|\bexpect|not.?equal|unequal|did.?not.?match|no.?match|cas.?fail|differs/i

export const keyValueObject: RecordedObject<string | null, RecordedKeyValueOperation, KeyValueAnswer> = {
  name: "key-value",
  functions: [...FUNCTIONS.keys()],
  observed: (input, output) => observed(input, output),
  model: ({ initial, missing }) => keyValueModelFrom(initial ?? missing),
  read(operation, meaning) {
    refuseTransactions(operation)
    const input = readInput(operation, meaning)
    const { fate } = operation
    if (fate === "unknown") return { input, output: undefined }
    if (fate === "ok") return { input, output: readAnswer(operation, input, meaning) }
    // A failed operation surely did not happen, unless its failure is an answer.
    return isRefused(operation, input, meaning) ? { input, output: { done: false, value: undefined } } : undefined
  },
}

/** The state that an answer reveals. */
function observed({ op }: RecordedKeyValueOperation, output: KeyValueAnswer): readonly (string | null)[] {
  return op === "get" && output.value !== undefined ? [output.value] : []
}

/** True if the failure of a compare-and-set is an answer: it found another value than it expected. */
function isRefused(
  { error, return: end }: RecordedOperation,
  { op }: RecordedKeyValueOperation,
  meaning: Meaning,
): boolean {
  if (op !== "cas" || end === undefined) return false
  if (meaning.failedCasIsRefused !== undefined) return meaning.failedCasIsRefused
  return error !== undefined && error !== null && MISMATCH.test(quote(error))
}

function readInput(operation: RecordedOperation, meaning: Meaning): RecordedKeyValueOperation {
  const op = functionOf(operation, FUNCTIONS)
  const key = partOf(operation.key, "register")
  const { missing } = meaning
  if (op === "delete") return missing === null ? { op, key } : { op: "put", key, value: missing }
  if (op === "get") return readOf(key)
  const value = valueOf(operation.value, "value")
  if (op === "append" && missing !== null && missing !== "") {
    throw new WrongFile(`an append to a key that holds nothing does not lengthen ${quote(missing)}`, operation.line)
  }
  if (op !== "cas") return { op, key, value }
  if (operation.expected === undefined) throw wrong("expected", undefined, "a value, or null")
  return { op, key, expected: readValue(operation.expected, meaning), value }
}

/** A cache of reads: one shared object per key, since there may be a million reads. */
const READS = new Map<string, RecordedKeyValueOperation>()
const MAX_READS = 1_000

function readOf(key: string): RecordedKeyValueOperation {
  let read = READS.get(key)
  if (read === undefined) {
    if (READS.size === MAX_READS) READS.clear()
    READS.set(key, (read = { op: "get", key }))
  }
  return read
}

/** The answer of most writes: one shared object, since there may be a million of them. */
const NOTHING_TOLD: KeyValueAnswer = { done: undefined, value: undefined }

function readAnswer(operation: RecordedOperation, { op }: RecordedKeyValueOperation, meaning: Meaning): KeyValueAnswer {
  const { done, result, f, form } = operation
  // The value of an event that ends a write is the value written, not the one replaced.
  if (op === "put" || op === "append") refuseOtherValue(textOf(operation.value ?? null) ?? "", operation)
  if (op === "cas" && isList(result)) {
    refuseOtherValue(jsonOf([operation.expected ?? null, operation.value ?? null]), operation)
  }
  if (op !== "get" && (form === "events" || result === undefined)) {
    return done === undefined ? NOTHING_TOLD : { done, value: undefined }
  }
  if (result === undefined) throw new WrongLine(`a ${f} that is ok needs a "result"`)
  if (result === null && op === "get" && meaning.nilIsAny) return { done, value: undefined }
  return { done, value: readValue(result, meaning) }
}

function readValue(value: Datum, { missing }: Meaning): string | null {
  return textOf(value) ?? missing
}
