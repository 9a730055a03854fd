/** A set: elements are added and removed, and read one by one or all at once. */
import type { Model } from "../model.ts"
import { type Datum, WrongLine } from "../recordings/datum.ts"
import {
  elementsOf,
  functionOf,
  initialElements,
  partOf,
  type RecordedObject,
  refuseMissing,
  refuseOtherValue,
  refuseTransactions,
  valueOf,
} from "./object.ts"

const FUNCTIONS: ReadonlyMap<string, "add" | "remove" | "contains" | "read"> = new Map([
  ["add", "add"],
  ["remove", "remove"],
  ["contains", "contains"],
  ["read", "read"],
])

interface Input {
  readonly op: "add" | "remove" | "contains" | "read"
  readonly set: string
  /** For all operations but reads. */
  readonly element: string
}

interface Output {
  /** For a read: all elements, sorted. `undefined` if the answer does not contain them. */
  readonly elements?: readonly string[] | undefined
  readonly isIn?: boolean | undefined
}

const model: Model<readonly string[], Input, Output> = {
  partition: ({ set }) => set,
  init: () => [],
  step(state, { op, element }, output) {
    switch (op) {
      case "add":
        return state.includes(element) ? state : [...state, element].toSorted()
      case "remove":
        return state.includes(element) ? state.filter(other => other !== element) : state
      case "contains":
        return output?.isIn === undefined || output.isIn === state.includes(element) ? state : undefined
      case "read":
        return output?.elements === undefined || nameOf(output.elements) === nameOf(state) ? state : undefined
    }
  },
  isReadOnly: ({ op }) => op === "read" || op === "contains",
  mayShow: (_, { op }, output) => output !== undefined && (op === "read" || op === "contains"),
  identify: state => nameOf(state),
  describe({ op, element }, output) {
    const call = op === "read" ? "read" : `${op} ${JSON.stringify(element)}`
    if (output === undefined) return `${call} -> not known`
    if (op === "contains") return `${call} -> ${output.isIn === undefined ? "any" : String(output.isIn)}`
    if (op !== "read") return `${call} -> ok`
    return `${call} -> ${output.elements === undefined ? "any" : `{${output.elements.join(", ")}}`}`
  },
}

export const setObject: RecordedObject<readonly string[], Input, Output> = {
  name: "set",
  functions: [...FUNCTIONS.keys()],
  model(meaning) {
    refuseMissing(meaning, "set")
    const elements = [...new Set(initialElements(meaning))].toSorted()
    return { ...model, init: () => elements }
  },
  read(operation, { nilIsAny }) {
    refuseTransactions(operation)
    const op = functionOf(operation, FUNCTIONS)
    const { fate, result, key, value } = operation
    const input = { op, set: partOf(key, "the set"), element: op === "read" ? "" : valueOf(value, "value") }
    if (fate === "failed") return undefined
    if (fate === "unknown") return { input, output: undefined }
    if (op === "add" || op === "remove") refuseOtherValue(input.element, operation)
    if (op === "add" || op === "remove") return { input, output: {} }
    const isAny = result === undefined || (result === null && nilIsAny)
    if (op === "read") return { input, output: { elements: isAny ? undefined : elementsOf(result, "result") } }
    return { input, output: { isIn: isAny ? undefined : truthOf(result) } }
  },
}

function truthOf(result: Datum): boolean {
  if (typeof result !== "boolean") throw new WrongLine("a contains that is ok needs the result true or false")
  return result
}

function nameOf(elements: readonly string[]): string {
  return JSON.stringify(elements)
}
