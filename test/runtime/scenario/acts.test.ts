// Scenarios: acts by hand as text and beside the claims of algorithms, beginnings, and what composing completes.
import { describe, expect, test } from "vitest"
import { algorithms } from "../../../algorithms/registry.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { beginningOf, problemOf } from "../../../runtime/scenario/beginning.ts"
import { isBeyondClaims } from "../../../runtime/scenario/claims.ts"
import { composeScenario } from "../../../runtime/scenario/compose.ts"
import { formatAct, parseAct } from "../../../runtime/scenario/intervention-words.ts"
import { type Act, inOrder } from "../../../runtime/scenario/interventions.ts"
import { durationOf, isInRounds, untimedGroup } from "../../../runtime/scenario/script.ts"
import { parseStep, partyInWords } from "../../../runtime/scenario/script-words.ts"
import { chatter, telling } from "../../support/chatter.ts"
import { scenarioOf, type ServiceRunOptions } from "../../support/service-run.ts"

const ROLES = [
  { name: "server", first: 5, count: 1 },
  { name: "view-server", first: 6, count: 2 },
]
const vote = { message: "Vote", from: { node: 1 }, to: { node: 0 } }

describe("an act as text", () => {
  test.each<[string, Act]>([
    ["deliver Vote from 1 to 0", { type: "deliver", ...vote }],
    ["duplicate Vote #3 from 1 to 0", { type: "duplicate", ...vote, nth: 3 }],
    ["lose Vote from client 2 to server", { type: "lose", message: "Vote", from: { client: 2 }, to: { node: 5 } }],
    ["delay Vote from 1 to 0 by 1.5ms", { type: "delay", ...vote, by: 1_500 }],
    ["delay Vote from 1 to 0 by 1234567us", { type: "delay", ...vote, by: 1_234_567 }],
    ["timeout election of 4", { type: "timeout", node: 4, timer: "election" }],
    ["timeout retry/-7 of view-server 1", { type: "timeout", node: 7, timer: "retry", key: -7 }],
    ["crash 0", { type: "crash", node: 0 }],
    ["restart 1", { type: "restart", node: 1 }],
    ["pause 2", { type: "pause", node: 2 }],
    ["resume 3", { type: "resume", node: 3 }],
    ["wipe server", { type: "wipe", node: 5 }],
    ["ask 4", { type: "ask", node: 4 }],
    ["traitor 1 lying", { type: "traitor", node: 1, behaviour: "lying" }],
    ["cut 0-1", { type: "cut", between: [0, 1] }],
    ["mend view-server 0-server", { type: "mend", between: [6, 5] }],
    ["partition 0, 1 | 2 | server", { type: "partition", sides: [[0, 1], [2], [5]] }],
    ["heal", { type: "heal" }],
  ])("%s", (text, act) => {
    expect(parseAct(text, 8, ROLES)).toStrictEqual(act)
    expect(formatAct(act, ROLES)).toBe(text)
  })

  test.each([
    "",
    "crash 8",
    "crash view-server",
    "crash nobody",
    "ask",
    "ask me",
    "deliver",
    "deliver Vote",
    "deliver Vote from 1 to 9",
    "delay Vote from 1 to 0 by soon",
    "delay by 1ms",
    "delay Vote from 9 to 0 by 1ms",
    "timeout election",
    "timeout election of 9",
    "traitor 1",
    "traitor 9 lying",
    "traitor lying",
    "cut 01",
    "cut 0-9",
    "cut 9-0",
    "mend 1-1",
    "partition",
    "partition 0 | 9",
    "partition 0, 0 | 1",
    "heal all",
    "healed",
  ])("%j is none", text => {
    expect(parseAct(text, 8, ROLES)).toBe(undefined)
  })

  test("processes without roles go by their numbers, and steps name what they are about", () => {
    expect(formatAct({ type: "cut", between: [0, 7] })).toBe("cut 0-7")
    expect(parseAct("crash server", 8)).toBe(undefined)
    expect([partyInWords({ node: 2 }), partyInWords({ node: 5 }, ROLES), partyInWords({ client: 4 })]).toEqual([
      "node 2",
      "server",
      "client 4",
    ])
    const steps = [
      "deliver Vote from 1 to 0 as []",
      'deliver Vote from 1 to 0 as {"type":3}',
      'lose V from 1 to 0 as {"type":"V"}',
      "client x: ask",
      "crash 9",
    ]
    expect(steps.map(text => parseStep(text, 8, ROLES))).toEqual(steps.map(() => undefined))
    expect(parseStep('deliver Vote from 1 to 0 as {"type":"Vote","for":2}', 8, ROLES)).toEqual({
      type: "deliver",
      ...vote,
      as: { type: "Vote", for: 2 },
    })
    expect(parseStep("deliver Vote from 1 to 0", 8, ROLES)).toStrictEqual({ type: "deliver", ...vote })
    expect(parseStep("operator: ask 2 for members 3, 0", 8, ROLES)).toEqual({
      type: "change",
      node: 2,
      members: [3, 0],
    })
    expect(parseStep("client 12: retry 3", 8, ROLES)).toEqual({ type: "move", client: 12, move: "retry 3" })
  })
})

describe("what is done by hand is beyond claims as the faults are that do the same", () => {
  const acts: Readonly<Record<string, Act>> = {
    deliver: { type: "deliver", ...vote },
    duplicate: { type: "duplicate", ...vote },
    lose: { type: "lose", ...vote },
    delay: { type: "delay", ...vote, by: 1 },
    timeout: { type: "timeout", node: 0, timer: "x" },
    crash: { type: "crash", node: 0 },
    restart: { type: "restart", node: 0 },
    pause: { type: "pause", node: 0 },
    resume: { type: "resume", node: 0 },
    wipe: { type: "wipe", node: 0 },
    traitor: { type: "traitor", node: 0, behaviour: "lying" },
    cut: { type: "cut", between: [0, 1] },
    mend: { type: "mend", between: [0, 1] },
    partition: { type: "partition", sides: [[0]] },
    heal: { type: "heal" },
    ask: { type: "ask", node: 0 },
  }

  function beyond(assumes: Algorithm["assumes"], tolerates = algorithms["paxos"]!.tolerates): string[] {
    const { assumes: _, ...paxos } = algorithms["paxos"]!
    const algorithm = { ...paxos, tolerates, ...(assumes === undefined ? {} : { assumes }) }
    const scenario = scenarioOf(algorithm, algorithm.serves[0]!, { nodes: 5 })
    return Object.keys(acts).filter(name =>
      isBeyondClaims({ ...scenario, interventions: [{ at: 0, act: acts[name]! }] }),
    )
  }

  const none = { faults: "none", of: () => 0 } as const
  const traitors = { faults: "byzantine", of: () => 1 } as const

  test.each<[string, Algorithm["assumes"], Algorithm["tolerates"] | undefined, readonly string[]]>([
    ["crashes and losses are survived", undefined, undefined, ["wipe", "traitor"]],
    ["no disk", { storage: "none" }, undefined, ["traitor"]],
    ["no faults at all", undefined, none, ["duplicate", "lose", "crash", "wipe", "traitor", "cut", "partition"]],
    ["a traitor", undefined, traitors, ["wipe"]],
    ["reliable links", { links: "reliable" }, undefined, ["duplicate", "lose", "wipe", "traitor", "cut", "partition"]],
    [
      "links in order",
      { links: "fifo" },
      undefined,
      ["deliver", "duplicate", "lose", "delay", "timeout", "pause", "wipe", "traitor", "cut", "partition"],
    ],
    ["known delays", { timing: "synchronous" }, undefined, ["delay", "timeout", "pause", "wipe", "traitor"]],
    ["clocks", { clocks: () => 0.01 }, undefined, ["timeout", "wipe", "traitor"]],
  ])("%s", (_, assumes, tolerates, expected) => {
    expect(beyond(assumes, tolerates)).toEqual(expected)
  })

  test("traitors count once each, together with those of faults and scripts", () => {
    const algorithm = { ...algorithms["paxos"]!, tolerates: { faults: "byzantine", of: () => 2 } as const }
    const scenario = scenarioOf(algorithm, algorithm.serves[0]!, { nodes: 5 })
    const by = (...nodes: readonly number[]) =>
      nodes.map(node => ({ at: 0, act: { type: "traitor", node, behaviour: "silent" } as const }))
    const faults = (target: object) => [{ kind: "byzantine", behaviour: "lying", at: 0, target } as unknown as Fault]
    const isBeyond = (more: object) => isBeyondClaims({ ...scenario, ...more })
    expect([isBeyond({ interventions: by(0, 1, 0) }), isBeyond({ interventions: by(0, 1, 2) })]).toEqual([false, true])
    expect([isBeyond({ faults: faults({ random: 2 }) }), isBeyond({ faults: faults({ random: 3 }) })]).toEqual([
      false,
      true,
    ])
    expect(isBeyond({ faults: faults({ nodes: [3] }), interventions: by(0) })).toBe(false)
    expect(isBeyond({ faults: faults({ nodes: [3, 4] }), interventions: by(0) })).toBe(true)
    expect(isBeyond({ faults: faults({ leader: true }), interventions: by(0, 1) })).toBe(true)
    expect(isBeyond({ script: { operations: 1, traitors: [1], steps: [] }, interventions: by(0, 2) })).toBe(true)
    const regions = {
      names: ["a", "b"],
      nodes: [0, 0, 0, 1, 1],
      delays: [
        [1, 1],
        [1, 1],
      ],
    }
    const inRegion = (target: object) => isBeyond({ faults: faults(target), network: { ...scenario.network, regions } })
    expect([inRegion({ region: "a" }), inRegion({ region: "a", count: 2 }), inRegion({ region: "b" })]).toEqual([
      true,
      false,
      false,
    ])
  })

  test("an algorithm that is unsafe with its parameters is beyond its claims from the beginning", () => {
    const isUnsafe = (parameters: object, nodes: number) => nodes < 3 || Object.keys(parameters).length === 0
    const algorithm = { ...algorithms["paxos"]!, isUnsafe }
    const beyondWith = (nodes: number) => isBeyondClaims(scenarioOf(algorithm, algorithm.serves[0]!, { nodes }))
    expect([beyondWith(2), beyondWith(3)]).toEqual([true, false])
  })

  test("links keep their order if they are told to, or all take one time", () => {
    const fifo = { ...algorithms["paxos"]!, assumes: { links: "fifo" } as const }
    const uniform = { model: "uniform", min: 1, max: 2 }
    const isBeyond = (network: object, options: Partial<ServiceRunOptions> = {}) => {
      const scenario = scenarioOf(fifo, fifo.serves[0]!, { nodes: 5, ...options })
      return isBeyondClaims({ ...scenario, network: { ...scenario.network, ...network } })
    }
    const constant = { model: "constant", delay: 1 }
    expect(isBeyond({})).toBe(false)
    expect(isBeyond({ latency: uniform })).toBe(true)
    expect(isBeyond({ latency: uniform, fifo: true })).toBe(false)
    expect(isBeyond({ links: [{ between: [0, 1], latency: uniform }] })).toBe(true)
    expect(isBeyond({ links: [{ between: [0, 1] }, { between: [1, 2], latency: constant }] })).toBe(false)
    expect(isBeyond({ links: [{ between: [0, 1], loss: 0.1 }] })).toBe(true)
    expect(isBeyond({ links: [{ between: [0, 1], duplication: 0.1 }] })).toBe(true)
    expect(isBeyond({ regions: { nodes: [0], delays: [[1]], jitter: 0.1 } })).toBe(true)
    expect(isBeyond({ regions: { nodes: [0], delays: [[1]], jitter: 0 } })).toBe(false)
    const pause = { faults: [{ kind: "pause", at: 0, target: { nodes: [0] } } as Fault] }
    expect([isBeyond({}, pause), isBeyond({ fifo: true }, pause)]).toEqual([true, false])
    const reordering = { faults: [{ kind: "reordering", at: 0, share: 0.1, by: 5 } as unknown as Fault] }
    expect(isBeyond({ fifo: true }, reordering)).toBe(true)
  })
})

describe("a beginning", () => {
  const begins = { start: () => {} } as unknown as NonNullable<Algorithm["begins"]>

  test("is told as algorithms take it, if the scenario says anything of it", () => {
    expect(beginningOf({ nodes: 2 })).toBe(undefined)
    expect(beginningOf({ nodes: 2, leader: 1 })).toEqual({ leader: 1, logs: [[], []] })
    expect(beginningOf({ nodes: 2, initial: [[3, 3]] })).toEqual({ leader: null, logs: [[3, 3], []] })
  })

  test("has a problem where the algorithm has no leaders, no log, or says so", () => {
    const problem = (of: object, scenario: object) =>
      problemOf({ ...chatter, ...of }, { nodes: 2, ...scenario }, { p: 1 })
    expect(problem({}, {})).toBe(undefined)
    const message = "chatter has no leaders, or cannot begin with one"
    expect(problem({}, { leader: 0 })).toEqual({ about: "leader", message })
    expect(problem({}, { initial: [[1]] })).toEqual({ about: "initial", message })
    expect(problem({ begins }, { leader: 0 })).toBe(undefined)
    expect(problem({ begins }, { leader: 0, initial: [] })).toEqual({
      about: "initial",
      message: "chatter keeps no log",
    })
    const own = { ...begins, disk: () => ({}), problem: (...given: unknown[]) => ({ about: "leader", message: given }) }
    expect(problem({ begins: own }, { leader: 1, initial: [[2]] })).toEqual({
      about: "leader",
      message: [{ leader: 1, logs: [[2], []] }, { p: 1 }],
    })
  })
})

describe("a scenario is composed", () => {
  test("of what is said, completed with defaults", () => {
    expect(composeScenario(chatter, telling, { nodes: 3 })).toEqual({
      algorithm: chatter,
      service: telling,
      nodes: 3,
      parameters: {},
      workload: {},
      network: { latency: { model: "constant", delay: 1_000 }, loss: 0, duplication: 0 },
      disk: { syncLatency: 0 },
      faults: [],
      warmup: 0,
      duration: 1_000_000,
    })
    const latency = { model: "uniform", min: 5, max: 9 } as const
    const faults = [{ kind: "heal" } as unknown as Fault]
    const more = { leader: 0, initial: [[1]], eventBudget: 7, loss: 0.1, duplication: 0.2, fifo: false, faults }
    expect(
      composeScenario(chatter, telling, {
        nodes: 3,
        latency,
        ...more,
        syncLatency: "2ms",
        warmup: "3ms",
        duration: "4s",
      }),
    ).toMatchObject({
      network: { latency, loss: 0.1, duplication: 0.2, fifo: false },
      disk: { syncLatency: 2_000 },
      faults,
      leader: 0,
      initial: [[1]],
      eventBudget: 7,
      warmup: 3_000,
      duration: 4_000_000,
    })
  })

  test("with parameters that follow the longest delay, and not of what is wrong", () => {
    const { raft } = algorithms as { readonly raft: Algorithm }
    const compose = (latency: string) => composeScenario(raft, raft.serves[0]!, { nodes: 3, latency }).parameters
    expect(compose("1ms")).not.toEqual(compose("100ms"))
    expect(() => composeScenario(chatter, telling, { nodes: 3, latency: "soon" })).toThrow("not a duration: soon")
    expect(() => composeScenario(chatter, telling, { nodes: 3, parameters: { x: 1 } })).toThrow(
      /^wrong settings: .*"x"/,
    )
  })
})

test("interventions are made in the order of their times, and then of the events before them", () => {
  const act: Act = { type: "heal" }
  const all = [
    { at: 5, after: 2, act },
    { at: 5, act },
    { at: 1, after: 9, act },
    { at: 5, after: 1, act },
  ]
  expect(inOrder(all)).toEqual([all[2], all[1], all[3], all[0]])
})

test("scripts have a millisecond a step, and groups as services without time know them", () => {
  expect([durationOf(0), durationOf(9)]).toEqual([1_000, 10_000])
  const synchronous = { ...chatter, assumes: { timing: "synchronous" } } as unknown as Algorithm
  const inRounds = { ...synchronous, timeout: { round() {} } } as unknown as Algorithm
  expect([chatter, synchronous, inRounds].map(isInRounds)).toEqual([false, false, true])
  expect(isInRounds({ ...chatter, timeout: { round() {} } })).toBe(false)
  expect(untimedGroup(inRounds, 3, {}, 5, [1])).toEqual({
    size: 3,
    contacts: [0, 1, 2],
    operations: 5,
    oneLeaderPerEpoch: false,
    inRounds: true,
    traitors: [1],
  })
  const single = { ...chatter, oneLeaderPerEpoch: true } as unknown as Algorithm
  expect(untimedGroup(single, 2, {}, 1)).toMatchObject({ oneLeaderPerEpoch: true, inRounds: false, traitors: [] })
})
