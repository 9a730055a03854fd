/**
 * Closed forms of leases on a store, with one-way delay d of all links: L the lease, r the renewal interval, D the lock
 * delay, P the poll interval, s the processes of a store in a log, rho the declared bound of clock drift.
 *
 * A holder that crashes at a random moment sent its last renewal u ago, u uniform in 0..r. That reaches the store after d, and
 * the lease expires L later.
 */
import type { Theory } from "../../runtime/contract/theory.ts"
import { type Micros, SECOND } from "../../runtime/contract/units.ts"
import { stayOf, underFullContention } from "../common/full-contention.ts"

interface Lengths {
  readonly lease: Micros
  readonly maxDrift: number
  readonly renewInterval: Micros
}

/**
 * The time for which a holder may use its lease after sending an acquisition or a renewal, by its own clock:
 * L(1-rho)/(1+rho). Its clock may run at 1-rho of the true rate and the store's, which measures L, at 1+rho.
 */
export function holderLease({ lease, maxDrift }: Pick<Lengths, "lease" | "maxDrift">): Micros {
  return Math.floor((lease * (1 - maxDrift)) / (1 + maxDrift))
}

/** The renewal interval r: a third of the lease, unless given. */
export function renewalOf({ lease, renewInterval }: Pick<Lengths, "lease" | "renewInterval">): Micros {
  return renewInterval === 0 ? Math.ceil(lease / 3) : renewInterval
}

/**
 * The longest time for which two nodes believe that they hold the lease if a holder counts all of L: 2 rho L/(1-rho^2) - 4d,
 * if positive.
 */
export function bothBelieve(lease: Micros, drift: number, delay: Micros): Micros {
  return Math.max(0, (2 * drift * lease) / (1 - drift * drift) - 4 * delay)
}

export interface Failover {
  readonly lease: Micros
  readonly renewInterval: Micros
  readonly lockDelay: Micros
  /** Of a link between node and store. */
  readonly delay: Micros
}

/**
 * Mean time from the crash of a holder until another one has the lease, watching it: notification, attempt and grant follow
 * the expiry, L - r/2 + 4d + D.
 */
export function meanFailoverByWatch({ lease, renewInterval, lockDelay, delay }: Failover): number {
  return lease - renewInterval / 2 + 4 * delay + lockDelay
}

/**
 * The same if `waiters` poll with random phases: the first attempt after the expiry is P/(m+1) away, on average, and
 * arrives d after it was sent in any case, L - r/2 + 2d + P/(m+1) + D.
 */
export function meanFailoverByPoll(
  { lease, renewInterval, lockDelay, delay }: Failover,
  pollInterval: Micros,
  waiters: number,
): number {
  return lease - renewInterval / 2 + 2 * delay + pollInterval / (waiters + 1) + lockDelay
}

/** The store is one process. */
const single = { store: "process" } as const
const isWatching = { waiting: "watch", ...single } as const
const isPolling = { waiting: "poll", ...single } as const

/** In a log of s processes, each request is a log command: 2(s-1) messages, and two delays before it is answered. */
const isLogged = (parameters: Readonly<Record<string, unknown>>): boolean => parameters["store"] !== "process"

/** The values of parameters that forms need. */
function lengthsOf(parameters: Readonly<Record<string, unknown>>) {
  const of = (name: string): Micros => Number(parameters[name])
  const lease = of("lease")
  const renewInterval = renewalOf({ lease, renewInterval: of("renewInterval") })
  return { lease, renewInterval, lockDelay: of("lockDelay"), pollInterval: of("pollInterval") }
}

export const theory: Theory = {
  failover: [
    {
      service: "leader-election",
      parameters: isWatching,
      formula: "L - r/2 + 4d + D",
      mean: (delay, _, parameters) => meanFailoverByWatch({ ...lengthsOf(parameters), delay }),
    },
    {
      service: "leader-election",
      parameters: isPolling,
      formula: "L - r/2 + 2d + P/n + D",
      mean(delay, n, parameters) {
        const lengths = lengthsOf(parameters)
        return meanFailoverByPoll({ ...lengths, delay }, lengths.pollInterval, n - 1)
      },
    },
    {
      service: "leader-election",
      parameters: { waiting: "watch" },
      holds: isLogged,
      formula: "L - r/2 + 10d + D",
      mean: (delay, _, parameters) => meanFailoverByWatch({ ...lengthsOf(parameters), delay }) + 6 * delay,
    },
  ],
  heartbeats: [
    {
      service: "leader-election",
      parameters: isWatching,
      formula: "2/r",
      perSecond: (_, parameters) => (2 * SECOND) / lengthsOf(parameters).renewInterval,
    },
    {
      service: "leader-election",
      parameters: isPolling,
      formula: "2/r + 2(n-1)/P",
      perSecond(n, parameters) {
        const { renewInterval, pollInterval } = lengthsOf(parameters)
        return 2 * SECOND * (1 / renewInterval + (n - 1) / pollInterval)
      },
    },
  ],
  messages: [
    // Acquired and released, with an answer each.
    {
      service: "mutual-exclusion",
      parameters: { writes: false, ...single },
      workload: { requesters: 1 },
      formula: "4",
      messages: () => 4,
    },
    // The same two requests, each with its log command.
    {
      service: "mutual-exclusion",
      parameters: { writes: false },
      workload: { requesters: 1 },
      holds: isLogged,
      formula: "4s",
      messages: (_, { storeNodes }) => 4 * Number(storeNodes),
    },
    {
      service: "mutual-exclusion",
      parameters: { writes: false, waiting: "watch", ...single },
      workload: { requesters: 0, think: 0, rate: 0 },
      // The n-1 waiters are notified (n-1); they and the last holder try and are answered (2n); and the release, with its
      // answer (2).
      formula: "3n+1",
      messages: n => 3 * n + 1,
    },
  ],
  latency: [
    // A node that wants the lease back at once also waits for the answer to its release.
    {
      service: "mutual-exclusion",
      parameters: { writes: false, ...single },
      workload: { requesters: 1, think: 0, rate: 0 },
      formula: "4d",
      betweenNodes: 4,
      withClients: 0,
    },
    // And for the answer to its write before that.
    {
      service: "mutual-exclusion",
      parameters: { writes: true, ...single },
      workload: { requesters: 1, think: 0, rate: 0 },
      formula: "6d",
      betweenNodes: 6,
      withClients: 0,
    },
    // The attempt goes out, the grant comes back.
    {
      service: "mutual-exclusion",
      parameters: single,
      workload: { requesters: 1 },
      formula: "2d",
      betweenNodes: 2,
      withClients: 0,
    },
    {
      service: "mutual-exclusion",
      parameters: { writes: false },
      workload: { requesters: 1, think: 0, rate: 0 },
      holds: isLogged,
      formula: "8d",
      betweenNodes: 8,
      withClients: 0,
    },
    {
      service: "mutual-exclusion",
      parameters: { writes: true },
      workload: { requesters: 1, think: 0, rate: 0 },
      holds: isLogged,
      formula: "10d",
      betweenNodes: 10,
      withClients: 0,
    },
    {
      service: "mutual-exclusion",
      workload: { requesters: 1 },
      holds: isLogged,
      formula: "4d",
      betweenNodes: 4,
      withClients: 0,
    },
  ],
  // Release, notification, attempt and grant.
  ...underFullContention({
    formula: "(S + 4d)",
    length: load => stayOf(load) + 4 * load.delay,
    parameters: { writes: false, waiting: "watch", ...single },
  }),
}
