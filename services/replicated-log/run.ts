/** One run of the `replicated-log` service: plays the clients, and observes the facts that nodes report. */
import type { ClientId, NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import { Histogram } from "../../runtime/lib/histogram.ts"
import type { Ending, ServiceOutcome, ServiceRun, ServiceTimers, SoFar, World } from "../../runtime/contract/service.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { Clients } from "./client.ts"
import type { Figures, Workload } from "./description.ts"
import { LeaderWatch } from "../leader-election/leader-watch.ts"
import { FreeSessions } from "../free-sessions.ts"
import { Ledger } from "../ledger.ts"
import { READ, type Seen, ServiceLevels, type Started, WRITE } from "../service-levels.ts"
import { LatencyGroups } from "../latency-groups.ts"
import { LogChecks } from "./log-checks.ts"
import type { DrawnOperation, Result } from "./command.ts"
import type { Begun, Ended } from "./events.ts"
import { isChanceOperation } from "../machines/chance.ts"
import { OperationSource, valueAfter } from "./operations.ts"
import { Operator } from "./operator.ts"
import { Arrivals, Spans } from "../timing.ts"
import { Settled } from "./settled.ts"
import { isApplied, isBelief, isLogReply, isOffice, isRestored, QUERY_OFFICE } from "./shape.ts"

/** The last operation that a session began, with its number in the ledger. */
interface Going extends Begun, Started {
  readonly arrival: number
}

export class ReplicatedLogRun implements ServiceRun {
  readonly #world: World
  readonly #settings: Workload
  readonly #clients: Clients
  readonly #source: OperationSource
  /** Open mode: when operations arrive; null if none do, and in closed mode. */
  readonly #arrivals: Arrivals | null
  readonly #pauses: Spans
  readonly #ledger: Ledger
  readonly #levels: ServiceLevels
  readonly #groups: LatencyGroups
  readonly #checks: LogChecks
  readonly #watch: LeaderWatch
  readonly #settled: Settled
  readonly #operator: Operator
  readonly timeout: ServiceTimers
  /** By session. */
  readonly #going: Going[] = []
  readonly #free = new FreeSessions()
  #turnedAway = 0
  readonly #readLatency = new Histogram()
  readonly #writeLatency = new Histogram()
  #leadershipsBefore = 0
  /** The node that answers queries, if not the leader. */
  #reader: NodeId | undefined
  /** True if nodes hold offices other than the leader's: then availability does not depend on the leader alone. */
  #hasOffices = false

  constructor(world: World, settings: Workload) {
    this.#world = world
    this.#settings = settings
    this.#clients = new Clients(world, settings, (client, ending, result) => this.#ended(client, ending, result))
    this.#source = new OperationSource(settings, world.random, settings.mode === "closed" ? settings.clients : 1)
    const { mode, rate, arrivals } = settings
    const isOpen = mode === "open" && rate > 0
    this.#arrivals = isOpen ? new Arrivals(world.warmup, rate, arrivals, world.random) : null
    this.#pauses = new Spans(settings.think, settings.thinkTimes)
    this.#groups = new LatencyGroups(world, settings.mode === "closed" ? settings.clients : null)
    this.#levels = new ServiceLevels(world.end, settings.keys)
    this.#ledger = new Ledger(world, settings.deadline, this.#levels)
    this.#checks = new LogChecks(world.size, settings.linearizability === "on")
    this.#watch = new LeaderWatch(world)
    this.#settled = new Settled(world, settings.deadline)
    // Its number follows the numbers of all possible sessions.
    const operator = mode === "closed" ? settings.clients : settings.maxInFlight
    this.#operator = new Operator(world, settings, operator, () => this.#checks.lastLeader)
    this.timeout = {
      ...this.#clients.timeout,
      ...this.#operator.timeout,
      arrival: () => this.#arrive(),
      pause: client => this.#resume(client),
    }
  }

  start(): void {
    const { leaderships, lastLeader } = this.#checks
    this.#leadershipsBefore = leaderships
    if (lastLeader !== undefined) this.#clients.introduce(lastLeader, this.#reader)
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
    // A traitor's reports about itself prove nothing.
    const isLoyal = this.#world.isLoyal(node)
    if (isApplied(fact)) {
      if (!isLoyal) return this.#checks.claimed(fact)
      this.#settled.applied(node)
      this.#checks.applied(node, fact, this.#world.now())
    } else if (isBelief(fact)) {
      this.#watch.observe(node, fact)
      if (!isLoyal) return
      this.#settled.believes(node, fact)
      if (fact.leader === node) this.#checks.leads(node, fact.epoch, this.#world.now())
    } else if (isRestored(fact) && isLoyal) this.#checks.restored(node, fact.index)
    else if (isOffice(fact)) {
      this.#hasOffices = true
      if (fact.office === QUERY_OFFICE && fact.holder === node) this.#reader = node
    }
  }

  nodeDown(node: NodeId): void {
    this.#watch.nodeDown(node)
    this.#checks.nodeDown(node)
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

  /** In a closed loop every client has its next operation already. */
  ask(): boolean {
    if (this.#settings.mode === "closed" || !this.#mayBegin()) return false
    const client = this.#takeFreeSession()
    if (client !== undefined) this.#begin(client)
    return client !== undefined
  }

  soFar(): SoFar {
    return { ...this.#ledger.soFar, verdicts: this.#checks.verdicts() }
  }

  finish(): ServiceOutcome {
    this.#abandon()
    this.#ledger.finish(this.#world.now())
    this.#checks.finish(this.#settled.isSettled(), this.#world.now())
    // First, since histograms whose values have been looked at are merged in half the time.
    const figures = this.#figures()
    const latency = new Histogram()
    latency.merge(this.#readLatency)
    latency.merge(this.#writeLatency)
    const latencyByKind = { read: this.#readLatency, write: this.#writeLatency }
    const latencyByGroup = this.#groups.histograms
    return {
      ...this.#ledger.outcome(this.#settings.mode === "open"),
      latency,
      latencyByKind,
      latencyByGroup,
      ...(this.#hasOffices ? {} : this.#watch.finish()),
      degraded: { spans: this.#levels.finish(this.#world.now()), staleReads: this.#levels.staleReads },
      verdicts: this.#checks.verdicts(),
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

  /** The operation is drawn anyway, so that later ones do not depend on this. */
  #turnAway(): void {
    const operation = this.#source.next()
    this.#turnedAway++
    const now = this.#world.now()
    this.#ledger.end(this.#ledger.begin(now, kindOf(operation)), "failed", now, this.#latencyOf(operation))
  }

  /** Undefined if the maximum number of operations is in flight. */
  #takeFreeSession(): ClientId | undefined {
    const client = this.#free.take()
    if (client === undefined) return this.#clients.size < this.#settings.maxInFlight ? this.#clients.open() : undefined
    this.#clients.refresh(client)
    return client
  }

  #begin(client: ClientId): void {
    const operation = this.#source.next(this.#settings.mode === "open" ? 0 : client)
    const at = this.#world.now()
    const command = this.#clients.prepare(client, operation)
    const arrival = this.#ledger.begin(at, kindOf(operation))
    const { number, key } = this.#source
    const history = this.#levels.historyOf(key)
    const { floor } = history
    const event: Going = { type: "begun", client, operation, command, at, arrival, number, history, floor }
    this.#going[client] = event
    this.#checks.begun(event)
    this.#world.observeOperation(event)
    this.#clients.send(client, command)
  }

  #ended(client: ClientId, ending: Ending, result: Result | null): void {
    const at = this.#world.now()
    const going = this.#going[client]!
    const { command, operation, arrival } = going
    const event: Ended = { type: "ended", client, command, ending, result, at }
    const seen = result === null ? undefined : seenBy(operation, result)
    const kind = this.#levels.ended(kindOf(operation), going, ending, at, seen)
    const took = this.#ledger.end(arrival, ending, at, this.#latencyOf(operation), kind)
    this.#groups.record(client, ending === "ok" ? took : null)
    this.#checks.ended(event)
    this.#world.observeOperation(event)
    if (result !== null) this.#source.learn(operation, result)
    this.#continue(client)
  }

  #latencyOf({ op }: DrawnOperation): Histogram {
    return op === "get" ? this.#readLatency : this.#writeLatency
  }

  /** The run is over: operations in flight did not succeed. */
  #abandon(): void {
    for (let client = 0; client < this.#clients.size; client++) {
      if (this.#clients.commandOf(client) !== null) this.#latencyOf(this.#going[client]!.operation).recordOver()
    }
  }

  /** The session is free: closed mode begins its next operation, open mode puts it back. */
  #continue(client: ClientId): void {
    const { mode, think } = this.#settings
    if (mode === "open") this.#free.put(client)
    else if (think > 0) this.#world.wakeAfter(this.#pauses.draw(this.#source.randomOf(client)), "pause", client)
    else if (this.#mayBegin()) this.#begin(client)
  }

  /** Closed mode: a client's pause is over. */
  #resume(client: ClientId): void {
    if (this.#mayBegin()) this.#begin(client)
  }

  #figures(): Figures {
    const { counts, completed, outages, longestGap } = this.#ledger
    const measured = this.#world.end - this.#world.warmup
    const lengths = outages.map(({ start, end }) => end - start)
    const { deadline } = this.#ledger
    const percentile = (of: Histogram, share: number): number => Math.min(of.percentile(share), deadline) / MILLISECOND
    const downtime = lengths.reduce((sum, length) => sum + length, 0)
    return {
      ...this.#ledger.loadFigures(measured),
      throughput: (completed * SECOND) / measured,
      turned_away: this.#turnedAway,
      outages: outages.length,
      downtime: downtime / MILLISECOND,
      time_to_recover: downtime / MILLISECOND / outages.length,
      longest_outage: Math.max(0, ...lengths) / MILLISECOND,
      time_between_failures: (measured - downtime) / MILLISECOND / outages.length,
      longest_gap: longestGap / MILLISECOND,
      lost: counts.failed + counts.unknown,
      acknowledged_lost: this.#checks.acknowledgedLost,
      retries: this.#clients.retries,
      redirects: this.#clients.redirects,
      sessions: this.#clients.size,
      transfers: this.#operator.done.transfer,
      membership_changes: this.#operator.done.change,
      operator_failures: this.#operator.failed,
      leaderships: this.#checks.leaderships - this.#leadershipsBefore,
      read_p50: percentile(this.#readLatency, 0.5),
      read_p99: percentile(this.#readLatency, 0.99),
      write_p50: percentile(this.#writeLatency, 0.5),
      write_p99: percentile(this.#writeLatency, 0.99),
    }
  }
}

/** The kind of an operation, as levels distinguish them. */
function kindOf({ op }: DrawnOperation): number {
  return op === "get" ? READ : WRITE
}

/** The value that an operation found, or left, at its key; undefined: it left it unchanged. */
function seenBy(operation: DrawnOperation, { done, value }: Result): Seen {
  if (isChanceOperation(operation) || (operation.op !== "get" && !done)) return undefined
  return valueAfter(operation, done, value)
}
