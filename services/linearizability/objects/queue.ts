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
  /** Sorted by name, then by age. Some of them may be gone. */
  readonly elements: readonly Element[]
  /** The number of elements that dequeues took without telling which. */
  readonly gone: number
  /** The same of dequeues of unknown outcome, which may take later elements as well: nothing says when they happened. */
  readonly lost: number
}

interface Element {
  readonly name: string
  /** The number of dequeues that told nothing before it was enqueued: they took others. */
  readonly after: number
}

const EMPTY: Bag = { elements: [], gone: 0, lost: 0 }

const bag: Model<Bag, Input, Output> = {
  partition: fifo.partition,
  isReadOnly: fifo.isReadOnly,
  describe: fifo.describe,
  mayShow: () => true,
  init: () => EMPTY,
  step(state, input, output) {
    const { elements, gone, lost } = state
    if (input.op === "enqueue") return bagOf([...elements, { name: input.element, after: gone }], gone, lost)
    const isEmpty = elements.length === 0
    const { element } = output ?? {}
    if (element === null) return isEmpty ? state : undefined
    if (element === undefined && isEmpty) return state
    if (element === undefined)
      return output === undefined ? bagOf(elements, gone, lost + 1) : bagOf(elements, gone + 1, lost)
    // Of equal elements the youngest: it leaves the most for the dequeues that told nothing.
    const place = elements.findLastIndex(({ name }) => name === element)
    return place < 0 ? undefined : bagOf(elements.toSpliced(place, 1), gone, lost)
  },
  identify: ({ elements, gone, lost }) =>
    JSON.stringify([gone, lost, ...elements.map(({ name, after }) => [name, after])]),
}

/** A bag without those elements that are surely gone: as many as the dequeues that can only have taken one of them. */
function bagOf(elements: readonly Element[], gone: number, lost: number): Bag {
  if (elements.length === gone + lost) return EMPTY
  for (let taken = gone; taken > 0; taken--) {
    const rest = elements.filter(({ after }) => after >= taken)
    if (elements.length - rest.length > taken) continue
    return {
      elements: sorted(rest.map(({ name, after }) => ({ name, after: after - taken }))),
      gone: gone - taken,
      lost,
    }
  }
  return { elements: sorted(elements), gone, lost }
}

function sorted(elements: readonly Element[]): readonly Element[] {
  return elements.toSorted((a, b) => (a.name === b.name ? a.after - b.after : a.name < b.name ? -1 : 1))
}

export const queueObject = objectOf("queue", fifo, elements => elements)
export const bagObject = objectOf("unordered-queue", bag, elements =>
  bagOf(
    elements.map(name => ({ name, after: 0 })),
    0,
    0,
  ),
)

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
