/**
 * The service contract: the interface of a group of nodes to its clients, defined once for all algorithms that offer
 * it.
 *
 * A service brings the workload (what clients do), the meaning of availability, and the checks. In a run it plays all
 * clients and observes all facts that nodes report; it does not see how an algorithm works.
 */
import type { ClientId, NodeId, Tagged } from "./ids.ts"
import type { Histogram } from "../lib/histogram.ts"
import { isComplete, type Parameters, type ParameterValues } from "./parameters.ts"
import type { Random } from "../lib/random.ts"
import type { Micros } from "./units.ts"
import type { Untimed, UntimedGroup } from "./untimed.ts"
import type { Verdict } from "./verdict.ts"

export type { Verdict } from "./verdict.ts"

/** The types of a service: requests and replies between clients and nodes, and the facts that nodes report. */
export interface ServiceShape {
  readonly request: Tagged
  readonly reply: object
  readonly fact: Tagged
}

/**
 * The fact that every algorithm with a leader reports at each change: the node that this node believes to lead (`null`:
 * unknown), and its epoch (Raft's term, Paxos's ballot, an election's number). A node that believes in itself leads.
 * Faults that hit "the leader" and the `leader-election` service use it.
 */
export interface Belief {
  readonly type: "believes"
  readonly leader: NodeId | null
  readonly epoch: number
}

/**
 * The fact that an algorithm with offices other than a leader's reports at each change: the believed holder of the
 * office (`null`: unknown), and its epoch. Faults that hit an office use it.
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
 * A check as a fold over events, so that the same check judges a simulated run, a path of a model checker, a live
 * history and a file.
 *
 * A state is plain data that `structuredClone` can copy: a host that branches copies it first. Checks do not retain
 * events, so that a host may reuse one object.
 *
 * @typeParam Context what the check may use in addition to the events
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
  /** The fault events shortly before, in words; empty: none. */
  readonly cause: string
}

/** A span of time in which a store served its clients below its full level. */
export interface LevelSpan {
  readonly start: Micros
  readonly end: Micros
  readonly level: ServiceLevel
}

/** The service levels of a store below the full one, from bad to worst: `stale reads` are answers from the past. */
export const SERVICE_LEVELS = ["writes only", "reads only", "stale reads", "nothing"] as const
export type ServiceLevel = (typeof SERVICE_LEVELS)[number]

/** A part of a run: before the first fault, while a fault is in force, or after a fault with none in force. */
export type Phase = "before" | "during" | "after"

/** The measurements of a service in one run. */
export interface ServiceOutcome {
  /** Operations begun, and their outcomes: `ok`, `failed` (surely did not happen), `unknown` (timed out). */
  readonly attempted: number
  readonly ok: number
  readonly failed: number
  readonly unknown: number
  /** Operations that succeeded within the measured time: throughput. */
  readonly completed: number
  /** Share of availability as the service defines it, 0..1. */
  readonly availability: number
  /**
   * Availability of each part of the run, over the operations begun or the time spent in it; absent for parts without
   * any.
   */
  readonly phases?: Readonly<Partial<Record<Phase, number>>>
  /**
   * The time after which an operation without success counts as failed; absent if only the end of the run limits it.
   */
  readonly deadline?: Micros
  /**
   * Operations in flight, on average over two equal spans of the measured time, without its first tenth; absent if the
   * workload bounds their number (closed loop).
   */
  readonly inFlight?: { readonly early: number; readonly late: number }
  /** Latency of all operations in microseconds; those that did not succeed are censored: longer than the deadline. */
  readonly latency: Histogram
  /** Latency by kind of operation, if the service has several, e.g. `read` and `write`. */
  readonly latencyByKind?: Readonly<Record<string, Histogram>>
  /** Latency by client and by region, if there are few: `client 3`, `region eu-west-1`. */
  readonly latencyByGroup?: Readonly<Record<string, Histogram>>
  readonly outages: readonly Outage[]
  /** Spans of time without a leader; absent if the nodes report none. In `leader-election` these are the outages. */
  readonly leaderless?: readonly Outage[]
  /**
   * The spans in which not everything was served, and the number of stale reads; absent for services other than stores.
   */
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

/** The states of a client, by which faults select one: it holds what it asked for, waits for it, or neither. */
export const CLIENT_STATES = ["holder", "waiter", "bystander"] as const
export type ClientState = (typeof CLIENT_STATES)[number]

/** A client that has died. */
export interface DeadClient {
  readonly client: ClientId
  /** The node on which it lived; null: none. */
  readonly node: NodeId | null
}

/** The clients of a service, as faults see them. */
export interface MortalClients {
  /**
   * Kills a client: one that is in the given state now, or else the first that reaches it.
   *
   * @param died called once, when it has died
   * @returns a function that cancels this, if none has died yet
   */
  kill(state: ClientState, died: (dead: DeadClient) => void): () => void
  /** Restarts a client that has died, without any memory. */
  revive(client: ClientId): void
}

/** A setting of a workload with an impossible value. */
export interface WorkloadProblem {
  readonly setting: string
  readonly message: string
}

/** A service, as the runtime and the experiments use it. */
export interface Service {
  readonly name: string
  readonly title: string
  /** The condition under which the service counts as available; printed beside charts. */
  readonly availability: string
  /** The meaning of one operation; message cost is protocol messages per successful operation. */
  readonly operation: string
  /** Settings of the workload. */
  readonly workload: Parameters
  readonly checks: readonly CheckDescription[]
  readonly figures: Readonly<Record<string, FigureDescription>>
  /** True if faults can kill its clients: its runs have {@link ServiceRun.mortals}. */
  readonly hasMortalClients?: true
  /** The first workload setting with which a group of `nodes` nodes cannot run, if any. */
  readonly problem?: (settings: Settings, nodes: number) => WorkloadProblem | undefined
  /** Opens the service for one run. `settings` are the values of `workload`. */
  readonly open: (world: World, settings: Settings) => ServiceRun
  /** Opens the service for a host without time; absent: not supported. */
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

/**
 * The clients' view: everything that they may do and see. They know the processes that they may ask, and a clock, but
 * not which nodes are up or connected.
 */
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
   * Runs the service's handler `timeout[timer]` once, `delay` from now, with `subject` (a client, an operation; default
   * 0). Setting a timer again neither replaces nor cancels the earlier one: the handler checks whether it is still
   * relevant.
   */
  wakeAfter(delay: Micros, timer: string, subject?: number): void
  /** Puts a client on a node: their messages take no time and are not counted. */
  colocate(client: ClientId, node: NodeId): void
  /** The regions of the network, by name; empty if it has none. */
  readonly regions: readonly string[]
  /** The region of a client; undefined if it is in none. */
  regionOf(client: ClientId): string | undefined
}

/** The ground truth about the nodes, for checks and measures but not for clients. */
export interface Oracle {
  /** Number of nodes. */
  readonly size: number
  now(): Micros
  /** The measured time. */
  readonly warmup: Micros
  readonly end: Micros
  /**
   * Number of processes: nodes, followed by those of the algorithm's roles. The next three members concern all
   * processes.
   */
  readonly processes: number
  isUp(node: NodeId): boolean
  /** True if a node still follows the algorithm: no Byzantine fault has made it a traitor. */
  isLoyal(node: NodeId): boolean
  /** True if messages from `from` can reach `to`, considering partitions but not loss. */
  isConnected(from: NodeId, to: NodeId): boolean
  /** The present part of the run, with respect to faults. */
  phase(): Phase
  /** True if the network loses messages even without faults. */
  readonly losesMessages: boolean
  /** Protocol messages that nodes have sent since the end of the warm-up. */
  protocolMessages(): number
  /** True if the algorithm promises that no epoch ever has a second leader. */
  readonly oneLeaderPerEpoch: boolean
}

/** The run as a service sees it: host of its clients, and oracle of its checks. */
export interface World extends ClientHost, Oracle {
  /** Records an operation that begins or ends; for traces only. */
  observeOperation(event: OperationEvent): void
}

/** A client's operation begins, or its operation in flight ends. */
export type OperationEvent =
  | { readonly type: "begun"; readonly client: ClientId; readonly operation: object }
  | { readonly type: "ended"; readonly client: ClientId; readonly ending: Ending }

/**
 * The outcomes of an operation: `failed` if it surely did not and will not happen, `unknown` if this cannot be known.
 */
export type Ending = "ok" | "failed" | "unknown"

/** Handlers of a service's timers, by name; each gets the subject with which its timer was set. */
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
   * Called after a fault, or its end, changed which nodes are up or connected; `what` describes it in words.
   *
   * @param isOfClients true if it struck only clients, no node or link
   */
  faultOccurred(what: string, isOfClients?: boolean): void
  /** The clients that faults can kill, if any. */
  readonly mortals?: MortalClients
  /**
   * True if no operation is in flight; after `end` the run continues until this holds (or all deadlines have passed).
   */
  isIdle(): boolean
  finish(): ServiceOutcome
  /**
   * Has a client begin one more operation, at the given node if operations belong to nodes. Absent: operations begin
   * only at their own times.
   *
   * @returns false if that is impossible
   */
  ask?(node: NodeId): boolean
  /** The judgement on the run so far, at any time, without side effects. */
  soFar?(): SoFar
}

/** A service's judgement on a run under way. */
export interface SoFar {
  /** Share of availability as the service defines it, 0..1; NaN while there is nothing to judge. */
  readonly availability: number
  /** Operations that have ended, and the number of them that succeeded. */
  readonly ended: number
  readonly ok: number
  /** One verdict for each of the service's checks. */
  readonly verdicts: Readonly<Record<string, Verdict>>
}

/** The state of a client's operation: in flight, or its outcome. */
export type OperationPhase = "begun" | Ending
