/**
 * OM(m) of Lamport, Shostak and Pease, "The Byzantine Generals Problem", ACM TOPLAS 4(3), 1982, §3, as a student may write
 * it: what came is kept by its path, and the decision is the paper's recursion over paths.
 */
import { type Agreement, agreement, algorithm, choice, duration, type Node, type ParameterValues } from "quorate"

const parameters = {
  m: choice(["largest", "0", "1", "2", "3", "4", "5", "6"], "largest", "Traitors to withstand."),
  roundLength: duration("1d + 1ms", "Length of a round."),
}

interface Oral {
  readonly type: "Oral"
  readonly instance: number
  readonly path: readonly number[]
  readonly value: number
}

interface Generals {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  readonly state: { instance: number; commander: number; round: number; heard: Map<string, number> }
  readonly message: Oral
  readonly timer: "round"
  readonly service: Agreement
}

type General = Node<Generals>

const RETREAT = 0

export const solution = algorithm<Generals>({
  name: "my-generals",
  title: "My generals",
  source: "Lamport, Shostak and Pease 1982",
  summary: "Everybody repeats to everybody what he heard, and believes the majority.",
  tolerates: { faults: "byzantine", of: n => Math.floor((n - 1) / 3) },
  serves: [agreement],
  parameters,

  disk: () => ({}),
  state: () => ({ instance: 0, commander: 0, round: 0, heard: new Map() }),
  start() {},

  request: {
    Propose(node, { instance, value }, client) {
      node.state.instance = 0
      for (const peer of node.peers) node.send(peer, { type: "Oral", instance, path: [node.id], value })
      node.report({ type: "decided", instance, value })
      node.reply(client, { type: "Decision", instance, value })
    },

    Await(node, { instance, commander }) {
      node.state.instance = instance
      node.state.commander = commander
      node.state.round = 1
      node.state.heard.clear()
      node.setTimer("round", node.parameters.roundLength)
    },
  },

  receive: {
    Oral({ id, state }, { instance, path, value }, from) {
      if (instance !== state.instance || path.length !== state.round) return
      if (path[0] !== state.commander || path.at(-1) !== from || path.includes(id)) return
      const key = path.join()
      if (!state.heard.has(key)) state.heard.set(key, value)
    },
  },

  timeout: {
    round(node) {
      const { state } = node
      const m = traitors(node)
      if (state.round <= m) {
        for (const path of pathsTo(node, state.round)) {
          const message = { type: "Oral", instance: state.instance, path: [...path, node.id], value: heard(node, path) }
          for (const peer of node.peers) if (!path.includes(peer)) node.send(peer, message as Oral)
        }
        state.round++
        node.setTimer("round", node.parameters.roundLength)
        return
      }
      const value = om(node, m, [state.commander])
      node.report({ type: "decided", instance: state.instance, value })
      state.instance = 0
    },
  },

  lies: {
    Oral: (message, tell) => ({ ...message, value: tell(message.value, Math.max(2, message.value + 1)) }),
  },
})

function traitors({ size, parameters: { m } }: General): number {
  return m === "largest" ? Math.floor((size - 1) / 3) : Number(m)
}

/** All ways of a length by which this general may hear. */
function pathsTo(node: General, length: number): number[][] {
  if (length === 1) return [[node.state.commander]]
  const shorter = pathsTo(node, length - 1)
  return shorter.flatMap(path => node.peers.filter(peer => !path.includes(peer)).map(peer => [...path, peer]))
}

function heard({ state }: General, path: readonly number[]): number {
  return state.heard.get(path.join()) ?? RETREAT
}

/** The value that this lieutenant uses in the OM(m) whose commander is the last on the path. */
function om(node: General, m: number, path: readonly number[]): number {
  if (m === 0) return heard(node, path)
  const others = node.peers.filter(peer => !path.includes(peer))
  return majority([heard(node, path), ...others.map(peer => om(node, m - 1, [...path, peer]))])
}

function majority(values: readonly number[]): number {
  return values.find(value => 2 * values.filter(other => other === value).length > values.length) ?? RETREAT
}
