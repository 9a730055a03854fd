/** Watches the instances of agreement: who has to decide, what was decided, and whether that is as it must be. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { firstWhere } from "../../runtime/lib/search.ts"
import type { Verdict } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { Value } from "./shape.ts"

/** So many instances are remembered after they ended. Decisions that come later go unjudged. */
const REMEMBERED = 15

const HOLDS: Verdict = { verdict: "holds" }

export interface Instance {
  readonly number: number
  /** Its place in the ledger. */
  readonly arrival: number
  readonly begun: Micros
  /** What each proposer proposed. */
  readonly proposals: ReadonlyMap<NodeId, Value>
  readonly decisions: Map<NodeId, Value>
  /** Loyal learners that have been up since the instance began and have not decided. */
  readonly awaited: Set<NodeId>
  firstDecision: Micros | null
  /** Whether agreement or validity was broken. */
  wrong: boolean
}

/**
 * Instances in the order of their numbers. Not a map: the tables that a map leaves behind while entries come and go lead
 * to one another, and keep all that was in them, until memory is collected in full.
 */
export class InstanceList {
  readonly #list: Instance[] = []

  get size(): number {
    return this.#list.length
  }

  /** A list of its own: instances may be deleted while it is gone through. */
  get all(): readonly Instance[] {
    return [...this.#list]
  }

  /** @param instance one with a higher number than all here */
  add(instance: Instance): void {
    this.#list.push(instance)
  }

  get(number: number): Instance | undefined {
    const instance = this.#list[this.#placeOf(number)]
    return instance?.number === number ? instance : undefined
  }

  delete(number: number): void {
    const place = this.#placeOf(number)
    if (this.#list[place]?.number === number) this.#list.splice(place, 1)
  }

  /** Of the first instance with this number or a higher one. */
  #placeOf(number: number): number {
    const list = this.#list
    return firstWhere(list.length, place => list[place]!.number >= number)
  }
}

export class Instances {
  readonly #isLoyal: (node: NodeId) => boolean
  readonly #instances = new InstanceList()
  /** The instances that ended last, in that order. */
  readonly #ended: number[] = []
  #agreement: Verdict = HOLDS
  #validity: Verdict = HOLDS
  #integrity: Verdict = HOLDS

  constructor(isLoyal: (node: NodeId) => boolean) {
    this.#isLoyal = isLoyal
  }

  begin(
    number: number,
    begun: Micros,
    proposals: ReadonlyMap<NodeId, Value>,
    awaited: Set<NodeId>,
    arrival = number - 1,
  ): Instance {
    const decisions = new Map<NodeId, Value>()
    const instance = { number, arrival, begun, proposals, decisions, awaited, firstDecision: null, wrong: false }
    this.#instances.add(instance)
    while (this.#ended.length > REMEMBERED) this.#instances.delete(this.#ended.shift() ?? number)
    return instance
  }

  /** Nothing more depends on what is decided in this instance: it will be forgotten in a while. */
  ended(number: number): void {
    this.#ended.push(number)
  }

  /**
   * A node decided.
   *
   * @returns the instance, if it is remembered and the node loyal
   */
  decided(node: NodeId, number: number, value: Value, now: Micros): Instance | null {
    const instance = this.#instances.get(number)
    if (instance === undefined || !this.#isLoyal(node)) return null
    const before = instance.decisions.get(node)
    if (before === undefined) {
      this.#judgeAgreement(instance, node, value, now)
      this.#judgeValidity(instance, node, value, now)
    } else if (before !== value && this.#integrity.verdict === "holds") {
      this.#integrity = violated(now, `node ${node} decided ${before} in instance ${number}, and later ${value}`)
    }
    instance.decisions.set(node, value)
    instance.firstDecision ??= now
    instance.awaited.delete(node)
    return instance
  }

  verdicts(): Record<string, Verdict> {
    return { agreement: this.#agreement, validity: this.#validity, integrity: this.#integrity }
  }

  #judgeAgreement(instance: Instance, node: NodeId, value: Value, now: Micros): void {
    for (const [other, decided] of instance.decisions) {
      if (decided === value || !this.#isLoyal(other)) continue
      instance.wrong = true
      if (this.#agreement.verdict === "violated") return
      const witness = `in instance ${instance.number} node ${other} decided ${decided}, and node ${node} decided ${value}`
      this.#agreement = violated(now, witness)
      return
    }
  }

  #judgeValidity(instance: Instance, node: NodeId, value: Value, now: Micros): void {
    const { number, proposals } = instance
    for (const [proposer, proposed] of proposals) if (proposed === value || !this.#isLoyal(proposer)) return
    instance.wrong = true
    if (this.#validity.verdict === "violated") return
    const proposed = [...proposals].map(([proposer, proposal]) => `${proposal} by node ${proposer}`).join(", ")
    this.#validity = violated(now, `in instance ${number} node ${node} decided ${value}; proposed: ${proposed}`)
  }
}

function violated(at: Micros, witness: string): Verdict {
  return { verdict: "violated", at, witness }
}
