/**
 * Closed forms: an algorithm's costs according to the papers, in the steady state, without faults or losses and with
 * one operation at a time. Charts draw them dashed beside the measurements, and answers compare the two.
 */

/** Required values of settings; of several, any one suffices. Settings not mentioned do not matter. */
export type Conditions = Readonly<Record<string, string | boolean | number | readonly string[]>>

/** Values of an algorithm's parameters. */
type Settings = Readonly<Record<string, unknown>>

interface Form {
  /** The service through which the algorithm is measured. */
  readonly service: string
  /** The algorithm's parameters and workload settings for which it holds. */
  readonly parameters?: Conditions
  readonly workload?: Conditions
  /**
   * True if it holds with these parameters, n nodes and this workload; for conditions that are not about single values.
   */
  readonly holds?: (parameters: Settings, n: number, workload: Settings) => boolean
}

/** Protocol messages of one operation. */
export interface MessageForm extends Form {
  /** As in the papers: `2(n-1)`. */
  readonly formula: string
  messages(n: number, parameters: Settings, workload: Settings): number
}

/** Latency of one operation if all links have the same constant delay: the number of sequential link delays. */
export interface LatencyForm extends Form {
  /** In link delays d. */
  readonly formula: string
  readonly betweenNodes: number | ((n: number, parameters: Settings) => number)
  readonly withClients: number
  /** The number of sequential disk syncs, s each. Absent: the form is for disks that take no time. */
  readonly syncs?: number
}

/** The share of runs that still serve clients after `down` random nodes have crashed for good. */
export interface AvailabilityForm extends Form {
  readonly formula: string
  serving(n: number, down: number, parameters: Settings): number
}

/** The messages and requests that the busiest node handles per operation, which bound the throughput. */
export interface LoadForm extends Form {
  /** The formula of that number: `n`. */
  readonly formula: string
  handled(n: number): number
}

/** A load, and the system under it: links with the same constant delay, and processes of roles that may be slow. */
export interface Load {
  readonly nodes: number
  /** One-way delay of every link, in microseconds. */
  readonly delay: number
  /** Service time of a role's process per message, in microseconds. */
  readonly roleServiceTime: number
  /** Service time of a node per message, in microseconds. Absent: none. */
  readonly serviceTime?: number
  readonly parameters: Settings
  readonly workload: Settings
}

/** The mean time of an operation under a load, including its waiting for others. */
export interface WaitForm extends Form {
  readonly formula: string
  /** In microseconds; not finite: the load exceeds the capacity, and waits grow without bound. */
  mean(load: Load): number
}

/** Messages of all kinds, including heartbeats, per operation under a load. */
export interface TotalForm extends Form {
  readonly formula: string
  messages(load: Load): number
}

/** The maximum number of operations per second. */
export interface CapacityForm extends Form {
  readonly formula: string
  perSecond(load: Load): number
}

/** The mean time from the crash of a leader, at a random moment, until another node leads. */
export interface FailoverForm extends Form {
  readonly formula: string
  /** In microseconds. @param delay one-way delay of every link */
  mean(delay: number, n: number, parameters: Settings): number
}

/** The heartbeats of an idle group with a leader. */
export interface HeartbeatForm extends Form {
  readonly formula: string
  perSecond(n: number, parameters: Settings): number
}

/**
 * Links with one constant delay, disks, and nodes that either all fail and return at random times, or never fail. Times
 * in microseconds.
 */
export interface Setting {
  readonly nodes: number
  readonly delay: number
  readonly syncLatency: number
  /** Mean up and down times of a node, both exponential; null: no node fails. */
  readonly failures: { readonly mtbf: number; readonly mttr: number } | null
  readonly parameters: Settings
  readonly workload: Settings
}

/** The mean of a figure of the service. */
export interface FigureForm extends Form {
  readonly figure: string
  readonly formula: string
  /** In the unit of the figure; undefined if the form does not hold. */
  value(setting: Setting): number | undefined
}

/** The closed forms of an algorithm; the first whose conditions hold applies. */
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
  /** Absent if the algorithm serves clients exactly while no more nodes are down than it claims to survive. */
  readonly availability?: readonly AvailabilityForm[]
}
