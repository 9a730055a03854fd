/** The declarations of the `recovery` service: the settings of its workload and its figures. */
import { choice, duration, integer, type ParameterValues, share, size } from "../../runtime/contract/parameters.ts"
import type { FigureDescription, World } from "../../runtime/contract/service.ts"
import { deadline } from "../workload-settings.ts"
import type { Program } from "./program.ts"

export const workload = {
  steps: integer(100, "Steps of work of each process.", { min: 1 }),
  step: duration("100ms", "Mean work of a step.", { min: 1 }),
  stepTimes: choice(
    ["constant", "exponential"],
    "exponential",
    "How the work of steps spreads: all as long as the mean, or exponentially.",
  ),
  firstStep: duration(
    "0s",
    "Work of the first step of process 0; those of the others follow evenly over the length of a step. 0: as other steps.",
  ),
  messages: share("50%", "Share of the steps that end with a message to another process."),
  receivers: choice(
    ["random", "next"],
    "random",
    "To whom a process sends: any other one, drawn for each message, or always the next one of a ring.",
  ),
  outputs: share("0%", "Share of the steps that end with output to the outside world."),
  image: size("1MiB", "The state of a process: what a checkpoint stores."),
  payload: size("1KiB", "The content of a message: what a log stores."),
  block: size(
    "1MiB",
    "What the disk writes in one sync. A checkpoint takes image/block syncs, one after the other; a log takes one for all " +
      "that is written together.",
  ),
  restart: duration("0s", "Time that a process takes to load a checkpoint; a crash meanwhile begins it anew."),
  deadline: deadline("24h", "A computation that has not ended this long after it began has timed out."),
}

export type Workload = ParameterValues<typeof workload>

/** The program of a run; its seed is drawn from the workload's stream. */
export function programOf(world: World, settings: Workload): Program {
  const { deadline: _, ...rest } = settings
  return { seed: world.random.next(), processes: world.size, ...rest }
}

export const figures: Readonly<Record<string, FigureDescription>> = {
  run_time: { doc: "Time from the beginning of the computation to its end; none if it did not end.", unit: "ms" },
  slowdown: { doc: "The same per time that the longest process would take without a disturbance.", unit: "ratio" },
  work_done: { doc: "Work of all processes, that which was done again included.", unit: "ms" },
  work_lost: { doc: "Work of all processes that had to be done again after failures.", unit: "ms" },
  work_lost_per_failure: { doc: "The same per crash; none if there was none.", unit: "ms" },
  failures: { doc: "Crashes of processes until the end of the computation.", unit: "crashes" },
  rollbacks: { doc: "Times that a process that was up rolled back because another had failed.", unit: "rollbacks" },
  untouched: { doc: "Share of recoveries in which no process rolled back but those that failed.", unit: "share" },
  longest_rollback: { doc: "Most work that a process lost in one recovery, on average over recoveries.", unit: "ms" },
  rollback_depth: {
    doc: "Most checkpoints that a process gave up in one recovery, beside its return to the latest of those it kept.",
    unit: "checkpoints",
  },
  back_to_start: {
    doc: "Share of rollbacks, those of failed processes included, to the initial state.",
    unit: "share",
  },
  recovery_time: {
    doc: "Mean time from a crash until the computation continues, what was lost being yet to be done again.",
    unit: "ms",
  },
  standing_share: {
    doc: "Share of the time in which a process is up and does not work, before it has finished.",
    unit: "share",
  },
  checkpoints: { doc: "Checkpoints written, forced ones included.", unit: "checkpoints" },
  forced_checkpoints: { doc: "Checkpoints that the receipt of a message forced.", unit: "checkpoints" },
  log_writes: { doc: "Writes of logs to disks.", unit: "writes" },
  bytes_stored: { doc: "Bytes written for checkpoints and logs.", unit: "bytes" },
  computation_messages: { doc: "Messages that processes sent for the first time, or again.", unit: "messages" },
  control_messages: { doc: "Protocol messages beside those of the computation.", unit: "messages" },
  determinants: {
    doc: "Determinants, each of which says which message a process received when, on average with a message of the computation.",
    unit: "determinants",
  },
  outputs: { doc: "Outputs that the outside world has taken.", unit: "outputs" },
  repeated_outputs: { doc: "Outputs that were committed again after a crash, and ignored.", unit: "outputs" },
  output_delay: { doc: "Mean time from when output was last produced to its commit.", unit: "ms" },
}
