/** The links that are cut by hand. Faults of the scenario may cut them, too: a link works again once no cut is left. */
import type { NodeId } from "../../contract/algorithm.ts"
import { endInWords } from "../../faults/links.ts"
import type { Act } from "../../scenario/interventions.ts"
import type { Nodes } from "../nodes/nodes.ts"

type ActOnLinks = Extract<Act, { readonly type: "cut" | "mend" | "partition" | "heal" }>
type Pair = readonly [NodeId, NodeId]

export class LinksByHand {
  readonly #nodes: Nodes
  readonly #cut = new Map<string, Pair>()

  constructor(nodes: Nodes) {
    this.#nodes = nodes
  }

  /** @returns true if a link changed */
  perform(act: ActOnLinks): boolean {
    switch (act.type) {
      case "cut":
        return this.#begin("cut", `link ${this.#inWords(act.between)} cut`, [act.between])
      case "mend":
        return this.#end("cut", `link ${this.#inWords(act.between)} mended`, [act.between])
      case "heal":
        return this.#end("partition", "partition healed", [...this.#cut.values()])
      case "partition": {
        const words = act.sides.map(side => side.map(node => endInWords(this.#nodes, node)).join(",")).join(" | ")
        return this.#begin("partition", `partition ${words}`, this.#between(act.sides))
      }
    }
  }

  #begin(kind: "cut" | "partition", what: string, pairs: readonly Pair[]): boolean {
    const count = this.#nodes.nodes.length
    const fresh = pairs.filter(pair => !this.#cut.has(keyOf(pair)) && pair.every(node => node < count))
    for (const pair of fresh) {
      this.#cut.set(keyOf(pair), pair)
      this.#nodes.links.cut(pair[0], pair[1])
      this.#nodes.links.cut(pair[1], pair[0])
    }
    if (fresh.length > 0) this.#nodes.announceFault(kind, "begins", what, [])
    return fresh.length > 0
  }

  #end(kind: "cut" | "partition", what: string, pairs: readonly Pair[]): boolean {
    const mended = pairs.filter(pair => this.#cut.delete(keyOf(pair)))
    for (const [one, other] of mended) {
      this.#nodes.links.mend(one, other)
      this.#nodes.links.mend(other, one)
    }
    if (mended.length > 0) this.#nodes.announceFault(kind, "ends", what, [])
    return mended.length > 0
  }

  /** The pairs of processes on different sides; processes on no side form one more side. */
  #between(sides: readonly (readonly NodeId[])[]): readonly Pair[] {
    const sideOf = new Map(sides.flatMap((nodes, side) => nodes.map(node => [node, side] as const)))
    const ids = this.#nodes.nodes.map(({ id }) => id)
    return ids.flatMap(one =>
      ids.filter(other => other > one && sideOf.get(one) !== sideOf.get(other)).map((other): Pair => [one, other]),
    )
  }

  #inWords(pair: Pair): string {
    return pair.map(node => endInWords(this.#nodes, node)).join("-")
  }
}

function keyOf([one, other]: Pair): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`
}
