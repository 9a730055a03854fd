/**
 * One run of the `sharded-store` service: plays the clients and the operator, and observes the facts that nodes report.
 */
import type { ClientId, NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import type {
  Ending,
  ServiceOutcome,
  ServiceRun,
  ServiceTimers,
  SoFar,
  Verdict,
  World,
} from "../../runtime/contract/service.ts"
import { Histogram } from "../../runtime/lib/histogram.ts"
import type { Random } from "../../runtime/lib/random.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { FreeSessions } from "../free-sessions.ts"
import { Ledger } from "../ledger.ts"
import type { KeyValueOperation } from "../machines/key-value.ts"
import { linearizable } from "../replicated-log/checks/linearizable.ts"
import { NOT_CHECKED } from "../replicated-log/log-checks.ts"
import type { Result } from "../replicated-log/command.ts"
import type { Begun, Ended } from "../replicated-log/events.ts"
import { OperationSource } from "../replicated-log/operations.ts"
import { newRecord } from "../replicated-log/record.ts"
import { beginCheck, HOLDS, verdictsOf } from "../running-check.ts"
import { Arrivals, Spans } from "../timing.ts"
import { appliedOnce } from "./checks/applied-once.ts"
import { atomicCommitment, longestLock } from "./checks/atomic-commitment.ts"
import { logAgreement } from "./checks/log-agreement.ts"
import { strictlySerializable, type Told } from "./checks/strictly-serializable.ts"
import { ShardClients } from "./clients.ts"
import type { Figures, Workload } from "./description.ts"
import { Operator } from "./operator.ts"
import { isExecuted, isShardReply } from "./shape.ts"

interface Going extends Begun {
  readonly operation: KeyValueOperation
  readonly arrival: number
  /** All operations of a transaction; null: it is a single operation. */
  readonly operations: readonly KeyValueOperation[] | null
}

export class ShardedStoreRun implements ServiceRun {
  readonly #world: World
  readonly #settings: Workload
  readonly #clients: ShardClients
  readonly #operator: Operator
  readonly #source: OperationSource
  readonly #arrivals: Arrivals | null
  readonly #pauses: Spans
  readonly #ledger: Ledger
  readonly timeout: ServiceTimers
  readonly #going: Going[] = []
  /** Transactions committed, as known to clients. */
  #committed = 0
  /** Open mode: sessions without an operation, the one free for longest first. */
  readonly #free = new FreeSessions()
  readonly #latency: { read: Histogram; write: Histogram; transaction?: Histogram }
  readonly #linearizable
  /** Judges transactions together with single operations. */
  readonly #serializable
  readonly #transactions
  readonly #checks

  constructor(world: World, settings: Workload) {
    this.#world = world
    this.#settings = settings
    const { mode, rate, arrivals, clients, maxInFlight, linearizability, transactions } = settings
    const hasTransactions = transactions > 0
    this.#latency = {
      read: new Histogram(),
      write: new Histogram(),
      ...(hasTransactions ? { transaction: new Histogram() } : {}),
    }
    this.#clients = new ShardClients(world, settings, (client, ending, result) => this.#ended(client, ending, result))
    this.#source = new OperationSource(
      { ...settings, nondeterministic: 0 },
      world.random,
      mode === "closed" ? clients : 1,
    )
    this.#arrivals = mode === "open" && rate > 0 ? new Arrivals(world.warmup, rate, arrivals, world.random) : null
    this.#pauses = new Spans(settings.think, settings.thinkTimes)
    this.#ledger = new Ledger(world, settings.deadline)
    this.#operator = new Operator(world, settings, mode === "closed" ? clients : maxInFlight, world.random)
    const isChecked = linearizability === "on"
    this.#linearizable = isChecked && !hasTransactions ? beginCheck(linearizable, { log: newRecord(world.size) }) : null
    this.#serializable = isChecked && hasTransactions ? beginCheck(strictlySerializable, null) : null
    this.#transactions = hasTransactions ? atomicCommitment.initial(null) : null
    const ofTransactions = this.#transactions === null ? [] : [beginCheck(atomicCommitment, null, this.#transactions)]
    this.#checks = [beginCheck(appliedOnce, null), beginCheck(logAgreement, null), ...ofTransactions]
    this.timeout = {
      ...this.#clients.timeout,
      ...this.#operator.timeout,
      arrival: () => this.#arrive(),
      pause: client => this.#mayBegin() && this.#begin(client),
    }
  }

  start(): void {
    this.#operator.start()
    if (this.#settings.mode === "open") return this.#awaitArrival()
    for (let i = 0; i < this.#settings.clients && this.#mayBegin(); i++) this.#begin(this.#clients.open())
  }

  reply(client: ClientId, from: NodeId, reply: object): void {
    if (!isShardReply(reply)) return
    if (client === this.#operator.client) this.#operator.reply(from, reply)
    else this.#clients.reply(client, from, reply)
  }

  observe(node: NodeId, fact: Tagged): void {
    if (!isExecuted(fact) || !this.#world.isLoyal(node)) return
    const event = { ...fact, type: "executed", node, at: this.#world.now() } as const
    for (const check of this.#checks) check.observe(event)
  }

  nodeDown(): void {}

  nodeUp(): void {}

  faultOccurred(what: string): void {
    this.#ledger.faultOccurred(what, this.#world.now())
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
    return { ...this.#ledger.soFar, verdicts: this.#verdicts() }
  }

  finish(): ServiceOutcome {
    for (let client = 0; client < this.#clients.size; client++) {
      if (this.#clients.commandOf(client) !== null) this.#latencyOf(this.#going[client]!).recordOver()
    }
    this.#ledger.finish(this.#world.now())
    this.#linearizable?.observe({ type: "finished", hasSettled: false, at: this.#world.now() })
    this.#serializable?.observe({ type: "finished", at: this.#world.now() })
    const latency = new Histogram()
    latency.merge(this.#latency.read)
    latency.merge(this.#latency.write)
    if (this.#latency.transaction !== undefined) latency.merge(this.#latency.transaction)
    return {
      ...this.#ledger.outcome(this.#settings.mode === "open"),
      latency,
      latencyByKind: this.#latency,
      verdicts: this.#verdicts(),
      figures: this.#figures(),
    }
  }

  #verdicts(): ServiceOutcome["verdicts"] {
    const serializable = this.#serializable?.verdict()
    const isImplied = serializable?.verdict === "holds"
    const linear =
      this.#linearizable?.verdict() ??
      (isImplied ? HOLDS : serializable === undefined ? NOT_CHECKED : WITH_TRANSACTIONS)
    const none = this.#settings.linearizability === "on" ? HOLDS : NOT_CHECKED
    return {
      [linearizable.name]: linear,
      [strictlySerializable.name]: serializable ?? none,
      [atomicCommitment.name]: HOLDS,
      ...verdictsOf(this.#checks),
    }
  }

  #mayBegin(): boolean {
    const { operations } = this.#settings
    return this.#world.now() < this.#world.end && (operations === 0 || this.#ledger.counts.attempted < operations)
  }

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

  /** Undefined if the maximum number of operations is in flight. */
  #takeFreeSession(): ClientId | undefined {
    const { maxInFlight } = this.#settings
    return this.#free.take() ?? (this.#clients.size < maxInFlight ? this.#clients.open() : undefined)
  }

  /** The operation is drawn anyway, so that later ones do not depend on this. */
  #turnAway(): void {
    this.#source.next()
    const now = this.#world.now()
    this.#ledger.end(this.#ledger.begin(now), "failed", now, this.#latency.write)
  }

  #begin(client: ClientId): void {
    const operation = this.#draw(client)
    const operations = this.#drawTransaction(client, operation)
    const at = this.#world.now()
    const command = this.#clients.prepare(client, operation)
    const event: Going = { type: "begun", client, operation, command, at, operations, arrival: this.#ledger.begin(at) }
    this.#going[client] = event
    this.#linearizable?.observe(event)
    const { sequence } = command
    this.#serializable?.observe({ type: "begun", client, sequence, operations: operations ?? [operation], at })
    this.#world.observeOperation(
      operations === null ? event : { ...event, operation: { op: "transaction", operations } },
    )
    this.#clients.send(client, command, operations)
  }

  #draw(client: ClientId): KeyValueOperation {
    const operation = this.#source.next(this.#settings.mode === "open" ? 0 : client)
    if (operation.op === "draw" || operation.op === "stamp") throw new Error("a sharded store leaves nothing to chance")
    return operation
  }

  /** The operations of a transaction, on distinct keys; null: the operation is not a transaction. */
  #drawTransaction(client: ClientId, first: KeyValueOperation): readonly KeyValueOperation[] | null {
    const { transactions, transactionKeys, keys } = this.#settings
    if (transactions === 0 || !this.#randomOf(client).chance(transactions)) return null
    const operations = [first]
    while (operations.length < Math.min(transactionKeys, keys)) {
      const next = this.#draw(client)
      if (operations.every(({ key }) => key !== next.key)) operations.push(next)
    }
    return operations
  }

  #ended(client: ClientId, ending: Ending, result: Result | null): void {
    const at = this.#world.now()
    const { command, operation, operations, arrival } = this.#going[client]!
    const event: Ended = { type: "ended", client, command, ending, result, at }
    this.#ledger.end(arrival, ending, at, this.#latencyOf(this.#going[client]!))
    this.#linearizable?.observe(event)
    this.#world.observeOperation(event)
    const outcomes = result === null ? null : outcomesOf(result, operations !== null)
    this.#serializable?.observe({ type: "ended", client, ending, outcomes, at })
    if (operations !== null && outcomes !== null) this.#committed++
    for (const [place, outcome] of (outcomes ?? []).entries())
      this.#source.learn((operations ?? [operation])[place]!, outcome)
    const { mode, think } = this.#settings
    if (mode === "open") this.#free.put(client)
    else if (think > 0) this.#world.wakeAfter(this.#pauses.draw(this.#randomOf(client)), "pause", client)
    else if (this.#mayBegin()) this.#begin(client)
  }

  #randomOf(client: ClientId): Random {
    return this.#source.randomOf(this.#settings.mode === "open" ? 0 : client)
  }

  #latencyOf({ operation: { op }, operations }: Going): Histogram {
    if (operations !== null && this.#latency.transaction !== undefined) return this.#latency.transaction
    return op === "get" ? this.#latency.read : this.#latency.write
  }

  #figures(): Figures {
    const { counts, completed, outages, longestGap } = this.#ledger
    const measured = this.#world.end - this.#world.warmup
    return {
      ...this.#ledger.loadFigures(measured),
      throughput: (completed * SECOND) / measured,
      outages: outages.length,
      downtime: outages.reduce((all, { start, end }) => all + end - start, 0) / MILLISECOND,
      longest_gap: longestGap / MILLISECOND,
      lost: counts.failed + counts.unknown,
      retries: this.#clients.retries,
      redirects: this.#clients.redirects,
      stale: this.#clients.stale,
      transactions: this.#committed,
      aborted: this.#clients.aborted,
      blocked: (this.#transactions === null ? 0 : longestLock(this.#transactions, this.#world.now())) / MILLISECOND,
      moves: this.#operator.done,
    }
  }
}

const WITH_TRANSACTIONS: Verdict = {
  verdict: "undecided",
  reason: "judged together with transactions: strictly-serializable",
}

/** The outcome of each operation: a transaction's result contains all of them. */
function outcomesOf(result: Result, isTransaction: boolean): readonly Told[] {
  if (!isTransaction) return [result]
  const told: readonly (readonly [boolean, string | null])[] = JSON.parse(result.value ?? "[]")
  return told.map(([done, value]) => ({ done, value }))
}
