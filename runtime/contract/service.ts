/**
 * The service contract: what a group of nodes offers its clients, defined once for every algorithm that offers it.
 *
 * A service brings the workload (what clients do), the meaning of availability, and the checks. In a run it plays all
 * clients and watches all facts that nodes report; it sees nothing of how an algorithm works.
 */
import type { ClientId, NodeId, Tagged } from "./ids.ts"
import type { Histogram } from "../lib/histogram.ts"
import { isComplete, type Parameters, type ParameterValues } from "./parameters.ts"
import type { Random } from "../lib/random.ts"
import type { Micros } from "./units.ts"
import type { Untimed, UntimedGroup } from "./untimed.ts"
import type { Verdict } from "./verdict.ts"

export type { Verdict } from "./verdict.ts"

/** The types of a service: requests and replies between clients and nodes, and the facts nodes report. */
export interface ServiceShape {
  readonly request: Tagged
  readonly reply: object
  readonly fact: Tagged
}

/**
 * The fact every algorithm with a leader reports whenever it changes: which node this node believes to lead (`null`:
 * none that it knows) and in which epoch (Raft's term, Paxos's ballot, an election's number). A node that believes in
 * itself leads. Faults that hit "the leader" and the `leader-election` service use it.
 */
export interface Belief {
  readonly type: "believes"
  readonly leader: NodeId | null
  readonly epoch: number
}

/**
 * The fact that an algorithm with offices beside a leader's reports whenever it changes: who holds the office, as this node
 * believes (`null`: nobody that it knows of), and in which epoch. Faults that hit an office use it.
 */
export interface Office {
  readonly type: "office"
  /** `head`, `tail`, ...: one of the algorithm's `offices`. */
  readonly office: string
  readonly holder: NodeId | null
  readonly epoch: number
}

/** A property a service checks on every run. */
export interface CheckDescription {
  readonly name: string
  /** The property that must hold, in one sentence. */
  readonly doc: string
}

/**
 * A check as a fold over events, so that one and the same judges a simulated run, a path of a model checker, a live history
 * and a file.
 *
 * A state is plain data that `structuredClone` copies: whoever branches copies it first. Events are not kept, so that a
 * host may use one object again and again.
 *
 * @typeParam Context what the check may see beside the events
 */
export interface Check<State, Event, Context = Oracle> extends CheckDescription {
  readonly initial: (context: Context) => State
  /** Folds an event into the state, in place. */
  readonly observe: (state: State, event: Event, context: Context) => void
  /** The judgement on the events so far. */
  readonly verdict: (state: State, context: Context) => Verdict
}

/** A span of time in which the service was not available. */
export interface Outage {
  readonly start: Micros
  readonly end: Micros
  /** The fault events that came shortly before, in words; empty if none did. */
  readonly cause: string
}

/** A span of time in which clients of a store had less than all of it. */
export interface LevelSpan {
  readonly start: Micros
  readonly end: Micros
  readonly level: ServiceLevel
}

/** The levels below all that a store can serve, from bad to worst: `stale reads` are answers from the past. */
export const SERVICE_LEVELS = ["writes only", "reads only", "stale reads", "nothing"] as const
export type ServiceLevel = (typeof SERVICE_LEVELS)[number]

/** A part of a run: before any fault struck, while one is in force, or after one, none being in force. */
export type Phase = "before" | "during" | "after"

/** The measurements of a service in one run. */
export interface ServiceOutcome {
  /** Operations begun, and how they ended: `ok`, `failed` (surely did not happen), `unknown` (timed out). */
  readonly attempted: number
  readonly ok: number
  readonly failed: number
  readonly unknown: number
  /** Operations that succeeded before the measured time was over: throughput. */
  readonly completed: number
  /** Share of availability as the service defines it, 0..1. */
  readonly availability: number
  /** The same of the operations that began, or of the time that passed, in each part of the run; absent where none did. */
  readonly phases?: Readonly<Partial<Record<Phase, number>>>
  /** The time after which an operation without success has failed; absent where only the end of the run sets a limit. */
  readonly deadline?: Micros
  /**
   * Operations in flight, on average over two equal spans of the measured time, its first tenth left out; absent where
   * their number is bounded by the workload (closed loop).
   */
  readonly inFlight?: { readonly early: number; readonly late: number }
  /** Latency of all operations in microseconds; those that did not succeed are censored: longer than the deadline. */
  readonly latency: Histogram
  /** The same by kind of operation, where the service has several, e.g. `read` and `write`. */
  readonly latencyByKind?: Readonly<Record<string, Histogram>>
  /** The same by client and by region, where there are few: `client 3`, `region eu-west-1`. */
  readonly latencyByGroup?: Readonly<Record<string, Histogram>>
  readonly outages: readonly Outage[]
  /** Spans of time without a leader; absent if the nodes report none. In `leader-election` these are the outages. */
  readonly leaderless?: readonly Outage[]
  /** The spans in which not all was served, and how many reads were answered from the past; absent of services that are no store. */
  readonly degraded?: { readonly spans: readonly LevelSpan[]; readonly staleReads: number }
  /** One verdict for each of the service's checks. */
  readonly verdicts: Readonly<Record<string, Verdict>>
  /** Further figures by name, e.g. `elections`, `split_brain_share`. The service declares them in `figures`. */
  readonly figures: Readonly<Record<string, number>>
}

/** One further figure of a service's outcome. */
export interface FigureDescription {
  readonly doc: string
  readonly unit: string
}

/** The states of a client, by which faults choose one: it has what it asked for, or waits for it, or does neither. */
export const CLIENT_STATES = ["holder", "waiter", "bystander"] as const
export type ClientState = (typeof CLIENT_STATES)[number]

/** A client that has died. */
export interface DeadClient {
  readonly client: ClientId
  /** The node that it lived on; null: none. */
  readonly node: NodeId | null
}

/** The clients of a service as faults take hold of them. */
export interface MortalClients {
  /**
   * Lets a client die: one that is in a state now, or else the first that comes into it.
   *
   * @param died called once, when it has died
   * @returns calls it off, if none has died yet
   */
  kill(state: ClientState, died: (dead: DeadClient) => void): () => void
  /** Lets a client that has died begin anew, without memory of what it did. */
  revive(client: ClientId): void
}

/** A setting of a workload that cannot be what it says. */
export interface WorkloadProblem {
  readonly setting: string
  readonly message: string
}

/** A service as the runtime and the experiments know it. */
export interface Service {
  readonly name: string
  readonly title: string
  /** When the service counts as available; printed beside charts. */
  readonly availability: string
  /** The meaning of one operation; message cost is protocol messages per successful operation. */
  readonly operation: string
  /** Settings of the workload. */
  readonly workload: Parameters
  readonly checks: readonly CheckDescription[]
  readonly figures: Readonly<Record<string, FigureDescription>>
  /** Faults can let its clients die: a run of it has {@link ServiceRun.mortals}. */
  readonly hasMortalClients?: true
  /** The first setting of a workload that a group of `nodes` nodes cannot be run with, if any. */
  readonly problem?: (settings: Settings, nodes: number) => WorkloadProblem | undefined
  /** Opens the service for one run. `settings` are the values that go with `workload`. */
  readonly open: (world: World, settings: Settings) => ServiceRun
  /** Opens the service for a host without time; absent: it has no such form. */
  readonly untimed?: (group: UntimedGroup) => Untimed
}

/** Values of parameters that are declared elsewhere. */
type Settings = Readonly<Record<string, unknown>>

/** A service with the types of its workload's settings: what {@link service} takes. */
export interface ServiceDefinition<P extends Parameters> extends Omit<Service, "workload" | "problem" | "open"> {
  readonly workload: P
  readonly problem?: (settings: ParameterValues<P>, nodes: number) => WorkloadProblem | undefined
  readonly open: (world: World, settings: ParameterValues<P>) => ServiceRun
}

/** Declares a service. It can be opened only with all settings of its workload. */
export function service<P extends Parameters>(definition: ServiceDefinition<P>): Service {
  const { name, workload, problem, open } = definition
  const complete = (settings: Settings): ParameterValues<P> => {
    if (!isComplete(workload, settings)) throw new Error(`${name}: incomplete workload settings`)
    return settings
  }
  return {
    ...definition,
    problem: (settings, nodes) => problem?.(complete(settings), nodes),
    open: (world, settings) => open(world, complete(settings)),
  }
}

/** The view of clients: what they may do and see. They know whom they may ask and a clock, and nothing of who is up or reaches whom. */
export interface ClientHost {
  /** Number of nodes. */
  readonly size: number
  /** The processes that clients ask, in ascending order: the nodes, or those of a role that serves clients. */
  readonly contacts: readonly NodeId[]
  now(): Micros
  /** When clients start, and when they stop beginning new operations. */
  readonly warmup: Micros
  readonly end: Micros
  /** The workload's own random stream. */
  readonly random: Random
  /** Sends a request to a node over the client's own link. */
  request(client: ClientId, to: NodeId, request: Tagged): void
  /**
   * Runs the service's handler `timeout[timer]` once, `delay` from now, with `subject` (a client, an operation; default 0).
   * Setting a timer again neither replaces nor cancels it: a handler checks whether it still matters.
   */
  wakeAfter(delay: Micros, timer: string, subject?: number): void
  /** Puts a client on a node: what they tell each other takes no time and is not counted. */
  colocate(client: ClientId, node: NodeId): void
  /** The regions of the network, by name; empty if it has none. */
  readonly regions: readonly string[]
  /** The region that a client is in; undefined if it is in none. */
  regionOf(client: ClientId): string | undefined
}

/** The truth about the nodes, which checks and measures may see beside the events of a run, and clients may not. */
export interface Oracle {
  /** Number of nodes. */
  readonly size: number
  now(): Micros
  /** The measured time. */
  readonly warmup: Micros
  readonly end: Micros
  /** Number of processes: nodes, and after them those of the algorithm's roles. The next three questions are about any. */
  readonly processes: number
  isUp(node: NodeId): boolean
  /** True if a node still follows the algorithm: no Byzantine fault has made it a traitor. */
  isLoyal(node: NodeId): boolean
  /** True if messages from `from` can reach `to`, partitions considered (loss is not). */
  isConnected(from: NodeId, to: NodeId): boolean
  /** The part of the run that it is now, as faults have it. */
  phase(): Phase
  /** True if the network loses messages of its own accord, faults apart. */
  readonly losesMessages: boolean
  /** Protocol messages that nodes have sent since the end of the warm-up. */
  protocolMessages(): number
  /** True if the algorithm promises that no epoch ever has a second leader. */
  readonly oneLeaderPerEpoch: boolean
}

/** The run as a service sees it: the host of its clients, and the oracle of its checks. */
export interface World extends ClientHost, Oracle {
  /** Records an operation that begins or ends; for traces only. */
  observeOperation(event: OperationEvent): void
}

/** A client's operation begins, or the one it has under way ends. */
export type OperationEvent =
  | { readonly type: "begun"; readonly client: ClientId; readonly operation: object }
  | { readonly type: "ended"; readonly client: ClientId; readonly ending: Ending }

/** The three ways an operation ends: `failed` if it surely did not and will not happen, `unknown` if nobody can tell. */
export type Ending = "ok" | "failed" | "unknown"

/** Handlers of a service's timers, by name; each is given the subject that its timer was set with. */
export type ServiceTimers = Readonly<Record<string, (subject: number) => void>>

/** A service in one run. The runtime calls these in virtual time order. */
export interface ServiceRun {
  /** Clients begin (at the end of the warm-up). */
  start(): void
  reply(client: ClientId, from: NodeId, reply: object): void
  /** One handler for each timer. */
  readonly timeout: ServiceTimers
  observe(node: NodeId, fact: Tagged): void
  /** The node lost its volatile state and is silent until `nodeUp`. */
  nodeDown(node: NodeId): void
  nodeUp(node: NodeId): void
  /**
   * Called after a fault, or the end of one, changed who is up or who reaches whom; `what` says it in words.
   *
   * @param isOfClients it struck clients, and no node or link
   */
  faultOccurred(what: string, isOfClients?: boolean): void
  /** The clients that faults can let die, if any. */
  readonly mortals?: MortalClients
  /** True if no operation is in flight; after `end` the run continues until this holds (or every deadline is past). */
  isIdle(): boolean
  finish(): ServiceOutcome
  /**
   * Has a client begin one operation more, at a node where operations have one. Absent: its operations begin at their times
   * only.
   *
   * @returns whether it could
   */
  ask?(node: NodeId): boolean
  /** The judgement on the run so far, at any time. Nothing in the run changes by that. */
  soFar?(): SoFar
}

/** A run as its service judges it before it is over. */
export interface SoFar {
  /** Share of availability as the service defines it, 0..1; NaN as long as there is nothing to judge by. */
  readonly availability: number
  /** Operations that have ended, and how many of them well. */
  readonly ended: number
  readonly ok: number
  /** One verdict for each of the service's checks. */
  readonly verdicts: Readonly<Record<string, Verdict>>
}

/** The state of a client's operation: under way, or how it ended. */
export type OperationPhase = "begun" | Ending
