/**
 * Viewstamped Replication: your solution. The hand-out is README.md; check it with `quorate lab test`.
 *
 * Handlers run one at a time and to their end, and act only through `node`: `node.send(to, message)`, `node.broadcast(message)` to all
 * others, `node.setTimer(name, delay)` (arming it again replaces the old deadline), `node.cancelTimer(name)`, `node.now()` by its own
 * clock, `node.reply(client, ...)`, and `node.report(...)`, by which the world learns who leads and what was executed. There is no disk:
 * a crash takes `node.state`, and all timers. `node.id` is this replica's, `node.size` is n, `node.peers` are the others.
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
} from "quorate"

/** Fixed by the lab: tests set them. d is the longest delay of a message. */
const parameters = {
  viewChangeTimeout: duration("max(150ms, 10d)", "Without a word for this long, a backup starts a view change.", {
    min: 1,
  }),
  heartbeatInterval: duration("max(75ms, 5d)", "A primary with nothing to prepare sends Commit this often.", {
    min: 1,
  }),
}

/** The names are the paper's; so are these fields. Add fields, and messages, as you need them. */
type Message =
  /** §4.1 */
  | { readonly type: "Prepare"; readonly view: number; readonly request: Command; readonly opNumber: number }
  | { readonly type: "PrepareOk"; readonly view: number; readonly opNumber: number }
  | { readonly type: "Commit"; readonly view: number; readonly commitNumber: number }
  /** §4.2 */
  | { readonly type: "StartViewChange"; readonly view: number }
  | {
      readonly type: "DoViewChange"
      readonly view: number
      readonly log: readonly Command[]
      readonly commitNumber: number
    }
  | {
      readonly type: "StartView"
      readonly view: number
      readonly log: readonly Command[]
      readonly commitNumber: number
    }
  /** §4.3 */
  | { readonly type: "Recovery"; readonly nonce: number }
  | { readonly type: "RecoveryResponse"; readonly view: number; readonly nonce: number }
  /** §5.2 */
  | { readonly type: "GetState"; readonly view: number; readonly opNumber: number }
  | {
      readonly type: "NewState"
      readonly view: number
      readonly log: readonly Command[]
      readonly commitNumber: number
    }

interface Vsr {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  readonly state: {
    status: "normal" | "view-change" | "recovering"
    view: number
    log: Command[]
    /** The op-number of the latest request that is known to be committed; all up to it are executed. */
    commitNumber: number
    readonly machine: Machine
  }
  readonly message: Message
  readonly timer: "viewChange" | "heartbeat"
  readonly service: ReplicatedLog
}

type Replica = Node<Vsr>

export const viewstampedReplication = algorithm<Vsr>({
  name: "my-viewstamped-replication",
  title: "My Viewstamped Replication",
  source: "Liskov and Cowling 2012",
  summary: "Replicas take turns as primaries.",
  tolerates: { faults: "crash", of: n => (n - 1) >> 1 },
  assumes: { storage: "none" },
  serves: [replicatedLog],
  parameters,

  disk: () => ({}),
  state: () => ({ status: "normal", view: 0, log: [], commitNumber: 0, machine: emptyMachine() }),

  /** The first boot of all replicas: everybody is in view 0. */
  start(_node) {
    // TODO
  },

  /** Every later boot of a replica, which has forgotten everything. */
  recover(_node) {
    // TODO: §4.3, step 1
  },

  receive: {
    // TODO
    Prepare(_node, _message, _from) {},
    PrepareOk(_node, _message, _from) {},
    Commit(_node, _message, _from) {},
    StartViewChange(_node, _message, _from) {},
    DoViewChange(_node, _message, _from) {},
    StartView(_node, _message, _from) {},
    Recovery(_node, _message, _from) {},
    RecoveryResponse(_node, _message, _from) {},
    GetState(_node, _message, _from) {},
    NewState(_node, _message, _from) {},
  },

  timeout: {
    /** The primary is silent; or a view change is not through. */
    viewChange(_node) {
      // TODO
    },
    /** It is time for whatever is due once in an interval. */
    heartbeat(_node) {
      // TODO
    },
  },

  request: {
    /** A client would have a command executed. `command.session` and `command.sequence` say whose, and which one of his. */
    Command(_node, _command, _client) {
      // TODO: the primary has it executed; others name the primary, `null` if they know none:
      // node.reply(client, { type: "Redirect", sequence: command.sequence, leader: ... })
    },
  },
})

/** This node believes that `primary` leads in a view, or that nobody does yet; to be called whenever that changes. */
export function believe(node: Replica, primary: number | null, view: number): void {
  node.report({ type: "believes", leader: primary, epoch: view })
}

/** Executes the next request of the log, which is committed; the primary answers its client. */
export function executeNext(node: Replica, isPrimary: boolean): void {
  const { state } = node
  const command = state.log[state.commitNumber]!
  state.commitNumber++
  const result = execute(state.machine, command)
  node.report({ type: "applied", index: state.commitNumber, command })
  if (isPrimary) node.reply(command.session, { type: "Result", sequence: command.sequence, result })
}
