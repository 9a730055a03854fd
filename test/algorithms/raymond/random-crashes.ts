/** Random crashes that Raymond's tree with recovery claims to survive. */
import type { Fault } from "../../../runtime/faults/fault.ts"
import { Random } from "../../../runtime/lib/random.ts"
import type { ServiceRunOptions } from "../../support/service-run.ts"

export const LAST_CRASH = 1_500_000

/** Nodes crash one after the other and come back, whatever they are about. */
export function crashes(seed: number): ServiceRunOptions {
  const random = Random.stream(seed, "faults", 17)
  const nodes = random.integer(2, 9)
  const maxDelay = 1_000 * random.integer(1, 8)
  const faults: Fault[] = []
  let at = 50_000
  while (at < LAST_CRASH - 1) {
    // Often so short that what was sent before the crash is on its way still.
    const span = random.share() < 0.5 ? random.integer(0, 500) : random.integer(0, 60_000)
    faults.push({ kind: "crash", target: { nodes: [random.integer(0, nodes - 1)] }, at, for: span })
    // The next one crashes when this one has recovered.
    at += span + 150_000 + random.integer(0, 100_000)
  }
  return {
    nodes,
    latency: { model: "uniform", min: 100, max: maxDelay },
    duplication: seed % 3 === 0 ? 0.1 : 0,
    parameters: { tree: (["binary", "star", "line"] as const)[seed % 3]!, recovery: true },
    workload: { hold: "3ms", think: `${random.integer(0, 50)}ms`, deadline: "3s" },
    faults,
    duration: "3s",
  }
}
