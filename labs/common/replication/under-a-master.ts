/**
 * Scenarios of the labs in which a process beside the `n` replicas, process n, says who leads: a view service, or the master of a chain.
 * Times are those of {@link prompt}; a lab whose algorithm has other parameters gives them in place of these.
 */
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"
import type { Random } from "../../../runtime/lib/random.ts"
import type { ScenarioOptions } from "../../../runtime/scenario/compose.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"

/** Short times, on links of a few milliseconds. */
export const prompt = { heartbeatInterval: "20ms", detectionTimeout: "80ms" }

/** Clients that retry only when a reply says so, or when something must be wrong. */
export const patient = { retryAfter: "400ms", deadline: "1s" }

/** Constant delays, which no message overtakes. */
export function calm(vary: Random, smallest = 2) {
  return {
    nodes: vary.integer(smallest, 4),
    latency: `${vary.integer(2, 6)}ms`,
    parameters: prompt,
    warmup: "100ms",
  } satisfies ScenarioOptions
}

/** Commands all the while: before faults, during them, and after they have passed. */
export function throughFaults(vary: Random, faults: readonly Fault[], smallest = 2): ScenarioOptions {
  const workload = {
    operations: 150,
    rate: "60/s",
    keys: 3,
    writes: "mixed",
    reads: "30%",
    retryAfter: "80ms",
    backoff: "20ms",
    deadline: "1500ms",
  }
  return { ...calm(vary, smallest), faults, workload, duration: "4s" }
}

/** Links on which messages overtake each other, get lost and arrive twice. */
export const rough = {
  latency: { model: "uniform", min: 500, max: 6 * MILLISECOND },
  loss: 0.03,
  duplication: 0.1,
} as const

/**
 * One primary after the other dies for good, until one replica is left. Nobody is assumed dead because the network loses its
 * heartbeats: seven would have to get lost in a row.
 */
export function primariesDie(vary: Random): ScenarioOptions {
  const { nodes, ...options } = throughFaults(vary, [], 3)
  const faults = Array.from({ length: nodes - 1 }, (_unused, i): Fault => {
    const at = (500 + 700 * i + vary.integer(0, 200)) * MILLISECOND
    return { kind: "crash", target: { leader: true }, at }
  })
  return { ...options, ...rough, loss: 0.15, parameters: { ...prompt, detectionTimeout: "160ms" }, nodes, faults }
}

/** Every replica dies once, one after the other and the primary among them, and is back in time to have the state before the next. */
export function allDieInTurn(vary: Random): ScenarioOptions {
  const { nodes, ...options } = throughFaults(vary, [])
  const faults = vary.choose(nodes, nodes).map((node, i): Fault => {
    const at = (400 + 700 * i + vary.integer(0, 100)) * MILLISECOND
    return { kind: "crash", target: { nodes: [node] }, at, for: vary.integer(1, 200) * MILLISECOND }
  })
  return { ...options, nodes, faults }
}

/**
 * Two clients at a test-and-set server of two replicas, each asking one of its own. Then the network between the replicas is
 * cut, the view service on either side; both sides are reached by clients.
 */
export function testAndSet(vary: Random): ScenarioOptions {
  const withService = vary.integer(0, 1)
  const sides: NodeId[][] = [[0], [1]]
  sides[withService]!.push(2)
  return {
    nodes: 2,
    latency: `${vary.integer(2, 6)}ms`,
    parameters: prompt,
    workload: {
      mode: "closed",
      clients: 2,
      think: "15ms",
      reads: "20%",
      writes: "test-and-set",
      keys: 40,
      ask: "own",
      retryAfter: "60ms",
      backoff: "20ms",
      deadline: "400ms",
    },
    faults: [{ kind: "partition", sides, at: vary.integer(300, 400) * MILLISECOND, for: 600 * MILLISECOND }],
    warmup: "100ms",
    duration: "1600ms",
  }
}

/** The primary is cut off from all other replicas and the service, but not from its clients: each client asks a replica of its own. */
export function readsOnBothSides(vary: Random): ScenarioOptions {
  const { nodes, ...options } = calm(vary)
  return {
    ...options,
    nodes,
    workload: {
      mode: "closed",
      clients: 2 * nodes,
      ask: "own",
      think: "10ms",
      keys: 1,
      reads: "85%",
      retryAfter: "1s",
      deadline: "400ms",
    },
    faults: [{ kind: "isolate", target: { leader: true }, at: 500 * MILLISECOND, for: SECOND }],
    duration: "2500ms",
  }
}

/** Isolations, pauses and partitions, one upon the other, of replicas and of the service. */
export function turbulence(vary: Random): ScenarioOptions {
  const nodes = vary.integer(2, 4)
  return {
    nodes,
    ...rough,
    parameters: prompt,
    workload: {
      mode: "closed",
      clients: 3,
      think: "10ms",
      keys: 2,
      writes: "mixed",
      reads: "40%",
      retryAfter: "60ms",
      deadline: "300ms",
      backoff: "15ms",
    },
    faults: Array.from({ length: 10 }, (): Fault => {
      const when = { at: vary.integer(150, 2_000) * MILLISECOND, for: vary.integer(50, 300) * MILLISECOND }
      const target = vary.chance(0.4) ? ({ leader: true } as const) : { nodes: [vary.integer(0, nodes)] }
      const kind = vary.integer(0, 2)
      if (kind === 0) return { kind: "pause", target, ...when }
      if (kind === 1) return { kind: "isolate", target, ...when }
      const shuffled = vary.choose(nodes + 1, nodes + 1)
      const cut = vary.integer(1, nodes)
      return { kind: "partition", sides: [shuffled.slice(0, cut), shuffled.slice(cut)], ...when }
    }),
    warmup: "100ms",
    duration: "3s",
  }
}

/** A backup returns, and the primary dies while that one is getting the state, or just after. With two replicas, nobody else has it. */
export function joinerIsLeftAlone(vary: Random): ScenarioOptions {
  const { nodes, ...options } = throughFaults(vary, [])
  const back = vary.integer(700, 720) * MILLISECOND
  const faults: Fault[] = [
    { kind: "crash", target: { office: "backup" }, at: 500 * MILLISECOND, for: back - 500 * MILLISECOND },
    { kind: "crash", target: { leader: true }, at: back + vary.integer(2, 40) * MILLISECOND },
  ]
  return { ...options, ...rough, loss: 0.2, nodes: vary.chance(0.7) ? 2 : nodes, faults, duration: "2s" }
}

/**
 * The primary dies, and the service with it, a moment earlier or later; that one is back soon, and has to notice. When the replica
 * is back as well, the service dies once more, and then the next primary.
 */
export function serviceRestarts(vary: Random): ScenarioOptions {
  const { nodes, workload, ...options } = throughFaults(vary, [])
  const faults: Fault[] = [
    { kind: "crash", target: { leader: true }, at: 500 * MILLISECOND },
    { kind: "crash", target: { nodes: [nodes] }, at: vary.integer(450, 550) * MILLISECOND, for: 100 * MILLISECOND },
    { kind: "restart", target: { random: nodes }, at: 2_400 * MILLISECOND },
    { kind: "crash", target: { nodes: [nodes] }, at: vary.integer(2_700, 2_800) * MILLISECOND, for: 50 * MILLISECOND },
    { kind: "crash", target: { leader: true }, at: 3_100 * MILLISECOND },
  ]
  return { ...options, nodes, workload: { ...workload, operations: 220, deadline: "500ms" }, faults }
}
