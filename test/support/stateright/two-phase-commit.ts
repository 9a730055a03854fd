/**
 * Stateright's example `2pc` (stateright 0.31, examples/2pc.rs, after Gray and Lamport's TLA+ specification): a transaction manager
 * and resource managers that prepare or abort of their own accord. No message is ever removed. So there are as many states as
 * that checker finds.
 */
import { algorithm, type Shape } from "../../../runtime/contract/algorithm.ts"
import { type Model, NO_BUDGETS } from "../../../runtime/checker/model.ts"

interface Example extends Shape {
  readonly parameters: object
  readonly disk: object
  /** `prepared`, of the manager: by id. */
  readonly state: { role: "init" | "working" | "prepared" | "committed" | "aborted"; readonly prepared: boolean[] }
  readonly message: { readonly type: "Prepared" } | { readonly type: "Commit" } | { readonly type: "Abort" }
  readonly timer: "prepare" | "abort" | "commit"
  readonly service: { readonly request: never; readonly reply: never; readonly fact: never }
}

/** Node 0 is the transaction manager. */
const MANAGER = 0

const twoPhaseCommit = algorithm<Example>({
  name: "stateright-2pc",
  title: "Stateright's two-phase commit",
  source: "stateright 0.31, examples/2pc.rs",
  summary: "Commits what all have prepared.",
  tolerates: { faults: "none", of: () => 0 },
  serves: [],
  parameters: {},
  // The transaction manager begins otherwise than the others, so that only these change their ids.
  interchangeable: { byId: ["prepared"] },
  disk: () => ({}),
  state: ({ id, size }) => ({
    role: id === MANAGER ? "init" : "working",
    prepared: id === MANAGER ? Array.from({ length: size }, (_, manager) => manager === MANAGER) : [],
  }),
  start(node) {
    node.setTimer("abort", 0)
    if (node.id !== MANAGER) node.setTimer("prepare", 0)
  },
  request: {},

  timeout: {
    prepare(node) {
      node.state.role = "prepared"
      node.cancelTimer("abort")
      node.send(MANAGER, { type: "Prepared" })
    },
    abort(node) {
      node.state.role = "aborted"
      if (node.id !== MANAGER) return node.cancelTimer("prepare")
      node.cancelTimer("commit")
      node.broadcast({ type: "Abort" })
    },
    commit(node) {
      node.state.role = "committed"
      node.cancelTimer("abort")
      node.broadcast({ type: "Commit" })
    },
  },

  receive: {
    Prepared(node, _, from) {
      const { state } = node
      if (state.role !== "init") return
      state.prepared[from] = true
      if (state.prepared.every(each => each)) node.setTimer("commit", 0)
    },
    Commit(node) {
      node.state.role = "committed"
    },
    Abort(node) {
      node.state.role = "aborted"
      node.cancelTimer("abort")
      node.cancelTimer("prepare")
    },
  },
})

export function stateRightTwoPhaseCommit(resourceManagers: number): Model {
  return {
    algorithm: twoPhaseCommit,
    size: resourceManagers + 1,
    parameters: {},
    asks: [],
    budgets: { ...NO_BUDGETS, timeouts: { all: Infinity } },
    network: "lasting",
    watch: { initial: null, observe: state => state, problem: () => null, interchangeable: {} },
  }
}
