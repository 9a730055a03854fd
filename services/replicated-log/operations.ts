/**
 * The operations of clients, drawn from the workload's own random streams.
 *
 * In an open loop there is one stream, in the order of arrivals; in a closed loop each client has its own. So for a
 * given seed, all algorithms get the same operations, except that a compare-and-set expects what clients have seen.
 */
import type { Random } from "../../runtime/lib/random.ts"
import { type ChanceOperation, isChanceOperation } from "../machines/chance.ts"
import { streamsOf } from "../timing.ts"
import { valueOf } from "../values.ts"
import type { Workload } from "./description.ts"
import { KeyChoice } from "./keys.ts"
import type { DrawnOperation, Result } from "./command.ts"

/** Operations of one client, or of all in an open loop. */
interface Stream {
  readonly random: Random
  /** Number of its next operation, unique among all streams. */
  number: number
}

/** The settings on which operations depend. */
export type DrawnFrom = Pick<
  Workload,
  "reads" | "writes" | "puts" | "appends" | "cas" | "nondeterministic" | "keys" | "skew" | "valueSize"
>

export class OperationSource {
  readonly #settings: DrawnFrom
  readonly #streams: readonly Stream[]
  readonly #keys: readonly string[]
  readonly #choice: KeyChoice
  /** The number of the last operation, and the number of its key. */
  number = 0
  key = 0
  /** The padding of the last value, cached: the next ones usually need the same. */
  #padding = ""
  /** The value that clients last saw at a key, which a compare-and-set expects. */
  readonly #lastSeen = new Map<string, string | null>()

  /** @param streams the number of streams */
  constructor(settings: DrawnFrom, random: Random, streams = 1) {
    this.#settings = settings
    this.#streams = streamsOf(random, streams).map((own, stream) => ({ random: own, number: stream + 1 }))
    this.#keys = keyNames(settings.keys)
    this.#choice = new KeyChoice(settings.keys, settings.skew)
  }

  /** The next operation of a stream. No two write the same value. */
  next(stream = 0): DrawnOperation {
    const { reads, writes, valueSize, nondeterministic } = this.#settings
    const from = this.#streams[stream]!
    const { random, number } = from
    this.number = number
    this.key = this.#choice.draw(random)
    const key = this.#keys[this.key]!
    from.number += this.#streams.length
    if (nondeterministic > 0 && random.chance(nondeterministic))
      return { op: random.chance(0.5) ? "draw" : "stamp", key }
    if (random.chance(reads)) return { op: "get", key }
    const value = this.#padded(valueOf(number), valueSize)
    if (writes === "test-and-set") return { op: "cas", key, expected: null, value }
    switch (writes === "put" ? "put" : this.#drawWrite(random)) {
      case "append":
        return { op: "append", key, value }
      case "cas":
        return { op: "cas", key, expected: this.#lastSeen.get(key) ?? null, value }
      case "put":
        return { op: "put", key, value }
    }
  }

  /** A value padded to a given size, unless it is longer already. */
  #padded(value: string, size: number): string {
    const missing = size - value.length
    if (missing <= 0) return value
    if (this.#padding.length !== missing) this.#padding = ".".repeat(missing)
    return value + this.#padding
  }

  /** The random stream of a client's operations, for other draws between them. */
  randomOf(stream: number): Random {
    return this.#streams[stream]!.random
  }

  /** A client has received the answer to an operation. */
  learn(operation: DrawnOperation, { done, value }: Result): void {
    if (this.#settings.writes !== "mixed" || isChanceOperation(operation)) return
    this.#lastSeen.set(operation.key, valueAfter(operation, done, value))
  }

  #drawWrite(random: Random): "put" | "append" | "cas" {
    const { puts, appends, cas } = this.#settings
    const drawn = random.integer(0, Math.max(0, puts + appends + cas - 1))
    if (drawn >= puts && drawn < puts + appends) return "append"
    return drawn >= puts + appends && cas > 0 ? "cas" : "put"
  }
}

/**
 * The names of keys, cached, since most runs have the same number. They have been used as property names, which engines
 * intern: maps find interned strings in half the time.
 */
function keyNames(count: number): readonly string[] {
  if (lastNames.length !== count) {
    lastNames = Object.keys(Object.fromEntries(Array.from({ length: count }, (_, number) => [`k${number}`, null])))
  }
  return lastNames
}

let lastNames: readonly string[] = []

/** The value of a key after an operation. @param before the value before it, from its result */
export function valueAfter(
  operation: Exclude<DrawnOperation, ChanceOperation>,
  done: boolean,
  before: string | null,
): string | null {
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
