/**
 * Forwards the facts that nodes report to observer and service, and keeps each node's beliefs about leader and offices.
 */
import type { NodeId, Tagged } from "../contract/algorithm.ts"
import { generalOffice } from "../contract/offices.ts"
import type { Belief, Office } from "../contract/service.ts"
import type { Shared } from "./shared.ts"

export class Facts {
  /** The believed leader of each node (-1: none). */
  readonly believed: Int32Array
  /** By office, its holder as each node believes (-1: none). */
  readonly #holders = new Map<string, Int32Array>()
  readonly #shared: Shared

  constructor(shared: Shared) {
    this.believed = new Int32Array(shared.scenario.nodes).fill(-1)
    this.#shared = shared
  }

  /** A node reports a fact. */
  observe(node: NodeId, fact: Tagged): void {
    const { observer, queue, service } = this.#shared
    if (isBelief(fact)) this.#recordBelief(node, fact)
    else if (isOffice(fact)) this.#holdersOf(fact.office)[node] = fact.holder ?? -1
    if (observer !== undefined) observer({ type: "fact", time: queue.time, node, fact })
    service.observe(node, fact)
  }

  /** A node has lost its memory. */
  forget(node: NodeId): void {
    this.believed[node] = -1
    for (const holders of this.#holders.values()) holders[node] = -1
  }

  /**
   * The live node that most live nodes believe to lead, the lowest in a tie; undefined: none.
   *
   * @param nodes the members
   */
  leaderAmong(nodes: Members): NodeId | undefined {
    return elected(this.believed, nodes)
  }

  /**
   * The live node that most live nodes believe to hold an office, likewise. The leader holds the office of leader or
   * primary; while there is one, the first other live node holds that of follower or backup.
   */
  holderAmong(office: string, nodes: Members): NodeId | undefined {
    const general = generalOffice(office)
    if (general === undefined) return elected(this.#holdersOf(office), nodes)
    const leader = this.leaderAmong(nodes)
    if (general === "leading") return leader
    return leader === undefined ? undefined : nodes.find(({ id, up }) => up && id !== leader)?.id
  }

  #holdersOf(office: string): Int32Array {
    let holders = this.#holders.get(office)
    if (holders === undefined) this.#holders.set(office, (holders = new Int32Array(this.believed.length).fill(-1)))
    return holders
  }

  #recordBelief(node: NodeId, { leader }: Belief): void {
    const before = this.believed[node]
    this.believed[node] = leader ?? -1
    if (leader === node && before !== node) this.#shared.faults.leaderElected(node)
  }
}

function isBelief(fact: Tagged): fact is Belief {
  return fact.type === "believes"
}

function isOffice(fact: Tagged): fact is Office {
  return fact.type === "office"
}

/** The members of a group, in ascending order. */
type Members = readonly { readonly id: NodeId; readonly up: boolean }[]

/** The live node in which most live nodes believe, the lowest in a tie. */
function elected(believed: Int32Array, nodes: Members): NodeId | undefined {
  const votes = new Int32Array(nodes.length)
  for (const { id, up } of nodes) if (up && believed[id]! >= 0) votes[believed[id]!]!++
  let most: NodeId | undefined
  for (const { id, up } of nodes) {
    if (up && votes[id]! > (most === undefined ? 0 : votes[most]!)) most = id
  }
  return most
}
