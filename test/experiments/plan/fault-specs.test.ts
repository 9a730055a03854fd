// Faults as a spec writes them: what they mean to the runtime, what a sweep makes of them, and every mistake.
import { describe, expect, test } from "vitest"
import * as realRegistry from "../../../algorithms/registry.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { experimentOf, problemsIn } from "../support/experiments.ts"

const BASE = "question: q\nalgorithms: [parrot]\nnodes: 5\n"

/** The faults of a spec's first point, as the runtime takes them. */
const faultsOf = (text: string) => experimentOf(`${BASE}${text}`).cells[0]!.scenario.faults

const ALL = { nodes: [0, 1, 2, 3, 4] }

describe("a fault of every kind", () => {
  test.each([
    ["restart: { at: 3s }", { kind: "restart", target: ALL, at: 3_000_000 }],
    ["restart: { nodes: [1], at: 3s }", { kind: "restart", target: { nodes: [1] }, at: 3_000_000 }],
    ["pause: { count: f, at: 2s, for: 5d }", { kind: "pause", target: { random: 2 }, at: 2_000_000, for: 5_000 }],
    ["amnesia: { leader: true, at: 2s, for: 1s }", { kind: "amnesia", target: { leader: true }, for: 1_000_000 }],
    ["slow: { nodes: [0], serviceTime: 2ms, at: 2s }", { kind: "slow", target: { nodes: [0] }, serviceTime: 2_000 }],
    ["isolate: { nodes: [0], direction: in, at: 2s }", { kind: "isolate", target: { nodes: [0] }, direction: "in" }],
    [
      "partition: { sides: [[0, 1], [3, 4]], bridge: [2], oneWay: true, at: 2s }",
      {
        kind: "partition",
        sides: [
          [0, 1],
          [3, 4],
        ],
        bridge: [2],
        oneWay: true,
      },
    ],
    ["partition: { sides: [f, f+1], random: true, at: 2s }", { sides: [{ random: 2 }, { random: 3 }] }],
    [
      "cut: { links: [[0, 1], [2, 3]], at: 2s }",
      {
        kind: "cut",
        links: [
          [0, 1],
          [2, 3],
        ],
      },
    ],
    ["loss: { share: 5%, links: [[0, 1]], oneWay: true, at: 2s }", { share: 0.05, links: [[0, 1]], oneWay: true }],
    ["corruption: { share: 5%, leader: true, at: 2s }", { kind: "corruption", share: 0.05, target: { leader: true } }],
    ["duplication: { share: 5%, at: 2s }", { kind: "duplication", share: 0.05 }],
    ["reordering: { share: 5%, by: 20d, at: 2s }", { kind: "reordering", share: 0.05, by: 20_000 }],
    ["delay: { by: 1s, count: 1, at: 2s }", { kind: "delay", by: 1_000_000, target: { random: 1 } }],
    ["clockOffset: { by: -200ms, nodes: [4], at: 2s }", { kind: "clockOffset", by: -200_000 }],
    ["clockDrift: { by: -0.5%, nodes: all, at: 2s }", { kind: "clockDrift", by: -0.005, target: ALL }],
    ["slowDisk: { syncLatency: 30ms, count: n, at: 2s }", { kind: "slowDisk", syncLatency: 30_000 }],
    ["failingDisk: { count: 1, at: 2s, for: 3s }", { kind: "failingDisk", for: 3_000_000 }],
    ["byzantine: { count: 1, behaviour: silent, at: 2s }", { kind: "byzantine", behaviour: "silent" }],
    ["byzantine: { nodes: [1], behaviour: { script: [0, null, 7] }, at: 2s }", { behaviour: { script: [0, null, 7] } }],
    [
      "byzantine: { nodes: [1], behaviour: { tells: { 0: 1, 3: null } }, at: 2s }",
      { behaviour: { tells: { 0: 1, 3: null } } },
    ],
  ])("%s", (written, fault) => {
    expect(faultsOf(`f: 2\nfaults: [{ ${written} }]`)).toMatchObject([fault])
  })

  test("tornWrite, where writes take time", () => {
    const fault = "faults: [{ tornWrite: { count: 1, at: 2s } }]"
    expect(faultsOf(`disk: { syncLatency: 5ms }\n${fault}`)).toMatchObject([{ kind: "tornWrite" }])
  })
})

test("membership, of algorithms that can change it", () => {
  const text = `question: q\nalgorithms: [raft]\nnodes: 5\nfaults: [{ membership: { members: [0, 3], at: 5s, for: 2s } }]`
  const experiment = parseExperiment("spec.yaml", text, realRegistry)
  expect("cells" in experiment && experiment.cells[0]!.scenario.faults).toEqual([
    { kind: "membership", members: [0, 3], at: 5_000_000, for: 2_000_000 },
  ])
})

describe("membership, with learners", () => {
  const planned = (algorithms: string, written: string) => {
    const text = `question: q\nalgorithms: [${algorithms}]\nnodes: 5\nfaults: [{ membership: { ${written}, at: 5s } }]`
    const experiment = parseExperiment("spec.yaml", text, realRegistry)
    return "cells" in experiment ? experiment.cells[0]!.scenario.faults : experiment.problems
  }

  test.each([
    ["learners: [3, 4]", [3, 4]],
    ["learners: []", []],
  ])("%s", (written, learners) => {
    expect(planned("raft", `members: [0, 1, 2], ${written}`)).toEqual([
      { kind: "membership", members: [0, 1, 2], learners, at: 5_000_000 },
    ])
  })

  test("of algorithms that have such, and none that are members", () => {
    expect(planned("raft, viewstamped-replication", "members: [0, 1, 2], learners: [3]")).toMatchObject([
      { message: "faults[0].membership.learners: viewstamped-replication has no learners; leave it out, or this" },
    ])
    expect(planned("raft", "members: [0, 1, 2], learners: [2]")).toMatchObject([
      { message: "faults[0].membership.learners: names node 2, which is one of the members" },
    ])
  })
})

describe("a fault strikes", () => {
  test.each([
    [
      "crash: { count: 1, every: 2s, for: 1s, times: 3, until: 9s }",
      { at: 3_000_000, for: 1_000_000, schedule: { kind: "every", every: 2_000_000, times: 3, until: 9_000_000 } },
    ],
    [
      "crash: { mtbf: 90s, mttr: 10s }",
      { at: 0, target: ALL, schedule: { kind: "renewal", mtbf: 90_000_000, mttr: 10_000_000, spans: "exponential" } },
    ],
    ["cut: { mtbf: 9s, mttr: 1s, spans: fixed }", { kind: "cut", schedule: { kind: "renewal", spans: "fixed" } }],
    [
      "crash: { when: leader elected, after: 1s, times: 2, for: 3s }",
      { target: { leader: true }, at: 1_000_000, schedule: { kind: "when", after: 1_000_000, times: 2 } },
    ],
    ["crash: { count: 1, at: { from: 5s, to: 5075ms } }", { at: 5_000_000, within: 75_000 }],
    ["crash: { count: 1, at: { from: 3d, to: 5d } }", { at: 3_000, within: 2_000 }],
    [
      "crash: { count: 1, at: { from: 2s, to: 3s }, every: 2s, for: 1s }",
      { at: 2_000_000, within: 1_000_000, for: 1_000_000, schedule: { kind: "every", every: 2_000_000 } },
    ],
    // Over before the warm-up ends: it sets the stage.
    ["crash: { nodes: [4], at: 0s, for: 500ms }", { at: 0, for: 500_000 }],
  ])("%s", (written, fault) => {
    expect(faultsOf(`faults: [{ ${written} }]`)).toMatchObject([fault])
  })
})

test("lists of values are swept, each under a name and in its unit", () => {
  const { cells, dimensions } = experimentOf(`${BASE}faults:
  - crash: { mtbf: [30s, 90s], mttr: 10s }
  - pause: { count: 0..1, at: 2s, for: [1s, 2s] }
  - loss: { share: [0, 10%], at: 2s }
  - clockDrift: { by: [-1%, 1%], nodes: all, at: 2s }`)
  expect(dimensions.map(({ name, title, unit }) => [name, title, unit])).toEqual([
    ["mtbf", "Mean time between failures", "ms"],
    ["pauses", "Paused nodes", ""],
    ["pause.for", "Length (pause)", "ms"],
    ["loss.share", "Share of messages (loss)", ""],
    ["clockDrift.by", "Clock drift", ""],
  ])
  expect(cells.length).toBe(32)
  expect(cells[0]!.id).toBe("parrot/mtbf=30s/pauses=0/pause.for=1s/loss.share=0%/clockDrift.by=-1%")
  expect(cells.at(-1)!.scenario.faults).toMatchObject([
    { schedule: { mtbf: 90_000_000, mttr: 10_000_000 } },
    { target: { random: 1 }, for: 2_000_000 },
    { share: 0.1 },
    { by: 0.01 },
  ])
})

test("a spec whose ranges are empty has nothing to run, and says so", () => {
  expect(problemsIn(`${BASE}faults: [{ crash: { count: 2..1, at: 2s } }]`)).toEqual([
    "1:1: sweep: there is nothing to run: a range of the sweep is empty",
  ])
})

describe("a wrong fault says so:", () => {
  test.each([
    [
      "crash: { count: 1 }",
      "4:19: faults[0].crash: expected one of at (once), every (again and again), mtbf and mttr (at random) or when (on a condition)",
    ],
    [
      "restart: { nodes: all }",
      "4:21: faults[0].restart: expected one of at (once), every (again and again) or when (on a condition)",
    ],
    ["restart: { nodes: all, at: 2s, until: 3s }", "4:50: faults[0].restart.until: needs every or when"],
    ["crash: { nodes: [1, 1], at: 2s }", "4:28: faults[0].crash.nodes: names node 1 twice"],
    ["loss: { share: 10%, nodes: [1, 2, 1], at: 2s }", "4:39: faults[0].loss.nodes: names node 1 twice"],
    [
      "cut: { links: [[0, 1], [1, 0]], at: 2s }",
      "4:35: faults[0].cut.links[1]: found [1, 0], which is listed twice: both ways, unless oneWay: true",
    ],
    [
      "cut: { links: [[0, 1], [0, 1]], oneWay: true, at: 2s }",
      "4:35: faults[0].cut.links[1]: found [0, 1], which is listed twice",
    ],
    [
      "crash: { count: 1, at: 2s, every: 1s, until: 1500ms }",
      "4:57: faults[0].crash.until: found 1.5s, expected a time after 2s, when it first strikes",
    ],
    [
      "crash: { when: leader elected, until: 1s }",
      "4:50: faults[0].crash.until: found 1s, expected a time after 1s, when it first strikes",
    ],
    [
      "crash: { when: leader elected, after: 9s }",
      "4:50: faults[0].crash.after: first strikes at 10s, which is not before the end of the run at 10s",
    ],
    [
      "clockDrift: { nodes: all, by: 101%, at: 2s }",
      '4:42: faults[0].clockDrift.by: found "101%", expected a share such as 1% or -0.5%, above -100% and at most 100%',
    ],
    ["crash: { count: 1, mtbf: 9s }", "4:37: faults[0].crash.mtbf: needs mttr"],
    ["crash: { count: 1, at: 2s, times: 3 }", "4:46: faults[0].crash.times: needs every or when"],
    [
      "crash: { count: 1, mtbf: 9s, mttr: 1s, for: 2s }",
      "4:56: faults[0].crash.for: does not go with mtbf: mttr says how long each failure lasts",
    ],
    [
      "crash: { count: 1, every: 1s, when: leader elected }",
      "4:38: faults[0].crash.every: does not go with when: give one of them",
    ],
    ["crash: { count: 1, every: 0s }", "4:38: faults[0].crash.every: found 0s, expected a duration above 0"],
    [
      "crash: { nodes: all, mtbf: 1us, mttr: 1us }",
      "4:19: faults[0].crash: strikes about 25000000 times in a run; at most 1000000 are possible",
    ],
    [
      "crash: { count: 1, every: 20s }",
      "4:38: faults[0].crash.every: first strikes at 21s, which is not before the end of the run at 10s",
    ],
    [
      "crash: { when: leader elekted }",
      '4:27: faults[0].crash.when: found "leader elekted", expected one of leader elected; did you mean leader elected?',
    ],
    [
      "crash: { count: 1, at: soon }",
      '4:35: faults[0].crash.at: found "soon", expected a duration such as 150ms, 2s, 500us or 3d (d = one link delay), or { from: 5s, to: 6s } (a random time)',
    ],
    ["crash: { count: 1, at: { from: 5s } }", "4:35: faults[0].crash.at.to: missing"],
    [
      "crash: { count: 1, at: { from: 5s, to: 5s } }",
      "4:51: faults[0].crash.at.to: found 5s, expected a time after 5s",
    ],
    [
      "crash: { count: 1, at: { from: 5s, to: 10s } }",
      "4:51: faults[0].crash.at.to: found 10s, which is not before the end of the run at 10s",
    ],
    [
      "amnesia: { count: 1, at: 2s }",
      "4:21: faults[0].amnesia.for: missing; say after how long the node restarts, without its disk",
    ],
    [
      "tornWrite: { count: 1, at: 2s }",
      "4:23: faults[0].tornWrite: every write is durable at once; say disk: { syncLatency: 5ms }, for example",
    ],
    ["slow: { count: 1, at: 2s }", "4:18: faults[0].slow.serviceTime: missing"],
    ["loss: { share: 5%, oneWay: true, at: 2s }", "4:39: faults[0].loss.oneWay: needs links"],
    [
      "loss: { share: 5%, links: [[0, 1]], count: 1, at: 2s }",
      "4:38: faults[0].loss.links: does not go with count, nodes, leader, office or region: these stand for all links of the nodes",
    ],
    [
      "cut: { links: [[1, 1]], at: 2s }",
      "4:27: faults[0].cut.links[0]: found [1, 1], expected two different nodes from 0 to 4",
    ],
    [
      "cut: { links: [[1, 7]], at: 2s }",
      "4:27: faults[0].cut.links[0]: found [1, 7], expected two different nodes from 0 to 4",
    ],
    [
      "clockDrift: { by: -100%, nodes: all, at: 2s }",
      '4:30: faults[0].clockDrift.by: found "-100%", expected a share such as 1% or -0.5%, above -100% and at most 100%',
    ],
    [
      "clockOffset: { by: yesterday, nodes: all, at: 2s }",
      '4:31: faults[0].clockOffset.by: found "yesterday", expected a duration such as 150ms or -2s',
    ],
    ["partition: { sides: [[0], [1]], bridge: [1], at: 2s }", "4:32: faults[0].partition.sides: node 1 is the bridge"],
    [
      "partition: { sides: [[0], [1]], bridge: [9], at: 2s }",
      "4:53: faults[0].partition.bridge[0]: found node 9, but with n = 5 the last node is 4",
    ],
    [
      "partition: { sides: [3, 4], random: true, at: 2s }",
      "4:32: faults[0].partition.sides: 7 nodes on all sides, but n = 5",
    ],
    [
      "membership: { members: [0, 1], at: 2s }",
      "4:24: faults[0].membership: parrot has no way to change its membership; leave it out, or this fault",
    ],
    [
      "membership: { members: [0, 7], at: 2s }",
      "4:39: faults[0].membership.members[1]: found node 7, but with n = 5 the last node is 4",
    ],
    [
      "membership: { members: [0, 1], learners: [2], at: 2s }",
      "4:24: faults[0].membership: parrot has no way to change its membership; leave it out, or this fault",
    ],
    ["membership: { members: [0, 1, 0], at: 2s }", "4:35: faults[0].membership.members: names node 0 twice"],
    [
      "rollingRestart: { at: 2s }",
      "4:28: faults[0].rollingRestart.every: missing; say how long after one node the next one has its turn",
    ],
    [
      "rollingRestart: { every: 1s, transfer: true }",
      "4:51: faults[0].rollingRestart.transfer: leaders of parrot do not hand over when asked to; leave it out, or this",
    ],
    [
      "rollingRestart: { every: 1s, transfer: maybe }",
      '4:51: faults[0].rollingRestart.transfer: found "maybe", expected true or false, or [false, true] to sweep both',
    ],
    ["membership: { at: 2s }", "4:24: faults[0].membership.members: missing"],
    [
      "membership: { members: [], at: 2s }",
      "4:35: faults[0].membership.members: found [], expected a list of at least 1",
    ],
    ["cut: { links: [[0, 1, 2]], at: 2s }", "4:27: faults[0].cut.links[0]: found [0,1,2], expected a list of 2"],
    [
      "isolate: { count: 1, direktion: in, at: 2s }",
      "4:33: faults[0].isolate.direktion: unknown key; allowed here: direction, count, nodes, leader, office, region, at, every, times, when, after, until, for, mtbf, mttr, spans, crews; did you mean direction?",
    ],
  ])("%s", (written, problem) => {
    expect(problemsIn(`${BASE}faults: [{ ${written} }]`)).toEqual([problem])
  })
})
