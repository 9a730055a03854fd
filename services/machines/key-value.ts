/** A store of values by key. */
import type { Result } from "./result.ts"
import type { StateMachine } from "./state-machine.ts"

/** `null` stands for "no value". */
export type KeyValueOperation =
  | { readonly op: "put"; readonly key: string; readonly value: string }
  | { readonly op: "get"; readonly key: string }
  /** Writes `value` if the key holds `expected`. */
  | { readonly op: "cas"; readonly key: string; readonly expected: string | null; readonly value: string }
  /** Appends `value` to what the key holds. */
  | { readonly op: "append"; readonly key: string; readonly value: string }

/** Values by key. */
export type Values = Map<string, string>

/** Every result's value is the key's previous value. */
export const keyValueStore: StateMachine<Values, KeyValueOperation, Result> = {
  initial: () => new Map(),
  execute(values, operation) {
    const before = values.get(operation.key) ?? null
    switch (operation.op) {
      case "get":
        break
      case "put":
        values.set(operation.key, operation.value)
        break
      case "cas":
        if (before !== operation.expected) return { done: false, value: before }
        values.set(operation.key, operation.value)
        break
      case "append":
        values.set(operation.key, (before ?? "") + operation.value)
    }
    return { done: true, value: before }
  },
  copy: values => new Map(values),
}
