/** The instances of agreement: the nodes that have to decide, and the decisions, which the checks judge. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { firstWhere } from "../../runtime/lib/search.ts"
import type { Verdict } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import { agreement, disagreeing } from "./checks/agreement.ts"
import { integrity } from "./checks/integrity.ts"
import { isValid, validity } from "./checks/validity.ts"
import type { Found } from "../running-check.ts"
import type { DecisionEvent, Loyalty } from "./events.ts"
import type { Value } from "./shape.ts"

/** Ended instances that are remembered. Later decisions are not judged. */
const REMEMBERED = 15

export interface Instance {
  readonly number: number
  /** Its place in the ledger. */
  readonly arrival: number
  readonly begun: Micros
  /** The value that each proposer proposed. */
  readonly proposals: ReadonlyMap<NodeId, Value>
  readonly decisions: Map<NodeId, Value>
  /** Loyal learners that have been up since the instance began and have not decided. */
  readonly awaited: Set<NodeId>
  firstDecision: Micros | null
  /** True if agreement or validity was broken. */
  wrong: boolean
}

/**
 * Instances in the order of their numbers. Not a map: as entries come and go, a map leaves old tables behind that refer
 * to one another, and keep all they held until a full garbage collection.
 */
export class InstanceList {
  readonly #list: Instance[] = []

  get size(): number {
    return this.#list.length
  }

  /** A copy: instances may be deleted during iteration. */
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

  /** The place of the first instance with this number or a higher one. */
  #placeOf(number: number): number {
    const list = this.#list
    return firstWhere(list.length, place => list[place]!.number >= number)
  }
}

/** The checks, in the order in which they are listed. */
export const checks = [agreement, validity, integrity] as const

export class Instances {
  readonly #oracle: Loyalty
  readonly #instances = new InstanceList()
  /** The instances that ended last, in that order. */
  readonly #ended: number[] = []
  readonly #agreement: Found
  readonly #validity: Found
  readonly #integrity: Found

  constructor(oracle: Loyalty) {
    this.#oracle = oracle
    this.#agreement = agreement.initial(oracle)
    this.#validity = validity.initial(oracle)
    this.#integrity = integrity.initial(oracle)
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

  /** Nothing depends on further decisions of this instance: it will be forgotten in a while. */
  ended(number: number): void {
    this.#ended.push(number)
  }

  /**
   * A node decided.
   *
   * @returns the instance, if it is remembered and the node loyal
   */
  decided(node: NodeId, number: number, value: Value, at: Micros): Instance | null {
    const instance = this.#instances.get(number)
    if (instance === undefined || !this.#oracle.isLoyal(node)) return null
    const { proposals, decisions, awaited } = instance
    const event: DecisionEvent = { node, value, at, instance: number, proposals, decisions }
    this.#check(event, instance)
    decisions.set(node, value)
    instance.firstDecision ??= at
    awaited.delete(node)
    return instance
  }

  /** Calls the checks by name; the two that look at all other nodes are called only if they have something to find. */
  #check(event: DecisionEvent, instance: Instance): void {
    const oracle = this.#oracle
    integrity.observe(this.#integrity, event, oracle)
    if (disagreeing(event, oracle) === undefined && isValid(event, oracle)) return
    instance.wrong = true
    agreement.observe(this.#agreement, event, oracle)
    validity.observe(this.#validity, event, oracle)
  }

  verdicts(): Record<string, Verdict> {
    return {
      [agreement.name]: agreement.verdict(this.#agreement, this.#oracle),
      [validity.name]: validity.verdict(this.#validity, this.#oracle),
      [integrity.name]: integrity.verdict(this.#integrity, this.#oracle),
    }
  }
}
