/** The facts that nodes report, for observer and service, and the leader that each node believes in. */
import type { NodeId, Tagged } from "../contract/algorithm.ts"
import { generalOffice } from "../contract/offices.ts"
import type { Belief, Office } from "../contract/service.ts"
import type { Shared } from "./shared.ts"

export class Facts {
  /** Whom each node believes to lead (-1: nobody). */
  readonly believed: Int32Array
  /** Whom each node believes to hold an office (-1: nobody), by its name. */
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
   * The live node that most live nodes believe to lead, the lowest of several; undefined if there is none.
   *
   * @param nodes the members
   */
  leaderAmong(nodes: Members): NodeId | undefined {
    return elected(this.believed, nodes)
  }

  /**
   * The live node that most live nodes believe to hold an office, likewise. Who leads holds that of the leader or primary; that of
   * a follower or backup is held by the first live node that does not lead, while another does.
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

/** The live node that most live nodes believe in, the lowest of several. */
function elected(believed: Int32Array, nodes: Members): NodeId | undefined {
  const votes = new Int32Array(nodes.length)
  for (const { id, up } of nodes) if (up && believed[id]! >= 0) votes[believed[id]!]!++
  let most: NodeId | undefined
  for (const { id, up } of nodes) {
    if (up && votes[id]! > (most === undefined ? 0 : votes[most]!)) most = id
  }
  return most
}
