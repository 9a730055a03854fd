/** A small lock server for tests of the service: node 0 grants, by whatever rule the test likes. */
import { type Algorithm, algorithm, type Node, type NodeId, type Shape } from "../../../runtime/contract/algorithm.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import type { MutualExclusion } from "../../../services/mutual-exclusion/shape.ts"

export interface CentralServer extends Shape {
  readonly parameters: object
  readonly disk: object
  readonly state: { holder: NodeId | null; readonly queue: NodeId[] }
  readonly message: { readonly type: "Ask" } | { readonly type: "Grant" } | { readonly type: "Return" }
  readonly timer: never
  readonly service: MutualExclusion
}

/** Chooses whom the server grants next: a place in its queue, or null for nobody. */
export type Rule = (queue: readonly NodeId[], holder: NodeId | null) => number | null

export const firstComeFirstServed: Rule = (queue, holder) => (holder === null && queue.length > 0 ? 0 : null)

export function centralServer(rule: Rule): Algorithm<CentralServer> {
  return algorithm<CentralServer>({
    name: "central-server",
    title: "Central server",
    source: "for tests",
    summary: "Node 0 grants.",
    tolerates: { faults: "none", of: () => 0 },
    serves: [mutualExclusion],
    parameters: {},
    disk: () => ({}),
    state: () => ({ holder: null, queue: [] }),
    start() {},
    receive: {
      Ask(node, _, from) {
        node.state.queue.push(from)
        grant(node, rule)
      },
      Grant(node) {
        node.report({ type: "entered", timestamp: null })
        node.reply(node.id, { type: "Granted" })
      },
      Return(node, _, from) {
        if (from === node.state.holder) node.state.holder = null
        grant(node, rule)
      },
    },
    timeout: {},
    request: {
      Acquire: node => node.send(0, { type: "Ask" }),
      Release(node) {
        node.report({ type: "left" })
        node.send(0, { type: "Return" })
      },
    },
  })
}

function grant(node: Node<CentralServer>, rule: Rule): void {
  const { state } = node
  const place = rule(state.queue, state.holder)
  if (place === null) return
  const [next] = state.queue.splice(place, 1)
  if (next === undefined) return
  state.holder = next
  node.send(next, { type: "Grant" })
}
