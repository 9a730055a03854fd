/** Computations under crashes at random: short steps, slow disks, and processes that fail while others recover. */
import type { Fault } from "../../../../runtime/faults/fault.ts"
import { Random } from "../../../../runtime/lib/random.ts"
import { MILLISECOND } from "../../../../runtime/contract/units.ts"
import type { ServiceRunOptions } from "../../../support/service-run.ts"

/**
 * A scenario as a function of the seed.
 *
 * @param isOneAtATime no process fails before the one before it has long recovered
 */
export function failures(seed: number, isOneAtATime = false): ServiceRunOptions {
  const random = Random.stream(seed, "faults", 2)
  const nodes = random.integer(1, 5)
  const crashes = random.integer(1, 6)
  const faults = Array.from({ length: crashes }, (_, place): Fault => {
    const at = isOneAtATime ? 100 + 1_000 * place + random.integer(0, 150) : random.integer(0, 700)
    return {
      kind: "crash",
      target: { nodes: [random.integer(0, nodes - 1)] },
      at: at * MILLISECOND + random.integer(0, 999),
      for: random.integer(0, 60) * MILLISECOND + 1,
    }
  })
  return {
    nodes,
    fifo: true,
    latency: { model: "uniform", min: 100, max: random.integer(1, 12) * MILLISECOND },
    syncLatency: `${random.integer(0, 3)}ms`,
    workload: {
      steps: random.integer(20, 50),
      step: isOneAtATime ? "60ms" : "10ms",
      messages: `${random.integer(20, 80)}%`,
      outputs: random.chance(0.7) ? "15%" : "0%",
      image: random.chance(0.5) ? "1MiB" : "3MiB",
      restart: random.chance(0.5) ? "0s" : "7ms",
    },
    faults,
    duration: "8s",
  }
}

/** Likewise, but only the first f of n processes ever fail, 1 <= f < n. */
export function failuresOfSome(seed: number): { readonly f: number; readonly options: ServiceRunOptions } {
  const { nodes: drawn, faults = [], ...options } = failures(seed)
  const nodes = Math.max(2, drawn)
  const f = 1 + (seed % (nodes - 1))
  const crashes = faults.map((fault, place): Fault => {
    return fault.kind === "crash" ? { ...fault, target: { nodes: [(seed + place * place) % f] } } : fault
  })
  return { f, options: { ...options, nodes, faults: crashes } }
}
