/** Mistakes planted on purpose in lease leadership, by the rules of its README, each with what catches it. */
import type { Micros } from "../../../runtime/contract/units.ts"
import type { Service } from "../../../runtime/contract/service.ts"
import { campaignedElection } from "../../../services/leader-election/service.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import type { Edit } from "../../support/mutants.ts"
import type { ServiceRunOptions } from "../../support/service-run.ts"
import { troubledContenders, troubledElection } from "./random-faults.ts"

/** Runs in which nothing is wrong with the true algorithm. */
export interface Trial {
  readonly service: Service
  readonly draw: (seed: number) => ServiceRunOptions
}

export interface LeaseMutant {
  readonly mistake: string
  /** The true text, which occurs once in its file, and what the mutant has in its place. */
  readonly edit: Edit
  readonly trial: Trial
  /** A check, `unserved` (an operation that never ends), or `outage`. */
  readonly caughtBy: string
}

/** Pauses, partitions, losses and drift, with settings of its own. */
function troubled(parameters: object = {}): Trial {
  return { service: mutualExclusion, draw: seed => withParameters(troubledContenders(seed), parameters) }
}

const ELECTION: Trial = { service: campaignedElection, draw: troubledElection }

/** No fault at all, on links with jitter. */
function calm(service: Service, parameters: object = {}): Trial {
  const draw = (): ServiceRunOptions => ({
    nodes: 4,
    latency: { model: "uniform", min: 500, max: 3_000 },
    parameters: { lease: "100ms", renewInterval: "30ms", ...parameters },
    ...(service === mutualExclusion ? { workload: { hold: "10ms", think: "20ms", deadline: "20s" } } : {}),
    warmup: "1s",
    duration: "5s",
  })
  return { service, draw }
}

/** A holder is paused again and again, and writes as soon as it resumes, with or without a look at its clock. */
function pausing(parameters: object): Trial {
  const draw = (): ServiceRunOptions => ({
    nodes: 3,
    latency: { model: "uniform", min: 500, max: 3_000 },
    parameters: { lease: "100ms", renewInterval: "30ms", writes: true, ...parameters },
    workload: { hold: "20ms", think: "20ms", deadline: "20s" },
    faults: Array.from({ length: 60 }, (_, index) => {
      return { kind: "pause", target: { nodes: [index % 3] }, at: 60_000 * index, for: 150_000 } as const
    }),
    duration: "6s",
  })
  return { service: mutualExclusion, draw }
}

/**
 * Node 0 is cut off from the store again and again. Its clock is as slow as it may be, and the store's as fast.
 *
 * @param delay how much longer messages of node 0 take, to and from the store
 */
function cutOff(delay: Micros): Trial {
  const draw = (seed: number): ServiceRunOptions => ({
    nodes: 3,
    latency: { model: "uniform", min: 500, max: 1_500 },
    parameters: { lease: "300ms", renewInterval: "100ms", maxDrift: "10%", watchTimeout: "500ms" },
    workload: { hold: "600ms", think: "400ms", deadline: "20s" },
    faults: [
      { kind: "clockDrift", target: { nodes: [0] }, by: -0.1, at: 0 },
      { kind: "clockDrift", target: { nodes: [3] }, by: 0.1, at: 0 },
      { kind: "delay", links: [[0, 3]], by: delay, at: 0 },
      ...Array.from({ length: 20 }, (_, index) => {
        return { kind: "cut", links: [[0, 3]], at: 710_000 * index + 10_000 * seed, for: 400_000 } as const
      }),
    ],
    duration: "15s",
  })
  return { service: mutualExclusion, draw }
}

/** The store restarts, in a moment, again and again. */
const RESTARTS: Trial = {
  service: mutualExclusion,
  draw: seed => ({
    nodes: 4,
    latency: { model: "uniform", min: 500, max: 3_000 },
    parameters: { lease: "100ms", renewInterval: "30ms", retryAfter: "20ms", watchTimeout: "50ms" },
    workload: { hold: "20ms", think: "20ms", deadline: "20s" },
    faults: Array.from({ length: 20 }, (_, index) => {
      return { kind: "crash", target: { nodes: [4] }, at: 170_000 * index + 1_000 * seed, for: 1_000 } as const
    }),
    duration: "4s",
  }),
}

/** Writes of one node are late by more than a lease, and by less than the lock delay. No resource looks at tokens. */
const LATE: Trial = {
  service: mutualExclusion,
  draw: () => ({
    nodes: 3,
    latency: { model: "uniform", min: 500, max: 3_000 },
    parameters: { lease: "100ms", renewInterval: "30ms", lockDelay: "400ms", writes: true, fencing: false },
    workload: { hold: "20ms", think: "20ms", deadline: "20s", starvation: 1_000 },
    faults: [
      { kind: "delay", links: [[0, 4]], by: 300_000, at: 0 },
      { kind: "loss", share: 0.4, links: [[0, 3]], at: 0 },
    ],
    duration: "6s",
  }),
}

function withParameters(options: ServiceRunOptions, parameters: object): ServiceRunOptions {
  return { ...options, parameters: { ...options.parameters, ...parameters } }
}

const STORE = "algorithms/lease-leadership/store.ts"
const TABLE = "algorithms/lease-leadership/table.ts"
const LOGGED = "algorithms/lease-leadership/logged-store.ts"
const CONTENDER = "algorithms/lease-leadership/lease-leadership.ts"
const RESOURCE = "algorithms/lease-leadership/resource.ts"
const THEORY = "algorithms/lease-leadership/theory.ts"

export const MUTANTS: readonly LeaseMutant[] = [
  // Acquire.
  {
    mistake: "store: the last to write wins",
    edit: {
      file: TABLE,
      from: "if (lease === null) return grant",
      to: "if (lease === null || lease.holder !== from) return grant",
    },
    trial: troubled(),
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "store: gives all leases one token",
    edit: { file: TABLE, from: "const token = table.lastToken + 1", to: "const token = 1" },
    trial: ELECTION,
    caughtBy: "one-leader-per-epoch",
  },
  {
    mistake: "node: takes a grant that came for an earlier attempt",
    edit: {
      file: CONTENDER,
      from: `if (state.phase !== "waiting" || state.attempt !== attempt) return sendToStore`,
      to: `if (state.phase !== "waiting") return sendToStore`,
    },
    trial: troubled(),
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "node: uses a grant that comes too late",
    edit: {
      file: CONTENDER,
      from: "if (!node.isOver(state.validUntil)) return becomeHolder(node)",
      to: "return becomeHolder(node)",
    },
    trial: troubled(),
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "node: does not repeat an attempt that is lost",
    edit: { file: CONTENDER, from: `ask(node, "retransmission")\n      } else`, to: "} else" },
    trial: troubled({ waiting: "poll" }),
    caughtBy: "unserved",
  },

  // Renew.
  {
    mistake: "store: does not measure the lease anew from a renewal",
    edit: {
      file: STORE,
      from: "state.isConfirmed = true\n      awaitExpiry(store)",
      to: "state.isConfirmed = true",
    },
    trial: troubled(),
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "node: renews its lease once",
    edit: {
      file: CONTENDER,
      from: `node.setTimer("renew", renewalOf(node.parameters))\n      renew`,
      to: "renew",
    },
    trial: calm(campaignedElection),
    caughtBy: "outage",
  },

  // Stop.
  {
    mistake: "node: counts from the grant, not from the attempt",
    edit: {
      file: CONTENDER,
      from: "state.validUntil = sentAt + holderLease(node.parameters)",
      to: "state.validUntil = node.now() + holderLease(node.parameters)",
    },
    trial: cutOff(60_000),
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "node: counts from the answer to its renewal, not from the renewal",
    edit: {
      file: CONTENDER,
      from: "Math.max(state.validUntil, sentAt + holderLease(node.parameters))",
      to: "node.now() + holderLease(node.parameters)",
    },
    trial: troubled(),
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "node: uses all of the lease, whatever drift is declared",
    edit: { file: THEORY, from: "Math.floor((lease * (1 - maxDrift)) / (1 + maxDrift))", to: "lease - 0 * maxDrift" },
    trial: troubled(),
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "node: allows for the drift of its own clock only",
    edit: {
      file: THEORY,
      from: "Math.floor((lease * (1 - maxDrift)) / (1 + maxDrift))",
      to: "Math.floor(lease * (1 - maxDrift))",
    },
    trial: cutOff(0),
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "node: does not stop, unless the store says so",
    edit: { file: CONTENDER, from: "lapse: lose,", to: "lapse() {}," },
    trial: troubled(),
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "node: stops without a word to its critical section",
    edit: { file: CONTENDER, from: "if (holds(state)) stopHolding(node)\n", to: "" },
    trial: troubled(),
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "node: contends no more once it has lost its lease",
    edit: {
      file: CONTENDER,
      from: "if (state.isCampaigning || state.isWantedAgain) contend(node)",
      to: "if (state.isWantedAgain) contend(node)",
    },
    trial: ELECTION,
    caughtBy: "unserved",
  },

  // Expire.
  {
    mistake: "store: lets a lease expire early",
    edit: {
      file: STORE,
      from: "isDelayed ? parameters.lockDelay : parameters.lease",
      to: "isDelayed ? parameters.lockDelay : Math.floor(parameters.lease / 2)",
    },
    trial: troubled({ renewInterval: "60ms" }),
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "store: notifies nobody that watches",
    edit: {
      file: STORE,
      from: `for (const waiter of state.waiters) store.send(waiter, { type: "Free", token })\n`,
      to: "",
    },
    trial: calm(mutualExclusion, { watchTimeout: "1h" }),
    caughtBy: "unserved",
  },
  {
    mistake: "store: grants at once after an expiry, whatever the lock delay",
    edit: {
      file: TABLE,
      from: "if (isDelayed || !hasLockDelay) return freed(table)",
      to: "if (isDelayed || hasLockDelay !== null) return freed(table)",
    },
    trial: LATE,
    caughtBy: "no-stale-writes",
  },
  {
    mistake: "node: that watches relies on its notification, also of a store that has restarted",
    edit: { file: CONTENDER, from: `ask(node, "heartbeat")`, to: "" },
    trial: ELECTION,
    caughtBy: "unserved",
  },
  {
    mistake: "node: polls once",
    edit: {
      file: CONTENDER,
      from: `node.setTimer("poll", node.parameters.pollInterval)\n`,
      to: "",
    },
    trial: calm(mutualExclusion, { waiting: "poll" }),
    caughtBy: "unserved",
  },

  // Release.
  {
    mistake: "store: takes the release of a lease that was over for one of the lease there is",
    edit: {
      file: TABLE,
      from: "return lease?.token === request.token ?",
      to: "return lease !== null ?",
    },
    trial: troubled(),
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "node: stays inside until the store knows that it has left",
    edit: { file: CONTENDER, from: 'stopHolding(node)\n  state.phase = "releasing"', to: 'state.phase = "releasing"' },
    trial: calm(mutualExclusion),
    caughtBy: "mutual-exclusion",
  },

  // The store's restart.
  {
    mistake: "store: keeps nothing on its disk",
    edit: {
      file: STORE,
      from: "if (store.parameters.durable) store.save({ lastToken, lease })",
      to: "void [lastToken, lease]",
    },
    trial: RESTARTS,
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "store: lets the lease that it finds on its disk never expire",
    edit: {
      file: LOGGED,
      from: "else awaitExpiry(store)",
      to: "else void store",
    },
    trial: ELECTION,
    caughtBy: "unserved",
  },

  // Leaders.
  {
    mistake: "store: names a leader that may not know it yet",
    edit: { file: STORE, from: "holder: isConfirmed ? holder : null", to: "holder" },
    trial: ELECTION,
    caughtBy: "leader-claimed",
  },

  // Fencing.
  {
    mistake: "resource: takes writes with any token",
    edit: {
      file: RESOURCE,
      from: "resource.parameters.fencing && token < latest",
      to: "resource.parameters.fencing && token < 0",
    },
    trial: pausing({ checksLease: false }),
    caughtBy: "no-stale-writes",
  },
  {
    mistake: "node: that is to look at its clock before it writes does not",
    edit: {
      file: CONTENDER,
      from: "node.parameters.checksLease && node.isOver(state.validUntil)",
      to: "false && node.isOver(0)",
    },
    trial: pausing({ fencing: false }),
    caughtBy: "no-stale-writes",
  },
  {
    mistake: "node: does not repeat a write that is lost, and keeps the lease",
    edit: { file: CONTENDER, from: `write(node, "retransmission")`, to: "void token" },
    trial: troubled({ writes: true }),
    caughtBy: "unserved",
  },
]
