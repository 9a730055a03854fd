import { describe, expect, test } from "vitest"
import { type CellSummary, summarize } from "../../../analysis/aggregate.ts"
import type { Registry } from "../../../scenarios/cell.ts"
import { type ChartData, chartData } from "../../../reports/charts/data.ts"
import { drawChart } from "../../../reports/charts/chart.ts"
import { foldText } from "../../../reports/charts/frame.ts"
import { CHART_METRICS } from "../../../analysis/kinds.ts"
import type { LineChoice } from "../../../reports/charts/data.ts"
import { chooseChart, defaultCharts } from "../../../reports/charts/registry.ts"
import { looksOf } from "../../../reports/charts/palette.ts"
import { render, renderSvg } from "../../../reports/charts/render.ts"
import { textWidth } from "../../../reports/charts/text-width.ts"
import { COUNTING_CAPTION } from "../../../analysis/counting-rules.ts"
import type { MeasureName } from "../../../scenarios/measure.ts"
import { type Plan, planExperiment } from "../../../experiments/model/plan.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import type { Experiment } from "../../../experiments/model/experiment.ts"
import * as bundledRegistry from "../../../algorithms/registry.ts"
import { experimentOf } from "../../experiments/support/experiments.ts"
import { completedRecord, latencies } from "../../experiments/support/records.ts"
import * as testRegistry from "../../experiments/support/registry.ts"

/** A chart of made-up runs: run k of cell c measures what `value` says. */
function chartOf(
  experiment: Experiment,
  name: string,
  value: (cell: number, run: number) => Partial<Record<MeasureName, number>>,
  registry: Registry = testRegistry,
): { plan: Plan; choice: LineChoice; data: ChartData; summaries: readonly CellSummary[] } {
  const plan = planExperiment(experiment)
  const choice = chooseChart(name, experiment.dimensions)
  if ("problem" in choice || choice.kind !== "lines") throw new Error(`${name} is no chart of lines`)
  const summaries = plan.cells.map((cell, index) => {
    const records = plan.seeds.map((_, run) => {
      return completedRecord(value(index, run))
    })
    return summarize(cell, records, { messageTypes: [], figures: [] })
  })
  return { plan, choice, summaries, data: chartData(choice, plan, summaries, registry) }
}

/** A spec of the workbench's own algorithms. */
function realExperiment(text: string): Experiment {
  const experiment = parseExperiment("real.yaml", text, bundledRegistry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return experiment
}

describe("a chart's name", () => {
  const { dimensions } = experimentOf(`
    question: q
    algorithms: [parrot]
    sweep: { nodes: [3, 5], latency: [1ms, 2ms], parameters.copies: [1, 2] }
    faults: [{ isolate: { count: 0..1, at: 2s } }]`)

  test.each([
    ["availability-by-failures", "isolated", "How available is each algorithm as more nodes fail?"],
    ["messages-by-nodes", "nodes", "How many messages does an operation cost as the group grows?"],
    ["latency-by-latency", "latency", "How long does an operation take as links get slower?"],
    ["tail-latency-by-copies", "parameters.copies", "How long do the slowest operations take, by copies?"],
  ])("%s means a question", (name, across, title) => {
    expect(chooseChart(name, dimensions)).toMatchObject({ title, across: { name: across } })
  })

  test("goes with every metric and everything that is swept", () => {
    for (const metric of Object.keys(CHART_METRICS)) {
      for (const axis of ["nodes", "latency", "copies", "isolated"]) {
        expect(chooseChart(`${metric}-by-${axis}`, dimensions)).not.toHaveProperty("problem")
      }
    }
  })

  test.each([
    "availability-by-crashes",
    "availability",
    "wisdom-by-nodes",
    "toString-by-nodes",
    "availability-by-toString",
  ])("%s is refused", name => {
    expect(chooseChart(name, dimensions)).toHaveProperty("problem")
  })

  test("is chosen by what is swept if a spec names none", () => {
    expect(defaultCharts(dimensions)).toEqual(["availability-by-nodes", "messages-by-nodes"])
    expect(defaultCharts([])).toEqual([])
    for (const name of defaultCharts(dimensions)) expect(chooseChart(name, dimensions)).not.toHaveProperty("problem")
  })
})

describe("a chart's data", () => {
  test("are our own estimates and intervals, one point a cell", () => {
    const experiment = experimentOf("question: q\nalgorithms: [parrot, liar]\nsweep: { nodes: [3, 5] }\nrepeat: 3")
    const { data, summaries } = chartOf(experiment, "outage-by-nodes", (cell, run) => ({
      outage_total_ms: 10 * cell + run,
    }))
    expect(data.points).toHaveLength(4)
    expect(data.points[3]).toMatchObject({ x: 5, algorithm: "Liar", value: 31, runs: 3 })
    expect(data.points[3]!.low).toBe(summaries[3]!.metrics.outage_total_ms!.low)
    expect(data.points[3]!.high).toBe(summaries[3]!.metrics.outage_total_ms!.high)
    expect(data.columns).toEqual([""])
  })

  test("stand in a panel for each value of all else that is swept", () => {
    const experiment = experimentOf(`
      question: q
      algorithms: [parrot]
      sweep: { nodes: [3, 5], latency: [1ms, 2ms], loss: [0, 1%], duplication: [0] }`)
    const { data } = chartOf(experiment, "availability-by-nodes", () => ({ availability: 1 }))
    expect(data.columns).toEqual(["link latency 1\u00a0ms", "link latency 2\u00a0ms"])
    expect(data.rows).toEqual(["0\u00a0% of messages lost", "1\u00a0% of messages lost"])
    expect(data.points.every(({ row, column }) => row !== "" && column !== "")).toBe(true)
  })

  test("of groups sized by f are told apart by the formula, not by f", () => {
    const experiment = experimentOf("question: q\nalgorithms: [parrot]\nsweep: { f: [1, 2], nodes: [2f+1, 3f+1] }")
    const { data } = chartOf(experiment, "availability-by-nodes", () => ({ availability: 1 }))
    expect(data.points.map(({ x, column, row }) => [x, column, row])).toEqual([
      [3, "n = 2f+1", ""],
      [4, "n = 3f+1", ""],
      [5, "n = 2f+1", ""],
      [7, "n = 3f+1", ""],
    ])
  })

  test("leave out panels in which nothing was measured", () => {
    const experiment = experimentOf(
      "question: q\nalgorithms: [parrot]\nsweep: { nodes: [3, 5], loss: [0, 1%] }\nrepeat: 1",
    )
    const { data } = chartOf(experiment, "outage-by-nodes", cell => (cell % 2 === 0 ? { outage_total_ms: 1 } : {}))
    expect(data.columns).toEqual(["0\u00a0% of messages lost"])
  })
})

describe("theory beside what was measured", () => {
  const STEADY = "question: q\nalgorithms: [raft]\nservice: replicated-log\nsweep: { nodes: [3, 5, 7, 9] }\nrepeat: 1"

  test("is 2(n-1) messages a command for Raft (REFERENCES 1a)", () => {
    const { data } = chartOf(realExperiment(STEADY), "messages-by-nodes", () => ({ ok: 1 }), bundledRegistry)
    expect(data.points.map(({ theory }) => theory)).toEqual([4, 8, 12, 16])
    expect(data.theories).toEqual(["2(n-1) (Raft)"])
  })

  test.each([
    [[4, 8, 12, 16], "2(n-1) (Raft), which all points meet"],
    [[4, 8, 12.1, 16], "2(n-1) (Raft), which no point misses by more than 0.84 %"],
  ])("says how far it is from %j messages", (messages, said) => {
    const measured = (cell: number) => ({ messages_protocol: 10 * messages[cell]!, ok: 10 })
    const { data } = chartOf(realExperiment(STEADY), "messages-by-nodes", measured, bundledRegistry)
    expect(data.theories).toEqual([said])
  })

  test("is held against steady points alone, and gives no leader a bound that is not its own", () => {
    const LOAD = `question: q\nalgorithms: [raft, multi-paxos]\nservice: replicated-log\nnodes: 5
network: { latency: 1ms, serviceTime: 100us }\nsweep: { workload.rate: [1000/s, 1500/s, 3000/s] }\nrepeat: 1`
    // By rate, and by algorithm: Raft gets all done, and Multi-Paxos has given up at last.
    const done = [1_000, 1_000, 1_485, 1_485, 3_000, 300]
    const measured = (cell: number) => {
      const operations = { ok: done[cell]!, attempted: [1_000, 1_500, 3_000][Math.floor(cell / 2)]!, failed: 0 }
      const lost = { operations_lost: operations.attempted - operations.ok }
      return { ...operations, ...lost, in_flight_early: 5, in_flight_late: 5, throughput_per_s: done[cell]! }
    }
    const { data } = chartOf(realExperiment(LOAD), "throughput-by-load", measured, bundledRegistry)
    expect(data.theories).toEqual([
      "all that is asked for, up to 1/(n s) at least (Raft), which no point misses by more than 1 %",
      "all that is asked for, at most 1/(n s) (Multi-Paxos), which no steady point misses by more than 1 %",
    ])
  })

  test("is 4d of latency for a client at the leader (REFERENCES 2)", () => {
    const { data } = chartOf(
      realExperiment(`${STEADY}\nnetwork: { latency: 7ms }`),
      "latency-by-nodes",
      () => ({}),
      bundledRegistry,
    )
    expect(data.points.map(({ theory }) => theory)).toEqual([28, 28, 28, 28])
  })

  test("is availability up to f of 2f+1 crashes, and beyond it of the time before them", () => {
    const spec = `
      question: q
      algorithms: [raft]
      service: replicated-log
      nodes: 5
      faults: [{ crash: { count: 0..4, at: 5s } }]
      warmup: 1s
      duration: 21s
      repeat: 1`
    const { data } = chartOf(realExperiment(spec), "availability-by-crashes", () => ({}), bundledRegistry)
    expect(data.points.map(({ theory }) => theory)).toEqual([1, 1, 1, 0.2, 0.2])
  })

  test("is silent where its assumptions do not hold", () => {
    const lossy = realExperiment(`${STEADY}\nnetwork: { loss: 1% }`)
    const { data } = chartOf(lossy, "messages-by-nodes", () => ({ ok: 1 }), bundledRegistry)
    expect(data.points.map(({ theory }) => theory)).toEqual([null, null, null, null])
    expect(data.theories).toEqual([])
  })
})

describe("a picture", () => {
  const experiment = experimentOf(`
    question: Is it legible?
    algorithms: [parrot, liar]
    sweep: { nodes: [3, 5, 11], loss: [0, 1%] }
    repeat: 4`)
  const chart = chartOf(experiment, "messages-by-nodes", (cell, run) => ({
    messages_protocol: 10 * cell + run + 1,
    ok: 1,
  }))
  const spec = drawChart(chart.choice, chart.plan, chart.summaries, testRegistry)

  test("has question, axes with units, legend, panels and the counting rules, as text", async () => {
    const { svg, png } = await render(spec)
    const text = svg.replaceAll(/<[^>]*>/g, "|").replaceAll("&lt;", "<")
    for (const words of [
      "How many messages does an operation cost as the group grows?",
      "Is it legible?",
      "4 runs a point; bands: 95 % confidence",
      "Protocol messages per",
      "Nodes, n",
      "Parrot",
      "Liar",
      "0\u00a0% of messages lost",
      "1\u00a0% of messages lost",
      "|11|",
      ...foldText(COUNTING_CAPTION, 40)[0]!.split(" "),
    ]) {
      expect(text).toContain(words)
    }
    expect(svg).not.toMatch(/NaN|undefined/)
    expect(new TextDecoder().decode(png.subarray(1, 4))).toBe("PNG")
  })

  test("is the same every time", async () => {
    const [first, second] = [await render(spec), await render(spec)]
    expect(first.svg).toBe(second.svg)
    expect(Buffer.from(first.png).equals(Buffer.from(second.png))).toBe(true)
  })

  test("gives every algorithm a colour of its own, the same in every experiment, and its uses shades and dashes", () => {
    const looks = (used: readonly string[]) =>
      looksOf(
        used.map(algorithm => ({ algorithm })),
        bundledRegistry.algorithms,
      )
    const names = Object.keys(bundledRegistry.algorithms)
    const all = looks(names)
    expect(new Set(all.map(({ colour }) => colour)).size).toBe(names.length)
    for (const [index, algorithm] of names.entries()) expect(looks([algorithm])[0]!.colour).toBe(all[index]!.colour)
    const [raft, again, third, own] = looks(["raft", "raft", "raft", "my-own"])
    expect(new Set([raft, again, third, own].map(look => look!.colour)).size).toBe(4)
    expect(new Set([raft, again, third].map(look => look!.dash.join(" "))).size).toBe(3)
    expect(own!.dash).toEqual(raft!.dash)
  })
})

describe("every kind of chart", () => {
  const spec = `
    question: Is it legible?
    service: replicated-log
    algorithms: [raft, { use: raft, label: Raft again }, multi-paxos]
    sweep: { nodes: [3, 5], workload.rate: [10/s, 100/s] }
    faults: [{ crash: { count: 0..1, at: 2s } }]
    repeat: 3`
  const experiment = realExperiment(spec)
  const plan = planExperiment(experiment)
  const summaries = plan.cells.map((cell, index) => {
    const types = Object.keys(bundledRegistry.algorithms[cell.scenario.algorithm]!.receive)
    const records = plan.seeds.map((_, run) =>
      completedRecord(
        {
          ok: 10,
          availability: 1 - 0.01 * run - 0.001 * index,
          messages_protocol: 80 + run,
          throughput_per_s: 5 + index + run / 10,
          outages: 1,
        },
        {
          byType: Object.fromEntries(types.map((type, place) => [type, 10 * place])),
          latencies: latencies([4_000 + 100 * run, 5_000, 9_000 * (index + 1)]),
          outages: [{ start: 2e6, end: 2.1e6 + 4e4 * (run + index), cause: "crash of node 0" }],
        },
      ),
    )
    return summarize(cell, records, { messageTypes: types, figures: [] })
  })

  test.each([
    ["availability-by-load", "How available is each algorithm as more is asked for?", "Offered load (per second)"],
    ["latency-by-throughput", "How long does an operation take as more gets done?", "Throughput"],
    ["availability-over-nodes-and-crashes", "How available is each algorithm, by nodes and crashed nodes?", "98.9%"],
    ["message-types-by-nodes", "Which messages does an operation cost as the group grows?", "AppendEntriesReply"],
    ["recovery-ecdf", "How fast does the service recover?", "Share of outages repaired by"],
    ["latency-ecdf", "How long do operations take?", "Latency (ms)"],
    ["outage-timeline", "When is the service out?", "Virtual time (s)"],
  ])("%s says what it shows", async (name, title, more) => {
    const choice = chooseChart(name, experiment.dimensions)
    if ("problem" in choice) throw new Error(choice.problem)
    expect(choice.title).toBe(title)
    const { svg } = await render(drawChart(choice, plan, summaries, bundledRegistry))
    const text = svg.replaceAll(/<[^>]*>/g, "|")
    for (const words of [title, more, "Raft again", "Multi-Paxos", "Faults: crash of no node or one at 2"]) {
      expect(text).toContain(words)
    }
    expect(text.includes("Counted: every message")).toBe(title.includes("messages"))
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  })

  test("an interval of the throughput that reaches 0 is drawn on a logarithmic scale, too", async () => {
    const spread = realExperiment(`
question: q
algorithms: [raft]
nodes: 3
sweep: { workload.rate: [10/s, 100/s, 1000/s] }
repeat: 2
duration: 5s
`)
    const {
      plan: ours,
      choice,
      summaries: few,
    } = chartOf(
      spread,
      "messages-by-throughput",
      (cell, run) => ({ throughput_per_s: 10 ** (cell + 1) * (1 + 1.9 * run), ok: 10, messages_protocol: 80 + run }),
      bundledRegistry,
    )
    expect(few.some(({ metrics }) => metrics.throughput_per_s!.low! <= 0)).toBe(true)
    const { svg } = await render(drawChart(choice, ours, few, bundledRegistry))
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  })

  test.each([
    ["recovery-ecfd", "did you mean recovery-ecdf?"],
    ["message-types-by-crash", "did you mean message-types-by-crashes?"],
    ["availability-over-nodes-and-loss", "expected <metric>-by-<axis>, <metric>-by-throughput, <metric>-over-"],
    ["availability-over-nodes-and-nodes", "did you mean availability-over-nodes-and-"],
    ["availability-over-load-and-rate", "and an axis of"],
    ["availability-by-loss", "but loss is not swept"],
  ])("%s is refused, with what is allowed", (name, words) => {
    const choice = chooseChart(name, experiment.dimensions)
    expect("problem" in choice && choice.problem).toContain(words)
  })
})

describe("captions say what is true of every point", () => {
  const captionOf = (spec: string, name = "availability-by-nodes"): string => {
    const { plan, choice, summaries } = chartOf(
      realExperiment(spec),
      name,
      () => ({ availability: 1 }),
      bundledRegistry,
    )
    return JSON.stringify(drawChart(choice, plan, summaries, bundledRegistry))
      .replaceAll("\u00a0", " ")
      .replaceAll('","', " ")
  }
  const SPEC = "question: q\nalgorithms: [raft]\nservice: replicated-log\nrepeat: 2\n"

  test("of regions, how many there are and how far apart, and not the longest link", () => {
    const regions = "[us-east-1, us-west-2, eu-west-1, ap-northeast-1, ap-southeast-2]"
    const network = `network: { regions: { data: aws-2020, nodes: ${regions}, clients: ${regions}, jitter: 5% } }`
    const caption = captionOf(
      `${SPEC}nodes: 5\nsweep: { workload.clients: [1, 5] }\n${network}`,
      "availability-by-clients",
    )
    expect(caption).toContain("n = 5; nodes in 5 regions, one way 35 to 127 ms ± 5 %; 2 runs a point")
    expect(caption).not.toContain("link latency")
  })

  test("of links, messages and disks, what is not swept", () => {
    const network = "network: { latency: { model: uniform, min: 0.5ms, max: 1.5ms }, loss: 2%, serviceTime: 100us }"
    const caption = captionOf(`${SPEC}sweep: { nodes: [3, 5], syncLatency: [0ms, 5ms] }\n${network}`)
    expect(caption).toContain(
      "link latency uniform 500 µs to 1.5 ms; 2 % of messages lost; 100 µs for a message; 2 runs",
    )
    expect(caption).toContain("0 s for a disk write")
    expect(caption).not.toContain("n = 3")
  })

  test("of faults, whom they strike and when, over all points", () => {
    const faults = "faults: [{ crash: { count: 0..2, at: 5s, for: 1s } }, { isolate: { leader: true, at: 7s } }]"
    expect(captionOf(`${SPEC}nodes: 5\n${faults}\nwarmup: 2s\nduration: 9s`, "availability-by-crashes")).toContain(
      "Faults: crash of 0 to 2 nodes at 5 s, for 1 s; isolation of the leader at 7 s. Measured from 2 s to 9 s.",
    )
    const churn = "sweep: { nodes: [3, 5] }\nfaults: [{ crash: { mtbf: 9s, mttr: 1s } }]"
    expect(captionOf(`${SPEC}${churn}`)).toContain("Faults: crash of every node again and again.")
    expect(captionOf(`${SPEC}sweep: { nodes: [3, 5] }`)).not.toContain("Faults")
    const offices = "faults: [{ crash: { office: [head, middle, tail], at: 5s } }]"
    expect(captionOf(`${SPEC.replace("raft", "chain-replication")}nodes: 5\n${offices}`, "outage-by-office")).toContain(
      "Faults: crash of the head, the middle, or the tail at 5 s.",
    )
    const groups = SPEC.replace("raft", "sharded-groups").replace("replicated-log", "sharded-store")
    const ofGroups = offices.replace("head, middle, tail", "controller, group-1")
    expect(captionOf(`${groups}nodes: 9\n${ofGroups}`, "outage-by-office")).toContain(
      "Faults: crash of the leader of the controller or the leader of group 1 at 5 s.",
    )
    const ofRole = (algorithm: string, role: string): string =>
      captionOf(
        `question: q\nalgorithms: [${algorithm}]\nrepeat: 2\nsweep: { nodes: [3, 5] }\nfaults: [{ crash: { nodes: ${role}, at: 5s } }]`,
      )
    expect(ofRole("primary-backup", "[view-service]")).toContain("Faults: crash of the view service at 5 s.")
    expect(ofRole("{ use: chain-replication, parameters: { master: raft } }", '["master 1"]')).toContain(
      "Faults: crash of master 1 at 5 s.",
    )
    expect(ofRole("{ use: chain-replication, parameters: { master: raft } }", '["master 0", "master 2"]')).toContain(
      "Faults: crash of master 0 and master 2 at 5 s.",
    )
    const places = "nodes: 5\nnetwork: { regions: { nodes: [us-east-1, eu-west-1] } }\n"
    const regions =
      "faults: [{ crash: { region: [us-east-1, eu-west-1], at: 5s } }, { pause: { region: us-east-1, nodes: all, at: 6s } }]"
    expect(captionOf(`${SPEC}${places}${regions}`, "availability-by-region")).toContain(
      "Faults: crash of one node in us-east-1 or one node in eu-west-1 at 5 s; pause of all nodes in us-east-1 at 6 s.",
    )
    expect(
      captionOf(
        `${SPEC}${places}faults: [{ crash: { region: us-east-1, count: 0..2, at: 5s } }]`,
        "availability-by-crashes",
      ),
    ).toContain("Faults: crash of 0 to 2 nodes in us-east-1 at 5 s.")
    const both =
      "faults: [{ crash: { count: 0..1, at: 5s } }, { pause: { nodes: [1], at: 5s } }, { pause: { nodes: [2], at: 5s } }]"
    expect(captionOf(`${SPEC}nodes: 5\n${both}`, "availability-by-crashes")).toContain(
      "Faults: crash of no node or one at 5 s; pause of node 1 at 5 s; pause of node 2 at 5 s.",
    )
  })

  test("of availability what it means, and of messages how they are counted", () => {
    expect(captionOf(`${SPEC}sweep: { nodes: [3, 5] }`)).toContain("Available: a client gets a correct reply before")
    expect(captionOf(`${SPEC}sweep: { nodes: [3, 5] }`, "bytes-by-nodes")).toContain(COUNTING_CAPTION)
    expect(captionOf(`${SPEC}sweep: { nodes: [3, 5] }`, "outage-by-nodes")).toContain("Time in outages")
  })
})

describe("a scale fits the data:", () => {
  const SPEC =
    "question: q\nalgorithms: [raft]\nservice: replicated-log\nnodes: 5\nsweep: { loss: [0, 5%, 80%] }\nrepeat: 1"
  const drawn = async (values: readonly number[]): Promise<string> => {
    const { plan, choice, summaries } = chartOf(
      realExperiment(SPEC),
      "availability-by-loss",
      cell => ({ availability: values[cell]! }),
      bundledRegistry,
    )
    const { svg } = await render(drawChart(choice, plan, summaries, bundledRegistry))
    return svg.replaceAll(/<[^>]*>/g, "|")
  }

  test("shares from 0 to 100 %, or from where they begin", async () => {
    expect(await drawn([1, 0.9, 0.2])).toMatch(/\|0%\|+20%\|/)
    const high = await drawn([1, 0.9, 0.82])
    expect(high).toContain("|80%|")
    expect(high).not.toContain("|20%|")
  })

  test("shares that tell nines apart by what is missing, and 100 % at its edge", async () => {
    const nines = await drawn([1, 0.9999, 0.99])
    for (const label of ["|99%|", "|99.9%|", "|99.99%|", "|100%|"]) expect(nines).toContain(label)
    expect(nines).toContain("missing to 100 %")
  })

  test("shares across are in per cent, as in the tables", async () => {
    const text = await drawn([1, 0.9, 0.2])
    expect(text).toContain("|5%|")
    expect(text).not.toContain("|0.05|")
  })

  test.each([
    [40, 1, "|0%|1%|2%|"],
    [41, 2, "|0%|10%|20%|"],
  ])(
    "%i values across that are apart have a tick each, and more than 40 have round ones",
    async (steps, step, ticks) => {
      const sweep = `{ loss: { from: 0%, to: ${(steps - 1) * step}%, steps: ${steps} } }`
      const { plan, choice, summaries } = chartOf(
        realExperiment(SPEC.replace("{ loss: [0, 5%, 80%] }", sweep)),
        "availability-by-loss",
        () => ({ availability: 0.5 }),
        bundledRegistry,
      )
      const spec = JSON.stringify(drawChart(choice, plan, summaries, bundledRegistry))
      const text = (await renderSvg(JSON.parse(spec))).replaceAll(/<[^>]*>/g, "|").replaceAll(/\|+/g, "|")
      expect(text).toContain(ticks)
    },
  )

  test("numbers are written out", async () => {
    const experiment = experimentOf("question: q\nalgorithms: [parrot]\nsweep: { nodes: [3] }\nrepeat: 2")
    const plan = planExperiment(experiment)
    const outages = [40, 400, 900].map(ms => ({ start: 1e6, end: 1e6 + ms * 1_000, cause: "" }))
    const records = plan.seeds.map(() => completedRecord({ outages: 3 }, { outages }))
    const summaries = plan.cells.map(cell => summarize(cell, records, { messageTypes: [], figures: [] }))
    const choice = chooseChart("recovery-ecdf", experiment.dimensions)
    if ("problem" in choice) throw new Error(choice.problem)
    const { svg } = await render(drawChart(choice, plan, summaries, testRegistry))
    expect(svg).toMatch(/>200</)
    expect(svg).not.toMatch(/>\d+e\+\d/)
  })
})

describe("a point of a chart", () => {
  const SPEC = "question: q\nalgorithms: [raft]\nservice: replicated-log\nsweep: { nodes: [3, 5, 7] }\nrepeat: 2"
  const drawnFrom = (
    name: string,
    value: (cell: number) => Partial<Record<MeasureName, number>>,
    change: (summary: CellSummary, cell: number) => CellSummary = summary => summary,
  ) => {
    const { plan, choice, summaries } = chartOf(realExperiment(SPEC), name, value, bundledRegistry)
    const changed = summaries.map(change)
    const spec = JSON.stringify(drawChart(choice, plan, changed, bundledRegistry)).replaceAll("\u00a0", " ")
    return { spec, points: chartData(choice, plan, changed, bundledRegistry).points }
  }

  test("stands beside seconds where times are long, and beside milliseconds where they are not", () => {
    const titleOf = (ms: number): unknown =>
      /"title":\["(Time out of service in a run[^"]*)"/.exec(
        drawnFrom("outage-by-nodes", () => ({ outage_total_ms: ms })).spec,
      )?.[1]
    expect([titleOf(40_000), titleOf(400)]).toEqual([
      "Time out of service in a run (s)",
      "Time out of service in a run (ms)",
    ])
  })

  test("says how much is behind it, and has no number where that is too little", () => {
    const { spec, points } = drawnFrom("messages-by-nodes", cell => ({
      messages_protocol: 8,
      ok: cell === 0 ? 2 : 4,
      attempted: 20,
    }))
    expect(points[0]).toMatchObject({
      value: null,
      tooFew: "too few: 4 operations",
      behind: "2 runs, 4 of 40 operations",
    })
    expect(points[1]).toMatchObject({ value: 2, tooFew: "", behind: "2 runs, 8 of 40 operations" })
    expect(spec).toContain("Crosses at the bottom: too few to tell a number.")
    expect(drawnFrom("messages-by-nodes", () => ({ messages_protocol: 80, ok: 10 })).spec).not.toContain("Crosses")
  })

  test("of a state that is not steady is marked", () => {
    const { spec, points } = drawnFrom(
      "availability-by-nodes",
      () => ({ availability: 1 }),
      (summary, cell) => ({ ...summary, steadiness: (["steady", "growing", "unclear"] as const)[cell]! }),
    )
    expect(points.map(({ unsteady }) => unsteady !== "")).toEqual([false, true, true])
    expect(spec).toContain("Hollow: not a steady state, or not shown to be one.")
  })

  test("of latency is held against the deadline: drawn where it is near, named where it is far", () => {
    const latency = { p50: 40, ok: 50, attempted: 50 }
    const withLatency = (deadlineMs: number) => (summary: CellSummary) => ({
      ...summary,
      deadlineMs,
      metrics: { ...summary.metrics, latency_p50_ms: { value: latency.p50, low: 39, high: 41, runs: 2 } },
    })
    const counts = () => ({ ok: latency.ok, attempted: latency.attempted })
    const near = drawnFrom("latency-by-nodes", counts, withLatency(60)).spec
    expect(near).toContain("Dotted red: the deadline, 60 ms; what failed counts as longer.")
    expect(near).toContain('"field":"deadline"')
    const far = drawnFrom("latency-by-nodes", counts, withLatency(1_000)).spec
    expect(far).toContain("What failed counts as longer than the deadline, 1 s, which is beyond the")
    expect(far).not.toContain('"field":"deadline"')
  })

  test("of what cannot be negative has no interval below 0", () => {
    const wide = { value: 0.1, low: -0.4, high: 0.6, runs: 2 }
    const { spec } = drawnFrom(
      "lost-by-nodes",
      () => ({}),
      summary => ({ ...summary, metrics: { ...summary.metrics, operations_lost: wide } }),
    )
    expect(spec).toContain('"low":0,"high":0.6')
  })
})

test("theory has a line in the legend where it is drawn, and nowhere else", () => {
  const spec = (loss: string): string =>
    `question: q\nalgorithms: [raft]\nservice: replicated-log\nsweep: { nodes: [3, 5] }\nnetwork: { loss: ${loss} }\nrepeat: 1`
  const legend = (loss: string): string => {
    const { plan, choice, summaries } = chartOf(
      realExperiment(spec(loss)),
      "messages-by-nodes",
      () => ({ messages_protocol: 4, ok: 1 }),
      bundledRegistry,
    )
    return JSON.stringify(drawChart(choice, plan, summaries, bundledRegistry))
  }
  expect(legend("0%")).toContain('"domain":["Raft","Theory"]')
  expect(legend("1%")).toContain('"domain":["Raft"]')
})

test.each(["availability-over-nodes-and-loss", "message-types-by-nodes", "latency-ecdf", "outage-timeline"])(
  "every mark of %s knows its point of the sweep, so that a click shows that point's runs",
  name => {
    const experiment = realExperiment(
      "question: q\nalgorithms: [raft]\nservice: replicated-log\nsweep: { nodes: [3, 5], loss: [0%, 1%] }\nrepeat: 1",
    )
    const plan = planExperiment(experiment)
    const summaries = plan.cells.map(cell =>
      summarize(
        cell,
        [completedRecord({ availability: 1, ok: 1 }, { byType: { AppendEntries: 2 }, latencies: latencies([1]) })],
        {
          messageTypes: ["AppendEntries"],
          figures: [],
        },
      ),
    )
    const choice = chooseChart(name, experiment.dimensions)
    if ("problem" in choice) throw new Error(choice.problem)
    const { data } = drawChart(choice, plan, summaries, bundledRegistry)
    const values =
      data !== null && data !== undefined && "values" in data && Array.isArray(data.values) ? data.values : []
    expect(
      new Set(values.map((value: unknown) => (value instanceof Object ? Reflect.get(value, "step") : undefined))),
    ).toEqual(new Set([0, 1, 2, 3]))
  },
)

describe("text widths", () => {
  const units = (text: string, weight?: "bold"): number => Math.round(textWidth(text, weight) * 2048)

  test("are the font's own: DejaVu Sans in units of 1/2048 em", () => {
    expect(units(" ")).toBe(651)
    expect(units("A")).toBe(1401)
    expect(units("i")).toBe(569)
    expect(units("0")).toBe(1303)
    expect(units("Ai0")).toBe(1401 + 569 + 1303)
    expect(units("²")).toBeGreaterThan(0)
    expect(units("")).toBe(0)
    expect(units("A", "bold")).toBe(1585)
  })

  test("are narrower where letters move together, as the font's kerning has them", () => {
    expect(units("AV")).toBeLessThan(units("A") + units("V"))
  })

  test("take markup for text", () => {
    expect(units("<b>&amp;")).toBe(Array.from("<b>&amp;").reduce((sum, letter) => sum + units(letter), 0))
    expect(units("\u0000\uD800")).toBe(2 * units("\uFFFD"))
  })
})

test("names that every object inherits are names like others, and are shown as they are", async () => {
  const names = ["toString", "valueOf", "__proto__"]
  const { svg } = await render({
    data: { values: names.flatMap(name => [1, 2].map(x => ({ name, x }))) },
    facet: { row: { field: "name", type: "nominal" } },
    spec: {
      mark: { type: "line" },
      encoding: {
        x: { field: "x", type: "quantitative" },
        y: { field: "x", type: "quantitative" },
        color: { field: "name", type: "nominal", scale: { domain: names } },
        strokeDash: { condition: { test: `datum.name === "valueOf"`, value: [2, 2] }, value: [1, 0] },
      },
    },
  })
  for (const name of names) expect(svg).toContain(`>${name}<`)
  expect(svg).toContain('stroke-dasharray="2,2"')
})
