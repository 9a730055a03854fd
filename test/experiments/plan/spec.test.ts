import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { describe, expect, test } from "vitest"
import { loadExperiment } from "../../../experiments/plan/spec.ts"
import { editDistance, nearestOf } from "../../../lib/problems.ts"
import { experimentOf, problemsIn } from "../support/experiments.ts"

const BASE = "question: Who says it?\nalgorithms: [parrot]\nnodes: 5\n"

describe("a spec", () => {
  test("that says the least is completed with defaults", () => {
    const experiment = experimentOf(BASE, "little")
    const { scenario, linkDelay, id } = experiment.cells[0]!
    expect(experiment).toMatchObject({ name: "little", question: "Who says it?", repeat: 10, seed: 1, charts: [] })
    expect(id).toBe("parrot")
    expect(linkDelay).toBe(1_000)
    expect(scenario).toEqual({
      algorithm: "parrot",
      service: "echoing",
      nodes: 5,
      parameters: { copies: 1, patience: 3_000, lies: 0 },
      workload: { words: 10, order: "fast" },
      network: { latency: { model: "constant", delay: 1_000 }, loss: 0, duplication: 0 },
      disk: { syncLatency: 0 },
      faults: [],
      warmup: 1_000_000,
      duration: 10_000_000,
    })
  })

  test("that says everything is taken at its word", () => {
    const experiment = experimentOf(`
      question: Everything?
      service: echoing
      algorithms:
        - parrot
        - { use: liar, label: "Liar, 10 %", parameters: { lies: 10% } }
      parameters: { copies: 2 }
      workload: { words: 50, order: slow }
      nodes: 3
      network:
        latency: { model: normal, mean: 10ms, deviation: 2ms }
        clientLatency: 0ms
        loss: 1%
        duplication: 0.5
      disk: { syncLatency: 4ms }
      faults:
        - crash: { nodes: [2], at: 2s, for: 500ms }
        - isolate: { leader: true, at: 10d }
        - partition: { sides: [[0], [1, 2]], at: 3s }
        - loss: { share: 20%, at: 1s, for: 1s }
        - byzantine: { nodes: [1], behaviour: lying, at: 1s }
      warmup: 20d
      duration: 5s
      eventBudget: 1000000
      repeat: 7
      seed: 42
      charts: []`)
    const [parrot, liar] = experiment.cells
    expect(liar!.variant).toEqual({ key: "liar-10-%", label: "Liar, 10 %", algorithm: "liar", service: "echoing" })
    // d is the bound of the truncated normal: the mean and four deviations, 18 ms.
    expect(parrot!.scenario).toMatchObject({
      parameters: { copies: 2, patience: 37_000, lies: 0 },
      workload: { words: 50, order: "slow" },
      network: { clientLatency: { model: "constant", delay: 0 }, loss: 0.01, duplication: 0.5 },
      disk: { syncLatency: 4_000 },
      warmup: 360_000,
      eventBudget: 1_000_000,
      faults: [
        { kind: "crash", target: { nodes: [2] }, at: 2_000_000, for: 500_000 },
        { kind: "isolate", target: { leader: true }, at: 180_000 },
        { kind: "partition", sides: [[0], [1, 2]], at: 3_000_000 },
        { kind: "loss", share: 0.2, at: 1_000_000, for: 1_000_000 },
        { kind: "byzantine", target: { nodes: [1] }, behaviour: "lying", at: 1_000_000 },
      ],
    })
    expect(liar!.scenario.parameters).toMatchObject({ copies: 2, lies: 0.1 })
    expect(experiment).toMatchObject({ repeat: 7, seed: 42 })
  })

  test("sweeps every combination, the algorithms side by side", () => {
    const { cells, dimensions } = experimentOf(`
      question: q
      algorithms: [parrot, liar]
      sweep: { latency: [1ms, 20ms], nodes: [3, 5] }`)
    expect(cells.map(({ id }) => id)).toEqual([
      "parrot/nodes=3/latency=1ms",
      "liar/nodes=3/latency=1ms",
      "parrot/nodes=3/latency=20ms",
      "liar/nodes=3/latency=20ms",
      "parrot/nodes=5/latency=1ms",
      "liar/nodes=5/latency=1ms",
      "parrot/nodes=5/latency=20ms",
      "liar/nodes=5/latency=20ms",
    ])
    expect(dimensions.map(({ name, unit }) => [name, unit])).toEqual([
      ["nodes", ""],
      ["latency", "ms"],
    ])
  })

  test("may size groups and faults by f", () => {
    const { cells } = experimentOf(`
      question: q
      algorithms: [parrot]
      sweep: { nodes: [2f+1, 3f+1], f: 1..2 }
      faults: [{ crash: { count: 0..f+1, at: 2s } }]`)
    const seen = cells.map(({ point, scenario }) => [point["f"]!.value, scenario.nodes, point["crashes"]!.value])
    const expected = [1, 2].flatMap(f =>
      [2 * f + 1, 3 * f + 1].flatMap(n => Array.from({ length: f + 2 }, (_, crashes) => [f, n, crashes])),
    )
    expect(seen).toEqual(expected)
    expect(cells[0]!.point["nodes"]!.rule).toBe("2f+1")
    expect(cells[0]!.scenario.faults).toEqual([])
    expect(cells[2]!.scenario.faults).toEqual([{ kind: "crash", target: { random: 2 }, at: 2_000_000 }])
  })

  test("sweeps parameters and workload settings, each in its own unit", () => {
    const { cells, dimensions } = experimentOf(`
      question: q
      algorithms: [parrot]
      nodes: 3
      sweep: { parameters.patience: [5ms, 1s], parameters.lies: [0, 25%], workload.order: [slow, fast] }`)
    expect(dimensions.map(({ name, unit }) => [name, unit])).toEqual([
      ["parameters.patience", "ms"],
      ["parameters.lies", ""],
      ["workload.order", ""],
    ])
    expect(cells.at(-1)!.id).toBe("parrot/parameters.patience=1s/parameters.lies=25%/workload.order=fast")
    expect(cells.at(-1)!.scenario).toMatchObject({
      parameters: { patience: 1_000_000, lies: 0.25 },
      workload: { order: "fast" },
    })
    expect(cells.at(-1)!.point["parameters.patience"]!.value).toBe(1_000)
  })

  test("looks at points that go on until they are precise after 20 runs, or after the most that it allows", () => {
    const repeated = (settings: string) =>
      experimentOf(`
      question: q
      algorithms: [parrot]
      nodes: 3
      repeat: { until: 1%, of: availability${settings} }`)
    expect(
      ["", ", max: 15", ", max: 5000", ", min: 1200"].map(settings => {
        const { repeat, precision } = repeated(settings)
        return [precision!.min, repeat]
      }),
    ).toEqual([
      [20, 1_000],
      [15, 15],
      [20, 5_000],
      [1_200, 1_200],
    ])
  })

  test("lets durations follow the links of each point", () => {
    const { cells } = experimentOf(`
      question: q
      algorithms: [parrot]
      nodes: 3
      sweep: { latency: [1ms, { model: uniform, min: 5ms, max: 30ms }] }
      faults: [{ crash: { count: 1, at: 60d } }]`)
    expect(cells.map(({ linkDelay }) => linkDelay)).toEqual([1_000, 30_000])
    expect(cells.map(({ scenario }) => scenario.parameters["patience"])).toEqual([3_000, 61_000])
    expect(cells.map(({ scenario }) => scenario.warmup)).toEqual([1_000_000, 1_500_000])
    expect(cells.map(({ scenario }) => scenario.faults[0]!.at)).toEqual([60_000, 1_800_000])
    expect(cells.map(({ point }) => point["latency"]!.text)).toEqual(["1ms", "uniform 5ms..30ms"])
  })

  test("may give the sides of a partition by their size", () => {
    const { cells } = experimentOf(`${BASE}f: 2\nfaults: [{ partition: { sides: [f, f+1], at: 2s } }]`)
    expect(cells[0]!.scenario.faults[0]).toMatchObject({
      sides: [
        [0, 1],
        [2, 3, 4],
      ],
    })
  })
})

describe("a wrong spec", () => {
  test.each([
    [
      "an unknown key",
      `${BASE}sede: 3`,
      "4:1: sede: unknown key; allowed here: question, service, algorithms, parameters, workload, nodes, f, network, disk, faults, leader, initial, sweep, warmup, duration, eventBudget, repeat, rare, seed, expect, compare, answer, published, charts; did you mean seed?",
    ],
    [
      "an unknown key further in",
      `${BASE}network: { latenzy: 3ms }`,
      "4:12: network.latenzy: unknown key; allowed here: latency, clientLatency, loss, duplication, bandwidth, fifo, serviceTime, links, regions; did you mean latency?",
    ],
    [
      "a wrong unit",
      `${BASE}duration: 3 weeks`,
      '4:11: duration: found "3 weeks", expected a duration such as 150ms, 2s, 500us or 3d (d = one link delay)',
    ],
    [
      "a number without a unit",
      `${BASE}duration: 30`,
      "4:11: duration: found 30, expected a duration such as 150ms, 2s, 500us or 3d (d = one link delay)",
    ],
    [
      "an unknown algorithm",
      "question: q\nalgorithms: [parot]\nnodes: 3",
      '2:14: algorithms[0]: found "parot", which is no algorithm; expected one of parrot, liar, choleric, brooder, hoarder; did you mean parrot?',
    ],
    [
      "an unknown service",
      `${BASE}service: echo`,
      '4:10: service: found "echo", which is no service; expected one of echoing',
    ],
    [
      "no nodes",
      "question: q\nalgorithms: [parrot]\nnodes: 0",
      "3:8: nodes: found 0, expected a number of nodes from 1 to 1000, or a formula such as 2f+1",
    ],
    ["no number of nodes", "question: q\nalgorithms: [parrot]", "1:1: nodes: missing; say nodes: 5, or sweep nodes"],
    [
      "no nodes by a formula",
      "question: q\nalgorithms: [parrot]\nsweep: { f: [0, 1], nodes: f }",
      "3:28: sweep.nodes: found 0 nodes with f = 0, expected an integer from 1 to 1000",
    ],
    [
      "a formula without its f",
      "question: q\nalgorithms: [parrot]\nnodes: 2f+1",
      '3:8: nodes: found "2f+1", but f is not given; sweep f, or say f: 2',
    ],
    ["a missing key", "algorithms: [parrot]\nnodes: 3", "1:1: question: missing"],
    [
      "no algorithms",
      "question: q\nnodes: 3",
      "1:1: algorithms: missing; say algorithms: [raft, multi-paxos] (quorate algorithms lists them)",
    ],
    [
      "faults that are no list",
      "question: q\nalgorithms: [parrot]\nnodes: 3\nfaults: { crash: { count: 1, at: 5s } }",
      '4:9: faults: found {"crash":{"count":1,"at":"5s"}}, expected a list of faults, such as [crash: { count: 1, at: 5s }]',
    ],
    [
      "an unknown parameter",
      `${BASE}parameters: { copys: 3 }`,
      "4:15: parameters.copys: unknown key; allowed here: copies, patience, lies; did you mean copies?",
    ],
    [
      "a parameter out of range",
      `${BASE}parameters: { copies: 10 }`,
      "4:23: parameters.copies: found 10, expected an integer, from 0 to 9",
    ],
    [
      "a parameter of one algorithm",
      "question: q\nalgorithms: [{ use: parrot, parameters: { lies: 200% } }]\nnodes: 3",
      '2:49: algorithms[0].parameters.lies: found "200%", expected a share such as 10% or 0.1, from 0 to 1',
    ],
    [
      "a parameter that comes to nothing on these links",
      `${BASE}network: { latency: 0ms }\nparameters: { patience: 3d }`,
      '5:25: parameters.patience: found "3d" (d = 0s here), expected a duration such as 150ms, 2s, 500us or 3d (d = one link delay), at least 1us',
    ],
    [
      "an unknown workload setting",
      `${BASE}workload: { wordz: 3 }`,
      "4:13: workload.wordz: unknown key; allowed here: words, order; did you mean words?",
    ],
    [
      "a swept value",
      `${BASE}sweep: { loss: [10%, lots] }`,
      '4:22: sweep.loss[1]: found "lots", expected a share such as 10% or 0.1, from 0 to 1',
    ],
    [
      "an unknown thing to sweep",
      `${BASE}sweep: { node: [3] }`,
      "4:10: sweep.node: unknown key; allowed here: parameters.copies, parameters.patience, parameters.lies, workload.words, workload.order, f, nodes, latency, clientLatency, loss, duplication, bandwidth, serviceTime, jitter, leader, regions, clientRegions, syncLatency; did you mean nodes?",
    ],
    [
      "the same point twice",
      `${BASE}sweep: { loss: [10%, 0.1] }`,
      "4:8: sweep: the point parrot/loss=10% occurs twice",
    ],
    [
      "a latency in its own unit",
      `${BASE}network: { latency: 2d }`,
      '4:21: network.latency: found "2d", expected a duration such as 10ms, or a model: constant, uniform, normal, lognormal, exponential, pareto or empirical ({ model: uniform, min: 5ms, max: 15ms })',
    ],
    [
      "half a latency model",
      `${BASE}network: { latency: { model: uniform, min: 1ms } }`,
      "4:21: network.latency.max: missing",
    ],
    [
      "an unknown fault",
      `${BASE}faults: [{ crush: { count: 1, at: 1s } }]`,
      "4:12: faults[0].crush: unknown key; allowed here: crash, restart, rollingRestart, pause, amnesia, tornWrite, brokenBroadcast, slow, isolate, partition, cut, loss, corruption, duplication, reordering, delay, clockOffset, clockDrift, slowDisk, failingDisk, clientCrash, membership, byzantine; did you mean crash?",
    ],
    [
      "a fault that hits nobody in particular",
      `${BASE}faults: [{ crash: { at: 2s } }]`,
      "4:19: faults[0].crash: expected one of count (a number of random nodes), nodes (a list), leader: true, office: tail or region: us-east-1 (one of its nodes)",
    ],
    [
      "two faults in one",
      `${BASE}faults: [{ crash: { count: 1, at: 2s }, loss: { share: 1%, at: 2s } }]`,
      '4:10: faults[0]: found 2 kinds of faults, expected one: begin each with a "-" of its own',
    ],
    [
      "a fault on a node that is not there",
      `${BASE}faults: [{ crash: { nodes: [5], at: 2s } }]`,
      "4:29: faults[0].crash.nodes[0]: found node 5, but with n = 5 the last node is 4",
    ],
    [
      "more crashes than nodes",
      `${BASE}faults: [{ crash: { count: n+1, at: 2s } }]`,
      "4:28: faults[0].crash.count: 6 of n = 5 nodes; expected 0 to 5",
    ],
    [
      "a fault after the end",
      `${BASE}faults: [{ crash: { count: 1, at: 20s } }]`,
      "4:35: faults[0].crash.at: found 20s, which is not before the end of the run at 10s",
    ],
    [
      "a node on two sides",
      `${BASE}faults: [{ partition: { sides: [[0, 1], [1, 2]], at: 2s } }]`,
      "4:32: faults[0].partition.sides: node 1 is on two sides",
    ],
    [
      "a warm-up without a run",
      `${BASE}warmup: 3s\nduration: 2s`,
      "4:9: warmup: the warm-up of 3s leaves nothing of a run of 2s",
    ],
    [
      "an unknown metric to be precise about",
      `${BASE}repeat: { until: 1%, of: availabilty }`,
      '4:26: repeat.of: found "availabilty", expected one of availability, availability-before, availability-during, availability-after, messages, bytes, total-messages, retransmissions, total-bytes, messages-per-attempt, heartbeats, throughput, lost, mean-latency, latency, tail-latency, outage, recovery, uptime, majority-up, all-served, reads-only, stale-reads, nothing-served, violations; did you mean availability?',
    ],
    [
      "fewer runs at most than at least",
      `${BASE}repeat: { until: 1%, of: latency, min: 50, max: 20 }`,
      "4:49: repeat.max: found 20, expected at least min, 50",
    ],
    [
      "no repeats",
      `${BASE}repeat: 0`,
      "4:9: repeat: found 0, expected an integer from 1 to 1000000, how precise the runs are to be: { until: 1%, of: availability }, or every: a run for every case",
    ],
    [
      "a chart of nothing",
      `${BASE}charts: [availability-by-nodes]`,
      '4:10: charts[0]: found "availability-by-nodes", but nothing is swept to chart against; expected one of recovery-ecdf, latency-ecdf, reliability-over-time, maintainability-over-time, outage-timeline, over-time, levels-over-time',
    ],
    [
      "one algorithm twice",
      "question: q\nalgorithms: [parrot, parrot]\nnodes: 3",
      '2:22: algorithms[1]: "parrot@echoing" is listed twice; give each use a label of its own',
    ],
    [
      "labels that make the same names of files",
      "question: q\nalgorithms: [{ use: parrot, label: a b }, { use: parrot, label: A+B }]\nnodes: 3",
      '2:50: algorithms[1].use: "A+B" and "a b" differ in case and signs only; give each use a label of its own',
    ],
    [
      "a service of an algorithm that is none",
      `${BASE}service: { parrott: echoing }`,
      '4:21: service.parrott: found "parrott", which is no algorithm; expected one of parrot, liar, choleric, brooder, hoarder; did you mean parrot?',
    ],
    ["a list in place of a mapping", `${BASE}sweep: [3]`, "4:8: sweep: found [3], expected a mapping (key: value)"],
    ["a key given twice", `${BASE}nodes: 3`, "4:1: duplicate key"],
    [
      "no experiment at all",
      "just some words",
      "1:1: not an experiment; expected keys such as question, algorithms and sweep",
    ],
    [
      "an answer in other words",
      "question: q\nalgorithms: [parrot]\nnodes: 3\nanswer: the best of messages\n",
      '4:9: answer: found "the best of messages", expected one of: largest <axis> with <metric> >= <value>, smallest <axis> ' +
        "with <metric> <= <value>, points with <metric> >= <value>, winner by <metric>, ranking by <metric> (or several), crossover of <metric>, effect of <axis> on <metric>, <metric> " +
        "along <axis>, values of <metric>, <metric> against theory, <metric> against <metric>; each may end in: where <axis> = <value>",
    ],
    [
      "an answer about a value that is not swept",
      "question: q\nalgorithms: [parrot]\nsweep: { nodes: [3, 5] }\nanswer: winner by messages where nodes = 4\n",
      '4:9: answer: found "4" for nodes, expected one of 3, 5',
    ],
    [
      "an answer about a part that is no value of an axis",
      "question: q\nalgorithms: [parrot]\nsweep: { nodes: [3, 5] }\nanswer: winner by messages where nodes\n",
      '4:9: answer: found "nodes" after where, expected a value of an axis such as crashes = 0',
    ],
    [
      "an answer about what is not swept",
      "question: q\nalgorithms: [parrot]\nsweep: { nodes: [3, 5] }\nanswer:\n  - largest nods with availability >= 99 %\n",
      '5:5: answer[0]: found "nods" for an axis, expected something swept: nodes; did you mean nodes?',
    ],
    [
      "an answer that compares a share with a time",
      "question: q\nalgorithms: [parrot]\nsweep: { nodes: [3, 5] }\nanswer: availability against recovery\n",
      "4:9: answer: found availability, a share, against recovery, a time; expected two metrics of one kind",
    ],
    [
      "an answer with a bound that is no share",
      "question: q\nalgorithms: [parrot]\nsweep: { nodes: [3, 5] }\nanswer: largest nodes with availability >= 50 ms\n",
      '4:9: answer: found "50 ms" after availability, expected a share such as 99 %',
    ],
    ["an empty file", "", "1:1: not an experiment; expected keys such as question, algorithms and sweep"],
  ])("with %s says so", (_, text, problem) => {
    expect(problemsIn(text)).toEqual([problem])
  })

  test("that is not YAML is told where", () => {
    const problems = problemsIn("question: [a\n  b: }{\n")
    expect(problems.length).toBeGreaterThan(0)
    for (const problem of problems) expect(problem).toMatch(/^\d+:\d+: not YAML: \S/)
  })

  test("names a chart's nearest name", () => {
    const [problem] = problemsIn(`${BASE}sweep: { loss: [0, 1%] }\ncharts: [availabilty-by-loss]`)
    expect(problem).toMatch(
      /^5:10: charts\[0\]: found "availabilty-by-loss", expected .*; did you mean availability-by-loss\?$/,
    )
  })

  test("lists everything that is wrong, in the order of the file", () => {
    const text = "question: 3\nalgorithms: [parrot]\nnodes: -1\nnetwork: { loss: 2 }\nrepeat: many\n"
    expect(problemsIn(text).map(problem => problem.split(" ")[1])).toEqual([
      "question:",
      "nodes:",
      "network.loss:",
      "repeat:",
    ])
  })

  test("checks the rest even if an algorithm is unknown", () => {
    const text =
      "question: q\nalgorithms: [parot]\nnodes: 0\nparameters: { anything: 3 }\nsweep: { parameters.anything: [1] }"
    expect(problemsIn(text).map(problem => problem.split(" ")[1])).toEqual(["algorithms[0]:", "nodes:"])
  })

  test("never answers with more than one line a problem", () => {
    for (const problem of problemsIn("question: |\n  a\n  b\nalgorithms: [parrot]\nnodes: |\n  a\n  b\n")) {
      expect(problem).not.toContain("\n")
    }
  })
})

describe("loadExperiment", () => {
  const load = (file: string) =>
    Effect.runPromise(Effect.result(loadExperiment(file)).pipe(Effect.provide(NodeServices.layer)))

  test("of a file that is not there fails in one line", async () => {
    const result = await load("no/such/spec.yaml")
    expect(result).toMatchObject({
      _tag: "Failure",
      failure: { _tag: "SpecError", message: "no/such/spec.yaml: there is no such file" },
    })
  })

  test("of a folder fails in one line", async () => {
    const result = await load("experiments")
    expect(result).toMatchObject({ failure: { message: "experiments: this is a folder" } })
  })
})

describe("did you mean", () => {
  test.each([
    ["nodes", "nodes", 0],
    ["ndoes", "nodes", 1],
    ["latenzy", "latency", 1],
    ["crush", "crash", 1],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
  ])("%s is to %s %i edits", (from, to, edits) => {
    expect(editDistance(from, to)).toBe(edits)
    expect(editDistance(to, from)).toBe(edits)
  })

  test("stays silent when nothing is near", () => {
    expect(nearestOf("wibble", ["nodes", "latency"])).toBeUndefined()
    for (const [written, ...names] of [
      ["at", "of", "f", "raft"],
      ["x", "n"],
      ["", "f"],
      ["size", "time"],
      ["zab", "raft"],
    ]) {
      expect(nearestOf(written!, names), written).toBeUndefined()
    }
  })

  test.each([
    ["fro", "for"],
    ["tyme", "time"],
    ["raftt", "raft"],
    ["cnout", "count"],
    ["Nodes", "nodes"],
    ["electionTimeoutMn", "electionTimeoutMin"],
  ])("says of %s: %s", (written, name) => {
    expect(nearestOf(written, ["zip", name, "workload"])).toBe(name)
  })
})

test("an answer by who is best needs a metric in which algorithms are compared", () => {
  const spec = (metric: string) =>
    `question: q\nalgorithms: [parrot]\nsweep: { nodes: [3, 5] }\nanswer: winner by ${metric}\n`
  expect(problemsIn(spec("violations"))[0]).toMatch(
    /^4:9: answer: found "violations", in which algorithms are not compared run by run; expected one of availability, /,
  )
  expect(problemsIn(spec("latency"))).toEqual([])
})

test("a ranking is by one or several metrics in which algorithms are compared, each once", () => {
  const spec = (metrics: string) => `question: q\nalgorithms: [parrot]\nnodes: 3\nanswer: ["ranking by ${metrics}"]\n`
  expect(problemsIn(spec("availability, latency, messages"))).toEqual([])
  expect(problemsIn(spec("latency, latency"))[0]).toContain(
    "found latency twice, expected each metric of a ranking once",
  )
  expect(problemsIn(spec("latency, violations"))[0]).toContain(
    'found "violations", in which algorithms are not compared',
  )
})

test("labels of signs only name files by the numbers of their signs", () => {
  const { cells } = experimentOf(
    "question: q\nalgorithms: [{ use: parrot, label: 🙂 }, { use: parrot, label: 🙃 }]\nnodes: 3",
  )
  expect(cells.map(({ id }) => id)).toEqual(["u1f642", "u1f643"])
})
