/**
 * A small algorithm with roles, for tests of hosts: nodes do not tell each other anything, but an operator, which has two
 * scribes write down what it passes on.
 */
import { algorithm, type Node, type RoleNode, type Shape } from "../../runtime/contract/algorithm.ts"

interface Note {
  readonly type: "Note"
  readonly number: number
}

export interface Switchboard extends Shape {
  readonly parameters: object
  readonly disk: object
  readonly state: { heard: number[]; written: number; operators: number[] }
  readonly message: Note | { readonly type: "Written"; readonly number: number }
  readonly timer: never
  readonly service: {
    readonly request: { readonly type: "Tell"; readonly to: number; readonly number: number }
    readonly reply: { readonly told: number }
    readonly fact: { readonly type: "heard"; readonly number: number }
  }
  readonly roles: {
    readonly operator: {
      readonly disk: object
      readonly state: { passedOn: number; members: number[]; quiet: number }
      readonly message: { readonly type: "PassOn"; readonly to: number; readonly number: number }
      readonly timer: "quiet"
    }
    readonly scribe: {
      readonly disk: { book: number[] }
      readonly state: { boots: number }
      readonly message: Note
      readonly timer: never
    }
  }
}

export type OperatorNode = RoleNode<Switchboard, "operator">

const QUIET = 5_000

export const switchboard = algorithm<Switchboard>({
  name: "switchboard",
  title: "Switchboard",
  source: "none",
  summary: "Tells through an operator.",
  tolerates: { faults: "none", of: () => 0 },
  serves: [],
  parameters: {},
  disk: () => ({}),
  state: node => ({ heard: [], written: 0, operators: [...node.role("operator")] }),
  start() {},
  receive: {
    Note(node, { number }) {
      node.state.heard.push(number)
      node.report({ type: "heard", number })
    },
    Written(node) {
      node.state.written++
    },
  },
  timeout: {},
  request: {
    Tell(node, { to, number }, client) {
      node.send(operatorOf(node), { type: "PassOn", to, number })
      node.reply(client, { told: number })
    },
  },
  roles: {
    operator: {
      doc: "passes on what nodes tell each other",
      count: 1,
      disk: () => ({}),
      state: ({ peers }) => ({ passedOn: 0, members: [...peers], quiet: 0 }),
      start(node) {
        node.setTimer("quiet", QUIET)
      },
      receive: {
        PassOn(node, { to, number }) {
          node.state.passedOn++
          node.send(to, { type: "Note", number })
          for (const scribe of node.role("scribe")) node.send(scribe, { type: "Note", number })
          node.setTimer("quiet", QUIET)
        },
      },
      timeout: {
        quiet(node) {
          node.state.quiet++
        },
      },
      standing: ({ state }) => ({ role: "operator", rank: state.passedOn > 0 ? 2 : 0, epoch: state.passedOn }),
    },
    scribe: {
      doc: "writes down what the operator passes on",
      count: 2,
      disk: () => ({ book: [] }),
      state: () => ({ boots: 1 }),
      start() {},
      receive: {
        Note(node, { number }) {
          node.append("book", number)
          node.broadcast({ type: "Written", number }, "heartbeat")
        },
      },
      timeout: {},
    },
  },
})

export function operatorOf(node: Node<Switchboard>): number {
  const [operator] = node.role("operator")
  if (operator === undefined) throw new Error("there is no operator")
  return operator
}
