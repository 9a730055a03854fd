/**
 * Closed forms of the central server: request, grant and release, to and from a server that is not itself a requester.
 *
 * The server and the section together are a queue: a grant reaches the requester after d, which stays for S, and its release
 * reaches the server after d, so that each entry keeps the server for D = S + 2d.
 */
import type { Load, Theory } from "../../runtime/contract/theory.ts"
import { rateOf, stayOf, underFullContention } from "../common/full-contention.ts"

const contended = underFullContention({
  formula: "max(S + 2d + s, 2s)",
  length: load => cycle(staysOf(load), load.roleServiceTime),
  parameters: { answers: "grants" },
})

export const theory: Theory = {
  messages: [
    { service: "mutual-exclusion", parameters: { answers: "grants" }, formula: "3", messages: () => 3 },
    {
      service: "mutual-exclusion",
      parameters: { answers: "queued" },
      workload: { requesters: 1 },
      formula: "3",
      messages: () => 3,
    },
  ],
  // The request goes out, the grant comes back.
  latency: [
    { service: "mutual-exclusion", workload: { requesters: 1 }, formula: "2d", betweenNodes: 2, withClients: 0 },
  ],
  wait: [
    {
      service: "mutual-exclusion",
      workload: { arrivals: "poisson", holdTimes: "constant" },
      holds: (_, __, workload) => rateOf({ workload }) > 0,
      formula: "2d + rD/2(1-r), D = S + 2d",
      // For a server that takes no time.
      mean: load => (load.roleServiceTime > 0 ? Infinity : meanWait(staysOf(load), rateOf(load))),
    },
    ...contended.wait,
  ],
  capacity: contended.capacity,
}

function staysOf(load: Load): Stays {
  return { delay: load.delay, hold: stayOf(load) }
}

/** All in one unit of time. */
export interface Stays {
  /** One-way delay d of a link to the server. */
  readonly delay: number
  /** Time S in the critical section. */
  readonly hold: number
}

/**
 * Mean time from request to entry if requests arrive independently at the rate `rate`: M/D/1 with service time D = S + 2d
 * and load r = rate D, 2d + r D / (2(1 - r)) if r < 1, otherwise infinite (Pollaczek and Khinchine). A node with a pending
 * request holds back the next until it leaves; that changes the order of service, but not when the section is in use, and so
 * not the mean.
 */
export function meanWait({ delay, hold }: Stays, rate: number): number {
  const busy = hold + 2 * delay
  const load = rate * busy
  return load < 1 ? 2 * delay + (load * busy) / (2 * (1 - load)) : Infinity
}

/**
 * Time from one entry to the next if all n nodes request it again at once, n above 1: the section's, max(S + 2d + s, 2s), where the
 * server takes s to handle each message. The capacity of the server is its inverse.
 */
export function cycle({ delay, hold }: Stays, serviceTime = 0): number {
  return Math.max(hold + 2 * delay + serviceTime, 2 * serviceTime)
}
