/** The declarations of the `leader-election` service: the settings of its workload and its figures. */
import { choice, duration, integer, type ParameterValues } from "../../runtime/contract/parameters.ts"
import type { FigureDescription } from "../../runtime/contract/service.ts"
import { arrivals } from "../workload-settings.ts"

export const workload = {
  initiators: choice(
    ["none", "lowest", "highest", "one", "random", "lowestFollower", "follower", "all"],
    "none",
    "The nodes asked to start an election, of those that are up: `none` (only nodes that miss their leader start " +
      "elections), the `lowest` or the `highest` id, the `one` given by `initiator`, `random` ones (as many as `count` " +
      "says), or `all` at once. `lowestFollower` and `follower` are the lowest, and a random one, of those that do not lead: " +
      "in Raft and Multi-Paxos a leader that is asked for an election leads on without one.",
  ),
  count: integer(1, "How many are asked at once if `initiators` is `random`.", { min: 1 }),
  initiator: integer(0, "The node that is asked if `initiators` is `one`; nobody is asked while it is down."),
  interval: duration("0s", "Mean time between two rounds of asking. 0: one round, at the end of the warm-up."),
  arrivals: arrivals(
    "How rounds come: evenly spaced, the first at the end of the warm-up (`constant`), or independently of each other, " +
      "so that some begin before the last election is over (`poisson`).",
  ),
} as const

export type Workload = ParameterValues<typeof workload>

export const figures: Readonly<Record<string, FigureDescription>> = {
  searches: {
    doc: "Times that no live node led any more (from the end of the warm-up on), or that clients asked for an election.",
    unit: "searches",
  },
  first_leader: {
    doc: "Mean time from when nobody led any more, or an election was asked for, until a node led.",
    unit: "ms",
  },
  stable_leader: {
    doc:
      "Mean time from when nobody led any more, or an election was asked for, until all whom it reaches followed the " +
      "leader that stayed: the last one before the next such moment or the end.",
    unit: "ms",
  },
  epochs_passed: {
    doc: "Epochs that began from when nobody led any more, or an election was asked for, until a node led, its own included; mean.",
    unit: "epochs",
  },
  split_votes: {
    doc: "Epochs in which nobody came to lead, until a node led; mean. In Raft: split votes, and candidates that failed.",
    unit: "epochs",
  },
  messages_to_leader: {
    doc: "Protocol messages sent from when nobody led any more, or an election was asked for, until a node led; mean.",
    unit: "messages",
  },
  rounds: { doc: "Rounds in which clients asked for an election.", unit: "rounds" },
  declined: {
    doc: "Rounds in which no election was held: who was asked led already and stayed, so that they say nothing of elections.",
    unit: "rounds",
  },
  elections: { doc: "Completed elections.", unit: "elections" },
  leader_changes: { doc: "Completed elections of another node than the election before.", unit: "elections" },
  reused_epochs: {
    doc: "Epochs in which more than one node led, at once or one after the other.",
    unit: "epochs",
  },
  agreement_share: { doc: "Share of time in which every live node answers rightly.", unit: "share" },
  leaderless_share: { doc: "Share of time in which no live node believes that it leads.", unit: "share" },
  split_brain_share: { doc: "Share of time in which two or more live nodes believe that they lead.", unit: "share" },
}
