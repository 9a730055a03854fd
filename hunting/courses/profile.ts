/**
 * The outlines of processes: what distinguishes one kind of situation from another, ignoring numbers that only grow. A
 * state of a group with a new outline is worth continuing from.
 */
import type { Actor } from "../../runtime/checker/actors.ts"
import type { Walker } from "../../runtime/checker/search/walker.ts"
import { mix } from "../../runtime/lib/random.ts"

/** The depth to which nested fields are distinguished. */
const DEPTH = 3
/** Numbers up to this one are distinguished. */
const FEW = 3

/** Numbers for outlines, and for the steps between them, shared by all groups of a hunt. */
export class Outlines {
  readonly #numbers = new Map<string, number>()
  /** The steps met: their first outline, kind, and second outline. */
  readonly #edges = new Set<number>()

  numberOf(actor: Actor): number {
    const text = outline(actor, 0)
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.#numbers.size)
    return this.#numbers.size - 1
  }

  /** @returns whether the step is new */
  meet(before: number, kind: number, after: number): boolean {
    const edge = mix(before ^ mix(after + 0x3c6ef372)) * 4096 + (kind & 4095)
    if (this.#edges.has(edge)) return false
    this.#edges.add(edge)
    return true
  }

  get edges(): number {
    return this.#edges.size
  }
}

/** The outlines of one walker's processes, by their numbers. */
export class Profiles {
  readonly #walker: Walker
  readonly #outlines: Outlines
  readonly #known: (number | undefined)[] = []

  constructor(walker: Walker, outlines: Outlines) {
    this.#walker = walker
    this.#outlines = outlines
  }

  of(process: number): number {
    return (this.#known[process] ??= this.#outlines.numberOf(this.#walker.steps.processOf(process)))
  }

  /** The kind of situation of the whole group, regardless of which process is in which place. */
  cell(): number {
    let low = 0
    let high = 0
    for (const process of this.#walker.processes) {
      const profile = this.of(process)
      low = (low + mix(profile + 1)) | 0
      high = (high + mix(profile ^ 0x5851f42d)) | 0
    }
    return (low >>> 0) * 2 ** 20 + (high & 0xfffff)
  }
}

function outline(value: unknown, depth: number): string {
  if (typeof value === "number") return value < 0 ? "-" : value <= FEW ? String(value) : value < 10 ? "few" : "many"
  if (typeof value === "string") return value
  if (value === null || value === undefined || typeof value === "boolean") return String(value)
  if (typeof value !== "object") return ""
  if (value instanceof Map || value instanceof Set) return `#${outline(value.size, depth)}`
  if (Array.isArray(value)) return outlineOfList(value, depth)
  if (depth >= DEPTH) return "{}"
  const fields = Object.entries(value).filter(([name]) => depth > 0 || !OUTSIDE.has(name))
  return `{${fields.map(([name, field]) => `${name}:${outline(field, depth + 1)}`).join()}}`
}

/** Fields of a process that are no part of its situation. */
const OUTSIDE = new Set(["id", "size", "parameters", "incarnation"])

function outlineOfList(list: readonly unknown[], depth: number): string {
  if (list.some(each => typeof each === "object" && each !== null)) {
    const last = depth >= DEPTH ? "" : outline(list.at(-1), depth + 1)
    return `[${outline(list.length, depth)} ${last}]`
  }
  return `[${[...new Set(list.map(each => outline(each, depth)))].toSorted().join("|")}]`
}
