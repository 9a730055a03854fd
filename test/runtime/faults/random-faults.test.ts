// Any faults, one upon the other, on any network: a run stays deterministic, and its timeline says all about its faults.
import { expect, it } from "vitest"
import type { Effect, Fault, Schedule, Scope, Target } from "../../../runtime/faults/fault.ts"
import type { Link } from "../../../runtime/network/network.ts"
import { faultTimeline } from "../../../runtime/faults/fault-timeline.ts"
import { Random } from "../../../runtime/lib/random.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import type { Network } from "../../../runtime/network/network.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { chatter, telling, tellingScenario } from "../../support/chatter.ts"

const NODES = 4
/** Set `SEED=17` to replay one of them. */
const SEEDS =
  process.env["SEED"] === undefined ? Array.from({ length: 150 }, (_, i) => i + 1) : [Number(process.env["SEED"])]

/** Nodes that set timers, write, and claim to lead now and then: something for every kind of fault to hit. */
const busy: typeof chatter = {
  ...chatter,
  start: node => node.setTimer("alarm", node.random(1_000, 9_000)),
  timeout: {
    alarm(node) {
      node.state.rang.push(node.now())
      node.save({ heard: node.state.rang.length })
      node.broadcast({ type: "Note", number: node.state.rang.length })
      node.report({ type: "believes", leader: node.random(0, NODES - 1), epoch: node.state.rang.length } as never)
      node.setTimer("alarm", node.random(1_000, 9_000))
    },
  },
}

/** Does not wait at the end for requests that faults have swallowed. */
const hasty: typeof telling = {
  ...telling,
  open: (world, settings) => ({ ...telling.open(world, settings), isIdle: () => true }),
}

function draw<T>(random: Random, values: readonly T[]): T {
  return values[random.integer(0, values.length - 1)]!
}

function drawTarget(random: Random): Target {
  return draw<Target>(random, [
    { leader: true },
    { random: random.integer(1, NODES) },
    { nodes: random.choose(random.integer(1, NODES), NODES) },
  ])
}

function drawScope(random: Random): Scope {
  const [from, to] = random.choose(2, NODES)
  const link: Link = [from!, to!]
  return draw<Scope>(random, [{}, { target: drawTarget(random) }, { links: [link] }, { links: [link], oneWay: true }])
}

function drawEffect(random: Random): Effect {
  const target = drawTarget(random)
  const scope = drawScope(random)
  const share = random.share()
  const span = random.integer(1, 20_000)
  return draw<Effect>(random, [
    { kind: "crash", target },
    { kind: "restart", target },
    { kind: "pause", target },
    { kind: "amnesia", target },
    { kind: "tornWrite", target },
    { kind: "brokenBroadcast", target },
    { kind: "slow", target, serviceTime: random.integer(0, 3_000) },
    { kind: "isolate", target, ...draw(random, [{}, { direction: "in" as const }, { direction: "out" as const }]) },
    { kind: "partition", sides: [{ random: 2 }, [0]], oneWay: random.chance(0.5) },
    { kind: "cut", ...scope },
    { kind: "loss", share, ...scope },
    { kind: "corruption", share, ...scope },
    { kind: "duplication", share, ...scope },
    { kind: "reordering", share, by: span, ...scope },
    { kind: "delay", by: span, ...scope },
    { kind: "clockOffset", target, by: span - 10_000 },
    { kind: "clockDrift", target, by: share * 2 - 0.9 },
    { kind: "slowDisk", target, syncLatency: span },
    { kind: "failingDisk", target },
    { kind: "byzantine", target, behaviour: draw(random, ["silent", "random"] as const) },
  ])
}

function drawFault(random: Random): Fault {
  const schedule = draw<Schedule | null>(random, [
    null,
    { kind: "every", every: random.integer(1_000, 30_000), times: random.integer(1, 5) },
    { kind: "renewal", mtbf: 20_000, mttr: 5_000, spans: draw(random, ["exponential", "fixed"] as const) },
    { kind: "when", when: "leader elected", after: random.integer(0, 5_000), times: 3, until: 90_000 },
  ])
  const timing = {
    at: random.integer(0, 90_000),
    ...(random.chance(0.3) ? { within: random.integer(0, 20_000) } : {}),
    ...(random.chance(0.8) ? { for: random.integer(0, 40_000) } : {}),
  }
  return { ...drawEffect(random), ...timing, ...(schedule === null ? {} : { schedule }) }
}

function drawNetwork(random: Random): Network {
  const latency = draw<Network["latency"]>(random, [
    { model: "constant", delay: 500 },
    { model: "uniform", min: 100, max: 3_000 },
  ])
  return {
    latency,
    loss: draw(random, [0, 0.1]),
    duplication: draw(random, [0, 0.1]),
    ...(random.chance(0.3) ? { fifo: true } : {}),
    ...(random.chance(0.3) ? { bandwidth: 50_000 } : {}),
    ...(random.chance(0.3) ? { serviceTime: 200 } : {}),
    ...(random.chance(0.3) ? { links: [{ between: [0, 1], latency: { model: "constant", delay: 5_000 } }] } : {}),
  }
}

it.each(SEEDS)("seed %i", seed => {
  const random = new Random(seed)
  const scenario: Scenario = tellingScenario({
    algorithm: busy,
    service: hasty,
    nodes: NODES,
    faults: Array.from({ length: random.integer(1, 8) }, () => drawFault(random)),
    network: drawNetwork(random),
    disk: { syncLatency: draw(random, [0, 2_000]) },
  })
  const run = simulate(scenario, seed)
  expect(run).toMatchObject({ status: "completed" })
  let events = 0
  expect(simulate(scenario, seed, { observer: () => void events++ })).toEqual(run)
  expect(events).toBeGreaterThan(0)
  const timeline = faultTimeline(scenario, seed)
  expect(faultTimeline({ ...scenario, faults: timeline }, seed + 1)).toEqual(timeline)
  expect(simulate({ ...scenario, faults: timeline }, seed)).toEqual(run)
})
