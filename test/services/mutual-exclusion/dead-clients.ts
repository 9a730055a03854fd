/** Runs in which clients of a lock die, by registry: the project's own, or one with a mistake planted in it. */
import { algorithms } from "../../../algorithms/registry.ts"
import type * as ownRegistry from "../../../algorithms/registry.ts"
import type { ClientState } from "../../../runtime/contract/service.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { Random } from "../../../runtime/lib/random.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { completeRun, type ServiceRunOptions, violations } from "../../support/service-run.ts"

export type Registry = typeof ownRegistry

/** Whether an algorithm serves locks by a table on its log. */
export const isOnLog = (name: string): boolean => !algorithms[name]!.serves.includes(mutualExclusion)

export const TIMEOUT_MS = 500

/** Nodes with a client each, which hold the lock for 20 ms, and a client that dies 3 s after the beginning. */
export function withDeath(
  who: ClientState,
  more: Partial<ServiceRunOptions> = {},
  rest: object = {},
): ServiceRunOptions {
  const { workload, ...others } = more
  return {
    nodes: 4,
    latency: "10ms",
    fifo: true,
    warmup: "1s",
    duration: "8s",
    workload: { hold: "20ms", think: "100ms", sessionTimeout: `${TIMEOUT_MS}ms`, deadline: "1s", ...workload },
    faults: [{ kind: "clientCrash", who, at: 3_000_000, ...rest }],
    ...others,
  }
}

/** Everything that a run holds against a lock: checks violated, and whether it gave a dead client up too early. */
export function objections(registry: Registry, name: string, options: ServiceRunOptions, seed: number) {
  const algorithm = registry.algorithms[name]!
  const service = registry.serviceFor(algorithm, "mutual-exclusion")!
  const run = completeRun(algorithm, service, options, seed)
  const { figures, failed, unknown } = run.outcome
  const found = violations(run)
  const blockedMs = figures["blocked_by_dead"]!
  return { found, blockedMs, lost: failed + unknown, entries: figures["entries"]! }
}

/** Clients of all kinds that die at random times, and come back, or do not. */
export function randomDeaths(seed: number, name: string): ServiceRunOptions {
  const random = Random.stream(seed, "faults", 71)
  const between = (from: number, to: number): number => random.integer(from, to)
  const states = ["holder", "waiter", "bystander"] as const
  const faults = Array.from({ length: between(1, 4) }, (): Fault => {
    const at = 1_000 * between(1_000, 4_000)
    const effect = { kind: "clientCrash", who: states[between(0, 2)]!, at } as const
    return random.share() < 0.6 ? { ...effect, for: 1_000 * between(1, 1_500) } : effect
  })
  const timeoutMs = between(150, 600)
  return {
    nodes: between(3, 7),
    latency: { model: "uniform", min: 1_000, max: 1_000 * between(2, 10) },
    fifo: true,
    ...(isOnLog(name) ? {} : { duplication: name === "token-ring" ? 0 : 0.05 }),
    warmup: "1s",
    duration: "6s",
    workload: {
      requesters: isOnLog(name) ? between(2, 6) : 0,
      hold: `${between(1, 800)}ms`,
      holdTimes: "exponential",
      think: `${between(0, 300)}ms`,
      sessionTimeout: `${timeoutMs}ms`,
      waiting: seed % 4 === 0 ? "poll" : "watch",
      poll: "50ms",
      deadline: "3s",
    },
    faults,
  }
}

/** Two nodes of three are down for longer than a session lasts, while a client has the lock that would keep it for far longer. */
export function outage(variant: number): ServiceRunOptions {
  return {
    nodes: 3,
    latency: { model: "uniform", min: 1_000, max: 10_000 },
    warmup: "1s",
    duration: "8s",
    workload: { requesters: 4, hold: "3s", sessionTimeout: "400ms", deadline: "4s", retryAfter: "200ms" },
    faults: [
      {
        kind: variant % 3 === 0 ? "pause" : "crash",
        target: { nodes: [0, 1] },
        at: 1_500_000 + 10_000 * (variant % 50),
        for: 700_000,
      },
    ],
  }
}
