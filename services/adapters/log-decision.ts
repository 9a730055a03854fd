/**
 * The `agreement` service on top of any `replicated-log`: the first proposal of an instance that gets into the log is
 * the decision, and a node decides when it executes that entry.
 *
 * Each proposer is a client that lives on its node, follows redirects and retries as any client of the log.
 */
import type { ClientId, NodeId } from "../../runtime/contract/algorithm.ts"
import { service, type ServiceRun, type World } from "../../runtime/contract/service.ts"
import { figures, workload, type Workload, workloadProblem } from "../agreement/description.ts"
import { checks } from "../agreement/instances.ts"
import type { Value } from "../agreement/shape.ts"
import { runInstances } from "../agreement/workload.ts"
import { LeaderWatch } from "../leader-election/leader-watch.ts"
import { Clients } from "../replicated-log/client.ts"
import { type Applied, isApplied, isLogReply, isRestored } from "../replicated-log/shape.ts"

export const logDecision = service({
  name: "agreement",
  title: "Agreement (first entry in the log)",
  availability: "every loyal live node decides before the deadline, and rightly; two or more of them are up",
  operation: "one decision: an instance decided by every loyal live node",
  workload,
  checks,
  figures,
  problem: workloadProblem,
  open: openLogDecision,
})

const KEY = "instance "

/** A decision that is in the log. */
interface LoggedDecision {
  readonly instance: number
  readonly value: Value
  /** The index of the entry that made it. */
  readonly index: number
}

/** Decisions remembered; entries for older instances are ignored. */
const REMEMBERED = 4096

function openLogDecision(world: World, settings: Workload): ServiceRun {
  const sessions = new Sessions(world, settings)
  const run = runInstances(world, settings, {
    propose: (node, instance, value) => sessions.propose(node, instance, value),
    await() {},
  })
  const watch = new LeaderWatch(world)
  /** The last decisions, in the order of the log. */
  const decisions = new Map<number, LoggedDecision>()
  /** By node, the instances it has decided since it booted; later entries for them change nothing. */
  const decidedAt = Array.from({ length: world.size }, () => new Set<number>())
  /** Instances up to this one are forgotten. */
  let forgotten = 0

  function applied(node: NodeId, { index, command }: Applied): void {
    if (command === null || command.operation.op !== "cas" || !command.operation.key.startsWith(KEY)) return
    const instance = Number(command.operation.key.slice(KEY.length))
    if (instance <= forgotten || decidedAt[node]!.has(instance)) return
    const decision = { instance, value: Number(command.operation.value), index }
    if (!decisions.has(instance)) remember(decision)
    decide(node, decision)
  }

  /** A snapshot that covers a decision's entry contains the decision. */
  function restored(node: NodeId, index: number): void {
    for (const decision of decisions.values()) {
      if (decision.index <= index && !decidedAt[node]!.has(decision.instance)) decide(node, decision)
    }
  }

  function decide(node: NodeId, { instance, value }: LoggedDecision): void {
    decidedAt[node]!.add(instance)
    run.decided(node, instance, value)
  }

  function remember(decision: LoggedDecision): void {
    decisions.set(decision.instance, decision)
    const [oldest] = decisions.keys()
    if (decisions.size <= REMEMBERED || oldest === undefined) return
    decisions.delete(oldest)
    forgotten = Math.max(forgotten, oldest)
    for (const decided of decidedAt) decided.delete(oldest)
  }

  return {
    ...run,
    reply(client, from, reply) {
      if (isLogReply(reply)) sessions.clients.reply(client, from, reply)
    },
    timeout: { ...sessions.clients.timeout, ...run.timeout },
    observe(node, fact) {
      watch.observe(node, fact)
      if (isApplied(fact)) applied(node, fact)
      else if (isRestored(fact)) restored(node, fact.index)
    },
    nodeDown(node) {
      watch.nodeDown(node)
      run.nodeDown(node)
    },
    faultOccurred(what) {
      watch.faultOccurred(what)
      run.faultOccurred(what)
    },
    finish: () => ({ ...run.finish(), ...watch.finish() }),
    nodeUp(node) {
      decidedAt[node]!.clear()
    },
  }
}

/** The proposers' sessions: a session stays busy while a proposal of an earlier instance is in flight. */
class Sessions {
  readonly clients: Clients
  readonly #world: World
  readonly #ofNode: readonly ClientId[][]

  constructor(world: World, settings: Workload) {
    this.#world = world
    this.#ofNode = Array.from({ length: world.size }, () => [])
    this.clients = new Clients(world, { ...settings, ask: "leader", node: 0 }, () => {})
  }

  propose(node: NodeId, instance: number, value: Value): void {
    const operation = { op: "cas", key: `${KEY}${instance}`, expected: null, value: String(value) } as const
    this.clients.begin(this.#freeSession(node), operation)
  }

  #freeSession(node: NodeId): ClientId {
    const sessions = this.#ofNode[node]!
    const free = sessions.find(client => this.clients.commandOf(client) === null)
    if (free !== undefined) return free
    const opened = this.clients.open()
    this.#world.colocate(opened, node)
    sessions.push(opened)
    return opened
  }
}
