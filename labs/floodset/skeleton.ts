/**
 * FloodSet: your solution. The hand-out is README.md; check it with `quorate lab test`.
 *
 * Handlers run one at a time and to their end, and act only through `node`: `node.broadcast(message)` to all others,
 * `node.setTimer(name, delay)`, `node.cancelTimer(name)`, and `node.report(...)`, by which the world learns what this process
 * has decided. `node.state` is yours to change; a crash loses it. `node.peers` are the others, `node.size` is n.
 */
import { type Agreement, agreement, algorithm, choice, duration, type Node, type ParameterValues } from "quorate"

/** Fixed by the lab: tests set them. */
const parameters = {
  f: choice(
    ["minority", "all-but-one", "0", "1", "2", "3", "4", "5", "6"],
    "minority",
    "How many crashes to withstand. minority: (n-1)/2, rounded down; all-but-one: n-1.",
  ),
  roundLength: duration("1d + 1ms", "Length of a round: a message that is not there at its end will not come."),
}

/** "In this round, I know these values." The type's name is fixed; add fields as you need them. */
interface Flood {
  readonly type: "Flood"
  readonly instance: number
  readonly round: number
  readonly values: readonly number[]
}

interface FloodSet {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  /** `w`: the values that this process knows. Add what you need. */
  readonly state: { instance: number; round: number; readonly w: Set<number> }
  readonly message: Flood
  readonly timer: "round"
  readonly service: Agreement
}

type Self = Node<FloodSet>

export const floodSet = algorithm<FloodSet>({
  name: "my-floodset",
  title: "My FloodSet",
  source: "Lynch 1996",
  summary: "Everybody tells everybody all he knows.",
  tolerates: { faults: "crash", of: n => Math.floor((n - 1) / 2) },
  assumes: { timing: "synchronous", links: "reliable" },
  serves: [agreement],
  parameters,

  disk: () => ({}),
  state: () => ({ instance: 0, round: 0, w: new Set() }),
  start() {},

  request: {
    /** An instance begins: its first round starts now, for all at the same moment. This process proposes `value`. */
    Propose(_node, _request) {
      // TODO
    },

    /** An instance begins, and this process proposes nothing. It floods, and decides, like all others. */
    Await(_node, _request) {
      // TODO
    },
  },

  receive: {
    Flood(_node, _message, _from) {
      // TODO
    },
  },

  timeout: {
    /** A round is over. */
    round(_node) {
      // TODO: the next one, or decide.
    },
  },
})

/** f of n processes. */
export function crashesOf({ parameters: { f: chosen }, size }: Self): number {
  if (chosen === "minority") return (size - 1) >> 1
  return chosen === "all-but-one" ? size - 1 : Number(chosen)
}

/** The world learns what this process has decided, once an instance. */
export function decide(node: Self, instance: number, value: number): void {
  node.report({ type: "decided", instance, value })
}
