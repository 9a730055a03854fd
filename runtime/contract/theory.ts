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
  /** True if it holds with these parameters and n nodes, where that does not depend on single values. */
  readonly holds?: (parameters: Settings, n: number) => boolean
}

/** Protocol messages of one operation. */
export interface MessageForm extends Form {
  /** As in the papers: `2(n-1)`. */
  readonly formula: string
  messages(n: number, parameters: Settings): number
}

/** Latency of one operation, where all links have the same constant delay: link delays one after the other. */
export interface LatencyForm extends Form {
  /** In link delays d. */
  readonly formula: string
  readonly betweenNodes: number | ((n: number) => number)
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

/** The closed forms of an algorithm; the first whose conditions hold counts. */
export interface Theory {
  readonly messages?: readonly MessageForm[]
  readonly latency?: readonly LatencyForm[]
  readonly load?: readonly LoadForm[]
  readonly failover?: readonly FailoverForm[]
  readonly heartbeats?: readonly HeartbeatForm[]
  /** Absent where the algorithm serves clients just while no more nodes are down than it claims to survive. */
  readonly availability?: readonly AvailabilityForm[]
}
