import { describe, expect, test } from "vitest"
import type { Raft } from "../../../algorithms/raft/types.ts"
import { oralMessages } from "../../../algorithms/oral-messages/oral-messages.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { toScenario } from "../../../scenarios/cell.ts"
import { decodeScenario, encodeScenario } from "../../../scenarios/scenario-file.ts"
import { describeShrinking } from "../../../debugger/shrink/describe.ts"
import { dropPieces, simplerForms, withoutNode } from "../../../debugger/shrink/fault-list.ts"
import { shrink, SHRINK_BUDGET, shrinkBest, symptomsOf } from "../../../debugger/shrink/shrink.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import type { Fault, Scenario } from "../../../runtime/scenario/scenario.ts"
import { parseAct } from "../../../runtime/scenario/intervention-words.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { agreement } from "../../../services/agreement/service.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { turmoilScenario } from "../../algorithms/raft/chaos.ts"
import { byNight } from "../../support/effort.ts"
import { compileWith } from "../../support/mutants.ts"
import { scenarioOf } from "../../support/service-run.ts"

describe("a Raft that commits entries of earlier terms by counting (Raft §5.4.2, Figure 8)", () => {
  const FAULTS = 40

  /** Leaders that come and go, under many faults at random. */
  const turmoil = {
    operator: false,
    syncLatency: 0,
    nodes: 5,
    faults: FAULTS,
    span: 10_000,
    clients: 6,
    parameters: {
      electionTimeoutMin: "8ms",
      electionTimeoutMax: "16ms",
      heartbeatInterval: "4ms",
      preVote: false,
      leaderStickiness: false,
      reads: "log",
      noOp: false,
      snapshotEvery: 0,
      maxBatch: 1,
    },
  }
  const budget = { ...SHRINK_BUDGET, runs: byNight(2_000, 400) }

  /** By day it ends long before nothing more can be left out. */
  const MOST_LEFT = byNight(10, 20)

  /** The first seed at which random faults bring the mistake to light. */
  function findViolation(mutant: Algorithm<Raft>) {
    for (let seed = 1; seed < 1_000; seed++) {
      const scenario = turmoilScenario(mutant, seed, turmoil)
      const [symptom] = symptomsOf(simulate(scenario, seed))
      if (symptom !== undefined) return { scenario, seed, symptom }
    }
    throw new Error("the mistake was not found in 1000 runs")
  }

  test("found at random, is shrunk to at most 5 nodes and few fault events that still show it", async () => {
    const edit = {
      file: "algorithms/raft/replication.ts",
      from: " || termAt(disk, agreed) !== disk.currentTerm",
      to: "",
    }
    const { raft: mutant } = await compileWith<{ raft: Algorithm<Raft> }>("algorithms/raft/raft.ts", [edit])
    const found = findViolation(mutant)
    const shrunk = shrink(found.scenario, found.seed, found.symptom.name, budget)!
    expect(shrunk.before).toMatchObject({ nodes: 5, faults: FAULTS })
    expect(shrunk.after.nodes).toBeLessThanOrEqual(5)
    expect(shrunk.after.faultEvents).toBeLessThanOrEqual(MOST_LEFT)
    expect(shrunk.runs).toBeLessThanOrEqual(budget.runs)

    // Kept in a file and read back, it shows the same; and Raft as it should be passes.
    const parts = { services: { "replicated-log": replicatedLog }, serviceFor: () => replicatedLog }
    const planted = { ...parts, algorithms: { raft: mutant } }
    const written = { ...shrunk.scenario, algorithm: "raft", service: "replicated-log" }
    const file: unknown = JSON.parse(JSON.stringify(encodeScenario({ scenario: written, seed: shrunk.seed }, planted)))
    const read = decodeScenario(file, planted)
    if ("problems" in read) throw new Error(JSON.stringify(read.problems))
    expect(symptomsOf(simulate(toScenario(read.scenario, planted), read.seed))).toContainEqual(shrunk.symptom)
    const sound = { ...parts, algorithms: { raft } }
    expect(symptomsOf(simulate(toScenario(read.scenario, sound), read.seed))).toEqual([])
  })
})

describe("shrinking", () => {
  const scenario = scenarioOf(raft, replicatedLog, { nodes: 3, duration: "200ms" })

  test("has nothing to do where nothing is wrong", () => {
    expect(shrink(scenario, 1)).toBeUndefined()
  })

  test("leaves out everything that does not matter, and keeps the symptom asked for", () => {
    const broken: Algorithm<Raft> = {
      ...raft,
      request: {
        ...raft.request,
        Command(node, request, client) {
          if (node.id === 1) throw new Error(`node 1 breaks at ${node.now()}`)
          raft.request.Command(node, request, client)
        },
      },
    }
    const noisy: Scenario = {
      ...scenarioOf(broken, replicatedLog, {
        nodes: 5,
        latency: { model: "uniform", min: 500, max: 2_000 },
        loss: 0.01,
        faults: [
          { kind: "crash", target: { random: 1 }, at: 20_000, for: 50_000 },
          { kind: "loss", share: 0.1, at: 30_000, for: 10_000 },
        ],
        duration: "2s",
      }),
    }
    const shrunk = shrink(noisy, 1, "node # breaks at #")!
    expect(shrunk.isMinimal).toBe(true)
    expect(shrunk.scenario).toMatchObject({
      nodes: 2,
      faults: [],
      network: { loss: 0, latency: { model: "constant" } },
    })
    expect(shrink(noisy, 1, "node # breaks at #")).toEqual(shrunk)
    expect(shrink(noisy, 1, "linearizable")).toBeUndefined()
  })

  test("leaves out what was done by hand and does not matter", () => {
    const acts = ["crash 4", "restart 4", "pause 0", "wipe 0", "wipe 1", "wipe 2", "cut 3-4"].map(
      text => parseAct(text, 5)!,
    )
    const played: Scenario = {
      ...scenarioOf(raft, replicatedLog, { nodes: 5, latency: "10ms", workload: { rate: "4/s" }, duration: "6s" }),
      interventions: acts.map((act, place) => ({ at: 2_000_000 + 1_000 * place, act })),
    }
    const symptom = "log-agreement"
    const seed = [1, 2, 3, 4, 5, 6, 7, 8].find(each => {
      const result = simulate(played, each)
      return result.status === "completed" && result.outcome.verdicts[symptom]?.verdict === "violated"
    })!
    const shrunk = shrink(played, seed, symptom)!
    expect(shrunk.scenario.interventions!.length).toBeLessThan(5)
    expect(shrunk.scenario.interventions!.every(({ act }) => act.type === "wipe")).toBe(true)
    expect(shrunk.scenario.nodes).toBe(5)
  })

  /** Four generals with a traitor, as OM(1) would withstand it; OM(0) does not. */
  const generals = (traitors: readonly number[]): Scenario =>
    scenarioOf(oralMessages, agreement, {
      nodes: 4,
      parameters: { m: 0 },
      workload: { instances: 3 },
      faults: [{ kind: "byzantine", target: { nodes: traitors }, behaviour: "equivocating", at: 0 }],
      duration: "1s",
    })

  test("keeps the algorithm's parameters, and stays within what it claims to withstand", () => {
    const within = shrink(generals([0]), 1, "agreement")!
    expect(within.scenario).toMatchObject({ nodes: 4, parameters: { m: "0" } })
    expect(within.changes).toEqual([
      expect.stringMatching(/^changed: workload\.instances from 3 to 1/),
      "kept: all parameters (m 0)",
    ])
    // Two traitors are more than four generals claim to withstand anyway.
    expect(shrink(generals([0, 3]), 1, "agreement")!.scenario.nodes).toBe(3)
  })

  test("says in three lines what it left out, changed and kept", () => {
    const noisy = { ...generals([0]), warmup: 100_000, network: { ...generals([0]).network, loss: 0.01 } }
    expect(shrink(noisy, 1, "agreement")!.changes.map(line => line.replace(/:.*/, ""))).toEqual([
      "left out",
      "changed",
      "kept",
    ])
  })

  test("goes on with the run of several that shrinks furthest", () => {
    const broken: Algorithm<Raft> = {
      ...raft,
      request: {
        ...raft.request,
        Command(node, request, client) {
          if (node.disk.log.length > 40) throw new Error("too long")
          raft.request.Command(node, request, client)
        },
      },
    }
    const long = scenarioOf(broken, replicatedLog, { nodes: 5, duration: "3s" })
    const short: Scenario = { ...long, initial: Array.from({ length: 5 }, () => [1, ...Array<number>(40).fill(1)]) }
    const budget = { runs: 60, events: 1_000_000, seeds: 8 }
    const best = shrinkBest(
      [
        { scenario: long, seed: 1 },
        { scenario: short, seed: 2 },
      ],
      "too long",
      budget,
    )!
    expect(best.from).toBe(1)
    expect(best.after.length).toBeLessThan(shrink(long, 1, "too long", budget)!.after.length)
    expect(best.runs).toBeLessThanOrEqual(2 * budget.runs)
  })

  test("finds the two of forty that matter", () => {
    let tried = 0
    let best: readonly number[] = []
    const proposals = dropPieces(
      Array.from({ length: 40 }, (_, k) => k),
      rest => rest,
    )
    for (let next = proposals.next(); next.done !== true; tried++) {
      const isEnough = [3, 17].every(needed => next.value!.includes(needed))
      if (isEnough) best = next.value
      next = proposals.next(isEnough)
    }
    expect(best).toEqual([3, 17])
    expect(tried).toBeLessThan(60)
  })
})

describe("faults as data", () => {
  const scenario = { ...scenarioOf(raft, replicatedLog, { nodes: 4 }) }
  const without = (faults: readonly Fault[], node: number) => withoutNode({ ...scenario, faults }, node).faults

  test("a node that is left out takes the faults that hit nobody else along, and higher nodes move down", () => {
    const at = 1_000
    expect(without([{ kind: "crash", target: { nodes: [1, 3] }, at }], 1)).toEqual([
      { kind: "crash", target: { nodes: [2] }, at },
    ])
    expect(without([{ kind: "crash", target: { nodes: [1] }, at }], 1)).toEqual([])
    expect(without([{ kind: "crash", target: { leader: true }, at }], 1)).toEqual([
      { kind: "crash", target: { leader: true }, at },
    ])
    expect(without([{ kind: "partition", sides: [[0, 3], [1]], at }], 2)).toEqual([
      { kind: "partition", sides: [[0, 2], [1]], at },
    ])
    const cut = {
      kind: "cut",
      links: [
        [0, 1],
        [2, 3],
      ],
      at,
    } as const
    expect(without([cut], 1)).toEqual([{ ...cut, links: [[1, 2]] }])
    expect(without([{ ...cut, links: [[0, 1]] }], 1)).toEqual([])
    const script = { kind: "byzantine", target: { nodes: [3] }, behaviour: { script: [3, 0] }, at } as const
    expect(without([script], 1)).toEqual([{ ...script, target: { nodes: [2] } }])
    const tells = { ...script, behaviour: { tells: { 0: 1, 1: 0, 2: null } } } as const
    expect(without([tells], 1)).toEqual([{ ...tells, target: { nodes: [2] }, behaviour: { tells: { 0: 1, 1: null } } }])
    expect(without([tells], 3)).toEqual([])
  })

  test("a fault becomes simpler by one thing at a time", () => {
    expect(simplerForms({ kind: "crash", target: { nodes: [0, 2] }, at: 100_000, for: 4_000 })).toEqual([
      { kind: "crash", target: { nodes: [0, 2] }, at: 100_000 },
      { kind: "crash", target: { nodes: [2] }, at: 100_000, for: 4_000 },
      { kind: "crash", target: { nodes: [0] }, at: 100_000, for: 4_000 },
      { kind: "crash", target: { nodes: [0, 2] }, at: 100_000, for: 2_000 },
    ])
    expect(simplerForms({ kind: "crash", target: { nodes: [0] }, at: 10_000 })).toEqual([])
    const cut = {
      kind: "cut",
      links: [
        [0, 1],
        [1, 0],
      ],
      at: 0,
    } as const
    expect(simplerForms(cut).map(fault => "links" in fault && fault.links)).toEqual([[[1, 0]], [[0, 1]]])
  })
})

test("a smaller scenario that has more operations says how many, not of how many", () => {
  const before = { nodes: 5, faults: 2, faultEvents: 4, operations: 1, length: 5_100_000 }
  const after = { nodes: 2, faults: 1, faultEvents: 1, operations: 2, length: 150_000 }
  expect(describeShrinking({ before, after })).toBe("2 of 5 nodes, 1 of 2 faults, 2 operations, 150ms of 5.1s")
})
