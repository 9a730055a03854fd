/**
 * Closed forms: what the papers say an algorithm costs in the steady state, without faults or losses and with one
 * operation after the other. Charts draw them dashed beside what was measured, and answers compare both.
 */

/** Values that settings are to have; of several any one will do. All other settings are of no consequence. */
export type Conditions = Readonly<Record<string, string | boolean | number | readonly string[]>>

/** Values of an algorithm's parameters. */
type Settings = Readonly<Record<string, unknown>>

interface Form {
  /** The service through which the algorithm is measured. */
  readonly service: string
  /** Parameters of the algorithm, and settings of the workload, that it holds for. */
  readonly parameters?: Conditions
  readonly workload?: Conditions
  /** True if it holds with these parameters, n nodes and this workload, where that does not depend on single values. */
  readonly holds?: (parameters: Settings, n: number, workload: Settings) => boolean
}

/** Protocol messages of one operation. */
export interface MessageForm extends Form {
  /** As in the papers: `2(n-1)`. */
  readonly formula: string
  messages(n: number, parameters: Settings, workload: Settings): number
}

/** Latency of one operation, where all links have the same constant delay: link delays one after the other. */
export interface LatencyForm extends Form {
  /** In link delays d. */
  readonly formula: string
  readonly betweenNodes: number | ((n: number, parameters: Settings) => number)
  readonly withClients: number
  /** Syncs of disks one after the other, s each. Absent: the form is for disks that take no time. */
  readonly syncs?: number
}

/** The share of runs that serve clients on after `down` nodes, drawn at random, have crashed for good. */
export interface AvailabilityForm extends Form {
  readonly formula: string
  serving(n: number, down: number, parameters: Settings): number
}

/** The messages and requests that the busiest node handles for an operation, which bound the throughput. */
export interface LoadForm extends Form {
  /** Of the number handled: `n`. */
  readonly formula: string
  handled(n: number): number
}

/** A load and what it meets: links that all have the same constant delay, and processes of roles that may be slow. */
export interface Load {
  readonly nodes: number
  /** Of every link, one way, in microseconds. */
  readonly delay: number
  /** For each message that a process of a role handles, in microseconds. */
  readonly roleServiceTime: number
  /** For each message that a node handles, in microseconds. Absent: none. */
  readonly serviceTime?: number
  readonly parameters: Settings
  readonly workload: Settings
}

/** The mean time that an operation takes under a load, what it waits for others included. */
export interface WaitForm extends Form {
  readonly formula: string
  /** In microseconds; not finite: the load is more than can be carried, and the waits grow all the time. */
  mean(load: Load): number
}

/** Messages of all kinds, heartbeats included, per operation under a load. */
export interface TotalForm extends Form {
  readonly formula: string
  messages(load: Load): number
}

/** The most operations per second that can be carried. */
export interface CapacityForm extends Form {
  readonly formula: string
  perSecond(load: Load): number
}

/** The mean time from the crash of a leader, at a random moment, until another node leads. */
export interface FailoverForm extends Form {
  readonly formula: string
  /** In microseconds. @param delay of every link, one way */
  mean(delay: number, n: number, parameters: Settings): number
}

/** The heartbeats of a group that has a leader and in which nothing happens. */
export interface HeartbeatForm extends Form {
  readonly formula: string
  perSecond(n: number, parameters: Settings): number
}

/** Links with one constant delay, disks, and nodes that all fail and return at random times, or never. Times in microseconds. */
export interface Setting {
  readonly nodes: number
  readonly delay: number
  readonly syncLatency: number
  /** Mean times of a node, up and down, both exponential; null: none fails. */
  readonly failures: { readonly mtbf: number; readonly mttr: number } | null
  readonly parameters: Settings
  readonly workload: Settings
}

/** The mean of a figure of the service. */
export interface FigureForm extends Form {
  readonly figure: string
  readonly formula: string
  /** In the unit of the figure; undefined where the form does not hold. */
  value(setting: Setting): number | undefined
}

/** The closed forms of an algorithm; the first whose conditions hold counts. */
export interface Theory {
  readonly messages?: readonly MessageForm[]
  readonly latency?: readonly LatencyForm[]
  readonly load?: readonly LoadForm[]
  readonly wait?: readonly WaitForm[]
  readonly totals?: readonly TotalForm[]
  readonly capacity?: readonly CapacityForm[]
  readonly failover?: readonly FailoverForm[]
  readonly heartbeats?: readonly HeartbeatForm[]
  readonly figures?: readonly FigureForm[]
  /** Absent where the algorithm serves clients just while no more nodes are down than it claims to survive. */
  readonly availability?: readonly AvailabilityForm[]
}
