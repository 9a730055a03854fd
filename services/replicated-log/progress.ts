/** How far each node has executed the log since it booted, and whether operations are served without what was there. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"

/** An operation that began while no node that is up had executed all acknowledged writes. */
interface Begun {
  /** The index of the last of those writes. */
  readonly acknowledged: number
  /** How often executed entries had gone with their nodes until then. */
  readonly falls: number
}

export class Progress {
  /** For each node the index it has to execute next. */
  readonly #expected: Int32Array
  readonly #begun = new Map<number, Begun>()
  /** The highest index that a node which is up has executed, and how often it fell because that node went down. */
  #held = 0
  #falls = 0
  /** The highest index that a snapshot which a node restored covers. */
  covered = 0
  /** The highest index of an acknowledged write. */
  acknowledged = 0
  /** The highest index of an acknowledged write that an operation begun later was served without. */
  servedWithout = 0

  constructor(nodes: number) {
    this.#expected = new Int32Array(nodes).fill(1)
  }

  /** The highest index that a node which is up has executed. */
  get held(): number {
    return this.#held
  }

  nodeDown(node: NodeId): void {
    const before = this.#held
    this.#expected[node] = 1
    this.#held = this.#expected.reduce((highest, expected) => Math.max(highest, expected - 1), 0)
    if (this.#held < before) this.#falls++
  }

  restored(node: NodeId, index: number): void {
    this.#expected[node] = index + 1
    this.covered = Math.max(this.covered, index)
    this.#held = Math.max(this.#held, index)
  }

  /** @returns the index that the node had to execute */
  applied(node: NodeId, index: number): number {
    const expected = this.#expected[node]!
    this.#expected[node] = index + 1
    if (index > this.#held) this.#held = index
    return expected
  }

  /** A session begins an operation. */
  begun(session: number): void {
    if (this.acknowledged <= this.#held) return
    this.#begun.set(session, { acknowledged: this.acknowledged, falls: this.#falls })
  }

  /** The session's operation is answered. Where no node has had an acknowledged write since it began, it was served without. */
  served(session: number): void {
    if (this.#begun.size === 0) return
    const begun = this.#begun.get(session)
    this.#begun.delete(session)
    if (begun === undefined || begun.falls !== this.#falls || begun.acknowledged <= this.#held) return
    this.servedWithout = Math.max(this.servedWithout, begun.acknowledged)
  }
}
