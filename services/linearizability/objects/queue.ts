/** Queues: first in, first out, or in any order. */
import type { Model } from "../model.ts"
import { textOf } from "../recordings/datum.ts"
import {
  functionOf,
  initialElements,
  partOf,
  type RecordedObject,
  refuseMissing,
  refuseOtherValue,
  refuseTransactions,
  valueOf,
} from "./object.ts"

const FUNCTIONS: ReadonlyMap<string, "enqueue" | "dequeue"> = new Map([
  ["enqueue", "enqueue"],
  ["dequeue", "dequeue"],
])

type Input =
  | { readonly op: "enqueue"; readonly queue: string; readonly element: string }
  | { readonly op: "dequeue"; readonly queue: string }

interface Output {
  /** For a dequeue: the element, `null` if there was none, `undefined` if the answer does not contain it. */
  readonly element: string | null | undefined
}

const fifo: Model<readonly string[], Input, Output> = {
  partition: ({ queue }) => queue,
  init: () => [],
  step(state, input, output) {
    if (input.op === "enqueue") return [...state, input.element]
    const first = state[0] ?? null
    if (output?.element !== undefined && output.element !== first) return undefined
    return state.slice(1)
  },
  isReadOnly: ({ op }, { element }) => op === "dequeue" && element === null,
  mayShow: () => true,
  identify: state => JSON.stringify(state),
  describe(input, output) {
    const call = input.op === "enqueue" ? `enqueue ${JSON.stringify(input.element)}` : "dequeue"
    if (output === undefined) return `${call} -> not known`
    if (input.op === "enqueue" || output.element === undefined) return `${call} -> ok`
    return `${call} -> ${output.element === null ? "empty" : JSON.stringify(output.element)}`
  },
}

/** A bag: a dequeue may take any element. */
interface Bag {
  /** Sorted. */
  readonly elements: readonly string[]
  /** The number of them that dequeues of unknown outcome have taken; which ones is unknown. */
  readonly gone: number
}

const bag: Model<Bag, Input, Output> = {
  partition: fifo.partition,
  isReadOnly: fifo.isReadOnly,
  describe: fifo.describe,
  mayShow: () => true,
  init: () => ({ elements: [], gone: 0 }),
  step({ elements, gone }, input, output) {
    if (input.op === "enqueue") return { elements: [...elements, input.element].toSorted(), gone }
    const { element } = output ?? {}
    const isEmpty = elements.length === gone
    if (element === undefined) return { elements, gone: isEmpty ? gone : gone + 1 }
    if (element === null) return isEmpty ? { elements, gone } : undefined
    const place = elements.indexOf(element)
    return isEmpty || place < 0 ? undefined : { elements: elements.toSpliced(place, 1), gone }
  },
  identify: ({ elements, gone }) => JSON.stringify([gone, ...elements]),
}

export const queueObject = objectOf("queue", fifo, elements => elements)
export const bagObject = objectOf("unordered-queue", bag, elements => ({ elements: elements.toSorted(), gone: 0 }))

/** @param stateOf the state that holds the given elements, in the order of dequeuing */
function objectOf<State>(
  name: string,
  model: Model<State, Input, Output>,
  stateOf: (elements: readonly string[]) => State,
): RecordedObject<State, Input, Output> {
  return {
    name,
    functions: [...FUNCTIONS.keys()],
    model(meaning) {
      refuseMissing(meaning, "queue")
      const state = stateOf(initialElements(meaning))
      return { ...model, init: () => state }
    },
    read(operation) {
      refuseTransactions(operation)
      const op = functionOf(operation, FUNCTIONS)
      const { fate, result, key, value } = operation
      const part = partOf(key, "the queue")
      const input: Input =
        op === "dequeue" ? { op, queue: part } : { op, queue: part, element: valueOf(value, "value") }
      if (fate === "failed") return undefined
      if (fate === "unknown") return { input, output: undefined }
      if (input.op === "enqueue") refuseOtherValue(input.element, operation)
      return { input, output: { element: op === "enqueue" || result === undefined ? undefined : textOf(result) } }
    },
  }
}
