/** A small algorithm for tests of the runtime: nodes count what they hear, write it down and answer. */
import { algorithm, type Algorithm, type Shape } from "../../runtime/contract/algorithm.ts"
import { Histogram } from "../../runtime/lib/histogram.ts"
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import type { Service, ServiceRun, World } from "../../runtime/contract/service.ts"

export interface Chatter extends Shape {
  readonly parameters: object
  readonly disk: { heard: number; log: number[] }
  readonly state: { heard: number; boots: number; rang: number[]; drawn: number[] }
  readonly message:
    | { readonly type: "Note"; readonly number: number }
    | { readonly type: "Thanks"; readonly number: number; readonly glad: boolean }
  readonly timer: "alarm"
  readonly service: {
    readonly request: { readonly type: "Tell"; readonly to: number; readonly number: number }
    readonly reply: { readonly told: number }
    readonly fact: { readonly type: "heard"; readonly number: number }
  }
}

export const chatter: Algorithm<Chatter> = algorithm<Chatter>({
  name: "chatter",
  title: "Chatter",
  source: "none",
  summary: "Tells and thanks.",
  tolerates: { faults: "none", of: () => 0 },
  serves: [],
  parameters: {},
  disk: () => ({ heard: 0, log: [] }),
  state: ({ disk }) => ({ heard: disk.heard, boots: 1, rang: [], drawn: [] }),
  start() {},
  receive: {
    Note(node, { number }, from) {
      node.send(from, { type: "Thanks", number, glad: true })
      node.state.heard++
      node.state.drawn.push(node.random(0, 1_000_000))
      node.save({ heard: node.state.heard })
      node.append("log", number)
      node.report({ type: "heard", number })
    },
    Thanks() {},
  },
  timeout: {
    alarm(node) {
      node.state.rang.push(node.now())
    },
  },
  request: {
    Tell(node, { to, number }, client) {
      if (number < 0) throw new Error("a negative number")
      node.send(to, { type: "Note", number })
      node.reply(client, { told: number })
    },
  },
})

/** A service whose one client tells node 1 a number, through the first of its contacts, every millisecond. */
export const telling: Service = {
  name: "telling",
  title: "Telling",
  availability: "always",
  operation: "one number told",
  workload: {},
  checks: [],
  figures: {},
  open: openTelling,
}

function openTelling(world: World): ServiceRun {
  let told = 0
  let inFlight = 0
  const latency = new Histogram()
  const tell = (): void => {
    inFlight++
    world.request(0, world.contacts[0]!, { type: "Tell", to: 1, number: told++ } as { type: "Tell" })
    if (world.now() + 1_000 < world.end) world.wakeAfter(1_000, "tell")
  }
  return {
    start: tell,
    timeout: { tell },
    reply() {
      inFlight--
    },
    observe() {},
    nodeDown() {},
    nodeUp() {},
    faultOccurred() {},
    isIdle: () => inFlight === 0,
    finish: () => ({
      attempted: told,
      ok: told - inFlight,
      failed: 0,
      unknown: inFlight,
      completed: told - inFlight,
      availability: 1,
      latency,
      outages: [],
      verdicts: {},
      figures: {},
    }),
  }
}

/** A run of the telling service on three nodes, for 100 ms after a warm-up of 10 ms. */
export function tellingScenario(changes: Partial<Scenario> = {}): Scenario {
  return {
    algorithm: chatter,
    service: telling,
    nodes: 3,
    parameters: {},
    workload: {},
    network: { latency: { model: "uniform", min: 200, max: 900 }, loss: 0, duplication: 0 },
    disk: { syncLatency: 0 },
    faults: [],
    warmup: 10_000,
    duration: 110_000,
    ...changes,
  }
}
