/** Scenarios of the lab on Viewstamped Replication: those of replicated logs, with its parameters, and recoveries. */
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { ScenarioOptions } from "../../runtime/scenario/compose.ts"
import type { Fault } from "../../runtime/scenario/scenario.ts"
import { calm as anyCalm } from "../common/replication/scenarios.ts"

/** On links of some milliseconds. */
export const steady = { viewChangeTimeout: "150ms", heartbeatInterval: "30ms" }

/** For runs with many view changes, on links of up to 2 ms. */
const brisk = { viewChangeTimeout: "20ms", heartbeatInterval: "6ms" }

/** A scenario of any replicated log, with the parameters of this one. */
export function inViews(options: ScenarioOptions, parameters: object = steady): ScenarioOptions {
  return { ...options, parameters: { ...parameters } }
}

export function briskly(options: ScenarioOptions): ScenarioOptions {
  return inViews(options, brisk)
}

/** Constant delays, which no message overtakes. */
export function calm(vary: Random, smallest = 2) {
  return { ...anyCalm(vary, smallest), parameters: steady, warmup: "100ms" } satisfies ScenarioOptions
}

/** Commands all the while: before faults, during them, and after they have passed. */
export function throughFaults(vary: Random, faults: readonly Fault[], smallest = 3): ScenarioOptions {
  const workload = {
    operations: 200,
    rate: "60/s",
    keys: 3,
    writes: "mixed",
    reads: "30%",
    retryAfter: "120ms",
    deadline: "2s",
  }
  return { ...calm(vary, smallest), faults, workload, duration: "4s" }
}

/** The primary dies for good, and of five replicas the next one as well. */
export function nextPrimariesDie(vary: Random): ScenarioOptions {
  const nodes = vary.chance(0.5) ? 5 : vary.integer(3, 4)
  const target = { nodes: nodes === 5 ? [0, 1] : [0] }
  return { ...throughFaults(vary, [{ kind: "crash", target, at: SECOND }]), nodes }
}

/** Each replica dies once, one after the other, and has recovered before the next one does: never more than f have failed. */
export function allDieInTurn(vary: Random): ScenarioOptions {
  const { nodes, ...options } = throughFaults(vary, [])
  const faults = vary.choose(nodes, nodes).map((node, i): Fault => {
    const at = (400 + 600 * i + vary.integer(0, 100)) * MILLISECOND
    return { kind: "crash", target: { nodes: [node] }, at, for: vary.integer(1, 250) * MILLISECOND }
  })
  return { ...options, nodes, faults, duration: "4500ms" }
}

/** One primary after the other dies, is back while the others change the view, and takes part again. */
export function primariesDie(vary: Random): ScenarioOptions {
  const faults = Array.from({ length: 5 }, (_unused, i): Fault => {
    const at = (400 + 550 * i + vary.integer(0, 60)) * MILLISECOND
    return { kind: "crash", target: { leader: true }, at, for: vary.integer(1, 200) * MILLISECOND }
  })
  return { ...throughFaults(vary, faults), loss: 0.03, duplication: 0.1 }
}

/**
 * A replica that has acknowledged requests forgets them. Two of three have a request, the primary and one backup; the third is cut off.
 * The backup dies and is back, and the primary dies: what was answered may be known to nobody who is left. So who is back must not
 * take part in the next view before it knows again.
 */
export function forgetsAndVotes(vary: Random): ScenarioOptions {
  const [, forgetful = 1, apart = 2] = [0, ...(vary.chance(0.5) ? [1, 2] : [2, 1])]
  const back = 900 * MILLISECOND
  return {
    nodes: 3,
    latency: `${vary.integer(2, 5)}ms`,
    parameters: steady,
    workload: { rate: "60/s", keys: 2, writes: "mixed", reads: "30%", retryAfter: "80ms", deadline: "1s" },
    faults: [
      { kind: "isolate", target: { nodes: [apart] }, at: 300 * MILLISECOND, for: 620 * MILLISECOND },
      { kind: "crash", target: { nodes: [forgetful] }, at: back - 20 * MILLISECOND, for: 20 * MILLISECOND },
      // Before it can have recovered, and for long enough for the others to make a view of their own if they did not know better.
      { kind: "isolate", target: { nodes: [0] }, at: back - 10 * MILLISECOND, for: SECOND },
    ],
    warmup: "100ms",
    duration: "3s",
  }
}
