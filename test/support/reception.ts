/** A small algorithm whose clients ask a role, for tests of hosts: clerks answer them, and tell all nodes what they heard. */
import { algorithm, type Shape } from "../../runtime/contract/algorithm.ts"

export interface Reception extends Shape {
  readonly parameters: object
  readonly disk: object
  readonly state: { heard: number }
  readonly message: { readonly type: "Note"; readonly number: number }
  readonly timer: never
  readonly service: {
    readonly request: { readonly type: "Tell"; readonly to: number; readonly number: number }
    readonly reply: { readonly told: number }
    readonly fact: { readonly type: "heard"; readonly number: number }
  }
  readonly roles: {
    readonly clerk: {
      readonly serves: true
      readonly disk: object
      readonly state: { asked: number }
      readonly message: never
      readonly timer: never
    }
  }
}

export const reception = algorithm<Reception>({
  name: "reception",
  title: "Reception",
  source: "none",
  summary: "Clerks answer clients.",
  tolerates: { faults: "none", of: () => 0 },
  serves: [],
  parameters: {},
  disk: () => ({}),
  state: () => ({ heard: 0 }),
  start() {},
  receive: {
    Note(node, { number }) {
      node.state.heard++
      node.report({ type: "heard", number })
    },
  },
  timeout: {},
  request: {},
  roles: {
    clerk: {
      doc: "answers clients",
      count: 2,
      disk: () => ({}),
      state: () => ({ asked: 0 }),
      start() {},
      receive: {},
      timeout: {},
      request: {
        Tell(clerk, { number }, client) {
          clerk.state.asked++
          clerk.broadcast({ type: "Note", number })
          clerk.reply(client, { told: number })
        },
      },
    },
  },
})
