/**
 * Closed forms of a process that checkpoints and fails at random, alone: J. W. Young, "A First Order Approximation to the Optimum Checkpoint
 * Interval", Communications of the ACM 17(9), 1974; J. T. Daly, "A Higher Order Estimate of the Optimum Checkpoint Interval for
 * Restart Dumps", Future Generation Computer Systems 22(3), 2006. All times in one unit.
 */
import type { FigureForm, Setting } from "../../../runtime/contract/theory.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import { exponential } from "../../../runtime/lib/exact-math.ts"

/** A process that takes checkpoints and fails. */
export interface Checkpointing {
  /** Work in all: Ts. */
  readonly work: number
  /** Work between the end of a checkpoint and the beginning of the next: tau. */
  readonly interval: number
  /** Time to write a checkpoint: delta. */
  readonly checkpoint: number
  /** Time from a failure until the work continues; failures meanwhile begin it anew: R. */
  readonly restart: number
  /** Mean time between failures, exponential: M. */
  readonly mtbf: number
}

/** The interval of the shortest run time, to a first order: sqrt(2 delta M) (Young 1974). */
export function youngInterval({ checkpoint, mtbf }: Pick<Checkpointing, "checkpoint" | "mtbf">): number {
  return Math.sqrt(2 * checkpoint * mtbf)
}

/** To a higher order, for delta < 2M; else M (Daly 2006, §3). */
export function dalyInterval({ checkpoint, mtbf }: Pick<Checkpointing, "checkpoint" | "mtbf">): number {
  if (checkpoint >= 2 * mtbf) return mtbf
  const ratio = checkpoint / (2 * mtbf)
  return youngInterval({ checkpoint, mtbf }) * (1 + Math.sqrt(ratio) / 3 + ratio / 9) - checkpoint
}

/** The expected run time: M e^(R/M) (e^((tau+delta)/M) - 1) Ts/tau (Daly 2006, §2). */
export function expectedRunTime({ work, interval, checkpoint, restart, mtbf }: Checkpointing): number {
  const segment = exponential((interval + checkpoint) / mtbf) - 1
  return ((mtbf * exponential(restart / mtbf) * segment) / interval) * work
}

/**
 * The expected work that is lost. A segment of work and checkpoint is begun e^((tau+delta)/M) times on average; the work of the attempts
 * that fail is M (e^((tau+delta)/M) - e^(delta/M)) - tau.
 */
export function expectedWorkLost({ work, interval, checkpoint, mtbf }: Omit<Checkpointing, "restart">): number {
  const again = mtbf * (exponential((interval + checkpoint) / mtbf) - exponential(checkpoint / mtbf)) - interval
  return (again / interval) * work
}

/** The run time of one process, and the work that it loses. */
export const checkpointFigures: readonly FigureForm[] = [
  {
    service: "recovery",
    figure: "run_time",
    holds: (_, nodes) => nodes === 1,
    formula: "M e^(R/M) (e^((τ+δ)/M) - 1) T/τ",
    value(setting) {
      const alone = checkpointingOf(setting)
      if (alone === undefined) return undefined
      // A process is down for MTTR after each failure, and does not fail meanwhile.
      const down = 1 + (setting.failures?.mttr ?? 0) / alone.mtbf
      return (expectedRunTime(alone) * down) / MILLISECOND
    },
  },
  {
    service: "recovery",
    figure: "work_lost",
    holds: (_, nodes) => nodes === 1,
    formula: "(M (e^((τ+δ)/M) - e^(δ/M)) - τ) T/τ",
    value(setting) {
      const alone = checkpointingOf(setting)
      return alone && expectedWorkLost(alone) / MILLISECOND
    },
  },
]

function checkpointingOf({ failures, syncLatency, parameters, workload }: Setting): Checkpointing | undefined {
  const { interval } = parameters
  const { steps, step, image, block, restart } = workload
  if (failures === null) return undefined
  const syncs = Math.max(1, Math.ceil(Number(image) / Math.max(1, Number(block))))
  return {
    work: Number(steps) * Number(step),
    interval: Number(interval),
    checkpoint: syncs * syncLatency,
    restart: Number(restart),
    mtbf: failures.mtbf,
  }
}
