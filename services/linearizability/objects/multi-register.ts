/** Registers of several keys as one object: an operation reads and writes any of them atomically. */
import type { Model } from "../model.ts"
import { type Datum, isList, quote, textOf, WrongLine } from "../recordings/datum.ts"
import { isTransaction, type RecordedOperation } from "../recordings/recorded.ts"
import { type Meaning, type RecordedObject, valueOf } from "./object.ts"

interface Micro {
  readonly op: "read" | "write"
  readonly key: string
  /** The value written or read; `undefined`: the answer does not contain it. */
  readonly value: string | null | undefined
}

type Input = readonly Micro[]
/** The same operations, with the values read. */
type Output = readonly Micro[]
type State = ReadonlyMap<string, string | null>

const FUNCTIONS: ReadonlyMap<string, Micro["op"]> = new Map([
  ["r", "read"],
  ["read", "read"],
  ["w", "write"],
  ["write", "write"],
])

function modelFrom(initial: string | null): Model<State, Input, Output> {
  return {
    partition: () => "the registers",
    init: () => new Map(),
    step(state, input, output) {
      let after = state
      for (const { op, key, value } of output ?? input) {
        if (op === "write") after = new Map(after).set(key, value ?? null)
        else if (output !== undefined && value !== undefined && (after.get(key) ?? initial) !== value) return undefined
      }
      return after
    },
    isReadOnly: input => input.every(({ op }) => op === "read"),
    mayShow: () => true,
    identify: state => JSON.stringify([...state].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    describe: (input, output) => `${(output ?? input).map(describe).join(", ")} -> ${output ? "ok" : "not known"}`,
  }
}

function describe({ op, key, value }: Micro): string {
  return `${op} ${key}${value === undefined ? "" : ` ${value === null ? "nothing" : JSON.stringify(value)}`}`
}

export const multiRegisterObject: RecordedObject<State, Input, Output> = {
  name: "multi-register",
  functions: ["txn", "read", "write"],
  observed: (_, output) => output.flatMap(({ op, value }) => (op === "read" && value !== undefined ? [value] : [])),
  model: ({ initial, missing }) => modelFrom(initial ?? missing),
  read(operation, meaning) {
    const input = microsOf(operation, operation.value, undefined)
    if (operation.fate === "failed") return undefined
    if (operation.fate === "unknown") return { input, output: undefined }
    const output = microsOf(operation, operation.result ?? operation.value, meaning)
    if (output.length !== input.length) throw new WrongLine("a transaction ends with other operations than it called")
    return { input, output }
  },
}

/** @param meaning the interpretation of reads; `undefined` for a call, which has read nothing yet */
function microsOf({ f, key }: RecordedOperation, value: Datum | undefined, meaning: Meaning | undefined): Micro[] {
  const op = FUNCTIONS.get(f)
  if (isTransaction(value))
    return value.map(([name, register, found]) => micro(textOf(name ?? null) ?? "", register, found, meaning))
  if (isList(value) && value.length === 0) return []
  if (op === undefined || key === undefined) {
    throw new WrongLine(`${quote(value ?? null)} is not a list of operations [function, key, value]`)
  }
  return [micro(f, key, value, meaning)]
}

function micro(name: string, key: Datum | undefined, value: Datum | undefined, meaning: Meaning | undefined): Micro {
  const op = FUNCTIONS.get(name.replace(/^:/, ""))
  if (op === undefined) throw new WrongLine(`${quote(name)} is not an operation of registers: r, w, read, write`)
  const register = valueOf(key, "key")
  if (op === "write") return { op, key: register, value: valueOf(value, "value") }
  if (meaning === undefined) return { op, key: register, value: undefined }
  if (value === undefined || (value === null && meaning.nilIsAny)) return { op, key: register, value: undefined }
  return { op, key: register, value: textOf(value) ?? meaning.missing }
}
