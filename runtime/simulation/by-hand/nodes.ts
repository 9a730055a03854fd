/** Interventions on nodes. Observers and the service see them as the corresponding faults. */
import type { NodeId } from "../../contract/algorithm.ts"
import type { Act, NodeAct } from "../../scenario/interventions.ts"
import type { Nodes } from "../nodes/nodes.ts"

type ActOnNode = Extract<Act, { readonly type: NodeAct | "traitor" }>

/** The hold on nodes that were paused by hand. */
const BY_HAND = {}

export class NodesByHand {
  readonly #nodes: Nodes

  constructor(nodes: Nodes) {
    this.#nodes = nodes
  }

  /** @returns true if it was possible */
  perform(act: ActOnNode): boolean {
    const { node: id } = act
    const node = this.#nodes.nodes[id]
    if (node === undefined) return false
    const name = this.#nodes.nameOf(id)
    switch (act.type) {
      case "crash":
        if (!node.up) return false
        this.#nodes.crash(id)
        return this.#begins("crash", `crash of ${name}`, id)
      case "restart":
        if (node.up) return false
        this.#nodes.restart(id)
        return this.#ends("crash", `restart of ${name}`, id)
      case "wipe":
        return this.#wipe(id, name)
      case "pause":
        if (!node.up || node.paused) return false
        this.#nodes.pause(id)
        node.pausedBy.add(BY_HAND)
        return this.#begins("pause", `pause of ${name}`, id)
      case "resume":
        if (!node.paused) return false
        node.pausedBy.clear()
        this.#nodes.resume(id)
        return this.#ends("pause", `${name} resumed`, id)
      case "traitor":
        if (id >= this.#nodes.size) return false
        this.#nodes.corruptNode(id, act.behaviour)
        return this.#begins("byzantine", `${name} turned traitor (${act.behaviour})`, id)
    }
  }

  #wipe(id: NodeId, name: string): boolean {
    if (this.#nodes.nodes[id]!.up) {
      this.#nodes.crash(id)
      this.#begins("amnesia", `crash and loss of the disk of ${name}`, id)
    } else this.#begins("amnesia", `loss of the disk of ${name}`, id)
    this.#nodes.loseDisk(id)
    this.#nodes.restart(id)
    return this.#ends("amnesia", `restart of ${name} without its disk`, id)
  }

  #begins(kind: "crash" | "pause" | "amnesia" | "byzantine", what: string, id: NodeId): true {
    this.#nodes.announceFault(kind, "begins", what, [id])
    return true
  }

  #ends(kind: "crash" | "pause" | "amnesia", what: string, id: NodeId): true {
    this.#nodes.announceFault(kind, "ends", what, [id])
    return true
  }
}
