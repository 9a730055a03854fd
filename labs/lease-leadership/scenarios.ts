/** Scenarios of the lab on leases. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { MILLISECOND, type Micros, SECOND } from "../../runtime/contract/units.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { ScenarioOptions } from "../../runtime/scenario/compose.ts"
import type { Fault } from "../../runtime/scenario/scenario.ts"
import { constantDelay } from "../engine/scenarios.ts"

const jitter = { model: "uniform", min: 500, max: 3 * MILLISECOND } as const

/** Short leases, on links with a delay of a few milliseconds. */
const brisk = { lease: "120ms", renewInterval: "40ms", retryAfter: "30ms" }

/** The store is the first process after the nodes, and the resource the second. */
const storeOf = ({ nodes }: { readonly nodes: number }): NodeId => nodes

/** All want in, again and again, and leave in good time. */
export function calm(vary: Random, smallest = 2) {
  return {
    nodes: vary.integer(smallest, 5),
    latency: jitter,
    parameters: brisk,
    workload: { hold: "10ms", think: "20ms", deadline: "3s" },
    duration: "2s",
  } satisfies ScenarioOptions
}

/** Stays that are longer than a lease. */
export function longStays(vary: Random) {
  return { ...calm(vary), workload: { hold: "400ms", entries: 6, deadline: "5s" }, duration: "4s" }
}

/** When the first holder dies, or is cut off. */
const DIES = 250 * MILLISECOND

/** All want in at once and for long; node 0, which asks first, dies. */
export function holderDies(vary: Random): ScenarioOptions {
  const { nodes, ...options } = calm(vary)
  const fault: Fault = { kind: "crash", target: { nodes: [0] }, at: DIES + vary.integer(0, 60) * MILLISECOND }
  return {
    ...options,
    nodes,
    latency: "2ms",
    workload: { hold: "2s", deadline: "3s" },
    faults: [fault],
    duration: "1s",
  }
}

/**
 * Node 0 is cut off from the store again and again, for longer than a lease. Its clock is as slow as it may be, and the store's
 * as fast.
 *
 * @param late how much later messages between node 0 and the store arrive
 */
export function cutOff(vary: Random, late: Micros): ScenarioOptions {
  const nodes = vary.integer(2, 4)
  const link: readonly [NodeId, NodeId] = [0, storeOf({ nodes })]
  return {
    nodes,
    latency: { model: "uniform", min: 500, max: 1_500 },
    parameters: { lease: "300ms", renewInterval: "100ms", maxDrift: "10%", retryAfter: "60ms" },
    workload: { hold: "600ms", think: "100ms", deadline: "5s" },
    faults: [
      // The others boot when node 0 has asked.
      {
        kind: "crash",
        target: { nodes: Array.from({ length: nodes - 1 }, (_unused, i) => i + 1) },
        at: 0,
        for: 60 * MILLISECOND,
      },
      { kind: "clockDrift", target: { nodes: [0] }, by: -0.1, at: 0 },
      { kind: "clockDrift", target: { nodes: [storeOf({ nodes })] }, by: 0.1, at: 0 },
      ...(late > 0 ? [{ kind: "delay", links: [link], by: late, at: 0 } satisfies Fault] : []),
      ...Array.from({ length: 8 }, (_unused, i): Fault => {
        // The first time soon after it got its first lease.
        const at = 2 * late + (i === 0 ? vary.integer(5, 90) : 700 * i + vary.integer(0, 290)) * MILLISECOND
        return { kind: "cut", links: [link], at, for: 400 * MILLISECOND }
      }),
    ],
    duration: "6s",
  }
}

/** A holder is cut off from the store for a moment: no two renewals are lost one after the other. */
export function cutOffBriefly(vary: Random): ScenarioOptions {
  const options = cutOff(vary, 0)
  return {
    ...options,
    workload: { hold: "600ms", entries: 4, deadline: "5s" },
    faults: Array.from({ length: 6 }, (_unused, i): Fault => {
      const at = (200 + 400 * i + vary.integer(0, 100)) * MILLISECOND
      return { kind: "cut", links: [[vary.integer(0, options.nodes - 1), storeOf(options)]], at, for: 90 * MILLISECOND }
    }),
  }
}

/** Pauses, partitions, losses, copies and drift as far as it is declared, the store among those that they hit. */
export function troubled(vary: Random): ScenarioOptions {
  const nodes = vary.integer(2, 5)
  const percent = vary.integer(0, 20)
  const process = () => vary.integer(0, nodes)
  const within = () => ({
    at: vary.integer(0, 2 * SECOND),
    for: vary.integer(1, vary.chance(0.5) ? 100 * MILLISECOND : 500 * MILLISECOND),
  })
  return {
    nodes,
    latency: { model: "exponential", floor: 100, mean: vary.integer(1, 4) * MILLISECOND },
    duplication: vary.chance(0.5) ? 0.2 : 0,
    parameters: { ...brisk, renewInterval: `${vary.integer(15, 50)}ms`, maxDrift: `${percent}%` },
    workload: { hold: `${vary.integer(1, 200)}ms`, holdTimes: "uniform", think: "10ms", deadline: "5s" },
    faults: [
      ...Array.from({ length: nodes + 1 }, (_unused, id): Fault => {
        const by = (percent / 100) * (vary.chance(0.7) ? (vary.chance(0.5) ? 1 : -1) : 0)
        return { kind: "clockDrift", target: { nodes: [id] }, by, at: 0 }
      }),
      ...Array.from({ length: vary.integer(3, 10) }, (): Fault => {
        const kind = vary.integer(0, 3)
        if (kind === 0) return { kind: "partition", sides: [[process()]], ...within() }
        if (kind === 1) return { kind: "loss", share: vary.integer(1, 5) / 10, ...within() }
        if (kind === 2) return { kind: "cut", links: [[vary.integer(0, nodes - 1), nodes]], ...within() }
        return { kind: "pause", target: { nodes: [process()] }, ...within() }
      }),
    ],
    duration: "4s",
  }
}

/** Nodes die and return. */
export function crashing(vary: Random): ScenarioOptions {
  const { nodes, ...options } = calm(vary)
  return {
    ...options,
    nodes,
    workload: { hold: "60ms", think: "10ms", deadline: "3s" },
    faults: Array.from({ length: 8 }, (_unused, i): Fault => {
      const at = (100 + 300 * i + vary.integer(0, 200)) * MILLISECOND
      return {
        kind: "crash",
        target: { nodes: [vary.integer(0, nodes - 1)] },
        at,
        for: vary.integer(1, 250) * MILLISECOND,
      }
    }),
    duration: "3s",
  }
}

/**
 * The store dies, and is back in a moment, again and again; once all nodes die with it. Before that node 0 dies, in its first
 * stay, and is back while its lease lasts.
 */
export function storeRestarts(vary: Random): ScenarioOptions {
  const { nodes, ...options } = calm(vary)
  const all = Array.from({ length: nodes }, (_unused, id) => id)
  return {
    ...options,
    nodes,
    workload: { hold: "90ms", think: "10ms", deadline: "5s" },
    faults: [
      { kind: "crash", target: { nodes: [0] }, at: vary.integer(10, 30) * MILLISECOND, for: 10 * MILLISECOND },
      ...Array.from({ length: 8 }, (_unused, i): Fault => {
        const at = (100 + 250 * i + vary.integer(0, 200)) * MILLISECOND
        return {
          kind: "crash",
          target: { nodes: i === 4 ? [...all, nodes] : [nodes] },
          at,
          for: vary.integer(1, 10) * MILLISECOND,
        }
      }),
    ],
    duration: "3s",
  }
}

/** Writes of node 0 are late by more than a lease, and its renewals are lost now and then. */
export function lateWrites(vary: Random): ScenarioOptions {
  const { nodes, ...options } = calm(vary)
  return {
    ...options,
    nodes,
    workload: { hold: "20ms", think: "20ms", deadline: "5s" },
    faults: [
      { kind: "delay", links: [[0, nodes + 1]], by: vary.integer(200, 300) * MILLISECOND, at: 0 },
      { kind: "loss", share: 0.4, links: [[0, nodes]], at: 0 },
    ],
    duration: "4s",
  }
}

/** Only node 0 wants in. */
export function quiet(vary: Random): ScenarioOptions {
  return {
    nodes: vary.integer(1, 5),
    latency: constantDelay(vary),
    parameters: { lease: "2s", renewInterval: "600ms", retryAfter: "1s" },
    workload: { requesters: 1, hold: "20ms", think: "150ms", thinkTimes: "constant", entries: 10, deadline: "2s" },
    duration: "3s",
  }
}

/** All want in all the time, on links that are alike. */
export function crowded(vary: Random): ScenarioOptions {
  return { ...quiet(vary), nodes: vary.integer(2, 5), workload: { hold: "20ms", deadline: "3s" }, duration: "2s" }
}
