/** The outside world: accepts outputs in order, ignores repetitions, and knows when each was last produced. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { MILLISECOND, type Micros } from "../../runtime/contract/units.ts"
import type { Output } from "./shape.ts"

export class OutsideWorld {
  readonly #taken: number[]
  /** By process, when each output was last produced before its commit. */
  readonly #produced: Micros[][]
  #commits = 0
  #repeated = 0
  #delay: Micros = 0

  constructor(processes: number) {
    this.#taken = Array.from({ length: processes }, () => 0)
    this.#produced = this.#taken.map(() => [])
  }

  produced(process: NodeId, number: number, at: Micros): void {
    this.#produced[process]![number] = at
  }

  commit(process: NodeId, { number }: Output, at: Micros): void {
    if (number < this.#taken[process]!) {
      this.#repeated++
      return
    }
    this.#taken[process] = number + 1
    this.#commits++
    this.#delay += at - (this.#produced[process]![number] ?? at)
  }

  /** The number of outputs that it has accepted from a process. */
  taken(process: NodeId): number {
    return this.#taken[process]!
  }

  figures(): { readonly outputs: number; readonly repeated_outputs: number; readonly output_delay: number } {
    return {
      outputs: this.#commits,
      repeated_outputs: this.#repeated,
      output_delay: this.#delay / this.#commits / MILLISECOND,
    }
  }
}
