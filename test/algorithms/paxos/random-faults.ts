// Random scenarios of agreement with every fault that Paxos claims to survive, drawn from a seed.
import { Random } from "../../../runtime/lib/random.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import { MILLISECOND } from "../../../runtime/contract/units.ts"
import type { ServiceRunOptions } from "../../support/service-run.ts"

const DURATION = 500 * MILLISECOND

/** One decision after another among several proposers, with all kinds of trouble. */
export function randomScenario(seed: number): ServiceRunOptions {
  const random = new Random(seed)
  const nodes = [3, 3, 4, 5, 7][random.integer(0, 4)]!
  return {
    nodes,
    latency: { model: "uniform", min: 0, max: random.integer(2, 10) * MILLISECOND },
    loss: random.chance(0.5) ? random.share() * 0.2 : 0,
    duplication: random.chance(0.5) ? random.share() * 0.3 : 0,
    parameters: {
      learning: ["broadcast", "everyone"][random.integer(0, 1)],
      retryAfter: `${random.integer(10, 60)}ms`,
      backoff: `${random.integer(5, 60)}ms`,
    },
    workload: {
      instances: 0,
      proposers: random.integer(1, nodes),
      commander: "random",
      values: 5,
      deadline: "200ms",
    },
    faults: Array.from({ length: random.integer(0, 20) }, () => randomFault(random, nodes)),
    duration: "500ms",
  }
}

function randomFault(random: Random, nodes: number): Fault {
  const at = random.integer(0, DURATION)
  const target = { nodes: random.choose(1, nodes) }
  switch (random.integer(0, 5)) {
    case 0:
      return { kind: "isolate", target, at, for: random.integer(5, 200) * MILLISECOND }
    case 1: {
      const sides = [random.choose(random.integer(1, nodes - 1), nodes)]
      return { kind: "partition", sides, at, for: random.integer(5, 200) * MILLISECOND }
    }
    case 2:
      return { kind: "loss", share: random.share() * 0.5, at, for: random.integer(5, 200) * MILLISECOND }
    default:
      return { kind: "crash", target, at, for: random.integer(1, 50) * MILLISECOND }
  }
}
