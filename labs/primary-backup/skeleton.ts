/**
 * Primary-backup: your solution. The hand-out is README.md; check it with `quorate lab test`.
 *
 * Handlers run one at a time and to their end, and act only through `node`: `node.send(to, message)`, `node.setTimer(name, delay)`
 * (arming it again replaces the old deadline; with a third argument there is one timer for each such key), `node.now()`,
 * `node.reply(client, ...)`, `node.report(...)`, by which the world learns who leads and what was executed, and in the view service
 * `service.save({ ... })` for what must survive a crash. A replica has no disk: a crash takes its state, and all timers.
 * `node.peers` are the other replicas, in the view service all of them; `node.size` is n.
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
  heartbeatInterval: duration("max(75ms, 5d)", "Replicas tell the view service this often that they live.", { min: 1 }),
  detectionTimeout: duration("max(225ms, 15d)", "Who has not been heard of for this long is dead.", { min: 1 }),
}

/** Who leads, and who has the state. Add fields, as to all types here: who was it that a view is about, if somebody died since? */
interface View {
  readonly number: number
  readonly primary: number
  readonly members: readonly number[]
}

/** Messages to replicas. */
type Message =
  /** The view service says which view there is. */
  | { readonly type: "View"; readonly view: View }
  /** The primary ships the command with this number, from 1. */
  | { readonly type: "Update"; readonly view: number; readonly index: number; readonly command: Command }
  /** A backup has all commands up to `count`. */
  | { readonly type: "Ack"; readonly view: number; readonly count: number }
  /** A replica has nothing, and asks the primary for the state. */
  | { readonly type: "Join" }
  /** The primary ships its state: here, all commands so far. */
  | { readonly type: "State"; readonly view: View; readonly log: readonly Command[] }

type ToService =
  /** A replica lives, and knows this view. */
  | { readonly type: "Ping"; readonly view: number }
  /** The primary of a view would have a replica be a member of the next. */
  | { readonly type: "Admit"; readonly view: number; readonly id: number }

interface PrimaryBackup {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  readonly state: {
    view: View
    log: Command[]
    /** The number of commands that all members have; these are executed. */
    committed: number
    readonly machine: Machine
  }
  readonly message: Message
  readonly timer: "beat"
  readonly service: ReplicatedLog
  readonly roles: {
    readonly "view-service": {
      /** Survives crashes; written by `service.save`. */
      readonly disk: { readonly view: View | null }
      readonly state: { readonly isSilent: boolean[] }
      readonly message: ToService
      readonly timer: "silence"
    }
  }
}

type Self = Node<PrimaryBackup>
export type Service = RoleNode<PrimaryBackup, "view-service">

export const primaryBackup = algorithm<PrimaryBackup>({
  name: "my-primary-backup",
  title: "My primary-backup",
  source: "Alsberg and Day 1976",
  summary: "One replica decides, and all have it before anybody is answered.",
  tolerates: { faults: "crash", of: n => n - 1 },
  assumes: { storage: "none" },
  serves: [replicatedLog],
  parameters,

  disk: () => ({}),
  state: () => ({ view: { number: 0, primary: 0, members: [] }, log: [], committed: 0, machine: emptyMachine() }),

  /** The first boot of all replicas: everybody knows that view 1 is one of all, under replica 0. */
  start(_node) {
    // TODO
  },

  /** Every later boot of a replica: it has nothing, and knows no view. */
  recover(_node) {
    // TODO
  },

  receive: {
    // TODO
    View(_node, _message) {},
    Update(_node, _message, _from) {},
    Ack(_node, _message, _from) {},
    Join(_node, _message, _from) {},
    State(_node, _message, _from) {},
  },

  timeout: {
    /** It is time to tell the view service that this replica lives, and to send again what was not answered. */
    beat(_node) {
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

  roles: {
    "view-service": {
      doc: "says who is the primary",
      count: 1,
      disk: () => ({ view: null }),
      state: ({ size }) => ({ isSilent: Array<boolean>(size).fill(false) }),
      /** Called at every boot; `disk` holds what survived. */
      start(_service) {
        // TODO
      },
      receive: {
        Ping(_service, _message, _from) {
          // TODO
        },
        Admit(_service, _message) {
          // TODO
        },
      },
      timeout: {
        /** `replica` has not been heard of: `service.setTimer("silence", ..., replica)`. */
        silence(_service, _replica) {
          // TODO
        },
      },
    },
  },
})

/** This node believes that `primary` leads in a view; to be called whenever that changes. */
export function believe(node: Self, primary: number | null, view: number): void {
  node.report({ type: "believes", leader: primary, epoch: view })
}

/** Executes the next command of the log, which all members have; the primary answers its client. */
export function executeNext(node: Self, isPrimary: boolean): void {
  const { state } = node
  const command = state.log[state.committed]!
  state.committed++
  const result = execute(state.machine, command)
  node.report({ type: "applied", index: state.committed, command })
  if (isPrimary) node.reply(command.session, { type: "Result", sequence: command.sequence, result })
}

/** A replica that forgets all that it had executed says so. */
export function reportForgotten(node: Self): void {
  node.report({ type: "restored", index: 0 })
}
