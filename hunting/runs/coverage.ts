/** The marks of runs: by node, which kinds of events followed each other, roughly how often, and who led at the time. */
import type { NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import { mix } from "../../runtime/lib/random.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"

/** Marks of one run, by the number of times it met each. */
export class RunMarks {
  readonly counts = new Map<number, number>()
  readonly #kinds: Kinds
  /** By node, the kinds of its last two events. */
  readonly #last: number[] = []
  readonly #before: number[] = []

  constructor(kinds: Kinds) {
    this.#kinds = kinds
  }

  /** Each mark with roughly how often it was met. */
  get listed(): readonly number[] {
    return Array.from(this.counts, ([mark, count]) => mark * 32 + (32 - Math.clz32(count)))
  }

  readonly observe = (event: TraceEvent): void => {
    switch (event.type) {
      case "deliver":
        return this.#met(event.node, this.#kinds.of(event.message.type))
      case "timeout":
        return this.#met(event.node, this.#kinds.of(event.timer))
      case "boot":
        return this.#met(event.node, this.#kinds.of("boot"))
      case "fact":
        return this.#met(event.node, this.#kinds.ofFact(event.node, event.fact))
      case "operation":
        return this.#met(-1, this.#kinds.of(event.phase))
      default:
        return undefined
    }
  }

  #met(node: NodeId, kind: number): void {
    const last = this.#last[node + 1] ?? 0
    const before = this.#before[node + 1] ?? 0
    if (last === kind && before === kind) return
    const mark = mix(before * 65_536 + last * 256 + kind)
    this.counts.set(mark, (this.counts.get(mark) ?? 0) + 1)
    this.#before[node + 1] = last
    this.#last[node + 1] = kind
  }
}

/** Numbers for kinds of events. */
export class Kinds {
  readonly #numbers = new Map<string, number>()

  of(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#numbers.size + 1)
    return this.#numbers.size
  }

  /** Whom it is about: the node itself, another one, or nobody. */
  ofFact(node: NodeId, fact: Tagged): number {
    if (!("leader" in fact)) return this.of(fact.type)
    return this.of(fact.leader === node ? "leads" : fact.leader === null ? "believes in nobody" : "believes")
  }
}

/** The marks of all runs so far. */
export class Coverage {
  readonly kinds = new Kinds()
  readonly #met = new Set<number>()

  get size(): number {
    return this.#met.size
  }

  /** Adds a run. @returns the number of its new marks */
  add({ listed }: RunMarks): number {
    const before = this.#met.size
    for (const mark of listed) this.#met.add(mark)
    return this.#met.size - before
  }
}
