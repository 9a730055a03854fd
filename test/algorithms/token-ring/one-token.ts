/**
 * The check that there is one token at any time. Tokens are numbered by generation and position, so that one token gives an order
 * to all its steps, whoever makes them: with two of them, sooner or later a step comes that is not later than all before. A token
 * that crashed with its holder is no more; where all crash that knew of it, numbers may come again.
 */
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Stamp, Token } from "../../../algorithms/token-ring/types.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { POOL } from "../../support/pool.ts"

export class OneToken {
  readonly #found: string[] = []
  #last: Stamp = { generation: -1, position: -1 }
  /** Those that passed the token last, and got it, as long as they have not crashed since. */
  #holders: readonly NodeId[] = []
  readonly #down = new Set<NodeId>()
  /** The number of tokens made, the first included. */
  generations = 0

  observe(event: TraceEvent): void {
    if (event.type === "boot") this.#down.delete(event.node)
    if (event.type === "fault" && event.kind === "crash" && event.phase === "begins") this.#crash(event.nodes)
    if (event.type !== "send" || !isToken(event.message)) return
    const { generation, position } = event.message
    const isLater = generation > this.#last.generation || (generation === this.#last.generation && position > this.#last.position) // biome-ignore format: a line
    if (generation > this.#last.generation) this.generations++
    else if (!isLater && this.#holders.length > 0 && event.purpose !== "retransmission") {
      const [step, last] = [event.message, this.#last].map(stamp => `${stamp.generation}.${stamp.position}`)
      this.#found.push(`at ${event.time} us node ${event.node} passes token ${step}, after ${last}`)
      return
    }
    this.#last = { generation, position }
    this.#holders = [event.node, event.to].filter(node => !this.#down.has(node))
  }

  #crash(nodes: readonly NodeId[]): void {
    for (const node of nodes) this.#down.add(node)
    this.#holders = this.#holders.filter(node => !nodes.includes(node))
  }

  findings(): readonly string[] {
    return this.#found.slice(0, 3)
  }
}

/** Whether a run of the token ring has two tokens at a time, and how many it makes in all. */
export function tokensIn(scenario: Scenario, seed: number) {
  const check = new OneToken()
  simulate(scenario, seed, { pool: POOL, observer: event => check.observe(event) })
  return { found: check.findings(), generations: check.generations }
}

function isToken(message: { readonly type: string }): message is Token {
  return message.type === "Token"
}
