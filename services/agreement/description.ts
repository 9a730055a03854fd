/** What the `agreement` service declares: the settings of its workload, its checks and its figures. */
import { choice, duration, integer, type ParameterValues } from "../../runtime/parameters.ts"
import type { CheckDescription, FigureDescription } from "../../runtime/service.ts"

export const workload = {
  instances: integer(1, "Decisions to be made, one after another. 0: as many as the duration allows."),
  gap: duration("0s", "Time from the end of one instance to the next."),
  deadline: duration("max(1s, 50d)", "An instance not decided so long after it began has timed out.", { min: 1 }),
  proposers: integer(1, "How many nodes propose in each instance. Byzantine generals have one commander.", { min: 1 }),
  commander: choice(
    ["lowest", "random"],
    "lowest",
    "Which of the live nodes propose: those with the lowest ids, or random ones.",
  ),
  values: integer(2, "How many different values there are: 0 (RETREAT), 1 (ATTACK), 2, ...", { min: 2 }),
  proposal: choice(
    ["random", "retreat", "attack"],
    "random",
    "What is proposed: any of the values, drawn for each proposer, or always 0 (RETREAT) or 1 (ATTACK).",
  ),
  retryAfter: duration(
    "max(50ms, 8d)",
    "Replicated logs only: a proposer asks the next node when one is silent for so long.",
    {
      min: 1,
    },
  ),
  backoff: duration(
    "max(10ms, 2d)",
    "Replicated logs only: a proposer told of no leader asks the next node after so long.",
    {
      min: 1,
    },
  ),
}

export type Workload = ParameterValues<typeof workload>

export const checks: readonly CheckDescription[] = [
  { name: "agreement", doc: "No two loyal nodes decide differently in one instance (IC1)." },
  {
    name: "validity",
    doc: "Unless a proposer is a traitor, every loyal node decides a value that was proposed (IC2).",
  },
  { name: "integrity", doc: "No loyal node changes its decision." },
]

export const figures: Readonly<Record<string, FigureDescription>> = {
  decided: { doc: "Instances decided by every loyal live node, rightly and in time.", unit: "instances" },
  wrong: { doc: "Instances in which agreement or validity was broken.", unit: "instances" },
  decisions_per_second: { doc: "Such instances per second of the measured time.", unit: "1/s" },
  first_decision: { doc: "Mean time from the beginning of an instance to its first decision.", unit: "ms" },
  last_decision: { doc: "Mean time to the decision of the last loyal live node.", unit: "ms" },
}
