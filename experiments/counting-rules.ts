/** The counting rules, in words: printed beside every chart and kept in every manifest. */

/** How messages are counted; most published counts disagree only by convention. */
export const COUNTING_RULES: readonly string[] = [
  "One unicast send is one message; a broadcast to the others is n-1; what a node sends itself is none.",
  "Replies count. A message to a crashed or cut-off node counts: it was sent.",
  "Protocol messages, heartbeats, retransmissions and client messages are counted apart and never mixed.",
  "Message cost is protocol messages per successful operation, all runs of a cell together.",
  "Bytes follow a documented size model of the messages, not the length of a text form.",
  "Nothing is counted during the warm-up.",
]

/** How the figures are to be read. */
export const READING_RULES: readonly string[] = [
  "Availability is the share of operations that succeed before their deadline, by the time they began; for leader " +
    "election it is a share of time. Each service's own definition is given with it.",
  "Every algorithm meets the same seeds: the same fault schedule and the same delays on each link.",
  "Intervals cover 95 % and are over runs, since operations of one run share its faults: Student's t for means and " +
    "ratios; Wilson's for availability and for shares of runs, of none or all of them the exact one-sided bound; Woodruff's for percentiles. An interval without width " +
    "says that all runs gave the same value; it cannot speak of what happens in fewer than 3 of as many runs.",
  "Latencies are percentiles of all operations of all runs of a cell together; operations that did not succeed have none.",
  "Differences between algorithms are paired run by run. One is called shown if the p-value of the paired t-test, " +
    "adjusted by Holm's method for all comparisons of the metric in the experiment, is below 0.05 and rounding alone " +
    "could not make it; its interval is for itself.",
  "Mean time to repair is the time out of service per repair; an outage that the run's end cuts off adds its time, and " +
    "no repair.",
]

/** The rules in a line, as the caption of a chart. */
export const COUNTING_CAPTION =
  "Counted: every message sent between nodes, replies and those to dead nodes included; a broadcast is n-1; " +
  "heartbeats, retransmissions and client messages apart; after the warm-up."
