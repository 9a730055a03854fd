/** A small algorithm and its service without time, for tests of scripted runs: clerks write down what they are told. */
import { algorithm, type Shape } from "../../../../runtime/contract/algorithm.ts"
import { service } from "../../../../runtime/contract/service.ts"
import type { Untimed, UntimedClient, UntimedWatch } from "../../../../runtime/contract/untimed.ts"
import { durationOf, type ScriptStep } from "../../../../runtime/scenario/script.ts"
import { Simulation } from "../../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../../runtime/simulation/trace.ts"
import { scenarioOf } from "../../../support/service-run.ts"

export interface Clerks extends Shape {
  readonly parameters: object
  readonly disk: { written: readonly number[] }
  readonly state: { heard: number[]; rang: (string | number)[] }
  readonly message: { readonly type: "Note"; readonly number: number }
  readonly timer: "bell" | "reminder"
  readonly service: {
    readonly request:
      | { readonly type: "Tell"; readonly number: number }
      | { readonly type: "Ring"; readonly key?: number }
      | { readonly type: "Say"; readonly number: number }
    readonly reply: { readonly type?: "Told"; readonly number: number }
    readonly fact: { readonly type: "heard"; readonly number: number }
  }
}

/** Node 0 passes on to node 1 what it is told; both write down what they hear, and report it. */
export const clerks = algorithm<Clerks>({
  name: "clerks",
  title: "Clerks",
  source: "none",
  summary: "They write down what they are told.",
  tolerates: { faults: "none", of: () => 0 },
  serves: [],
  parameters: {},
  disk: () => ({ written: [] }),
  state: () => ({ heard: [], rang: [] }),
  start() {},
  receive: {
    Note(node, { number }) {
      node.state.heard.push(number)
      node.save({ written: [...node.disk.written, number] })
      node.report({ type: "heard", number })
    },
  },
  timeout: {
    bell(node) {
      node.state.rang.push("bell")
    },
    reminder(node, key) {
      node.state.rang.push(key!)
    },
  },
  request: {
    Tell(node, { number }, client) {
      node.send(1, { type: "Note", number })
      node.reply(client, number % 2 === 0 ? { type: "Told", number } : { number })
    },
    Ring(node, { key }) {
      if (key === undefined) node.setTimer("bell", 5_000)
      else node.setTimer("reminder", 5_000, key)
    },
    Say(node, { number }) {
      node.report({ type: "heard", number })
    },
  },
})

/** What a client has done: the number of its requests, the answers that it got, and how often its home crashed under it. */
export interface Asker {
  readonly asked: number
  readonly answers: readonly unknown[]
  readonly crashes: number
}

/** A client that may send each of its requests once, in their order. It reports what it is answered. */
export function askerOf(
  id: number,
  home: number | null,
  requests: readonly Clerks["service"]["request"][],
  started = false,
): UntimedClient<Asker> {
  const ask = (state: Asker) => ({
    state: { ...state, asked: state.asked + 1 },
    requests: [{ to: home ?? 0, request: requests[state.asked]! }],
  })
  return {
    id,
    home,
    initial: { asked: 0, answers: [], crashes: 0 },
    ...(started ? { started: ask } : {}),
    moves: ({ asked }) => (asked < requests.length ? [{ name: `ask ${asked}` }] : []),
    move: ask,
    reply: (state, from, reply) => ({
      state: { ...state, answers: [...state.answers, [from, reply]] },
      facts: [{ type: "answered" }],
    }),
    crashed: state => ({ state: { ...state, crashes: state.crashes + 1 }, facts: [{ type: "lost its home" }] }),
  }
}

/** Who reported what, in order. A negative number is a violation, as long as it is the last one that was heard. */
export type Reports = readonly (readonly [node: number, fact: string | number])[]

export const reports: UntimedWatch<Reports> = {
  initial: [],
  observe: (state, { node, fact }) => {
    const what = "number" in fact && typeof fact.number === "number" ? fact.number : fact.type
    return [...state, [node, what]]
  },
  problem: () => null,
  ended: state => state.filter(([, fact]) => typeof fact === "number" && fact >= 0).length,
  verdicts: state => {
    const [, last] = state.at(-1) ?? []
    const isWrong = typeof last === "number" && last < 0
    return { positive: isWrong ? { verdict: "violated", at: 0, witness: `${last}` } : { verdict: "holds" } }
  },
  isDone: state => state.some(([, fact]) => fact === 9),
}

interface ScriptedOptions {
  readonly operations?: number
  readonly watch?: UntimedWatch<Reports>
  /** False: the service has no form without time. */
  readonly isUntimed?: boolean
}

/** A run of a script by two clerks. */
export function scripted(
  clients: readonly UntimedClient<Asker>[],
  steps: readonly ScriptStep[],
  { operations = 2, watch = reports, isUntimed = true }: ScriptedOptions = {},
) {
  const events: TraceEvent[] = []
  const seen: Reports[] = []
  const watched: UntimedWatch<Reports> = {
    ...watch,
    observe(state, reported) {
      const next = watch.observe(state, reported)
      seen.push(next)
      return next
    },
  }
  const desk = service({
    name: "desk",
    title: "Desk",
    availability: "always",
    operation: "one number told",
    workload: {},
    checks: [],
    figures: {},
    open() {
      throw new Error("a scripted run has no workload")
    },
    ...(isUntimed ? { untimed: (): Untimed => ({ clients, watch: watched }) } : {}),
  })
  const scenario = {
    ...scenarioOf(clerks, desk, { nodes: 2 }),
    warmup: 0,
    duration: durationOf(steps.length),
    script: { operations, steps },
  }
  const simulation = new Simulation(scenario, 1, { observer: event => events.push(event) })
  const result = simulation.run()
  return { simulation, result, events, reported: seen.at(-1) ?? [] }
}
