/**
 * Random scenarios with the faults that chain replication claims to survive, drawn from a seed.
 *
 * A server that crashes, or is removed by mistake, has left the chain, and the last one that has not is all that is left of
 * the log. So there are crashes of up to n-1 servers at a time on links that only delay, reorder and duplicate, and there is
 * everything else that makes the master suspect servers that live. The master may crash under either. What must never
 * go wrong whatever happens is tried by `anything`.
 */
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { pick, Random } from "../../../runtime/lib/random.ts"
import type { Effect, Fault } from "../../../runtime/faults/fault.ts"
import { type Micros, MILLISECOND } from "../../../runtime/contract/units.ts"
import {
  BRISK_LOGS,
  type ControlPlane,
  controlPlane,
  ELECTED,
  faultsOfPlane,
  survivedBy,
} from "../../support/control-plane.ts"
import type { ServiceRunOptions } from "../../support/service-run.ts"

/** After the last fault, for all to be back in the chain. */
export const WATCHED: Micros = 100 * MILLISECOND

export const BRISK = { heartbeatInterval: "5ms", detectionTimeout: "20ms", lease: "14ms", resendAfter: "15ms" }

export interface RandomFaults extends ServiceRunOptions {
  readonly nodes: number
  /** When the last fault is over, and everybody has had time to join. */
  readonly recovered: Micros
}

type Draw = (random: Random, nodes: number, victims: readonly NodeId[]) => Effect

/** Up to n-1 servers crash at a time, and the master. */
export function crashes(seed: number, master?: ControlPlane): RandomFaults {
  return randomFaults(seed, 5, drawCrash, master)
}

/** Whatever makes the master suspect servers that live: partitions, loss, pauses, long delays. */
export function suspicions(seed: number, master?: ControlPlane): RandomFaults {
  return randomFaults(seed, 6, drawSuspicion, master)
}

/** Both at once, which may leave nobody in the chain. */
export function anything(seed: number, master?: ControlPlane): RandomFaults {
  const draw: Draw = (random, nodes, victims) =>
    random.chance(0.5) ? drawCrash(random, nodes, victims) : drawSuspicion(random, nodes)
  return randomFaults(seed, 7, draw, master)
}

/** The same with a master in a log, one process of which is down or paused most of the time that there are faults. */
export function onLog(draw: (seed: number, master: ControlPlane) => RandomFaults, seed: number): RandomFaults {
  return draw(seed, controlPlane(seed))
}

function randomFaults(seed: number, stream: number, draw: Draw, master?: ControlPlane): RandomFaults {
  const ofLog = Random.stream(seed, "faults", 8)
  const random = Random.stream(seed, "faults", stream)
  const nodes = pick(random, 2, 3, 3, 3, 4, 5)
  const faults: Fault[] = []
  let at = 20 * MILLISECOND
  for (let left = random.integer(1, 4); left > 0; left--) {
    const end = at + random.integer(30, 100) * MILLISECOND
    const victims = random.choose(nodes - 1, nodes)
    for (let drawn = random.integer(2, 6); drawn > 0; drawn--) {
      const from = random.integer(at, end - 1)
      const lasts = Math.min(random.integer(MILLISECOND, 60 * MILLISECOND), end - from)
      faults.push({ ...draw(random, nodes, victims), at: from, for: lasts })
    }
    if (master !== undefined) faults.push(...faultsOfPlane(ofLog, master, nodes, at, end))
    // One after the other joins, each within some heartbeats; a log may have to elect its leader before.
    at = end + (60 + 25 * nodes) * MILLISECOND + (master === undefined ? 0 : ELECTED)
  }
  return {
    nodes,
    latency: { model: "uniform", min: 100, max: 2 * MILLISECOND },
    duplication: pick(random, 0, 0.1),
    parameters: {
      ...BRISK,
      reads: pick(random, "tail", "any"),
      replies: pick(random, "tail", "tail", "head"),
      ...(master === undefined ? {} : { ...BRISK_LOGS, master: master.log, masterNodes: 3 }),
    },
    workload: {
      mode: "closed",
      clients: 3,
      think: "2ms",
      retryAfter: "15ms",
      backoff: "3ms",
      deadline: "80ms",
      keys: 2,
      writes: "mixed",
      reads: "50%",
      // Some ask any server, whoever answers.
      ask: pick(random, "leader", "leader", "own"),
    },
    syncLatency: pick(random, "0ms", "300us"),
    faults: master === undefined ? faults : survivedBy(master, faults, nodes),
    recovered: at,
    duration: `${at + WATCHED}us`,
  }
}

function drawCrash(random: Random, nodes: number, victims: readonly NodeId[]): Effect {
  switch (random.integer(0, 7)) {
    case 0:
      return { kind: "crash", target: { nodes: [nodes] } }
    case 1:
      return { kind: "reordering", share: random.share() / 2, by: random.integer(1, 6) * MILLISECOND }
    case 2:
      return { kind: "duplication", share: random.share() / 2 }
    default:
      return { kind: "crash", target: { nodes: victims.slice(0, random.integer(1, victims.length)) } }
  }
}

function drawSuspicion(random: Random, nodes: number): Effect {
  // The master among them.
  const someone = { nodes: random.choose(1, nodes + 1) }
  const share = random.share() / 2
  switch (random.integer(0, 10)) {
    case 0:
    case 1:
      return { kind: "partition", sides: [random.choose(random.integer(1, nodes), nodes + 1)] }
    case 2:
      return { kind: "isolate", target: someone }
    case 3:
      return { kind: "isolate", target: someone, direction: pick(random, "in", "out") }
    case 4:
      return { kind: "loss", share }
    case 5:
    case 6:
      return { kind: "reordering", share, by: random.integer(5, 60) * MILLISECOND }
    case 7:
      return { kind: "pause", target: someone }
    case 8:
      return { kind: "crash", target: { nodes: [nodes] } }
    default: {
      const [a, b] = random.choose(2, nodes + 1)
      return { kind: "cut", links: [[a!, b!]], oneWay: random.chance(0.5) }
    }
  }
}
