/** Closed forms of primary-backup replication. */
import type { Theory } from "../../runtime/contract/theory.ts"

const acknowledged = { formula: "2(n-1)", messages: (n: number) => 2 * (n - 1) }
const unacknowledged = { formula: "n-1", messages: (n: number) => n - 1 }
const blocking = { replies: "blocking", reads: "backups" }
const nonBlocking = { replies: "non-blocking", reads: "backups" }

export const theory: Theory = {
  messages: [
    // The update to each backup, and its acknowledgement.
    { service: "replicated-log", parameters: blocking, ...acknowledged },
    { service: "replicated-log", parameters: nonBlocking, ...unacknowledged },
    // A stay is two commands, acquire and release; waiting clients are notified when it is their turn.
    {
      service: "mutual-exclusion",
      workload: { waiting: "watch" },
      parameters: blocking,
      formula: "4(n-1)",
      messages: n => 4 * (n - 1),
    },
    // A decision is one command.
    { service: "agreement", workload: { proposers: 1 }, parameters: blocking, ...acknowledged },
  ],
  // The primary handles the request and the acknowledgements.
  load: [
    { service: "replicated-log", parameters: blocking, formula: "n", handled: n => n },
    { service: "replicated-log", parameters: nonBlocking, formula: "1", handled: () => 1 },
  ],
  latency: [
    // Request, update, acknowledgement and reply.
    {
      service: "replicated-log",
      workload: { ask: "leader" },
      parameters: blocking,
      formula: "4d",
      betweenNodes: 2,
      withClients: 2,
      syncs: 0,
    },
    {
      service: "replicated-log",
      workload: { ask: "leader" },
      parameters: nonBlocking,
      formula: "2d",
      betweenNodes: 0,
      withClients: 2,
      syncs: 0,
    },
  ],
}

/** The times of a group's failure detection, all in one unit. */
export interface Detection {
  /** One-way delay d of every link. */
  readonly delay: number
  /** Time tau between heartbeats. */
  readonly heartbeat: number
  /** Time after the last heartbeat at which a process is assumed to be dead: tau + delta. */
  readonly timeout: number
}

/**
 * Time from a crash to its detection: the last heartbeat was sent `since` before, 0 <= since <= tau. By timeouts, with two
 * replicas, that is the take-over: tau + delta + d - U(0, tau).
 */
export function detectionTime({ delay, timeout }: Detection, since: number): number {
  return timeout + delay - since
}

/** The mean of that over crashes at any time: tau/2 + delta + d with a timeout of tau + delta. */
export function meanDetectionTime(detection: Detection): number {
  return detectionTime(detection, detection.heartbeat / 2)
}

/**
 * Link delays from the detection of a dead primary by the view service until the next one may answer: Suspend, Count and
 * View, and where some member lacks an update, that and its acknowledgement.
 */
export function takeOverDelays(isUpdateMissing: boolean): number {
  return isUpdateMissing ? 5 : 3
}

/** The times of one update where processing takes time, all in one unit. */
export interface Processing {
  /** One-way delay of every link, those of clients included. */
  readonly delay: number
  /** Time that the primary takes to execute a command, and a backup to install what it changed. */
  readonly execute: number
  readonly install: number
}

/** Time of one update of a group of n >= 2 as its client sees it: backups install it in parallel. */
export function updateTime({ delay, execute, install }: Processing): number {
  return delay + execute + delay + install + delay + delay
}
