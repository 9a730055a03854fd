/** One run of the `replicated-log` service: plays the clients, and watches what nodes report. */
import type { ClientId, NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import { Histogram } from "../../runtime/lib/histogram.ts"
import type {
  Ending,
  ServiceOutcome,
  ServiceRun,
  ServiceTimers,
  Verdict,
  World,
} from "../../runtime/contract/service.ts"
import { formatDuration, MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { type KeyValueAnswer, keyValueModel } from "../linearizability/key-value.ts"
import { type Called, LinearizabilityStream } from "../linearizability/stream.ts"
import type { KeyValueOperation } from "../machines/key-value.ts"
import { Clients } from "./client.ts"
import { type CheckName, checks, type Figures, isWorkload, type Workload } from "./description.ts"
import { LeaderWatch } from "../leader-election/leader-watch.ts"
import { Leadership } from "./leadership.ts"
import { Ledger } from "../ledger.ts"
import { LatencyGroups } from "../latency-groups.ts"
import { LogChecks } from "./log-checks.ts"
import type { Result } from "./command.ts"
import { OperationSource } from "./operations.ts"
import { Operator } from "./operator.ts"
import { Arrivals, Spans } from "../timing.ts"
import { Settled } from "./settled.ts"
import { isApplied, isBelief, isLogReply, isRestored } from "./shape.ts"

type KeyValueStream = LinearizabilityStream<string | null, KeyValueOperation, KeyValueAnswer>
type FollowedOperation = Called<string | null, KeyValueOperation, KeyValueAnswer>

const NOT_CHECKED: Verdict = { verdict: "undecided", reason: "not checked: the workload says linearizability: off" }

export class ReplicatedLogRun implements ServiceRun {
  readonly #world: World
  readonly #settings: Workload
  readonly #clients: Clients
  readonly #source: OperationSource
  /** Open mode: when operations arrive; null if none do, and in closed mode. */
  readonly #arrivals: Arrivals | null
  readonly #pauses: Spans
  readonly #ledger: Ledger
  readonly #groups: LatencyGroups
  /** Null where the workload has switched this check off. */
  readonly #history: KeyValueStream | null
  readonly #log: LogChecks
  readonly #leadership: Leadership
  readonly #watch: LeaderWatch
  readonly #settled: Settled
  readonly #operator: Operator
  readonly timeout: ServiceTimers
  readonly #violations = new Map<CheckName, Verdict>()
  /** For each session its last operation, its place in the ledger, and how the check of linearizability follows it. */
  readonly #operation: KeyValueOperation[] = []
  readonly #place: number[] = []
  readonly #followed: FollowedOperation[] = []
  /** Open mode: sessions without an operation, the one free for longest first. */
  readonly #free: ClientId[] = []
  #nextFree = 0
  #turnedAway = 0
  readonly #readLatency = new Histogram()
  readonly #writeLatency = new Histogram()
  #leadershipsBefore = 0

  constructor(world: World, settings: Readonly<Record<string, unknown>>) {
    if (!isWorkload(settings)) throw new Error("replicated-log: incomplete workload settings")
    this.#world = world
    this.#settings = settings
    this.#clients = new Clients(world, settings, (client, ending, result) => this.#ended(client, ending, result))
    this.#source = new OperationSource(settings, world.random, settings.mode === "closed" ? settings.clients : 1)
    const { mode, rate, arrivals } = settings
    const isOpen = mode === "open" && rate > 0
    this.#arrivals = isOpen ? new Arrivals(world.warmup, rate, arrivals, world.random) : null
    this.#pauses = new Spans(settings.think, settings.thinkTimes)
    this.#groups = new LatencyGroups(world, settings.mode === "closed" ? settings.clients : null)
    this.#ledger = new Ledger(world, settings.deadline)
    const isChecked = settings.linearizability === "on"
    this.#history = isChecked ? new LinearizabilityStream(keyValueModel, { formatTime: formatDuration }) : null
    const violated = (check: CheckName, witness: string): void => this.#violated(check, witness)
    this.#log = new LogChecks(world.size, this.#clients, () => world.now(), violated)
    this.#leadership = new Leadership(violated)
    this.#watch = new LeaderWatch(world)
    this.#settled = new Settled(world, settings.deadline)
    // Its number comes after those of all sessions that there may be.
    const operator = mode === "closed" ? settings.clients : settings.maxInFlight
    this.#operator = new Operator(world, settings, operator, () => this.#leadership.last)
    this.timeout = {
      ...this.#clients.timeout,
      ...this.#operator.timeout,
      arrival: () => this.#arrive(),
      pause: client => this.#resume(client),
    }
  }

  start(): void {
    this.#leadershipsBefore = this.#leadership.count
    if (this.#leadership.last !== undefined) this.#clients.introduce(this.#leadership.last)
    this.#operator.start()
    if (this.#settings.mode === "open") return this.#awaitArrival()
    for (let i = 0; i < this.#settings.clients && this.#mayBegin(); i++) this.#begin(this.#clients.open())
  }

  reply(client: ClientId, from: NodeId, reply: object): void {
    if (!isLogReply(reply)) return
    if (client === this.#operator.client) this.#operator.reply(from, reply)
    else this.#clients.reply(client, from, reply)
  }

  observe(node: NodeId, fact: Tagged): void {
    // What a traitor says of itself proves nothing.
    const isLoyal = this.#world.isLoyal(node)
    // Most facts are of this kind: it is asked for first.
    if (isApplied(fact)) {
      if (!isLoyal) return
      this.#settled.applied(node)
      this.#log.applied(node, fact)
      return
    }
    this.#watch.observe(node, fact)
    if (!isLoyal) return
    if (isBelief(fact)) {
      this.#settled.believes(node, fact)
      this.#leadership.observe(node, fact)
    } else if (isRestored(fact)) this.#log.restored(node, fact.index)
  }

  nodeDown(node: NodeId): void {
    this.#watch.nodeDown(node)
    this.#log.nodeDown(node)
    this.#settled.nodeDown(node)
  }

  nodeUp(): void {}

  faultOccurred(what: string): void {
    this.#watch.faultOccurred(what)
    this.#ledger.faultOccurred(what, this.#world.now())
    this.#settled.faultOccurred()
  }

  isIdle(): boolean {
    return this.#clients.inFlight === 0
  }

  finish(): ServiceOutcome {
    this.#abandon()
    this.#ledger.finish(this.#world.now())
    this.#history?.finish()
    this.#log.finish(this.#settled.isSettled())
    const { counts, completed, availability, phases, deadline, inFlight, outages } = this.#ledger
    const latency = new Histogram()
    latency.merge(this.#readLatency)
    latency.merge(this.#writeLatency)
    const latencyByKind = { read: this.#readLatency, write: this.#writeLatency }
    const latencyByGroup = this.#groups.histograms
    const figures = this.#figures()
    return {
      ...counts,
      completed,
      availability,
      phases,
      deadline,
      ...(this.#settings.mode === "open" ? { inFlight } : {}),
      latency,
      latencyByKind,
      latencyByGroup,
      outages,
      ...this.#watch.finish(),
      verdicts: this.#verdicts(),
      figures,
    }
  }

  #mayBegin(): boolean {
    const { operations } = this.#settings
    return this.#world.now() < this.#world.end && (operations === 0 || this.#ledger.counts.attempted < operations)
  }

  /** Open mode: the next operation arrives, now or in a while. */
  #awaitArrival(): void {
    if (this.#arrivals === null) return
    const delay = this.#arrivals.next() - this.#world.now()
    if (delay === 0 && this.#ledger.counts.attempted === 0) this.#arrive()
    else this.#world.wakeAfter(delay, "arrival")
  }

  #arrive(): void {
    if (!this.#mayBegin()) return
    const client = this.#takeFreeSession()
    if (client === undefined) this.#turnAway()
    else this.#begin(client)
    this.#awaitArrival()
  }

  /** The operation is drawn all the same, so that those after it are the same whatever happened to it. */
  #turnAway(): void {
    const operation = this.#source.next()
    this.#turnedAway++
    const now = this.#world.now()
    this.#ledger.end(this.#ledger.begin(now), "failed", now, this.#latencyOf(operation))
  }

  /** Undefined if as many operations are in flight as may be. */
  #takeFreeSession(): ClientId | undefined {
    if (this.#nextFree === this.#free.length) {
      return this.#clients.size < this.#settings.maxInFlight ? this.#clients.open() : undefined
    }
    const client = this.#free[this.#nextFree++]!
    this.#clients.refresh(client)
    if (this.#nextFree >= 1024) {
      this.#free.splice(0, this.#nextFree)
      this.#nextFree = 0
    }
    return client
  }

  #begin(client: ClientId): void {
    const operation = this.#source.next(this.#settings.mode === "open" ? 0 : client)
    const now = this.#world.now()
    this.#place[client] = this.#ledger.begin(now)
    this.#operation[client] = operation
    if (this.#history !== null) this.#followed[client] = this.#history.call(client, operation, now)
    this.#world.observeOperation({ client, phase: "begun", what: operation })
    this.#log.begun(client)
    this.#clients.begin(client, operation)
  }

  #ended(client: ClientId, ending: Ending, result: Result | null): void {
    const now = this.#world.now()
    const operation = this.#operation[client]!
    const took = this.#ledger.end(this.#place[client]!, ending, now, this.#latencyOf(operation))
    this.#groups.record(client, ending === "ok" ? took : null)
    this.#world.observeOperation({ client, phase: ending })
    if (this.#history !== null) this.#follow(this.#history, this.#followed[client]!, ending, result)
    if (result !== null) {
      this.#log.acknowledged(client, this.#clients.lastSequence(client), operation, result)
      this.#source.learn(operation, result)
    }
    this.#goOn(client)
  }

  #latencyOf({ op }: KeyValueOperation): Histogram {
    return op === "get" ? this.#readLatency : this.#writeLatency
  }

  /** The run is over: operations in flight did not succeed. */
  #abandon(): void {
    for (let client = 0; client < this.#clients.size; client++) {
      if (this.#clients.commandOf(client) !== null) this.#latencyOf(this.#operation[client]!).recordOver()
    }
  }

  #follow(history: KeyValueStream, followed: FollowedOperation, ending: Ending, result: Result | null): void {
    if (result !== null) history.succeed(followed, result, this.#world.now())
    else if (ending === "failed") history.fail(followed)
    else history.giveUp(followed)
  }

  /** The session is free: closed mode begins its next operation, open mode puts it back. */
  #goOn(client: ClientId): void {
    const { mode, think } = this.#settings
    if (mode === "open") this.#free.push(client)
    else if (think > 0) this.#world.wakeAfter(this.#pauses.draw(this.#source.randomOf(client)), "pause", client)
    else if (this.#mayBegin()) this.#begin(client)
  }

  /** Closed mode: a client's pause is over. */
  #resume(client: ClientId): void {
    if (this.#mayBegin()) this.#begin(client)
  }

  #violated(check: CheckName, witness: string): void {
    if (!this.#violations.has(check)) {
      this.#violations.set(check, { verdict: "violated", at: this.#world.now(), witness })
    }
  }

  #verdicts(): Record<string, Verdict> {
    return Object.fromEntries(checks.map(({ name }) => [name, this.#verdictOf(name)]))
  }

  #verdictOf(check: CheckName): Verdict {
    const violation = check === "linearizable" ? this.#linearizability() : this.#violations.get(check)
    if (violation !== undefined) return violation
    const reason = this.#log.undecided(check)
    return reason === undefined ? { verdict: "holds" } : { verdict: "undecided", reason }
  }

  #linearizability(): Verdict | undefined {
    if (this.#history === null) return NOT_CHECKED
    const { violation, givenUp } = this.#history
    if (violation !== undefined) return { verdict: "violated", at: violation.at, witness: violation.witness }
    if (givenUp.length === 0) return undefined
    return { verdict: "undecided", reason: `the search ran out of steps at ${givenUp.slice(0, 5).join(", ")}` }
  }

  #figures(): Figures {
    const { counts, completed, outages, longestGap, timeInFlight } = this.#ledger
    const measured = this.#world.end - this.#world.warmup
    const lengths = outages.map(({ start, end }) => end - start)
    const { deadline } = this.#ledger
    const percentile = (of: Histogram, share: number): number => Math.min(of.percentile(share), deadline) / MILLISECOND
    const downtime = lengths.reduce((sum, length) => sum + length, 0)
    return {
      offered: (counts.attempted * SECOND) / measured,
      throughput: (completed * SECOND) / measured,
      in_flight: timeInFlight / measured,
      turned_away: this.#turnedAway,
      outages: outages.length,
      downtime: downtime / MILLISECOND,
      time_to_recover: downtime / MILLISECOND / outages.length,
      longest_outage: Math.max(0, ...lengths) / MILLISECOND,
      time_between_failures: (measured - downtime) / MILLISECOND / outages.length,
      longest_gap: longestGap / MILLISECOND,
      lost: counts.failed + counts.unknown,
      acknowledged_lost: this.#log.acknowledgedLost,
      retries: this.#clients.retries,
      redirects: this.#clients.redirects,
      sessions: this.#clients.size,
      transfers: this.#operator.done.transfer,
      membership_changes: this.#operator.done.change,
      operator_failures: this.#operator.failed,
      leaderships: this.#leadership.count - this.#leadershipsBefore,
      read_p50: percentile(this.#readLatency, 0.5),
      read_p99: percentile(this.#readLatency, 0.99),
      write_p50: percentile(this.#writeLatency, 0.5),
      write_p99: percentile(this.#writeLatency, 0.99),
    }
  }
}
