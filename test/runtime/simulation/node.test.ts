/** What a node is told of the time and of signatures, and what a service is told of faults. */
import { expect, it } from "vitest"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { Simulation, simulate } from "../../../runtime/simulation/simulation.ts"
import { chatter, telling, tellingScenario } from "../../support/chatter.ts"

it("a deadline is over when its time has come, and not before", () => {
  const answers: boolean[] = []
  const punctual: typeof chatter = {
    ...chatter,
    start: node => node.setTimer("alarm", 20_000),
    timeout: {
      alarm(node) {
        for (const late of [-1, 0, 1]) answers.push(node.isOver(node.now() - late))
      },
    },
  }
  simulate(tellingScenario({ algorithm: punctual, nodes: 1, service: { ...telling, open: idle } }), 1)
  expect(answers).toEqual([false, true, true])
})

/** Clients that do nothing. */
function idle(...[world, settings]: Parameters<typeof telling.open>) {
  return { ...telling.open(world, settings), start() {} }
}

it("a signature is good for its signer and its content only", () => {
  const [one, other] = new Simulation(tellingScenario(), 1).nodes
  const signature = one!.sign({ order: 1 })
  expect(other!.verify(signature, 0, { order: 1 })).toBe(true)
  expect(other!.verify(signature, 1, { order: 1 })).toBe(false)
  expect(other!.verify(signature, 0, { order: 2 })).toBe(false)
  const elsewhere = new Simulation(tellingScenario(), 2).nodes[0]!
  expect(elsewhere.verify(signature, 0, { order: 1 })).toBe(false)
})

it("the service is told of each fault as it begins and ends", () => {
  const told: string[] = []
  const service: typeof telling = {
    ...telling,
    open: (world, settings) => ({
      ...telling.open(world, settings),
      faultOccurred: what => void told.push(`${world.now() / 1_000} ${what}`),
    }),
  }
  const fault: Fault = { kind: "crash", target: { nodes: [2] }, at: 30_000, for: 20_000 }
  simulate(tellingScenario({ service, faults: [fault] }), 1)
  expect(told).toEqual(["30 crash of node 2", "50 restart of node 2"])
})

it("a cut link loses what is sent over it, even if it is mended before that would have arrived, and what arrives", () => {
  const numbers = (faults: readonly Fault[]): ReadonlySet<unknown> => {
    const heard = new Set<unknown>()
    const network = { latency: { model: "constant", delay: 2_000 }, loss: 0, duplication: 0 } as const
    simulate(tellingScenario({ faults, network }), 1, {
      observer: event => event.type === "fact" && "number" in event.fact && heard.add(event.fact.number),
    })
    return heard
  }
  const all = numbers([])
  // Requests, too, take 2 ms: number 20 leaves node 0 at 32 ms.
  const cut = numbers([{ kind: "cut", links: [[0, 1]], at: 31_900, for: 200 }])
  const lost = [...all].filter(number => !cut.has(number))
  // Number 18 would have arrived meanwhile; 19 was on its way all the time.
  expect(lost).toEqual([18, 20])
})
