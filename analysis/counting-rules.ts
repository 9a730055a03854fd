/** The counting rules, in words: printed beside every chart and kept in every manifest. */

/** Rules by which messages are counted; most published counts disagree only by convention. */
export const COUNTING_RULES: readonly string[] = [
  "One unicast send is one message; a broadcast to the others is n-1; what a node sends to itself does not count.",
  "Replies count. A message to a crashed or cut-off node counts: it was sent.",
  "A retransmission repeats what its receiver was sent before, in the same term or ballot; a reply has the purpose of what " +
    "it answers. Protocol messages, heartbeats, retransmissions and client messages are counted apart.",
  "Message cost is protocol messages per successful operation, all runs of a cell together; the total has heartbeats and " +
    "retransmissions in it, too.",
  "Bytes follow a documented size model of the messages, not the length of a text form.",
  "Nothing is counted during the warm-up.",
]

/** Rules for reading the figures. */
export const READING_RULES: readonly string[] = [
  "Availability is the share of operations that succeed before their deadline, by the time they began; for leader " +
    "election it is a share of time. Each service's own definition is given with it. It is also given before any " +
    "fault, while one is in force, and after it.",
  "Every algorithm meets the same seeds: the same fault schedule and the same delays on each link.",
  "Intervals cover 95 % and are over runs, since operations of one run share its faults: Student's t, corrected for " +
    "skewness after Hall, for means and ratios; Wilson's for availability and for shares of runs, of none or all of them " +
    "the exact one-sided bound; Woodruff's for percentiles. An interval without width says that all runs gave the same " +
    "value; what happens in fewer than 3 of as many runs may be missing from it.",
  "Latencies are percentiles of all operations of all runs of a cell together. One that failed counts as longer than the " +
    "deadline; a percentile among these is over the deadline, by an unknown amount.",
  "Differences between algorithms are paired run by run. One is called shown if the p-value of the paired t-test, " +
    "adjusted by Holm's method for all comparisons of the metric in the experiment, is below 0.05 and rounding alone " +
    "could not cause it; its interval is not adjusted.",
  "Mean time to recover is the time without a leader per recovery, from what nodes report, where all algorithms have " +
    "leaders; else the time out of service, which is from the first operation that fails to the next success. One that " +
    "the run's end cuts off adds its time, and no recovery.",
  "In an open loop without faults a point is steady if the operations in flight are shown not to grow; where they do, or " +
    "operations fail (with a deadline of ten link delays or more), more arrives than the group can carry, and its figures " +
    "are those of a run of this length.",
]

/** The rules in a line, as the caption of a chart. */
export const COUNTING_CAPTION =
  "Counted: every message sent between nodes, replies and those to dead nodes included; a broadcast is n-1; " +
  "heartbeats, retransmissions and client messages apart; after the warm-up."
