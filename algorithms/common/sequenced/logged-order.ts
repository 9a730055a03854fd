/**
 * The total order from a replicated log; `order` names its algorithm. All replicas are its members, its committed entries
 * are the order, and every replica that executes one answers the front end that forwarded it. Total order broadcast and
 * consensus are one problem (Chandra and Toueg 1996, §5): the agreement and order of Schneider §3 are what a log gives.
 *
 * The leader of the log submits requests to it; the others keep them pending until they are executed. Commands that the log
 * has executed are answered after its handler. The machine belongs to the log, which includes it in its snapshots.
 *
 * For a nondeterministic command, the replica that submits it may choose (semi-active replication): the choice is in the
 * entry, so all execute it alike without further messages.
 */
import type { Algorithm, Beginning, NodeId, Release, Tagged } from "../../../runtime/contract/algorithm.ts"
import { type Carried, hosted } from "../../../runtime/contract/composition/composition.ts"
import type { Command } from "../../../services/replicated-log/command.ts"
import type { Machine, SessionRecord } from "../../../services/replicated-log/machine.ts"
import { isApplied, isBelief, isRestored } from "../../../services/replicated-log/shape.ts"
import type { Asked, Request } from "./types.ts"
import type { LoggedReplica, LogState, OrderLog } from "./logged-types.ts"

/** Makes the choice for a command that a replica submits to the log; undefined if it needs none, or nobody chooses. */
export type ChooseFirst = (machine: Machine, command: Command, replica: LoggedReplica) => string | undefined

export class LoggedOrder {
  readonly #log: OrderLog
  readonly #choose: ChooseFirst
  readonly receive: OrderLog["receive"]
  readonly timeout: OrderLog["timeout"]
  readonly answers: OrderLog["answers"]

  constructor(among: readonly Algorithm[], choose: ChooseFirst = () => undefined) {
    this.#choose = choose
    const log = hosted<LoggedReplica, "log">({
      name: "log",
      among,
      chosen: parameters => String(Reflect.get(parameters, "order")),
      members: ({ size }) => Array.from({ length: size }, (_, id) => id),
      state: state => Reflect.get(state, "log").inner,
      // All replicas answer, and each by what it has executed.
      reply() {},
      report: (node, fact, _, release) => observe(node, fact, release),
    })
    this.#log = log
    this.answers = log.answers
    const { receive, timeout } = log
    this.receive = mapped(receive, handle => (node: LoggedReplica, message: Carried<"log">, from: NodeId) => {
      handle(node, message, from)
      this.#settle(node)
    })
    this.timeout = mapped(timeout, handle => (node: LoggedReplica, key?: number) => {
      handle(node, key)
      this.#settle(node)
    })
  }

  disk(self: Parameters<OrderLog["disk"]>[0], beginning?: Beginning): object {
    return this.#log.disk(self, 0, beginning)
  }

  newState(self: Parameters<OrderLog["state"]>[0]): LogState {
    return { inner: this.#log.state(self), leader: null, epoch: 0, hasBegunToLead: false, executed: [] }
  }

  start(node: LoggedReplica): void {
    this.#log.start(node)
    this.#settle(node)
  }

  recover(node: LoggedReplica): void {
    this.#log.recover(node)
    this.#settle(node)
  }

  begin(node: LoggedReplica, beginning: Beginning): void {
    this.#log.begin(node, beginning)
    this.#settle(node)
  }

  standing(node: LoggedReplica) {
    return this.#log.standing(node) ?? { role: "replica", rank: 0, epoch: null }
  }

  /** A front end forwards a client's request. A replica that has executed it answers again. */
  handleRequest(node: LoggedReplica, { command }: Request, frontEnd: NodeId): void {
    const { pending } = node.state
    const { session, sequence } = command
    const last = this.#recordOf(node, session)
    if (last?.sequence === sequence) return answer(node, command, last, frontEnd)
    const isPast = sequence < Math.max(last?.sequence ?? 0, pending.get(session)?.command.sequence ?? 0)
    if (isPast) return
    pending.set(session, { command, frontEnd })
    if (isLeading(node)) this.#propose(node, { command, frontEnd })
    this.#settle(node)
  }

  #propose(node: LoggedReplica, { command, frontEnd }: Asked): void {
    const chosen = this.#choose(machineIn(this.#log.in(node).state), command, node)
    const forwarded = { ...command, frontEnd, ...(chosen === undefined ? {} : { chosen }) }
    this.#log.request(node, forwarded, command.session)
  }

  /**
   * Completes a handler of the log: submits pending requests if this replica has become the leader, and answers executed
   * ones.
   */
  #settle(node: LoggedReplica): void {
    const log = node.state.log!
    while (log.hasBegunToLead || log.executed.length > 0) {
      const { executed } = log
      log.executed = []
      for (const { command, release } of executed) this.#answerExecuted(node, command, release)
      if (!log.hasBegunToLead) continue
      log.hasBegunToLead = false
      this.#lead(node)
    }
  }

  /** Begins to lead: submits requests that earlier leaders did not get into the log. */
  #lead(node: LoggedReplica): void {
    const { epoch } = node.state.log!
    if (node.parameters.requests === "sequencer") {
      for (const frontEnd of node.role("front-end"))
        node.send(frontEnd, { type: "SequencerIs", epoch, sequencer: node.id })
    }
    const waiting = [...node.state.pending.values()].toSorted((a, b) => a.command.session - b.command.session)
    for (const asked of waiting) if (isLeading(node)) this.#propose(node, asked)
  }

  #answerExecuted(node: LoggedReplica, command: LogState["executed"][number]["command"], release?: Release): void {
    const { pending } = node.state
    const { session, sequence } = command
    const asked = pending.get(session)
    if (asked !== undefined && asked.command.sequence <= sequence) pending.delete(session)
    const record = this.#recordOf(node, session)
    // Its client has moved to a later request, so it has had this answer.
    if (record?.sequence !== sequence) return
    const frontEnd = asked?.command.sequence === sequence ? asked.frontEnd : command.frontEnd
    if (frontEnd !== undefined) answer(node, command, record, frontEnd, release)
  }

  #recordOf(node: LoggedReplica, session: number): SessionRecord | undefined {
    return machineIn(this.#log.in(node).state).sessions[session]
  }
}

/** Records what the log reports during its handler, to be processed afterwards. */
function observe(node: LoggedReplica, fact: Tagged, release: Release | undefined): void {
  const log = node.state.log!
  if (isApplied(fact)) {
    const chosen = fact.command?.chosen
    if (fact.command !== null) log.executed.push({ command: fact.command, release })
    node.report(chosen === undefined ? fact : { ...fact, chosen }, release)
  } else if (isRestored(fact)) node.report(fact, release)
  else if (isBelief(fact)) {
    log.leader = fact.leader
    log.epoch = fact.epoch
    log.hasBegunToLead = fact.leader === node.id
    node.report(fact, release)
  }
}

function isLeading(node: LoggedReplica): boolean {
  return node.state.log!.leader === node.id
}

/** Sends a front end this replica's result of a command, and the leader of the log. */
function answer(
  node: LoggedReplica,
  { session, sequence }: Command,
  { result }: SessionRecord,
  frontEnd: NodeId,
  release?: Release,
): void {
  const { leader, epoch } = node.state.log!
  // An epoch without a known leader is not reported.
  const known = leader === null ? { epoch: 0 } : { epoch, sequencer: leader }
  node.send(frontEnd, { type: "Answer", session, sequence, result, ...known }, "protocol", release)
}

/** The machine that a log drives, in its state: that of Multi-Paxos has it with its learner. */
function machineIn(state: object): Machine {
  return Reflect.get("learner" in state ? Object(state.learner) : state, "machine")
}

/** A table of handlers with each handler changed. */
function mapped<T extends object>(table: T, change: (handler: T[keyof T]) => T[keyof T]): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has the names of the table
  return Object.fromEntries(
    Object.entries(table).map(([name, handler]: [string, T[keyof T]]) => [name, change(handler)]),
  ) as T
}
