/** The declarations of the `agreement` service: the settings of its workload and its figures. */
import { choice, choiceOr, duration, integer, type ParameterValues, rate } from "../../runtime/contract/parameters.ts"
import type { FigureDescription, WorkloadProblem } from "../../runtime/contract/service.ts"
import { beyondNodes } from "../node-settings.ts"
import { arrivals, deadline, patience } from "../workload-settings.ts"
import type { Value } from "./shape.ts"

/** The setting of an experiment that tries every proposal. */
export const EVERY = "every"

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
    "Open loop: the most instances under way at once. One that is asked for while the limit is reached is turned away: it " +
      "has failed. Oral messages can do but one at a time.",
    { min: 1, max: 10_000 },
  ),
  concurrent: integer(1, "Closed loop: instances that are kept going at once.", { min: 1, max: 10_000 }),
  deadline: deadline("max(1s, 50d)", "An instance not decided this long after it was asked for has timed out."),
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
  proposal: choiceOr(
    ["random", "same", "different", "retreat", "attack", EVERY],
    { pattern: "\\d{1,6}(_\\d{1,6})*", form: "a value for each proposer, such as 1_0_0" },
    "random",
    "What is proposed: any of the values, drawn for each proposer (`random`); one drawn for all of them (`same`); one " +
      "drawn for the first, and the values after it for the others (`different`); always 0 (`retreat`) or 1 (`attack`); or " +
      "by each proposer in turn the values given, such as `1_0_0`. `every` goes through all such combinations, in " +
      "experiments with `repeat: every`.",
  ),
  ...patience({
    retryAfter: "Replicated logs only: a proposer asks the next node when one is silent for this long.",
    backoff: "Replicated logs only: a proposer that learned of no leader asks the next node after this delay.",
  }),
}

/** The values that a `proposal` such as `1_0_0` gives, by proposer. */
export function valuesIn(proposal: string): readonly Value[] {
  return proposal.split("_").map(Number)
}

/** The first setting with which a group of `nodes` nodes cannot run. */
export function workloadProblem(settings: Workload, nodes: number): WorkloadProblem | undefined {
  return beyondNodes(settings, nodes, { counts: ["proposers"] }) ?? proposalProblem(settings)
}

function proposalProblem({ proposal, proposers, values }: Workload): WorkloadProblem | undefined {
  if (proposal === EVERY) return { setting: "proposal", message: "found every, which needs repeat: every" }
  if (!/^\d/.test(proposal)) return undefined
  const given = valuesIn(proposal)
  const strange = given.find(value => value >= values)
  if (given.length !== proposers)
    return {
      setting: "proposal",
      message: `found ${given.length} values, expected one for each of ${proposers} proposers`,
    }
  if (strange === undefined) return undefined
  return { setting: "proposal", message: `found ${strange}, expected values from 0 to ${values - 1}` }
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
