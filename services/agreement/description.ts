/** What the `agreement` service declares: the settings of its workload and its figures. */
import { choice, duration, integer, type ParameterValues, rate } from "../../runtime/contract/parameters.ts"
import type { FigureDescription } from "../../runtime/contract/service.ts"
import { arrivals, deadline, patience } from "../workload-settings.ts"

export const workload = {
  instances: integer(1, "Decisions to be made. 0: as many as the duration allows."),
  gap: duration("0s", "Closed loop: time from the end of one instance to the next."),
  rate: rate(
    "0/s",
    "Instances that are asked for, whatever became of earlier ones (open loop). 0: closed loop, the next when one ends.",
  ),
  arrivals: arrivals(
    "Open loop: instances are asked for evenly spaced (`constant`), or independently of each other (`poisson`).",
  ),
  maxInFlight: integer(
    1_000,
    "Open loop: the most instances under way at once. One that is asked for when there are so many is turned away: it " +
      "has failed. Oral messages can do but one at a time.",
    { min: 1, max: 10_000 },
  ),
  concurrent: integer(1, "Closed loop: instances that are kept going at once.", { min: 1, max: 10_000 }),
  deadline: deadline("max(1s, 50d)", "An instance not decided so long after it was asked for has timed out."),
  proposers: integer(1, "How many nodes propose in each instance. Byzantine generals have one commander.", { min: 1 }),
  commander: choice(
    ["lowest", "random"],
    "lowest",
    "Which of the live nodes propose: those with the lowest ids, or random ones.",
  ),
  learners: choice(
    ["all", "proposers"],
    "all",
    "Which of the loyal live nodes have to decide for an instance to count as decided: `all`, or only those that propose " +
      "in it, as where nobody else learns the outcome (Paxos with `learning: proposer`).",
  ),
  values: integer(2, "How many different values there are: 0 (RETREAT), 1 (ATTACK), 2, ...", { min: 2 }),
  proposal: choice(
    ["random", "same", "different", "retreat", "attack"],
    "random",
    "What is proposed: any of the values, drawn for each proposer (`random`); one drawn for all of them (`same`); one " +
      "drawn for the first, and the values after it for the others (`different`); or always 0 (`retreat`) or 1 (`attack`).",
  ),
  ...patience({
    retryAfter: "Replicated logs only: a proposer asks the next node when one is silent for so long.",
    backoff: "Replicated logs only: a proposer told of no leader asks the next node after so long.",
  }),
}

export type Workload = ParameterValues<typeof workload>

export const figures: Readonly<Record<string, FigureDescription>> = {
  offered: { doc: "Offered load: instances asked for per second of the measured time.", unit: "1/s" },
  in_flight: { doc: "Instances under way, on average over the measured time.", unit: "instances" },
  turned_away: { doc: "Instances turned away because `maxInFlight` were under way.", unit: "instances" },
  vacuous: {
    doc: "Instances in which fewer than two loyal nodes were up, so that there was nobody to agree with; they are not begun.",
    unit: "instances",
  },
  decided: { doc: "Instances decided by every loyal live node, rightly and in time.", unit: "instances" },
  wrong: { doc: "Instances in which agreement or validity was broken.", unit: "instances" },
  decisions_per_second: {
    doc: "Instances decided by every loyal live node, rightly, in the measured time per second of it.",
    unit: "1/s",
  },
  first_decision: { doc: "Mean time from the beginning of an instance to its first decision.", unit: "ms" },
  last_decision: { doc: "Mean time to the decision of the last loyal live node.", unit: "ms" },
}
