/**
 * Random scenarios of primary-backup replication under all that it claims to survive with a view service, drawn from a seed:
 * crashes of up to n-1 replicas at a time, which lose all they know, crashes of the view service, partitions, loss,
 * duplication, reordering, delays, pauses.
 *
 * A replica has failed from when the view service misses it until it is let in again. So there are two kinds of scenarios.
 * In `crashes` links are reliable and up to n-1 replicas are down at a time, always the same in a shift; then everybody is let
 * in again, and the next shift begins. One replica is spared in each, and the group has to survive. In `everything` all
 * faults strike at once: nothing unsafe may happen, and the group has to survive if some member of its view did.
 */
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
import { drawTrouble } from "../../support/trouble.ts"

/** After each shift: detection, a take-over, and everybody let in again. */
const CALM: Micros = 120 * MILLISECOND
/** After the last one. */
export const WATCHED: Micros = 100 * MILLISECOND

export const BRISK = { heartbeatInterval: "7ms", detectionTimeout: "20ms" }

export interface Shifts extends ServiceRunOptions {
  readonly nodes: number
  readonly kind: "crashes" | "everything"
  /** When the last fault is over, and everybody has had time to be let in again. */
  readonly recovered: Micros
}

/** @param parameters with which it survives crashes alone, on links that keep the order; default: those that survive everything */
export function randomScenario(
  seed: number,
  parameters: Readonly<Record<string, unknown>> = {},
  service?: ControlPlane,
): Shifts {
  const ofLog = Random.stream(seed, "faults", 8)
  const random = Random.stream(seed, "faults", 4)
  const nodes = pick(random, 2, 2, 3, 3, 3, 4, 5)
  const anyKind = pick(random, "crashes" as const, "everything", "everything")
  const kind = Object.keys(parameters).length > 0 ? "crashes" : anyKind
  const faults: Fault[] = []
  let at = 10 * MILLISECOND
  for (let left = random.integer(1, 3); left > 0; left--) {
    const end = at + random.integer(30, 120) * MILLISECOND
    const victims = random.choose(nodes - 1, nodes)
    for (let drawn = random.integer(2, 7); drawn > 0; drawn--) {
      const crash = (): Effect => crashOf(random, nodes, victims)
      // The view service is one of those that may be struck.
      const effect = kind === "crashes" ? crash() : drawTrouble(random, nodes + 1, crash)
      const begins = random.integer(at, end - 1)
      faults.push({ ...effect, at: begins, for: Math.min(random.integer(MILLISECOND, 60 * MILLISECOND), end - begins) })
    }
    if (service !== undefined) faults.push(...faultsOfPlane(ofLog, service, nodes, at, end))
    at = end + CALM + (service === undefined ? 0 : ELECTED)
  }
  return {
    nodes,
    kind,
    latency: { model: "uniform", min: 100, max: 2 * MILLISECOND },
    duplication: kind === "everything" ? pick(random, 0, 0.1) : 0,
    ...(Object.keys(parameters).length > 0 ? { fifo: true } : {}),
    parameters: {
      ...BRISK,
      ...parameters,
      ...(service === undefined ? {} : { ...BRISK_LOGS, viewService: service.log, viewServiceNodes: 3 }),
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
      reads: "30%",
      nondeterministic: "10%",
    },
    faults: service === undefined ? faults : survivedBy(service, faults, nodes),
    recovered: at,
    duration: `${at + WATCHED}us`,
  }
}

/** The same with a view service in a log, one process of which is down or paused most of the time that there are faults. */
export function onLog(seed: number): Shifts {
  return randomScenario(seed, {}, controlPlane(seed))
}

/** Up to n-1 replicas, or the view service, which has the id after theirs. */
function crashOf(random: Random, nodes: number, victims: readonly number[]): Effect {
  const crashed = victims.slice(0, random.integer(1, victims.length))
  const kind = pick(random, "crash", "amnesia", "crash", "brokenBroadcast", "service")
  if (kind === "service") return { kind: "crash", target: { nodes: [nodes] } }
  return { kind, target: { nodes: crashed } }
}
