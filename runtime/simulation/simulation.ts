/**
 * The simulation: one host of algorithms, in virtual time.
 *
 * A run is a loop over the event queue; an event is a message, request, reply, timer, fault or wake-up of a client.
 * Handlers act at once and without taking time. The same scenario and seed give the same events, to the bit.
 */
import {
  type Algorithm,
  type Beginning,
  type ClientId,
  InvariantViolation,
  type NodeId,
  type Purpose,
  type Tagged,
} from "../contract/algorithm.ts"
import { beginningOf, problemOf } from "../scenario/beginning.ts"
import { type Behaviour, corrupt, recruit } from "../faults/byzantine.ts"
import { isBeyondClaims } from "../scenario/claims.ts"
import { Clock } from "./clock.ts"
import { Course } from "./course.ts"
import { Disk } from "../process/disk.ts"
import {
  arrivalOf,
  courseOf,
  DELIVER,
  DEPART,
  FAULT,
  KIND_MASK,
  purposeOf,
  REPLY,
  REQUEST,
  SERVE,
  START,
  STOP,
  TIMEOUT,
  typeOf,
  WAKE,
} from "./event-kinds.ts"
import { EventQueue } from "./event-queue.ts"
import { type EventNames, eventInWords } from "./event-words.ts"
import type { FaultKind } from "../faults/fault.ts"
import type { FaultHost } from "../faults/host.ts"
import { FaultInjector } from "../faults/faults.ts"
import { linkDelayBound } from "../network/latency.ts"
import { CORRUPTED, Links, LOST } from "../network/links.ts"
import { MessageSizer } from "../process/message-size.ts"
import { Metrics } from "./metrics.ts"
import { NameIndex } from "../lib/name-index.ts"
import { OPERATOR } from "../faults/operator.ts"
import { Raised } from "../network/raised.ts"
import { Random } from "../lib/random.ts"
import type { CompletedRun, FailedRun, RunResult, Scenario } from "../scenario/scenario.ts"
import type { Network } from "../network/network.ts"
import type { Belief, Phase, ServiceOutcome, ServiceRun, Verdict, World } from "../contract/service.ts"
import { showError, showState } from "../lib/show.ts"
import { type Host, SimulatedNode } from "./simulated-node.ts"
import { Timers } from "./timers.ts"
import type { DropReason, Interceptor, Observer } from "./trace.ts"
import type { FaultPhase } from "../faults/fault.ts"
import type { OperationPhase } from "../contract/service.ts"
import { UnderWay } from "../faults/under-way.ts"
import type { Micros } from "../contract/units.ts"
import { UpTime } from "./up-time.ts"

/** Any handler of an algorithm, called with the most that one of them takes: node, message or request, and its sender. */
type AnyHandler = (node: SimulatedNode, what: Tagged, source: number) => void

/** In place of a message where a handler takes none. */
const NOTHING: Tagged = { type: "" }

/** In place of a node. */
const NOBODY: NodeId = -1

/** What keeps a node down that halted by itself, and one whose disk failed. */
const HALTED = {}
const DISK_FAILED = {}

/** The check that is undecided if another node than the scenario says leads when measuring begins. */
export const LEADER = "leader-when-measured"

/** The check that is violated when a node finds its own invariant broken and halts. */
export const INVARIANTS = "invariants"

/** Events shown that came before the one in which a run failed. */
const SHOWN_BEFORE = 8

const DEFAULT_EVENT_BUDGET = 200_000_000
/** A run whose operations are still in flight so long after its end is cut off. */
const LONGEST_DRAIN: Micros = 120_000_000

export interface SimulationOptions {
  /** Is told every event; for traces and tests. A run takes the same course with and without. */
  readonly observer?: Observer
  /** Decides over messages in place of the network; for tests and adversaries. */
  readonly interceptor?: Interceptor
  /** Leaves out the fingerprint and the record of the last events: to measure what they cost. */
  readonly unnoted?: boolean
}

/** A run is measured, then operations in flight come to their end, then what is on its way arrives. */
type Stage = "measuring" | "draining" | "settling"

/** What a handler sent while its writes were not durable yet. */
type Departure = () => void

/** Runs a scenario from beginning to end: a pure function of scenario and seed (and of what an interceptor does). */
export function simulate(scenario: Scenario, seed: number, options: SimulationOptions = {}): RunResult {
  const simulation = new Simulation(scenario, seed, options)
  try {
    return simulation.run()
  } finally {
    simulation.release()
  }
}

/** An event queue for the next run, cleared: to make one takes as long as some hundred events. */
let spareQueue: EventQueue<object> | undefined
const LARGEST_SPARE = 1 << 16

export class Simulation implements Host, World, FaultHost {
  // Declared only: engines know no type of a field that was undefined before its value came.
  declare readonly scenario: Scenario
  declare readonly nodes: readonly SimulatedNode[]
  declare readonly links: Links
  declare readonly size: number
  declare readonly warmup: Micros
  declare readonly end: Micros
  declare readonly random: Random
  declare readonly oneLeaderPerEpoch: boolean
  declare readonly regions: readonly string[]
  /** Whom each node believes to lead (-1: nobody), from the facts nodes report. */
  declare readonly believed: Int32Array
  /** Faults of nodes that last for a while, by kind: only for the words that tell of their ends. */
  readonly underWay = new UnderWay()

  readonly #seed: number
  readonly #algorithm: Algorithm
  /** The beginning that the scenario gives, if any. */
  readonly #beginning: Beginning | undefined
  /** The judgement on the leader that the scenario names, if another one leads when measuring begins. */
  #deposed: Verdict | undefined
  readonly #service: ServiceRun
  readonly #faults: FaultInjector
  readonly #metrics: Metrics
  readonly #upTime: UpTime
  readonly #sizer: MessageSizer
  readonly #clientSizer = new MessageSizer()
  readonly #queue: EventQueue<object>
  readonly #observer: Observer | undefined
  readonly #interceptor: Interceptor | undefined
  readonly #eventBudget: number
  readonly #course = new Course()
  readonly #isNoted: boolean

  readonly #types: readonly string[]
  readonly #typeIndex: NameIndex
  readonly #receive: readonly AnyHandler[]
  /** By type, whether it answers another message. */
  readonly #isAnswer: readonly boolean[]
  /** Whose message is being handled, and its kind, which tells for what purpose it was sent. */
  #answering: NodeId = NOBODY
  #answered = DELIVER
  readonly #timers: Timers
  readonly #timeout: readonly AnyHandler[]
  /** Whether writes take time on some disk, or did, so that output may have to wait for them. */
  #holdsOutput: boolean
  /** How long each node takes to handle a message, and each disk to make a write durable. */
  readonly #serviceTimes: Raised
  readonly #syncLatencies: Raised
  /** The node each co-located client runs on. */
  readonly #nodeOfClient: (NodeId | undefined)[] = []
  /** Output of the handler that is running, held until its writes are durable. */
  #outbox: Departure[] = []

  /** Nodes that are up and not paused. */
  #running = 0
  #events = 0
  #delivered = 0
  #stage: Stage = "measuring"
  /** When the last messages will have arrived, once it is known. */
  #rest: Micros = 0
  #isOver = false
  #hasBegun = false
  /** How the run ended. */
  #result: RunResult | undefined
  /** The node whose handler threw what ended the run. */
  #culprit: SimulatedNode | undefined
  /** The first invariant that a loyal node found broken and halted at. */
  #broken: Verdict | undefined

  constructor(scenario: Scenario, seed: number, options: SimulationOptions = {}) {
    const { algorithm, nodes: size } = scenario
    this.scenario = scenario
    this.size = size
    this.warmup = scenario.warmup
    this.end = scenario.duration
    this.regions = regionNames(scenario.network)
    this.oneLeaderPerEpoch = algorithm.oneLeaderPerEpoch === true
    this.#seed = seed
    this.#algorithm = algorithm
    this.#observer = options.observer
    this.#interceptor = options.interceptor
    this.#isNoted = options.unnoted !== true
    this.#eventBudget = scenario.eventBudget ?? DEFAULT_EVENT_BUDGET
    this.#queue = spareQueue ?? new EventQueue()
    spareQueue = undefined
    this.#types = Object.keys(algorithm.receive)
    this.#typeIndex = new NameIndex(this.#types)
    this.#receive = this.#types.map(type => algorithm.receive[type]!)
    this.#isAnswer = this.#types.map(type => algorithm.answers?.includes(type) === true)
    this.#metrics = new Metrics(this.#types)
    this.#upTime = new UpTime(size, this.warmup, this.end)
    this.#sizer = new MessageSizer(this.#types)
    this.#timers = new Timers(Object.keys(algorithm.timeout), size, this.#queue)
    this.#timeout = this.#timers.names.map(name => algorithm.timeout[name]!)
    this.#holdsOutput = scenario.disk.syncLatency > 0
    this.#serviceTimes = new Raised(scenario.network.serviceTime ?? 0, size)
    this.#syncLatencies = new Raised(scenario.disk.syncLatency, size)
    this.links = new Links(size, scenario.network, seed)
    this.random = Random.stream(seed, "workload")
    this.believed = new Int32Array(size).fill(-1)
    this.nodes = Array.from(
      { length: size },
      (_, id) => new SimulatedNode(this, id, size, scenario.parameters, Random.stream(seed, "node", id)),
    )
    this.#beginning = beginningOf(scenario)
    const impossible = problemOf(algorithm, scenario, scenario.parameters)
    if (impossible !== undefined) throw new Error(`a scenario that cannot begin: ${impossible.message}`)
    for (const node of this.nodes) node.storage = this.#firstDisk(node)
    this.#faults = new FaultInjector(this, seed)
    this.#service = scenario.service.open(this, scenario.workload)
  }

  /** Virtual time, in microseconds. */
  get time(): Micros {
    return this.#queue.time
  }

  /** How the run ended; undefined as long as it goes on. */
  get result(): RunResult | undefined {
    return this.#result
  }

  /** Runs to the end of the scenario, from wherever the run is. */
  run(): RunResult {
    this.#advance(Infinity)
    return this.#result!
  }

  /**
   * Handles the next event. To step through a run is to run it: all counts, and the digest, are the same.
   *
   * @returns false once the run is over, with its {@link result}
   */
  step(): boolean {
    this.#advance(1)
    return this.#result === undefined
  }

  /** Handles so many events, or all up to the end of the run. What a handler throws ends it. */
  #advance(events: number): void {
    if (this.#result !== undefined) return
    try {
      if (!this.#hasBegun) this.begin()
      this.#loop(events)
      if (this.#isOver) this.#result = this.#completed()
    } catch (error) {
      this.#result = this.#failed(error)
    }
  }

  /** Hands on what the next run can use. Nothing of this simulation may be called afterwards. */
  release(): void {
    if (this.#queue.capacity > LARGEST_SPARE) return
    this.#queue.clear()
    spareQueue = this.#queue
  }

  /** Boots all nodes, and schedules the faults, the clients' start and the end: the first step, as far as nobody took it. */
  begin(): void {
    this.#hasBegun = true
    const leader = this.#beginning?.leader ?? null
    if (leader === null) for (const node of this.nodes) this.#boot(node)
    else this.#bootUnder(leader)
    this.#faults.begin()
    this.#queue.push(this.warmup, START, 0, 0, null)
    this.#queue.push(this.end, STOP, 0, 0, null)
  }

  /**
   * Handles all events up to and including a time, and lets time go on to it.
   *
   * @throws whatever a handler throws
   */
  runUntil(time: Micros): void {
    while (this.#queue.nextTime <= time && !this.#isOver) this.#loop(1)
    this.#queue.time = Math.max(this.time, time)
  }

  // --- What handlers do: the node's host ------------------------------------------------------------------------

  send(node: SimulatedNode, to: NodeId, message: Tagged, purpose: Purpose): void {
    const type = this.#typeOf(message)
    if (to === node.id) {
      this.#queue.push(this.time, arrivalOf(type, purpose), to, to, message)
      return
    }
    if (to === this.#answering && this.#isAnswer[type] === true) purpose = purposeOf(this.#answered)
    if (node.traitor !== null) {
      const said = corrupt(node.traitor, this.#algorithm.lies, message, to)
      if (said === null) return
      message = said
    }
    const bytes = this.#sizer.sizeOf(type, message)
    if (this.#holdsOutput) this.#holdMessage(node.id, to, message, type, purpose, bytes)
    else this.#transmit(node.id, to, message, type, purpose, bytes)
  }

  broadcast(node: SimulatedNode, message: Tagged, purpose: Purpose): void {
    if (node.traitor !== null) {
      for (const to of node.peers) this.send(node, to, message, purpose)
      return
    }
    const type = this.#typeOf(message)
    const bytes = this.#sizer.sizeOf(type, message)
    for (const to of node.peers) {
      if (this.#holdsOutput) this.#holdMessage(node.id, to, message, type, purpose, bytes)
      else this.#transmit(node.id, to, message, type, purpose, bytes)
    }
  }

  setTimer(node: NodeId, timer: string, delay: Micros): void {
    if (!(delay >= 0)) throw new Error(`timer "${timer}": a delay of ${delay} us`)
    this.#timers.set(node, this.#indexOfTimer(timer), this.time + Math.round(delay))
  }

  cancelTimer(node: NodeId, timer: string): void {
    this.#timers.cancel(node, this.#indexOfTimer(timer))
  }

  reply(node: SimulatedNode, client: ClientId, reply: object): void {
    if (this.#holdsOutput) this.#holdReply(node.id, client, reply)
    else this.#answer(node.id, client, reply)
  }

  report(node: SimulatedNode, fact: Tagged): void {
    if (this.#holdsOutput) this.#holdFact(node.id, fact)
    else this.#observe(node.id, fact)
  }

  noteWrite(node: SimulatedNode): void {
    if (node.lastWrite === this.#events) return
    node.lastWrite = this.#events
    this.#metrics.diskSyncs++
    if (this.#observer !== undefined) this.#observer({ type: "write", time: this.time, node: node.id })
    if (node.storage.isFailing) this.#faults.syncFails(node.id, this.time + node.storage.syncLatency)
  }

  // --- What services do: the world -------------------------------------------------------------------------------

  now(): Micros {
    return this.time
  }

  request(client: ClientId, to: NodeId, request: Tagged): void {
    if (this.#observer !== undefined) this.#observer({ type: "ask", time: this.time, node: to, client, request })
    this.#queue.push(this.time + this.#clientHop(client, to, request), REQUEST, client, to, request)
  }

  wakeAfter(delay: Micros, token: number): void {
    this.#queue.push(this.time + Math.round(delay), WAKE, token, 0, null)
  }

  noteOperation(client: ClientId, phase: OperationPhase, what: object | null = null): void {
    if (this.#observer !== undefined) this.#observer({ type: "operation", time: this.time, client, phase, what })
  }

  colocate(client: ClientId, node: NodeId): void {
    this.#nodeOfClient[client] = node
  }

  regionOf(client: ClientId): string | undefined {
    const node = this.#nodeOfClient[client]
    const { regions, clientLatency } = this.scenario.network
    if (regions === undefined) return undefined
    if (node !== undefined) return this.regions[regions.nodes[node]!]
    return clientLatency === undefined ? this.regions[regions.clients[client % regions.clients.length]!] : undefined
  }

  isUp(node: NodeId): boolean {
    const { up, paused } = this.nodes[node]!
    return up && !paused
  }

  phase(): Phase {
    return this.#faults.phase(this.#running === this.size)
  }

  protocolMessages(): number {
    return this.#metrics.messages.protocol
  }

  isLoyal(node: NodeId): boolean {
    return this.nodes[node]!.traitor === null
  }

  isConnected(from: NodeId, to: NodeId): boolean {
    return from === to || this.links.isConnected(from, to)
  }

  // --- What faults do ----------------------------------------------------------------------------------------------

  /** Schedules a step of the fault schedule. */
  scheduleFault(time: Micros, step: object): void {
    this.#queue.push(time, FAULT, 0, 0, step)
  }

  /**
   * The process dies: volatile state, timers and what was not durable yet are gone. Nothing if it is down.
   *
   * A sync that ends in this very microsecond has ended before: its writes are durable, and what waited for them leaves
   * the node, unless it is paused.
   *
   * @param kept which part of the writes that were not durable survives, 0..1
   */
  crash(id: NodeId, kept = 0): void {
    const node = this.nodes[id]!
    if (!node.up) return
    if (!node.paused) for (const { at, departures } of node.held) if (at <= this.time) for (const go of departures) go()
    node.held = []
    node.stopped = []
    node.up = false
    node.paused = false
    node.pausedBy.clear()
    node.attentive = false
    node.backlog.clear()
    node.storage.crash(this.time, kept)
    this.#timers.cancelAll(id)
    this.believed[id] = -1
    this.#countUp()
    this.#service.nodeDown(id)
  }

  /** A crashed node boots from its disk, whatever keeps it down. Nothing if it is up. */
  restart(id: NodeId): void {
    const node = this.nodes[id]!
    if (node.up) return
    node.downBy.clear()
    this.#service.nodeUp(id)
    this.#boot(node)
  }

  /** A node that is down loses what its disk held; one that had halted is a new one then, and may come up again. */
  loseDisk(id: NodeId): void {
    const node = this.nodes[id]!
    node.storage = this.#newDisk(node)
    node.storage.isFailing = node.diskFailures.size > 0
    node.downBy.delete(HALTED)
  }

  /** The process is stopped: what arrives waits, and timers that run out do too. Nothing if it is down. */
  pause(id: NodeId): void {
    const node = this.nodes[id]!
    if (!node.up) return
    node.paused = true
    node.attentive = false
    this.#countUp()
  }

  /** A paused process goes on: what it was stopped from sending leaves it before it handles what has waited. */
  resume(id: NodeId): void {
    const node = this.nodes[id]!
    if (!node.paused) return
    node.paused = false
    this.#countUp()
    const departures = node.stopped
    node.stopped = []
    for (const depart of departures) depart()
    this.#attend(node)
  }

  /** Nodes take at least this long for each message. @returns how to take it back */
  slowNodes(nodes: readonly NodeId[], serviceTime: Micros): () => void {
    const attend = (): void => {
      for (const id of nodes) this.#attend(this.nodes[id]!)
    }
    const recover = this.#serviceTimes.raise(serviceTime, nodes)
    attend()
    return () => {
      recover()
      attend()
    }
  }

  /** Disks take at least this long for each sync. @returns how to take it back */
  slowDisks(nodes: readonly NodeId[], syncLatency: Micros): () => void {
    const adjust = (): void => {
      for (const id of nodes) this.nodes[id]!.storage.syncLatency = this.#syncLatencies.at(id)
    }
    const recover = this.#syncLatencies.raise(syncLatency, nodes)
    this.#holdsOutput = true
    adjust()
    return () => {
      recover()
      adjust()
    }
  }

  /** A disk can make nothing durable any more, because of `fault`. */
  failDisk(id: NodeId, fault: object): void {
    const node = this.nodes[id]!
    node.diskFailures.add(fault)
    node.storage.isFailing = true
    this.#holdsOutput = true
  }

  /** A node crashes because its disk has failed. */
  crashByDisk(id: NodeId): void {
    this.crash(id)
    this.nodes[id]!.downBy.add(DISK_FAILED)
  }

  /**
   * A fault under which a disk failed is over; with the last of them, the disk works again.
   *
   * @returns whether its node was down only because the disk had failed
   */
  mendDisk(id: NodeId, fault: object): boolean {
    const node = this.nodes[id]!
    node.diskFailures.delete(fault)
    if (node.diskFailures.size > 0) return false
    node.storage.isFailing = false
    return node.downBy.delete(DISK_FAILED) && node.downBy.size === 0
  }

  /** A node's clock jumps. */
  shiftClock(id: NodeId, by: Micros): void {
    this.#clockOf(id).jump(by)
  }

  /** A node's clock runs faster by the share `by` from now on, and with it the timers that are set. */
  driftClock(id: NodeId, by: number): void {
    this.#timers.stretch(id, this.#clockOf(id).drift(by, this.time), this.time)
  }

  #clockOf(id: NodeId): Clock {
    const node = this.nodes[id]!
    node.clock ??= new Clock()
    return node.clock
  }

  /** The node becomes a traitor and stays one. */
  corruptNode(id: NodeId, behaviour: Behaviour): void {
    this.nodes[id]!.traitor = recruit(behaviour, id, this.#seed)
  }

  /** Tells observer and service that a fault struck or ended. */
  announceFault(kind: FaultKind, phase: FaultPhase, what: string, nodes: readonly NodeId[]): void {
    this.#observer?.({ type: "fault", time: this.time, kind, phase, what, nodes })
    this.#service.faultOccurred(what)
  }

  /** The live node that most live nodes believe to lead, the lowest of several; undefined if there is none. */
  leader(): NodeId | undefined {
    const votes = new Int32Array(this.size)
    for (const node of this.nodes) if (node.up && this.believed[node.id]! >= 0) votes[this.believed[node.id]!]!++
    let leader: NodeId | undefined
    for (let id = 0; id < this.size; id++) {
      if (this.nodes[id]!.up && votes[id]! > (leader === undefined ? 0 : votes[leader]!)) leader = id
    }
    return leader
  }

  /** The timers of a node that are armed, and when each runs out. */
  timersOf(id: NodeId): readonly { readonly timer: string; readonly at: Micros }[] {
    return this.#timers.names.flatMap((timer, index) => {
      const at = this.#timers.deadline(id, index)
      return at === Infinity ? [] : [{ timer, at }]
    })
  }

  /** Delivers a message now as if `from` had sent it. */
  inject(from: NodeId, to: NodeId, message: Tagged, purpose: Purpose = "protocol"): void {
    this.#queue.push(this.time, arrivalOf(this.#typeOf(message), purpose), from, to, message)
  }

  get metrics(): Metrics {
    return this.#metrics
  }

  // --- The loop ----------------------------------------------------------------------------------------------------

  #loop(events: number): void {
    const queue = this.#queue
    for (let left = events; left > 0 && !this.#isOver && queue.pop(); left--) {
      const { kind, source, target, payload } = queue
      if (this.#isNoted) this.#course.note(this.#events, queue.time, courseOf(kind), source, target)
      if (++this.#events > this.#eventBudget) throw new Error(`more than ${this.#eventBudget} events`)
      if ((kind & KIND_MASK) === DELIVER) this.#deliver(kind, source, target, payload as Tagged)
      else this.#handle(kind, source, target, payload)
    }
  }

  /**
   * Runs a handler of a node: the one place from which algorithms act, at boot and for messages, requests and timers,
   * at once or after they had to wait.
   */
  #act(handler: AnyHandler, node: SimulatedNode, what: Tagged, source: number): void {
    try {
      handler(node, what, source)
    } catch (error) {
      this.#haltOverwhelmed(node, error)
    }
    if (this.#holdsOutput) this.#flush(node)
  }

  /**
   * A node that finds its invariant broken under faults that it does not claim to withstand halts, as a process whose
   * assertion fails; the group goes on without it, and the run has a violated check rather than no result. Anything else
   * that a handler throws is a fault of the algorithm, and is thrown on.
   */
  #haltOverwhelmed(node: SimulatedNode, error: unknown): void {
    if (!(error instanceof InvariantViolation) || !isBeyondClaims(this.scenario)) {
      this.#culprit = node
      throw error
    }
    this.#outbox = []
    this.crash(node.id)
    node.downBy.add(HALTED)
    const what = `node ${node.id} halts: ${error.message}`
    const announce = (): void => this.announceFault("crash", "begins", what, [node.id])
    // A node that halts as it boots does so after the fault, or the end of one, that boots it has been announced.
    if ((this.#queue.kind & KIND_MASK) === FAULT) this.#faults.schedule(this.time, announce)
    else announce()
    // What a traitor believes of itself is no property of the algorithm.
    if (node.traitor !== null) return
    this.#broken ??= { verdict: "violated", at: this.time, witness: `node ${node.id} halted: ${error.message}` }
  }

  #handle(kind: number, source: number, target: number, payload: object | null): void {
    switch (kind) {
      case TIMEOUT:
        this.#timerDue(source, this.nodes[target]!)
        break
      case REQUEST:
        this.#deliverRequest(source, this.nodes[target]!, payload as Tagged)
        break
      case REPLY:
        this.#delivered++
        this.#observer?.({ type: "answer", time: this.time, node: source, client: target, reply: payload! })
        if (target === OPERATOR) this.#faults.operator.reply(source, payload!)
        else this.#service.reply(target, source, payload!)
        this.#settleIfIdle()
        break
      case WAKE:
        this.#service.wake(source)
        this.#settleIfIdle()
        break
      case DEPART:
        this.#depart(this.nodes[target]!, source, payload as Departure[])
        break
      case FAULT:
        this.#faults.take(payload!)
        break
      case SERVE:
        this.#serve(this.nodes[target]!, source)
        break
      case START:
        this.#judgeLeader()
        // Without a warm-up, what nodes said at boot counts.
        if (this.warmup > 0) this.#metrics.reset()
        this.#service.start()
        break
      case STOP:
        this.#stop()
        break
      default:
        throw new Error(`unknown kind of event: ${kind}`)
    }
  }

  #deliver(kind: number, from: NodeId, to: NodeId, message: Tagged): void {
    const node = this.nodes[to]!
    const isReached = this.links.isCalm || from === to || this.links.isConnected(from, to)
    if (isReached && (node.attentive || (from === to && node.up && !node.paused))) {
      this.#receiveMessage(kind, from, node, message)
    } else if (isReached && node.up) {
      this.#defer(node, kind, from, message)
    } else {
      this.#drop(from, to, message, node.up ? "cut" : "down")
    }
  }

  #receiveMessage(kind: number, from: NodeId, node: SimulatedNode, message: Tagged): void {
    this.#delivered++
    if (this.#observer !== undefined) this.#observer({ type: "deliver", time: this.time, node: node.id, from, message })
    this.#answering = from
    this.#answered = kind
    this.#act(this.#receive[typeOf(kind)]!, node, message, from)
    this.#answering = NOBODY
  }

  #deliverRequest(client: ClientId, node: SimulatedNode, request: Tagged): void {
    if (!node.up) return
    if (node.attentive) this.#receiveRequest(client, node, request)
    else this.#defer(node, REQUEST, client, request)
  }

  #receiveRequest(client: ClientId, node: SimulatedNode, request: Tagged): void {
    const handle = this.#algorithm.request[request.type]
    if (handle === undefined) throw new Error(`${this.#algorithm.name} has no request "${request.type}"`)
    this.#delivered++
    if (this.#observer !== undefined)
      this.#observer({ type: "request", time: this.time, node: node.id, client, request })
    this.#act(handle, node, request, client)
  }

  #timerDue(index: number, node: SimulatedNode): void {
    if (!this.#timers.takeEntry(node.id, index, this.time)) return
    if (node.attentive) this.#ring(index, node)
    else this.#defer(node, TIMEOUT, index, null)
  }

  #ring(index: number, node: SimulatedNode): void {
    this.#timers.cancel(node.id, index)
    if (this.#observer !== undefined) {
      this.#observer({ type: "timeout", time: this.time, node: node.id, timer: this.#timers.names[index]! })
    }
    this.#act(this.#timeout[index]!, node, NOTHING, index)
  }

  // --- Nodes that are paused or busy -----------------------------------------------------------------------------

  /** Lets something wait until the node gets round to it. */
  #defer(node: SimulatedNode, kind: number, source: number, payload: object | null): void {
    node.backlog.add({ kind, source, payload })
    if (!node.backlog.isBeingServed && !node.paused) this.#serveNext(node)
  }

  /** Sees what a node is to do now that it was paused, resumed, slowed or sped up. */
  #attend(node: SimulatedNode): void {
    node.attentive = node.up && !node.paused && node.backlog.size === 0 && this.#serviceTimes.at(node.id) === 0
    if (node.up && !node.paused && !node.backlog.isBeingServed) this.#serveNext(node)
  }

  /** Begins with the first of what waits. Only messages and requests cost time. */
  #serveNext(node: SimulatedNode): void {
    const { first } = node.backlog
    if (first === undefined) return
    node.backlog.isBeingServed = true
    const cost = first.kind === TIMEOUT ? 0 : this.#serviceTimes.at(node.id)
    this.#queue.push(this.time + cost, SERVE, node.incarnation, node.id, null)
  }

  /** Handles the first of what waits, its time being over. */
  #serve(node: SimulatedNode, incarnation: number): void {
    if (!node.up || node.incarnation !== incarnation) return
    node.backlog.isBeingServed = false
    if (node.paused) return
    const { kind, source, payload } = node.backlog.take()!
    if ((kind & KIND_MASK) === DELIVER) this.#receiveMessage(kind, source, node, payload as Tagged)
    else if (kind === REQUEST) this.#receiveRequest(source, node, payload as Tagged)
    // A timer may have been set anew or cancelled while it waited.
    else if (this.#timers.deadline(node.id, source) <= this.time) this.#ring(source, node)
    this.#attend(node)
  }

  #boot(node: SimulatedNode): void {
    node.up = true
    this.#countUp()
    node.attentive = this.#serviceTimes.at(node.id) === 0
    node.incarnation++
    this.#act(this.#start, node, NOTHING, node.id)
  }

  /** First boots under a leader that was elected just before: others have it from itself, and what they know is durable. */
  #bootUnder(leader: NodeId): void {
    for (const node of [this.nodes[leader]!, ...this.nodes.filter(({ id }) => id !== leader)]) {
      node.storage.syncLatency = 0
      this.#boot(node)
      node.storage.syncLatency = this.#syncLatencies.at(node.id)
    }
  }

  /** Boots a process on a node: what {@link #act} runs for it. */
  readonly #start: AnyHandler = node => {
    node.state = this.#algorithm.state(node)
    this.#observer?.({ type: "boot", time: this.time, node: node.id })
    const leader = node.incarnation === 1 ? (this.#beginning?.leader ?? null) : null
    if (leader === null) this.#algorithm.start(node)
    else this.#algorithm.begins?.start(node, leader, this.#beginning!)
  }

  // The three ways to hold output are methods of their own: a function that makes a closure pays for the variables it
  // captures in every call, even in those that do not make it.

  #holdMessage(from: NodeId, to: NodeId, message: Tagged, type: number, purpose: Purpose, bytes: number): void {
    this.#outbox.push(() => this.#transmit(from, to, message, type, purpose, bytes))
  }

  #holdReply(from: NodeId, client: ClientId, reply: object): void {
    this.#outbox.push(() => this.#answer(from, client, reply))
  }

  #holdFact(from: NodeId, fact: Tagged): void {
    this.#outbox.push(() => this.#observe(from, fact))
  }

  /** Lets a handler's output go once what the node has written is durable. */
  #flush(node: SimulatedNode): void {
    const departures = this.#outbox
    if (departures.length === 0) return
    this.#outbox = []
    const { durableAt } = node.storage
    if (durableAt < this.time) for (const depart of departures) depart()
    else if (durableAt !== Infinity) {
      node.held.push({ at: durableAt, departures })
      this.#queue.push(durableAt, DEPART, node.incarnation, node.id, departures)
    }
  }

  /** What a node's handlers sent goes, its writes being durable; unless the node has crashed since. */
  #depart(node: SimulatedNode, incarnation: number, departures: readonly Departure[]): void {
    if (!node.up || node.incarnation !== incarnation) return
    node.held.shift()
    if (node.paused) node.stopped.push(...departures)
    else for (const depart of departures) depart()
  }

  #transmit(from: NodeId, to: NodeId, message: Tagged, type: number, purpose: Purpose, bytes: number): void {
    this.#metrics.countMessage(type, purpose, bytes)
    if (this.#observer !== undefined)
      this.#observer({ type: "send", time: this.time, node: from, to, message, purpose })
    const kind = arrivalOf(type, purpose)
    let delay = this.links.delay(from, to)
    if (this.links.isCalm && this.#interceptor === undefined) {
      this.#queue.push(this.links.arrival(from, to, bytes, this.time, delay), kind, from, to, message)
      return
    }
    if (this.#interceptor !== undefined) {
      const fate = this.#interceptor(from, to, message)
      if (fate === "drop") {
        this.#drop(from, to, message, "intercepted")
        return
      }
      if (fate !== undefined) delay = fate.delay
    }
    if (!this.links.isConnected(from, to)) {
      this.#drop(from, to, message, "cut")
      return
    }
    const arrival = this.links.arrival(from, to, bytes, this.time, delay)
    if (delay === LOST) this.#drop(from, to, message, "lost")
    else if (delay === CORRUPTED) this.#drop(from, to, message, "corrupted")
    else this.#queue.push(arrival, kind, from, to, message)
    const copyDelay = this.links.duplicateDelay(from, to)
    if (copyDelay < 0) return
    this.#queue.push(this.links.arrival(from, to, bytes, this.time, copyDelay, true), kind, from, to, message)
  }

  #drop(from: NodeId, node: NodeId, message: Tagged, reason: DropReason): void {
    this.#observer?.({ type: "drop", time: this.time, node, from, message, reason })
  }

  #answer(from: NodeId, client: ClientId, reply: object): void {
    if (this.#observer !== undefined) this.#observer({ type: "reply", time: this.time, node: from, client, reply })
    this.#queue.push(this.time + this.#clientHop(client, from, reply), REPLY, from, client, reply)
  }

  /** Counts a message between a client and a node, and draws its delay. */
  #clientHop(client: ClientId, node: NodeId, message: object): Micros {
    if (this.#nodeOfClient[client] === node) return 0
    const sizer = this.#clientSizer
    this.#metrics.countClientMessage(sizer.sizeOf(sizer.typeOf(message), message))
    return this.links.clientDelay(client, node)
  }

  #observe(node: NodeId, fact: Tagged): void {
    if (isBelief(fact)) this.#noteBelief(node, fact)
    if (this.#observer !== undefined) this.#observer({ type: "fact", time: this.time, node, fact })
    this.#service.observe(node, fact)
  }

  #noteBelief(node: NodeId, { leader }: Belief): void {
    const before = this.believed[node]
    this.believed[node] = leader ?? -1
    if (leader === node && before !== node) this.#faults.leaderElected(node)
  }

  #typeOf({ type }: Tagged): number {
    const index = this.#typeIndex.of(type)
    if (index < 0) throw new Error(`${this.#algorithm.name} has no message type "${type}"`)
    return index
  }

  #indexOfTimer(timer: string): number {
    const index = this.#timers.indexOf(timer)
    if (index < 0) throw new Error(`${this.#algorithm.name} has no timer "${timer}"`)
    return index
  }

  #firstDisk(node: SimulatedNode): Disk {
    const contents = this.#beginning && this.#algorithm.begins?.disk?.(node, this.#beginning)
    return contents === undefined ? this.#newDisk(node) : new Disk(contents, this.#syncLatencies.at(node.id))
  }

  #countUp(): void {
    this.#running = this.nodes.filter(({ up, paused }) => up && !paused).length
    this.#upTime.update(this.time, this.#running)
  }

  #newDisk(node: SimulatedNode): Disk {
    return new Disk(this.#algorithm.disk(node), this.#syncLatencies.at(node.id))
  }

  // --- The end of a run --------------------------------------------------------------------------------------------

  /** What was measured is over, or the drain took too long, or the run is over. */
  #stop(): void {
    if (this.#stage === "settling") this.#isOver = this.time >= this.#rest
    else if (this.#stage === "draining" || this.#service.isIdle()) this.#settle()
    else {
      this.#stage = "draining"
      this.#queue.push(this.time + LONGEST_DRAIN, STOP, 0, 0, null)
    }
  }

  #settleIfIdle(): void {
    if (this.#stage === "draining" && this.#service.isIdle()) this.#settle()
  }

  /** No operation is in flight any more: only stragglers are to arrive. */
  #settle(): void {
    this.#stage = "settling"
    this.#rest = this.time + 2 * linkDelayBound(this.scenario.network)
    this.#queue.push(this.#rest, STOP, 0, 0, null)
  }

  #completed(): CompletedRun {
    return {
      status: "completed",
      messages: this.#metrics.messages,
      bytes: this.#metrics.bytes,
      messagesByType: this.#metrics.byType,
      protocolByType: this.#metrics.protocolByType,
      delivered: this.#delivered,
      events: this.#events,
      diskSyncs: this.#metrics.diskSyncs,
      majorityUpShare: this.#upTime.majorityShare(),
      ended: this.time,
      digest: this.#course.digest,
      outcome: this.#outcome(),
    }
  }

  #outcome(): ServiceOutcome {
    const outcome = this.#service.finish()
    const verdicts = {
      ...outcome.verdicts,
      ...(this.#broken === undefined ? {} : { [INVARIANTS]: this.#broken }),
      ...(this.#deposed === undefined ? {} : { [LEADER]: this.#deposed }),
    }
    return { ...outcome, verdicts }
  }

  /** Measuring begins: whether the leader that the scenario names leads still. */
  #judgeLeader(): void {
    const named = this.#beginning?.leader ?? null
    const leader = this.leader()
    if (named === null || leader === named) return
    const found = leader === undefined ? "nobody does" : `node ${leader} does`
    this.#deposed = { verdict: "undecided", reason: `node ${named} was to lead when measuring begins, but ${found}` }
  }

  #failed(error: unknown): FailedRun {
    const node = this.#culprit ?? this.nodes[this.#queue.target]
    return {
      status: "failed",
      reason: showError(error),
      at: this.time,
      events: this.#events,
      event: this.#describeEvent(),
      before: this.#course
        .last(SHOWN_BEFORE + 1, this.#isNoted ? this.#events : 0)
        .slice(0, -1)
        .map(past => eventInWords(past, this.#names)),
      state: node === undefined ? "" : showState(node.state),
    }
  }

  #describeEvent(): string {
    const { time, kind, source, target, payload } = this.#queue
    return eventInWords(
      { time, kind: courseOf(kind), source, target },
      this.#names,
      payload === null ? "" : showState(payload),
    )
  }

  get #names(): EventNames {
    return { types: this.#types, timers: this.#timers.names }
  }
}

function regionNames({ regions }: Network): readonly string[] {
  return regions?.names ?? regions?.delays.map((_, place) => String(place)) ?? []
}

function isBelief(fact: Tagged): fact is Belief {
  return fact.type === "believes"
}
