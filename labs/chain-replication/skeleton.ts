/**
 * Chain replication: your solution. The hand-out is README.md; check it with `quorate lab test`.
 *
 * Handlers run one at a time and to their end, and act only through `node`: `node.send(to, message)`, `node.setTimer(name, delay)`
 * (arming it again replaces the old deadline; with a third argument there is one timer for each such key), `node.now()` and
 * `node.isOver(deadline)` by its own clock, `node.reply(client, ...)`, `node.report(...)`, by which the world learns who holds which
 * office and what was executed, and in the master `master.save({ ... })` for what must survive a crash. A server has no disk: a crash
 * takes its state, and all timers. `node.peers` are the other servers, in the master all of them; `node.size` is n.
 */
import {
  algorithm,
  type Command,
  duration,
  emptyMachine,
  execute,
  type Machine,
  type Node,
  type ParameterValues,
  type ReplicatedLog,
  replicatedLog,
  type RoleNode,
} from "quorate"

/** Fixed by the lab: tests set them. d is the longest delay of a message. */
const parameters = {
  heartbeatInterval: duration("max(75ms, 5d)", "Servers tell the master this often that they live.", { min: 1 }),
  detectionTimeout: duration("max(300ms, 20d)", "Who has not been heard of for this long is dead.", { min: 1 }),
  lease: duration("max(225ms, 15d)", "How long a server may answer queries after a heartbeat.", { min: 1 }),
}

/** The chain from head to tail, as the master has numbered it. Add fields, as to all types here: who was it, if somebody died since? */
interface Chain {
  readonly number: number
  readonly members: readonly number[]
}

type Message =
  /** The master says which chain there is. */
  | { readonly type: "Chain"; readonly chain: Chain }
  /** The master has heard the heartbeat that was sent then. */
  | { readonly type: "Granted"; readonly sentAt: number }
  /** From the predecessor: the update with this number, from 1. */
  | { readonly type: "Update"; readonly chain: number; readonly index: number; readonly command: Command }
  /** From the successor: it has the first `count` updates, and the tail the first `committed`. */
  | { readonly type: "Ack"; readonly chain: number; readonly count: number; readonly committed: number }

/** To the master. */
interface Heartbeat {
  readonly type: "Heartbeat"
  readonly chain: number
  readonly sentAt: number
}

interface ChainReplication {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  readonly state: {
    chain: Chain
    log: Command[]
    /** The number of updates that the tail has; these are executed. */
    committed: number
    readonly machine: Machine
  }
  readonly message: Message
  readonly timer: "beat"
  readonly service: ReplicatedLog
  readonly roles: {
    readonly master: {
      /** Survives crashes; written by `master.save`. */
      readonly disk: { readonly chain: Chain | null }
      readonly state: { readonly isSilent: boolean[] }
      readonly message: Heartbeat
      readonly timer: "silence"
    }
  }
}

type Self = Node<ChainReplication>
export type Master = RoleNode<ChainReplication, "master">

export const chainReplication = algorithm<ChainReplication>({
  name: "my-chain-replication",
  title: "My chain replication",
  source: "van Renesse and Schneider 2004",
  summary: "Updates go down a chain, queries to its tail.",
  tolerates: { faults: "crash", of: n => n - 1 },
  assumes: { storage: "none" },
  offices: ["head", "middle", "tail"],
  serves: [replicatedLog],
  parameters,

  disk: () => ({}),
  state: () => ({ chain: { number: 0, members: [] }, log: [], committed: 0, machine: emptyMachine() }),

  /** The first boot of all servers: everybody knows that chain 1 is one of all, from 0 to n-1. */
  start(_node) {
    // TODO
  },

  /** Every later boot of a server: it has nothing, and knows no chain. */
  recover(_node) {
    // TODO
  },

  receive: {
    // TODO
    Chain(_node, _message) {},
    Granted(_node, _message) {},
    Update(_node, _message, _from) {},
    Ack(_node, _message, _from) {},
  },

  timeout: {
    /** It is time for a heartbeat, and for whatever else is due once in an interval. */
    beat(_node) {
      // TODO
    },
  },

  request: {
    /** A client would have an update or a query (`command.operation.op` is "get") executed. */
    Command(_node, _command, _client) {
      // TODO: the head takes updates, and the tail answers queries; others say whom to ask:
      // node.reply(client, { type: "Redirect", sequence: command.sequence, leader: null, ...whomToAsk(node) })
    },
  },

  roles: {
    master: {
      doc: "says who is in the chain",
      count: 1,
      disk: () => ({ chain: null }),
      state: ({ size }) => ({ isSilent: Array<boolean>(size).fill(false) }),
      /** Called at every boot; `disk` holds what survived. */
      start(_master) {
        // TODO
      },
      receive: {
        Heartbeat(_master, _message, _from) {
          // TODO
        },
      },
      timeout: {
        /** `id` has not been heard of: `master.setTimer("silence", ..., id)`. */
        silence(_master, _id) {
          // TODO
        },
      },
    },
  },
})

/** Goes into every reply to a client, so that it knows whom to ask next time. */
export function whomToAsk({ state: { chain } }: Self) {
  const [head] = chain.members
  return head === undefined ? {} : { ask: { updates: head, queries: [chain.members.at(-1)!] } }
}

/** This server knows of another chain; to be called whenever it learns of one. Faults of tests strike offices. */
export function reportChain(node: Self): void {
  const { number, members } = node.state.chain
  const middle = members.length < 3 ? null : members[members.length >> 1]!
  node.report({ type: "believes", leader: members[0] ?? null, epoch: number })
  node.report({ type: "office", office: "head", holder: members[0] ?? null, epoch: number })
  node.report({ type: "office", office: "middle", holder: middle, epoch: number })
  node.report({ type: "office", office: "tail", holder: members.at(-1) ?? null, epoch: number })
}

/** Executes the next update of the log, which the tail has; answers its client where that is this server's business. */
export function executeNext(node: Self, isAnswered: boolean): void {
  const { state } = node
  const command = state.log[state.committed]!
  state.committed++
  const result = execute(state.machine, command)
  node.report({ type: "applied", index: state.committed, command })
  const { session, sequence } = command
  if (isAnswered) node.reply(session, { type: "Result", sequence, result, ...whomToAsk(node) })
}

/** Answers a query from what is executed. It leaves no trace. */
export function answerQuery(node: Self, { sequence, operation }: Command, client: number): void {
  const result = { done: true, value: node.state.machine.values.get(operation.key) ?? null }
  node.reply(client, { type: "Result", sequence, result, ...whomToAsk(node) })
}

/** A server that forgets all that it had executed says so. */
export function reportForgotten(node: Self): void {
  node.report({ type: "restored", index: 0 })
}
