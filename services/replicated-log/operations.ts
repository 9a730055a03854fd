/** What clients ask for: operations drawn from the workload's own random stream. */
import type { Random } from "../../runtime/random.ts"
import type { KeyValueOperation } from "../linearizability/key-value.ts"
import type { Workload } from "./description.ts"
import type { Result } from "./machine.ts"

export class OperationSource {
  readonly #settings: Workload
  readonly #random: Random
  readonly #keys: readonly string[]
  /** What clients last learnt that a key holds: what a compare-and-set expects. */
  readonly #lastSeen = new Map<string, string | null>()
  #count = 0

  constructor(settings: Workload, random: Random) {
    this.#settings = settings
    this.#random = random
    this.#keys = Array.from({ length: settings.keys }, (_, number) => `k${number}`)
  }

  /** The next operation. No two write the same value. */
  next(): KeyValueOperation {
    const { reads, writes, valueSize } = this.#settings
    const key = this.#keys[this.#random.integer(0, this.#keys.length - 1)]!
    this.#count++
    if (this.#random.chance(reads)) return { op: "get", key }
    const value = `v${this.#count}`.padEnd(valueSize, ".")
    switch (writes === "put" ? 0 : this.#random.integer(0, 2)) {
      case 1:
        return { op: "append", key, value }
      case 2:
        return { op: "cas", key, expected: this.#lastSeen.get(key) ?? null, value }
      default:
        return { op: "put", key, value }
    }
  }

  /** A client has the answer to an operation. */
  learn(operation: KeyValueOperation, { done, value }: Result): void {
    if (this.#settings.writes === "put") return
    this.#lastSeen.set(operation.key, valueAfter(operation, done, value))
  }
}

function valueAfter(operation: KeyValueOperation, done: boolean, before: string | null): string | null {
  switch (operation.op) {
    case "get":
      return before
    case "put":
      return operation.value
    case "append":
      return (before ?? "") + operation.value
    case "cas":
      return done ? operation.value : before
  }
}
