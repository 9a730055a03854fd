/**
 * The service without time: clients outside the group, each with one operation on the same key; clients write and read
 * alternately. A client asks any node at any moment, follows redirects, and asks any node again whenever it loses
 * patience.
 */
import type { ClientId, NodeId } from "../../runtime/contract/algorithm.ts"
import {
  type ClientStep,
  type Move,
  type Untimed,
  type UntimedClient,
  type UntimedGroup,
} from "../../runtime/contract/untimed.ts"
import type { KeyValueOperation } from "../machines/key-value.ts"
import type { Command } from "./command.ts"
import { isLogReply } from "./shape.ts"
import { type ClientFact, watchOver } from "./untimed-watch.ts"

const KEY = "k"

interface Client {
  /** `paused`: no node is known to ask. */
  readonly phase: "idle" | "asked" | "paused" | "ended"
  /** The node asked last; null unless it is asked. */
  readonly asked: NodeId | null
  /** Redirects followed since it last chose a node itself. */
  readonly hops: number
}

export function untimedLog({ size, contacts, operations }: UntimedGroup): Untimed {
  const commands = Array.from({ length: operations }, (_, client) => commandOf(client))
  return { clients: commands.map(command => clientOf(command, contacts)), watch: watchOver(size, commands) }
}

function commandOf(client: ClientId): Command<KeyValueOperation> {
  const operation: KeyValueOperation =
    client % 2 === 0 ? { op: "put", key: KEY, value: `v${client}` } : { op: "get", key: KEY }
  return { type: "Command", session: client, sequence: 1, operation }
}

function clientOf(command: Command<KeyValueOperation>, contacts: readonly NodeId[]): UntimedClient<Client> {
  const { session } = command
  const begun: ClientFact = { type: "begun", client: session }
  const ask = (to: NodeId, hops: number): ClientStep<Client> => ({
    state: { phase: "asked", asked: to, hops },
    requests: [{ to, request: command }],
  })
  return {
    id: session,
    home: null,
    initial: { phase: "idle", asked: null, hops: 0 },
    moves({ phase }) {
      if (phase === "ended") return []
      return contacts.map((node): Move => {
        return phase === "idle" ? { name: `ask ${node}` } : { name: `ask ${node} instead`, isRetry: true }
      })
    },
    move(state, name) {
      const step = ask(Number(name.split(" ")[1]), 0)
      return state.phase === "idle" ? { ...step, facts: [begun] } : step
    },
    reply(state, from, reply) {
      if (!isLogReply(reply) || state.phase === "ended") return { state }
      if (reply.type === "Result") {
        const ended: ClientFact = { type: "ended", client: session, result: reply.result }
        return { state: { phase: "ended", asked: null, hops: 0 }, facts: [ended] }
      }
      const { leader } = reply
      if (state.phase !== "asked" || from !== state.asked) return { state }
      const isHopeless = leader === null || leader === from || state.hops >= contacts.length
      return isHopeless ? { state: { phase: "paused", asked: null, hops: 0 } } : ask(leader, state.hops + 1)
    },
    crashed: state => ({ state }),
    interchangeable: {
      ids: ["asked"],
      move: (name, rename) => name.replace(/\d+/, node => String(rename(Number(node)))),
    },
  }
}
