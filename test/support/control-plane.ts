/** A control plane in a replicated log: three processes of a role, of which one crashes or is paused at a time. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { type Micros, MILLISECOND } from "../../runtime/contract/units.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { Fault } from "../../runtime/faults/fault.ts"

/** The logs that it may be kept in. */
export const LOGS = ["raft", "multi-paxos", "viewstamped-replication"] as const

/** Timeouts of these logs for links that take up to 2 ms. */
export const BRISK_LOGS = {
  raftElectionTimeoutMin: "20ms",
  raftElectionTimeoutMax: "40ms",
  raftHeartbeatInterval: "8ms",
  multiPaxosElectionTimeoutMin: "20ms",
  multiPaxosElectionTimeoutMax: "40ms",
  multiPaxosHeartbeatInterval: "8ms",
  viewstampedReplicationViewChangeTimeout: "20ms",
  viewstampedReplicationHeartbeatInterval: "8ms",
}

/** Time to elect a leader of the log, after everything else is over. */
export const ELECTED: Micros = 200 * MILLISECOND

export interface ControlPlane {
  readonly log: (typeof LOGS)[number]
  /** Without one its processes are paused only: one that crashes may have to wait for all others to be there. */
  readonly hasDisk: boolean
}

export function controlPlane(seed: number): ControlPlane {
  const log = LOGS[seed % LOGS.length]!
  return { log, hasDisk: log !== "viewstamped-replication" }
}

/** Faults of one process at a time, the first one, which acts in the beginning, before others. */
export function faultsOfPlane(
  random: Random,
  { hasDisk }: ControlPlane,
  first: NodeId,
  from: Micros,
  end: Micros,
): Fault[] {
  const faults: Fault[] = []
  for (let at = from; at < end - 20 * MILLISECOND; at += random.integer(60, 100) * MILLISECOND) {
    const kind = hasDisk && random.chance(0.6) ? "crash" : "pause"
    const victim = first + (faults.length === 0 ? 0 : random.integer(0, 2))
    const lasts = Math.min(random.integer(20, 50) * MILLISECOND, end - at)
    faults.push({ kind, target: { nodes: [victim] }, at, for: lasts })
  }
  return faults
}

/** Faults that such a control plane survives: without a disk, none of its processes crashes. */
export function survivedBy({ hasDisk }: ControlPlane, faults: readonly Fault[], first: NodeId): readonly Fault[] {
  const isCrash = (fault: Fault): boolean =>
    "target" in fault && "nodes" in fault.target && fault.kind !== "pause" && fault.target.nodes[0] === first
  return hasDisk ? faults : faults.filter(fault => !isCrash(fault))
}
