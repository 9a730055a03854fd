/** The `agreement` service: its workload, and its checks on processes that decide as the test likes. */
import { describe, expect, it } from "vitest"
import { type Algorithm, algorithm, type Node, type Shape } from "../../../runtime/contract/algorithm.ts"
import { Instances } from "../../../services/agreement/instances.ts"
import { agreement } from "../../../services/agreement/service.ts"
import type { Agreement, Value } from "../../../services/agreement/shape.ts"
import { completeRun, scenarioOf, type ServiceRunOptions } from "../../support/service-run.ts"

interface Toy extends Shape {
  readonly parameters: object
  readonly disk: object
  readonly state: { readonly awaiting: Set<number> }
  readonly message: { readonly type: "Told"; readonly instance: number; readonly value: Value }
  readonly timer: never
  readonly service: Agreement
}

/** The proposer tells everybody; `decide` makes a decision of what a node was told, or null for none. */
function toy(decide: (node: Node<Toy>, value: Value, instance: number) => Value | null): Algorithm<Toy> {
  const take = (node: Node<Toy>, instance: number, value: Value): void => {
    const decided = decide(node, value, instance)
    if (decided !== null) node.report({ type: "decided", instance, value: decided })
  }
  return algorithm<Toy>({
    name: "toy",
    title: "Toy",
    source: "for tests",
    summary: "The proposer tells everybody.",
    tolerates: { faults: "none", of: () => 0 },
    serves: [agreement],
    parameters: {},
    disk: () => ({}),
    state: () => ({ awaiting: new Set() }),
    start() {},
    receive: { Told: (node, { instance, value }) => take(node, instance, value) },
    timeout: {},
    request: {
      Propose(node, { instance, value }) {
        node.broadcast({ type: "Told", instance, value })
        take(node, instance, value)
      },
      Await: (node, { instance }) => void node.state.awaiting.add(instance),
    },
    lies: { Told: (message, tell) => ({ ...message, value: tell(message.value, 2) }) },
  })
}

const honest = toy((_, value) => value)

const run = (process: Algorithm<Toy>, options: Partial<ServiceRunOptions> = {}) =>
  completeRun(process, agreement, { nodes: 4, ...options }).outcome

describe("instances in which fewer than two loyal nodes are up", () => {
  const workload = { instances: 4, gap: "1s" }
  const lonely = (faults: ServiceRunOptions["faults"]) => run(honest, { workload, faults: faults!, duration: "20s" })

  it("are counted apart: there is nobody to agree with", () => {
    const crash = { kind: "crash", target: { nodes: [0, 1, 2] }, at: 2_500_000 } as const
    const { attempted, ok, availability, latency, figures } = lonely([crash])
    expect([attempted, ok, availability, latency.total]).toEqual([3, 3, 1, 3])
    expect(figures["vacuous"]).toBe(1)
  })

  it("leave no availability where there are no others", () => {
    const crash = { kind: "crash", target: { nodes: [0, 1, 2] }, at: 0 } as const
    expect(lonely([crash])).toMatchObject({ attempted: 0, availability: Number.NaN, figures: { vacuous: 4 } })
    const traitors = { kind: "byzantine", target: { nodes: [1, 2, 3] }, behaviour: "silent", at: 0 } as const
    expect(lonely([traitors])).toMatchObject({ attempted: 0, figures: { vacuous: 4 } })
    const one = { kind: "crash", target: { nodes: [1, 2] }, at: 0 } as const
    expect(lonely([one])).toMatchObject({ attempted: 4, ok: 4, figures: { vacuous: 0 } })
  })
})

describe("the workload", () => {
  it("waits for all nodes, or with `learners: proposers` for those alone that propose", () => {
    const proposersOnly = toy((node, value) => (node.state.awaiting.size === 0 ? value : null))
    expect(run(proposersOnly)).toMatchObject({ ok: 0, unknown: 1 })
    expect(run(proposersOnly, { workload: { learners: "proposers" } })).toMatchObject({ ok: 1, unknown: 0 })
    const nobody = toy(() => null)
    expect(run(nobody, { workload: { learners: "proposers" } })).toMatchObject({ ok: 0, unknown: 1 })
  })

  it("by default is one instance, proposed by node 0, begun at all nodes at one moment", () => {
    const outcome = run(honest)
    expect(outcome).toMatchObject({ attempted: 1, ok: 1, availability: 1 })
    expect(outcome.figures).toMatchObject({ decided: 1, wrong: 0, first_decision: 0, last_decision: 1 })
    expect(outcome.latency.max).toBe(1_000)
  })

  it("repeats instances one after another, each `gap` after the last was decided", () => {
    expect(run(honest, { workload: { instances: 7 } })).toMatchObject({ attempted: 7, ok: 7 })
    const outcome = run(honest, { workload: { instances: 0, gap: "9ms" }, duration: "1s" })
    expect(outcome).toMatchObject({ attempted: 100, ok: 100 })
    expect(outcome.figures["decisions_per_second"]).toBe(100)
  })

  it("an instance that is not decided by everyone before the deadline has timed out, and the next begins", () => {
    const forgetful = toy(({ id }, value, instance) => (id === 2 && instance === 2 ? null : value))
    const outcome = run(forgetful, { workload: { instances: 3, deadline: "50ms" } })
    expect(outcome).toMatchObject({ attempted: 3, ok: 2, unknown: 1 })
    // Of the two that were decided: at once by the proposer, one delay later by the last.
    expect(outcome.figures).toMatchObject({ first_decision: 0, last_decision: 1, decided: 2 })
    expect(outcome.outages).toEqual([{ start: 1_000, end: 52_000, cause: "" }])
  })

  it("a crashed node need not decide, nor one that came back too late to hear", () => {
    const outcome = run(honest, {
      workload: { instances: 1, gap: "1ms" },
      latency: "10ms",
      faults: [{ kind: "crash", target: { nodes: [2] }, at: 5_000, for: 1_000 }],
    })
    expect(outcome).toMatchObject({ attempted: 1, ok: 1 })
  })

  it("the proposer is a live node", () => {
    const outcome = run(honest, {
      workload: { instances: 5 },
      warmup: "1ms",
      faults: [{ kind: "crash", target: { nodes: [0] }, at: 0 }],
    })
    expect(outcome).toMatchObject({ attempted: 5, ok: 5 })
  })

  it("whoever is to decide is told who commands", () => {
    const commanders = new Map<number, Set<number>>()
    const simulation: ServiceRunOptions["simulation"] = {
      observer(event) {
        if (event.type !== "request") return
        const { type, instance, commander } = event.request as { type: string; instance: number; commander?: number }
        const known = commanders.get(instance) ?? new Set()
        commanders.set(instance, known.add(type === "Propose" ? event.node : commander!))
      },
    }
    run(honest, { workload: { instances: 30, commander: "random" }, simulation })
    expect([...commanders.values()].filter(({ size }) => size !== 1)).toEqual([])
    expect(new Set([...commanders.values()].flatMap(known => [...known])).size).toBe(4)
  })

  it("there are no more proposers than live nodes", () => {
    const outcome = run(honest, {
      workload: { instances: 3, proposers: 9, proposal: "same" },
      warmup: "1ms",
      faults: [{ kind: "crash", target: { nodes: [1, 3] }, at: 0 }],
    })
    expect(outcome).toMatchObject({ attempted: 3, ok: 3 })
  })

  it("nobody waits for a node that crashes or turns traitor meanwhile", () => {
    const deaf = toy(({ id }, value) => (id === 2 ? null : value))
    for (const fault of [
      { kind: "crash", target: { nodes: [2] }, at: 5_000 },
      { kind: "byzantine", target: { nodes: [2] }, behaviour: "silent", at: 5_000 },
    ] as const) {
      const outcome = run(deaf, { workload: { deadline: "50ms" }, faults: [fault] })
      expect(outcome).toMatchObject({ attempted: 1, ok: 1 })
      expect(outcome.latency.max).toBe(5_000)
      expect(outcome.figures).toMatchObject({ first_decision: 0, last_decision: 5 })
    }
  })

  it("random proposals take all values, fixed ones the one that is asked for", () => {
    const seen = (proposal: string): Set<Value> => {
      const values = new Set<Value>()
      run(
        toy((_, value) => (values.add(value), value)),
        { workload: { instances: 60, values: 3, proposal } },
      )
      return values
    }
    expect(seen("random")).toEqual(new Set([0, 1, 2]))
    expect(seen("retreat")).toEqual(new Set([0]))
    expect(seen("attack")).toEqual(new Set([1]))
  })

  it("values that are given one by one go to the proposers in turn", () => {
    const proposed: [number, Value][] = []
    const process = toy(() => null)
    const asked: typeof process = {
      ...process,
      request: { ...process.request, Propose: (node, { value }) => void proposed.push([node.id, value]) },
    }
    run(asked, { workload: { proposers: 3, values: 11, proposal: "10_0_7" } })
    expect(proposed).toEqual([
      [0, 10],
      [1, 0],
      [2, 7],
    ])
  })

  it.each([
    ["1_0", "found 2 values, expected one for each of 3 proposers"],
    ["1_0_2", "found 2, expected values from 0 to 1"],
    ["every", "found every, which needs repeat: every"],
  ])("proposals %s are refused", (proposal, message) => {
    const { workload } = scenarioOf(honest, agreement, { nodes: 3, workload: { proposers: 3, proposal } })
    expect(agreement.problem?.(workload, 3)).toEqual({ setting: "proposal", message })
  })

  it("several proposers propose the same, or each something else", () => {
    const proposed = (proposal: string): number[] => {
      const different: number[] = []
      const values = new Map<number, Set<Value>>()
      const process = toy((_, value, instance) => {
        values.set(instance, (values.get(instance) ?? new Set()).add(value))
        return null
      })
      run(process, { workload: { instances: 20, proposers: 3, values: 5, proposal, deadline: "5ms" } })
      for (const of of values.values()) different.push(of.size)
      return different
    }
    expect(proposed("same")).toEqual(Array.from({ length: 20 }, () => 1))
    expect(proposed("different")).toEqual(Array.from({ length: 20 }, () => 3))
  })
})

describe("an instance", () => {
  it("that nobody decided, and that nobody is left to decide, has an unknown end", () => {
    const crash = { kind: "crash", target: { nodes: [0, 1, 2, 3] }, at: 5_000 } as const
    const outcome = run(
      toy(() => null),
      { workload: { deadline: "9s" }, faults: [crash] },
    )
    expect(outcome).toMatchObject({ attempted: 1, ok: 0, unknown: 1 })
    expect(outcome.figures).toMatchObject({ first_decision: Number.NaN, last_decision: Number.NaN })
  })

  it("under way when the measured time ends is waited for", () => {
    const outcome = run(honest, { latency: "15ms", workload: { instances: 1, deadline: "9s" }, duration: "10ms" })
    expect(outcome).toMatchObject({ attempted: 1, ok: 1, unknown: 0 })
  })

  it("is shown in traces with what was proposed", () => {
    const shown: unknown[] = []
    const simulation: ServiceRunOptions["simulation"] = {
      observer(event) {
        if (event.type === "operation" && event.phase === "begun") shown.push(event.what)
      },
    }
    run(honest, { workload: { instances: 2, gap: "1ms", proposal: "attack" }, simulation })
    expect(shown).toEqual([1, 2].map(instance => ({ instance, proposed: new Map([[0, 1]]) })))
  })

  it("has no more proposers than there are nodes", () => {
    const problem = (proposers: number) => {
      const { workload } = scenarioOf(honest, agreement, { nodes: 4, workload: { proposers } })
      return agreement.problem?.(workload, 4)
    }
    expect(problem(5)).toMatchObject({ setting: "proposers" })
    expect(problem(4)).toBeUndefined()
  })
})

describe("an open loop", () => {
  const open = { instances: 0, rate: "100/s" }

  it("asks for instances at its rate, whatever became of earlier ones: in flight are rate times latency", () => {
    const outcome = run(honest, { latency: "15ms", workload: open, duration: "3s" })
    expect(outcome).toMatchObject({ attempted: 300, ok: 300 })
    expect([outcome.latency.min, outcome.latency.max]).toEqual([15_000, 15_000])
    // The last one, asked for at 2,990 ms, is decided after the end.
    expect(outcome.figures).toMatchObject({ offered: 100, decisions_per_second: 299 / 3, turned_away: 0 })
    expect(outcome.figures["in_flight"]).toBe((299 * 15 + 10) / 3_000)
  })

  it("turns away what comes when as many as may be are under way: it has failed", () => {
    const outcome = run(honest, { latency: "15ms", workload: { ...open, maxInFlight: 1 }, duration: "3s" })
    expect(outcome).toMatchObject({ attempted: 300, ok: 150, failed: 150, unknown: 0 })
    expect(outcome.figures).toMatchObject({ offered: 100, decisions_per_second: 50, turned_away: 150 })
  })

  it("the end of the measured time clips the rate of decisions and the instances under way", () => {
    const workload = { instances: 0, concurrent: 5, deadline: "2s" }
    const outcome = run(honest, { latency: "300ms", workload, duration: "1s" })
    expect(outcome).toMatchObject({ attempted: 20, ok: 20, completed: 15 })
    expect(outcome.figures).toMatchObject({ offered: 20, in_flight: 5, decisions_per_second: 15, decided: 20 })
  })

  it("a closed loop can keep several going too", () => {
    const workload = { instances: 0, concurrent: 5 }
    const outcome = run(honest, { latency: "10ms", workload, duration: "1s" })
    expect(outcome.attempted).toBe(500)
  })

  it.each(["constant", "poisson"])(
    "%s arrivals bring the same proposals whatever the group does with them",
    arrivals => {
      const proposals = (latency: string, maxInFlight: number) => {
        const all = new Map<number, string>()
        const simulation: ServiceRunOptions["simulation"] = {
          observer(event) {
            if (event.type !== "request" || event.request.type !== "Propose") return
            const { instance, value } = event.request as { readonly type: string; instance: number; value: Value }
            all.set(instance, `${event.node} ${value}`)
          },
        }
        const workload = { ...open, arrivals, commander: "random", values: 9, maxInFlight, deadline: "60ms" }
        run(honest, { latency, workload, duration: "3s", simulation })
        return all
      }
      const [fast, slow] = [proposals("1ms", 9), proposals("30ms", 1)]
      expect(slow.size).toBeGreaterThan(50)
      expect(slow.size).toBeLessThan(fast.size / 2)
      for (const [instance, proposed] of slow) expect(fast.get(instance)).toBe(proposed)
    },
  )
})

describe("the checks", () => {
  it("agreement and validity are violated by a node that decides otherwise, and the operation has failed", () => {
    const outcome = run(
      toy(({ id }, value) => (id === 3 ? 1 - value : value)),
      { workload: { proposal: "attack" } },
    )
    expect(outcome).toMatchObject({ attempted: 1, ok: 0, failed: 1 })
    expect(outcome.figures["wrong"]).toBe(1)
    expect(outcome.verdicts).toEqual({
      agreement: { verdict: "violated", at: 1_000, witness: "in instance 1 node 0 decided 1, and node 3 decided 0" },
      validity: { verdict: "violated", at: 1_000, witness: "in instance 1 node 3 decided 0; proposed: 1 by node 0" },
      integrity: { verdict: "holds" },
    })
  })

  it("validity alone is violated when all decide what nobody proposed", () => {
    const outcome = run(toy((_, value) => value + 7))
    expect(outcome.verdicts).toMatchObject({ agreement: { verdict: "holds" }, validity: { verdict: "violated" } })
  })

  it("what a traitor decides does not count, and what a traitor proposes binds nobody", () => {
    const traitor = (node: number, behaviour: "lying" | "equivocating", process = honest) =>
      run(process, {
        warmup: "1ms",
        workload: { proposal: "attack" },
        faults: [{ kind: "byzantine", target: { nodes: [node] }, behaviour, at: 0 }],
      })
    const stubborn = toy(({ id }, value) => (id === 3 ? 1 - value : value))
    expect(traitor(3, "lying", stubborn)).toMatchObject({ ok: 1, verdicts: { agreement: { verdict: "holds" } } })
    expect(traitor(0, "lying").verdicts).toMatchObject({
      agreement: { verdict: "holds" },
      validity: { verdict: "holds" },
    })
    expect(traitor(0, "equivocating").verdicts).toMatchObject({
      agreement: { verdict: "violated" },
      validity: { verdict: "holds" },
    })
  })

  it("agreement is judged with every loyal node that has decided, not with the first or the last one alone", () => {
    for (const [disloyal, other] of [
      [1, 0],
      [0, 1],
    ] as const) {
      const instances = new Instances({ isLoyal: node => node !== disloyal })
      instances.begin(1, 0, new Map([[3, 0]]), new Set([0, 1, 2]))
      const betrayed = instances.decided(disloyal, 1, 0, 10)
      expect(betrayed).toBeNull()
      instances.decided(other, 1, 1, 20)
      instances.decided(2, 1, 0, 30)
      const witness = `in instance 1 node ${other} decided 1, and node 2 decided 0`
      expect(instances.verdicts()["agreement"]).toEqual({ verdict: "violated", at: 30, witness })
    }
    const turned = new Set<number>()
    const instances = new Instances({ isLoyal: node => !turned.has(node) })
    instances.begin(1, 0, new Map([[3, 0]]), new Set([0, 1, 2, 3]))
    instances.decided(0, 1, 0, 10)
    instances.decided(1, 1, 0, 20)
    turned.add(1)
    instances.decided(2, 1, 1, 30)
    expect(instances.verdicts()["agreement"]).toMatchObject({ witness: expect.stringContaining("node 0 decided 0") })
  })

  it("a node that decides again breaks integrity alone", () => {
    const instances = new Instances({ isLoyal: () => true })
    instances.begin(1, 0, new Map([[3, 0]]), new Set([0, 1, 2]))
    for (const node of [0, 1]) instances.decided(node, 1, 0, 10)
    instances.decided(1, 1, 1, 20)
    expect(instances.verdicts()).toMatchObject({ agreement: { verdict: "holds" }, integrity: { verdict: "violated" } })
  })

  it("what a node decided before it turned traitor is held against nobody", () => {
    const turned = new Set<number>()
    const instances = new Instances({ isLoyal: node => !turned.has(node) })
    instances.begin(1, 0, new Map([[3, 0]]), new Set([0, 1, 2, 3]))
    instances.decided(0, 1, 1, 10)
    turned.add(0)
    instances.decided(1, 1, 0, 20)
    expect(instances.verdicts()["agreement"]).toEqual({ verdict: "holds" })
    instances.decided(2, 1, 1, 30)
    const witness = "in instance 1 node 1 decided 0, and node 2 decided 1"
    expect(instances.verdicts()["agreement"]).toEqual({ verdict: "violated", at: 30, witness })
  })

  it("an instance fails where agreement alone is broken", () => {
    const decided = new Set<string>()
    // Each decides what it proposed itself, and nothing that it is told.
    const stubborn = toy(({ id }, value, instance) => {
      if (decided.has(`${id} ${instance}`)) return null
      decided.add(`${id} ${instance}`)
      return value
    })
    const outcome = run(stubborn, { workload: { proposers: 4, values: 4, proposal: "different", instances: 2 } })
    expect(outcome).toMatchObject({ attempted: 2, ok: 0, failed: 2, figures: { wrong: 2 } })
    expect(outcome.verdicts).toMatchObject({ agreement: { verdict: "violated" }, validity: { verdict: "holds" } })
  })

  it("every instance in which a promise is broken is counted, not only the first", () => {
    const outcome = run(
      toy(({ id }, value) => (id === 3 ? 1 - value : value)),
      { workload: { instances: 4, proposal: "attack" } },
    )
    expect(outcome).toMatchObject({ attempted: 4, ok: 0, failed: 4, figures: { wrong: 4, decided: 0 } })
    const other = run(
      toy((_, value, instance) => (instance % 2 === 0 ? value + 7 : value)),
      {
        workload: { instances: 4 },
      },
    )
    expect(other).toMatchObject({ ok: 2, failed: 2, figures: { wrong: 2 } })
  })

  it("what the second of several proposers proposed may be decided", () => {
    const seconds = toy(({ state, id }, value, instance) => (state.awaiting.has(instance) || id === 1 ? value : null))
    const outcome = run(seconds, { workload: { proposers: 2, values: 9, proposal: "different", deadline: "9ms" } })
    expect(outcome.verdicts["validity"]).toEqual({ verdict: "holds" })
  })

  it("a decision that comes some instances later is judged, as long as the instance is remembered", () => {
    for (const [later, verdict] of [
      [14, "violated"],
      [15, "holds"],
    ] as const) {
      const instances = new Instances({ isLoyal: () => true })
      for (let number = 1; number <= 1 + later; number++) {
        instances.begin(number, 0, new Map([[0, 1]]), new Set([0, 1]))
        instances.decided(0, number, 1, 10)
        instances.ended(number)
      }
      instances.begin(99, 0, new Map([[0, 1]]), new Set([0, 1]))
      instances.decided(1, 1, 0, 20)
      expect(instances.verdicts()["agreement"]!.verdict).toBe(verdict)
    }
  })

  it("integrity is violated by a node that changes its decision, not by one that repeats it", () => {
    const instances = new Instances({ isLoyal: () => true })
    instances.begin(1, 0, new Map([[0, 1]]), new Set([0, 1]))
    instances.decided(0, 1, 1, 10)
    instances.decided(0, 1, 1, 20)
    expect(instances.verdicts()["integrity"]).toEqual({ verdict: "holds" })
    instances.decided(0, 1, 0, 30)
    const witness = "node 0 decided 1 in instance 1, and later 0"
    expect(instances.verdicts()["integrity"]).toEqual({ verdict: "violated", at: 30, witness })
  })

  it("a late decision of an earlier instance is judged too", () => {
    const instances = new Instances({ isLoyal: () => true })
    instances.begin(1, 0, new Map([[0, 1]]), new Set([0, 1]))
    instances.begin(2, 5, new Map([[0, 1]]), new Set([0, 1]))
    instances.decided(0, 1, 1, 10)
    instances.decided(1, 1, 0, 20)
    expect(instances.verdicts()["agreement"]).toMatchObject({ verdict: "violated", at: 20 })
  })
})
