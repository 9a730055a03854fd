/**
 * A register in a replicated log: the processes of a role keep in it what has to survive the failure of any of them, such as
 * the holder of a lease or the servers of a chain. They host the log; a parameter names its algorithm.
 *
 * The leader of the log acts on the register, in place of a single process with a disk. It begins a *reign* by writing the
 * reign's number to the register, and every change is a compare-and-set on what it read or wrote last, so a deposed leader
 * that does not know it changes nothing. A change is one command of the log, and so is a confirmation that the reign lasts
 * (as an etcd leader confirms its leadership before it renews a lease).
 */
import type { Algorithm, Beginning, NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import {
  type CarriedDisk,
  type Hosted,
  type HostIdentity,
  type HostNode,
  hosted,
} from "../../runtime/contract/composition/composition.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import { isBelief, isLogReply, type LogReply } from "../../services/replicated-log/shape.ts"
import type { KeyValueOperation } from "../../services/machines/key-value.ts"

/** The register's part of a process's state. */
export interface RegisterState {
  /** Its state in the log. */
  readonly log: object
  /** The process that this one believes to lead the log, and its epoch in the log. */
  leader: NodeId | null
  epoch: number
  /** `acting`: it has read the register and begun a reign. */
  phase: "idle" | "reading" | "claiming" | "acting"
  /** The register as it read or wrote it last; null: nobody has written it. */
  contents: string | null
  /** The number of its last command. */
  sequence: number
  /** The command that the log has yet to answer. */
  asked: Asked | null
}

interface Asked {
  readonly sequence: number
  readonly operation: KeyValueOperation
}

/** To itself: reports and answers of the log are handled after the log's own handler. */
export type RegisterMessage =
  | { readonly type: "LeadsLog" }
  | { readonly type: "LogAnswered"; readonly sequence: number; readonly done: boolean; readonly value: string | null }

/** Records whether the process has run before: only founding members start under the first leader. */
export type RegisterDisk = CarriedDisk<"log"> & { readonly isFounded?: boolean }

export interface RegisterOptions<N, V> {
  /** The algorithms that the log may be. */
  readonly among: readonly Algorithm[]
  readonly chosen: (parameters: object) => string
  /** The role whose processes keep it. */
  readonly role: string
  /** The state of the register within that of the process. */
  readonly state: (state: object) => RegisterState
  /** Its value until it is written. */
  readonly initial: (self: HostIdentity) => V
  /** Retransmit a command after the log has not answered for this long. */
  readonly resendAfter: (parameters: object) => Micros
  /** Called when a reign begins: the value is that of the register. */
  readonly acts: (node: N) => void
  /** Called when the reign is over, or may be. A pending write may have taken effect or not. */
  readonly rests: (node: N) => void
  /** Called when the change is committed, and no other reign had begun by then. */
  readonly wrote: (node: N) => void
  /** Called when the log has confirmed that no other reign had begun. */
  readonly confirmed: (node: N) => void
}

interface Contents<V> {
  readonly reign: number
  readonly value: V
}

const KEY = "register"

export class LoggedRegister<N extends HostNode, V> {
  readonly #log: Hosted<N, "log">
  readonly #options: RegisterOptions<N, V>
  readonly receive: Hosted<N, "log">["receive"] & {
    readonly LeadsLog: (node: N) => void
    readonly LogAnswered: (node: N, message: Extract<RegisterMessage, { readonly type: "LogAnswered" }>) => void
  }
  readonly timeout: Hosted<N, "log">["timeout"] & { readonly resendCommand: (node: N) => void }
  readonly answers: Hosted<N, "log">["answers"]

  constructor(options: RegisterOptions<N, V>) {
    this.#options = options
    this.#log = hosted<N, "log">({
      name: "log",
      among: options.among,
      chosen: options.chosen,
      members: self => self.role(options.role),
      state: state => options.state(state).log,
      reply: (node, _, reply) => {
        if (isLogReply(reply)) this.#answered(node, reply)
      },
      report: (node, fact) => this.#reported(node, fact),
    })
    this.receive = {
      ...this.#log.receive,
      LeadsLog: node => this.#lead(node),
      LogAnswered: (node, { sequence, done, value }) => this.#resume(node, sequence, done, value),
    }
    this.timeout = { ...this.#log.timeout, resendCommand: node => this.#send(node) }
    this.answers = this.#log.answers
  }

  // --- For the host --------------------------------------------------------------------------------------------------

  /** The registers of a new disk: the log begins under the first process. */
  disk(self: HostIdentity): RegisterDisk {
    return { isFounded: false, ...this.#log.disk(self, 0, beginningOf(self.role(this.#options.role))) }
  }

  newState(self: HostIdentity & { readonly disk: object }): RegisterState {
    const log = this.#log.state(self)
    return { log, leader: null, epoch: 0, phase: "idle", contents: null, sequence: 0, asked: null }
  }

  start(node: N & { readonly disk: RegisterDisk }): void {
    if (node.disk.isFounded === true) return this.#log.recover(node)
    node.save({ isFounded: true })
    this.#log.begin(node, beginningOf(node.role(this.#options.role)))
  }

  /** The value as this process read or wrote it last; reliable only while it acts. */
  valueOf(node: N): V {
    return this.#decoded(this.#of(node).contents)?.value ?? this.#options.initial(node)
  }

  isActing(node: N): boolean {
    return this.#of(node).phase === "acting"
  }

  /** True if it acts, and no command is pending: only then may it write or confirm. */
  isReady(node: N): boolean {
    const { phase, asked } = this.#of(node)
    return phase === "acting" && asked === null
  }

  /** Changes the value, unless another process acts by now; ends in `wrote` or `rests`. */
  write(node: N, value: V): void {
    const { contents } = this.#of(node)
    this.#ask(node, { op: "cas", key: KEY, expected: contents, value: encoded({ ...this.#decoded(contents)!, value }) })
  }

  /** Checks that no other process acts by now; ends in `confirmed` or `rests`. */
  confirm(node: N): void {
    this.#ask(node, { op: "get", key: KEY })
  }

  // --- The log -------------------------------------------------------------------------------------------------------

  #reported(node: N, fact: Tagged): void {
    if (!isBelief(fact)) return
    const register = this.#of(node)
    register.leader = fact.leader === null ? null : this.#log.processOf(node, fact.leader)
    register.epoch = fact.epoch
    if (register.leader === node.id) node.send(node.id, { type: "LeadsLog" })
    else this.#rest(node)
  }

  #answered(node: N, reply: LogReply): void {
    if (reply.type !== "Result") return
    const { sequence, result } = reply
    const message: RegisterMessage = { type: "LogAnswered", sequence, done: result.done, value: result.value }
    node.send(node.id, message)
  }

  #rest(node: N): void {
    const register = this.#of(node)
    node.cancelTimer("resendCommand")
    register.asked = null
    if (register.phase === "acting") this.#options.rests(node)
    register.phase = "idle"
  }

  /** Reads the register through the log, once this process leads. */
  #lead(node: N): void {
    const register = this.#of(node)
    if (register.leader !== node.id || register.phase !== "idle") return
    register.phase = "reading"
    this.#ask(node, { op: "get", key: KEY })
  }

  #resume(node: N, sequence: number, isDone: boolean, value: string | null): void {
    const register = this.#of(node)
    const { asked, phase } = register
    if (asked === null || asked.sequence !== sequence) return
    register.asked = null
    node.cancelTimer("resendCommand")
    if (phase !== "acting") return this.#claim(node, isDone, value, asked.operation)
    const isStill = asked.operation.op === "cas" ? isDone : value === register.contents
    if (!isStill) {
      this.#rest(node)
      return this.#lead(node)
    }
    if (asked.operation.op !== "cas") return this.#options.confirmed(node)
    register.contents = asked.operation.value
    this.#options.wrote(node)
  }

  /** Begins a reign, with the current value. */
  #claim(node: N, isDone: boolean, value: string | null, operation: KeyValueOperation): void {
    const register = this.#of(node)
    if (operation.op === "cas" && isDone) {
      register.phase = "acting"
      register.contents = operation.value
      return this.#options.acts(node)
    }
    register.phase = "claiming"
    const before = this.#decoded(value) ?? { reign: 0, value: this.#options.initial(node) }
    const next = encoded({ reign: before.reign + 1, value: before.value })
    this.#ask(node, { op: "cas", key: KEY, expected: value, value: next })
  }

  #ask(node: N, operation: KeyValueOperation): void {
    const register = this.#of(node)
    // Larger than all sequence numbers before a crash.
    register.sequence = Math.max(register.sequence + 1, node.now())
    register.asked = { sequence: register.sequence, operation }
    this.#send(node)
  }

  #send(node: N): void {
    const { asked } = this.#of(node)
    if (asked === null) return
    node.setTimer("resendCommand", this.#options.resendAfter(node.parameters))
    const session = this.#log.in(node).id
    const { sequence, operation } = asked
    const command: Command = { type: "Command", session, sequence, operation: { ...operation } }
    this.#log.request(node, command, session)
  }

  #of(node: N): RegisterState {
    return this.#options.state(node.state)
  }

  #decoded(contents: string | null): Contents<V> | null {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only this register writes its key
    return contents === null ? null : (JSON.parse(contents) as Contents<V>)
  }
}

/** Encodes the fields sorted by name, independent of their order in memory. */
function encoded(contents: Contents<unknown>): string {
  return JSON.stringify(contents, (_, value: unknown) =>
    typeof value !== "object" || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  )
}

/** A group whose first process has won the first election. */
function beginningOf(processes: readonly NodeId[]): Beginning {
  return { leader: 0, logs: processes.map(() => []) }
}
