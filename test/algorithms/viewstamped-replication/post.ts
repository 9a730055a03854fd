// A group whose messages a test delivers by hand: nothing arrives, and nobody times out, unless the test says so.
import type { Message, Vsr } from "../../../algorithms/viewstamped-replication/types.ts"
import type { Algorithm, NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Command } from "../../../services/replicated-log/command.ts"
import type { Sent } from "../../support/cluster.ts"
import { muteCluster } from "../../support/situations.ts"
import { type VsrCluster, write } from "./support.ts"

const STILL = { viewChangeTimeout: "1h", heartbeatInterval: "1h" }

type Letter = Sent<Message>

export class Post {
  readonly cluster: VsrCluster
  #held: Letter[] = []
  #seen = 0

  constructor(algorithm: Algorithm<Vsr>, nodes: number, parameters: Readonly<Record<string, unknown>> = {}) {
    this.cluster = muteCluster(algorithm, { nodes, parameters: { ...STILL, ...parameters } })
    this.cluster.runFor("1ms")
  }

  /** Takes the oldest message of a kind out of the network: it arrives when it is delivered, if ever. */
  take(from: NodeId, to: NodeId, type: Message["type"]): Letter {
    this.#collect()
    const place = this.#held.findIndex(
      letter => letter.from === from && letter.to === to && letter.message.type === type,
    )
    if (place < 0) throw new Error(`no ${type} is under way from ${from} to ${to}`)
    return this.#held.splice(place, 1)[0]!
  }

  /** Takes all that is under way from one replica to another out of the network, or all of one kind. */
  takeAll(from: NodeId, to: NodeId, type?: Message["type"]): Letter[] {
    this.#collect()
    const isMeant = (letter: Letter): boolean =>
      letter.from === from && letter.to === to && (type === undefined || letter.message.type === type)
    const taken = this.#held.filter(isMeant)
    this.#held = this.#held.filter(letter => !isMeant(letter))
    return taken
  }

  deliver(...letters: readonly Letter[]): void {
    for (const { from, to, message } of letters) {
      this.cluster.inject(from, to, message)
      this.cluster.runFor(1)
    }
  }

  /** Takes the oldest message of a kind out of the network, and delivers it. */
  pass(from: NodeId, to: NodeId, type: Message["type"]): void {
    this.deliver(this.take(from, to, type))
  }

  /** Delivers all that some replicas tell each other, until they have nothing more to say. The rest stays under way. */
  settle(...among: readonly NodeId[]): void {
    this.settleBut(undefined, ...among)
  }

  /** The same, but messages of one kind stay under way. */
  settleBut(type: Message["type"] | undefined, ...among: readonly NodeId[]): void {
    for (;;) {
      this.#collect()
      const place = this.#held.findIndex(
        ({ from, to, message }) => among.includes(from) && among.includes(to) && message.type !== type,
      )
      if (place < 0) return
      this.deliver(...this.#held.splice(place, 1))
    }
  }

  /** All that is under way is lost. */
  lose(): void {
    this.#collect()
    this.#held = []
  }

  /** A replica notices that its primary is gone, or that the view change takes too long. */
  miss(replica: NodeId): void {
    this.cluster.fire(replica, "viewChange")
  }

  /** A replica changes to a later view, and only what it says in the last one is not lost. */
  missUntil(replica: NodeId, view: number): void {
    while (this.cluster.state(replica).viewNumber < view) {
      this.lose()
      this.miss(replica)
    }
  }

  crash(...replicas: readonly NodeId[]): void {
    for (const replica of replicas) this.cluster.crash(replica)
    this.cluster.runFor("1ms")
  }

  restart(...replicas: readonly NodeId[]): void {
    for (const replica of replicas) this.cluster.restart(replica)
    this.cluster.runFor("1ms")
  }

  /** A client of its own asks a replica to write a value. */
  put(replica: NodeId, value: string): void {
    const client = this.#clients++
    this.ask(replica, write(value, client))
  }

  ask(replica: NodeId, request: Command): void {
    this.cluster.request(request.session, replica, request)
    this.cluster.runFor("1ms")
  }

  /** What each replica has executed since its last boot, in order: `0: x y`. */
  executed(): string[] {
    const executed = new Map<NodeId, string[]>()
    for (const event of this.cluster.trace) {
      if (event.type === "boot") executed.set(event.node, [])
      else if (event.type === "fact" && event.fact.type === "applied" && "command" in event.fact) {
        if (event.fact.command === null) continue
        const { operation } = event.fact.command as ReturnType<typeof write>
        executed.get(event.node)!.push("value" in operation ? operation.value : operation.op)
      }
    }
    return [...executed].toSorted(([a], [b]) => a - b).map(([node, values]) => `${node}: ${values.join(" ")}`.trimEnd())
  }

  #clients = 0

  #collect(): void {
    const { sent } = this.cluster
    this.#held.push(...sent.slice(this.#seen))
    this.#seen = sent.length
  }
}
