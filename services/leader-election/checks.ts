/** The service's checks, and what it counts about epochs. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Belief, Verdict, World } from "../../runtime/contract/service.ts"
import { formatDuration, type Micros } from "../../runtime/contract/units.ts"
import type { Beliefs } from "./beliefs.ts"

/** Watches who leads in which epoch. Epochs are remembered for the whole run: an old leader may come back to one. */
export class EpochChecks {
  readonly #world: World
  readonly #beliefs: Beliefs
  /** The node that led in each epoch: the first one, where there were several. */
  readonly #leader = new Map<number, NodeId>()
  /** The nodes that led in those epochs in which several did, in that order. */
  readonly #leaders = new Map<number, NodeId[]>()
  /** Epochs in which more than one node led, at once or one after the other. */
  reused = 0
  #oneLeader: Verdict = { verdict: "holds" }
  #claimed: Verdict = { verdict: "holds" }

  /** @param beliefs what all nodes believe; asked before it learns of the change that is observed */
  constructor(world: World, beliefs: Beliefs) {
    this.#world = world
    this.#beliefs = beliefs
  }

  /** A loyal node changes its belief. O(n). */
  observe(node: NodeId, { leader, epoch }: Belief): void {
    if (leader === node) this.#lead(node, epoch)
    else if (leader !== null && this.#world.isLoyal(leader)) this.#follow(node, leader, epoch)
  }

  verdicts(): Readonly<Record<string, Verdict>> {
    return { "one-leader-per-epoch": this.#oneLeader, "leader-claimed": this.#claimed }
  }

  #lead(node: NodeId, epoch: number): void {
    const first = this.#leader.get(epoch)
    if (first === undefined) {
      this.#leader.set(epoch, node)
      return
    }
    const leaders = this.#leaders.get(epoch) ?? [first]
    if (!leaders.includes(node)) {
      leaders.push(node)
      this.#leaders.set(epoch, leaders)
      if (leaders.length === 2) this.reused++
    }
    if (this.#oneLeader.verdict !== "holds") return
    const now = this.#world.now()
    const rival = leaders.find(other => other !== node && this.#leads(other, epoch))
    if (rival !== undefined) {
      this.#oneLeader = violation(
        now,
        `nodes ${rival} and ${node} both lead in epoch ${epoch} at ${formatDuration(now)}`,
      )
    } else if (this.#world.oneLeaderPerEpoch && leaders.length > 1) {
      const earlier = leaders.find(other => other !== node)
      const witness = `node ${node} leads in epoch ${epoch} at ${formatDuration(now)}, which node ${earlier} led before`
      this.#oneLeader = violation(now, witness)
    }
  }

  #leads(node: NodeId, epoch: number): boolean {
    return this.#world.isLoyal(node) && this.#beliefs.leadsIn(node) === epoch
  }

  #follow(node: NodeId, leader: NodeId, epoch: number): void {
    if (this.#claimed.verdict !== "holds" || this.#leader.get(epoch) === leader) return
    if (this.#leaders.get(epoch)?.includes(leader)) return
    const witness = `node ${node} believes in node ${leader} in epoch ${epoch}, in which that node never led`
    this.#claimed = violation(this.#world.now(), witness)
  }
}

function violation(at: Micros, witness: string): Verdict {
  return { verdict: "violated", at, witness }
}
