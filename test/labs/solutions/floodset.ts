/**
 * FloodSet of Lynch, Distributed Algorithms, 1996, §6.2.1, as a student may write it: W is a bare set of values. A process decides
 * early if it has missed nobody in a round whom it had not missed before.
 */
import { type Agreement, agreement, algorithm, choice, duration, type Node, type ParameterValues } from "quorate"

const parameters = {
  f: choice(["minority", "all-but-one", "0", "1", "2", "3", "4", "5", "6"], "minority", "Crashes to withstand."),
  roundLength: duration("1d + 1ms", "Length of a round."),
}

interface Flood {
  readonly type: "Flood"
  readonly instance: number
  readonly round: number
  readonly values: readonly number[]
  readonly isLast: boolean
}

interface FloodSet {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  readonly state: {
    instance: number
    round: number
    readonly w: Set<number>
    heard: Set<number>
    missing: Set<number>
    /** It decides at the end of this round; or of the next, which it is to announce. */
    isLast: boolean
    isSure: boolean
  }
  readonly message: Flood
  readonly timer: "round"
  readonly service: Agreement
}

type Self = Node<FloodSet>

export const solution = algorithm<FloodSet>({
  name: "my-floodset",
  title: "My FloodSet",
  source: "Lynch 1996",
  summary: "Everybody tells everybody all he knows.",
  tolerates: { faults: "crash", of: n => Math.floor((n - 1) / 2) },
  assumes: { timing: "synchronous", links: "reliable" },
  serves: [agreement],
  parameters,

  disk: () => ({}),
  state: () => ({
    instance: 0,
    round: 0,
    w: new Set(),
    heard: new Set(),
    missing: new Set(),
    isLast: false,
    isSure: false,
  }),
  start() {},

  request: {
    Propose(node, { instance, value }) {
      begin(node, instance)
      node.state.w.add(value)
      flood(node)
    },
    Await(node, { instance }) {
      begin(node, instance)
      flood(node)
    },
  },

  receive: {
    Flood(node, { instance, round, values, isLast }, from) {
      const { state } = node
      if (instance !== state.instance || round !== state.round) return
      state.heard.add(from)
      for (const value of values) state.w.add(value)
      if (isLast) state.isSure = true
    },
  },

  timeout: {
    round(node) {
      const { state } = node
      if (state.isLast || state.round > crashesOf(node)) return decide(node)
      const missing = node.peers.filter(peer => !state.heard.has(peer))
      if (missing.every(peer => state.missing.has(peer))) state.isSure = true
      state.missing = new Set(missing)
      state.isLast = state.isSure
      state.round++
      flood(node)
    },
  },
})

function begin({ state }: Self, instance: number): void {
  state.instance = instance
  state.round = 1
  state.w.clear()
  state.missing.clear()
  state.isLast = false
  state.isSure = false
}

function flood(node: Self): void {
  const { state } = node
  state.heard.clear()
  node.setTimer("round", node.parameters.roundLength)
  const { instance, round, w, isLast } = state
  node.broadcast({ type: "Flood", instance, round, values: [...w], isLast })
}

function decide(node: Self): void {
  const { state } = node
  const { instance, w } = state
  state.instance = 0
  if (w.size > 0) node.report({ type: "decided", instance, value: Math.min(...w) })
}

function crashesOf({ parameters: { f: chosen }, size }: Self): number {
  if (chosen === "minority") return (size - 1) >> 1
  return chosen === "all-but-one" ? size - 1 : Number(chosen)
}
