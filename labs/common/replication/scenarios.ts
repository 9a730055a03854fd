/** Scenarios that the labs on replicated logs share. */
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { ScenarioOptions } from "../../../runtime/scenario/compose.ts"
import type { Random } from "../../../runtime/lib/random.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import { MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"

/** Raft's timeouts far apart, so that elections seldom meet. */
export const steady = { electionTimeoutMin: "100ms", electionTimeoutMax: "400ms", heartbeatInterval: "30ms" }

/** Raft's timeouts for runs with many elections, on links of up to 2 ms. */
export const brisk = { electionTimeoutMin: "15ms", electionTimeoutMax: "30ms", heartbeatInterval: "7ms" }

/** Constant delays, which no message overtakes. */
export function calm(vary: Random, smallest = 2) {
  const nodes = vary.integer(smallest, 5)
  const latency = `${vary.integer(2, 8)}ms`
  return { nodes, latency, parameters: steady }
}

/** Commands all the while: before a fault, during it, and after it has passed. */
export function throughFault(vary: Random, fault: Fault, duration = "6s"): ScenarioOptions {
  const workload = { operations: 150, rate: "50/s" }
  return { ...calm(vary, 3), faults: [fault], workload, warmup: "1500ms", duration }
}

/**
 * A second of crashes, isolations and partitions, one upon the other, on a network that loses, doubles and reorders,
 * with a few clients at two keys.
 */
export function turbulence(
  vary: Random,
  kinds: readonly Trouble[] = ["crash", "isolate", "partition"],
  nodes = vary.chance(0.6) ? 3 : 5,
): ScenarioOptions {
  return {
    nodes,
    parameters: brisk,
    latency: { model: "uniform", min: 100, max: 2 * MILLISECOND },
    loss: 0.02,
    duplication: 0.05,
    workload: {
      mode: "closed",
      clients: 3,
      think: "3ms",
      keys: 2,
      writes: "mixed",
      reads: "40%",
      retryAfter: "20ms",
      deadline: "60ms",
      backoff: "3ms",
    },
    faults: Array.from({ length: 24 }, () => anyFault(vary, nodes, kinds)),
    duration: "1s",
  }
}

/** The same of five, with messages that arrive twice, or when whoever sent them is in another term, or leads no more. */
export function belated(vary: Random): ScenarioOptions {
  const { faults = [], ...options } = turbulence(vary, ["isolate", "partition"], 5)
  const late: Fault = { kind: "reordering", share: 0.15, by: 120 * MILLISECOND, at: 0 }
  return { ...options, duplication: 0.5, faults: [...faults, late], warmup: "1ms" }
}

/** When the halves of {@link halvesApart} are apart. */
export const APART = { from: 2 * SECOND, to: 3.5 * SECOND }

/** Half of the nodes are cut off from the other half for a while, with commands all the while. */
export function halvesApart(vary: Random): ScenarioOptions {
  const nodes = vary.chance(0.3) ? 2 : 4
  const shuffled = vary.choose(nodes, nodes)
  const sides = [shuffled.slice(0, nodes / 2), shuffled.slice(nodes / 2)]
  const fault: Fault = { kind: "partition", sides, at: APART.from, for: APART.to - APART.from }
  return { ...throughFault(vary, fault), nodes }
}

/** A leader dies with many commands on their way at once, of which the network loses some. */
export function gaps(vary: Random): ScenarioOptions {
  const at = 2 * SECOND + vary.integer(0, 50) * MILLISECOND
  const options = throughFault(
    vary,
    { kind: "loss", share: 0.4, at: at - 50 * MILLISECOND, for: 50 * MILLISECOND },
    "6s",
  )
  const crash: Fault = { kind: "crash", target: { leader: true }, at, for: SECOND }
  return { ...options, workload: { operations: 800, rate: "300/s" }, faults: [...options.faults!, crash] }
}

/**
 * The value accepted last counts, not the one accepted first: three nodes, and one slot with two values.
 *
 * S1 leads, is cut off, and accepts a value that nobody else hears of. S2 and S3 elect one of them, which gets another value
 * chosen for that slot: by S1, since the other is cut off in its stead, or by the other. Then it dies. The two that are left
 * know both values, in two proposals of one acceptor, or of two.
 */
export function twoValues(vary: Random): ScenarioOptions {
  const [s1 = 0, s2 = 0, s3 = 0] = vary.choose(3, 3)
  return {
    nodes: 3,
    parameters: { electionTimeoutMin: "80ms", electionTimeoutMax: "200ms", heartbeatInterval: "35ms" },
    latency: "2ms",
    workload: {
      rate: "50/s",
      reads: "0%",
      ask: "fixed",
      node: s1,
      retryAfter: "550ms",
      backoff: "20ms",
      deadline: "2s",
    },
    faults: [
      { kind: "partition", sides: [[s2], [s3]], bridge: [s1], at: 0, for: SECOND },
      ...(vary.chance(0.5)
        ? ([
            { kind: "isolate", target: { nodes: [s1] }, at: SECOND, for: 0.385 * SECOND },
            { kind: "isolate", target: { nodes: [s3] }, at: 1.385 * SECOND, for: 0.2 * SECOND },
            { kind: "crash", target: { nodes: [s2] }, at: 1.585 * SECOND, for: 0.5 * SECOND },
          ] as const)
        : ([
            { kind: "isolate", target: { nodes: [s1] }, at: SECOND, for: 0.686 * SECOND },
            { kind: "crash", target: { leader: true }, at: 1.685 * SECOND, for: 0.5 * SECOND },
          ] as const)),
    ],
    warmup: "980ms",
    duration: "3s",
  }
}

/** A minority is dead from the start. */
export function minorityDown(vary: Random): ScenarioOptions {
  const { nodes, ...options } = calm(vary, 3)
  const target = { nodes: vary.choose((nodes - 1) >> 1, nodes) }
  const workload = { operations: 50 }
  return { ...options, nodes, faults: [{ kind: "crash", target, at: 0 }], workload, warmup: "4s", duration: "5s" }
}

/** A node is away while the leader that it knew is replaced by another. */
export function awayDuringElection(vary: Random): ScenarioOptions {
  const options = throughFault(vary, { kind: "crash", target: { random: 1 }, at: 2 * SECOND, for: 1.5 * SECOND })
  const election: Fault = { kind: "crash", target: { leader: true }, at: 2.8 * SECOND, for: 200 * MILLISECOND }
  return { ...options, faults: [...options.faults!, election] }
}

/** The leader is cut off from the others, but not from its clients: each client asks a node of its own. */
export function readsOnBothSides(vary: Random): ScenarioOptions {
  const { nodes, ...options } = calm(vary, 3)
  return {
    ...options,
    nodes,
    workload: {
      mode: "closed",
      clients: nodes,
      ask: "own",
      think: "10ms",
      keys: 1,
      reads: "60%",
      retryAfter: "1s",
      deadline: "400ms",
    },
    faults: [{ kind: "isolate", target: { leader: true }, at: 2 * SECOND, for: 1.5 * SECOND }],
    warmup: "1500ms",
    duration: "4s",
  }
}

/** Leaders die again and again with commands on their hands, some of them executed and not answered. */
export function lostAnswers(vary: Random): ScenarioOptions {
  return {
    ...calm(vary, 3),
    workload: {
      mode: "closed",
      clients: 6,
      writes: "mixed",
      keys: 3,
      reads: "30%",
      retryAfter: "60ms",
      deadline: "5s",
    },
    faults: Array.from({ length: 5 }, (_unused, i): Fault => {
      const at = (2 + i) * SECOND + vary.integer(0, 50) * MILLISECOND
      return { kind: "crash", target: { leader: true }, at, for: 300 * MILLISECOND }
    }),
    warmup: "1s",
    duration: "8s",
  }
}

/**
 * Two of three servers are left, with logs such that either is the more up-to-date for whoever compares them wrongly.
 *
 * S1 leads, and is cut off with many commands on its hands. S2 or S3 is elected, commits a few commands, and dies. S1 is
 * back: its log is the longer one, the other's is of the later term.
 */
export function shortButLater(vary: Random): ScenarioOptions {
  const [s1 = 0, s2 = 0, s3 = 0] = vary.choose(3, 3)
  return {
    nodes: 3,
    parameters: { electionTimeoutMin: "50ms", electionTimeoutMax: "150ms", heartbeatInterval: "20ms" },
    latency: "2ms",
    workload: {
      rate: "100/s",
      reads: "0%",
      ask: "fixed",
      node: s1,
      retryAfter: "500ms",
      backoff: "20ms",
      deadline: "2500ms",
    },
    faults: [
      { kind: "partition", sides: [[s2], [s3]], bridge: [s1], at: 0, for: SECOND },
      { kind: "partition", sides: [[s1], [s2, s3]], at: SECOND, for: 0.7 * SECOND },
      // A moment after the first clients have given S1 up, and asked the leader of the others.
      {
        kind: "crash",
        target: { leader: true },
        at: 1.5 * SECOND,
        schedule: { kind: "when", when: "leader elected", after: 60 * MILLISECOND, times: 1 },
      },
    ],
    warmup: "900ms",
    duration: "4s",
  }
}

type Trouble = "crash" | "isolate" | "partition"

/** Half of the crashes and isolations strike the leader. */
function anyFault(vary: Random, nodes: number, kinds: readonly Trouble[]): Fault {
  const when = { at: vary.integer(50, 900) * MILLISECOND, for: vary.integer(5, 60) * MILLISECOND }
  const kind = kinds[vary.integer(0, kinds.length - 1)]!
  if (kind === "partition") return { kind, sides: halves(vary, nodes), ...when }
  const someone = { nodes: vary.choose(vary.integer(1, nodes >> 1), nodes) }
  return { kind, target: vary.chance(0.5) ? { leader: true } : someone, ...when }
}

function halves(vary: Random, nodes: number): NodeId[][] {
  const shuffled = vary.choose(nodes, nodes)
  const cut = vary.integer(1, nodes - 1)
  return [shuffled.slice(0, cut), shuffled.slice(cut)]
}

/**
 * Raft's Figure 8, step by step, with five servers in random parts. Clients ask S5 at 0.25 s, 1.25 s, 2.25 s and 3.25 s.
 *
 * (a) S1 leads, and an entry of its reaches S2 only. (b) S1 and S2 crash. S5 is elected by S3 and S4, is cut off, and gets
 * another entry for the same place. (c) S1 and S2 return, one of them is elected, and brings the old entry to a majority.
 * (d) S1 and S2 crash, S5 is back. It is elected, since its last entry is of a later term, and overwrites the old one.
 */
export function figure8(vary: Random): ScenarioOptions {
  const [s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0] = vary.choose(5, 5)
  return {
    nodes: 5,
    parameters: { electionTimeoutMin: "20ms", electionTimeoutMax: "60ms", heartbeatInterval: "8ms" },
    latency: "1ms",
    workload: { rate: "1/s", reads: "0%", ask: "fixed", node: s5, retryAfter: "3s", backoff: "5ms", deadline: "5s" },
    faults: [
      { kind: "partition", sides: [[s2], [s3], [s4], [s5]], bridge: [s1], at: 0, for: 1_249 * MILLISECOND },
      // A moment before the client asks: S5 still knows S1 for the leader, and sends it there.
      { kind: "partition", sides: [[s1, s2], [s3], [s4], [s5]], at: 1_249 * MILLISECOND, for: 351 * MILLISECOND },
      { kind: "crash", target: { nodes: [s1, s2] }, at: 1.6 * SECOND, for: 0.9 * SECOND },
      // Until a moment before the client asks it: a leader that minds its quorum has not stepped down by then.
      { kind: "partition", sides: [[s3], [s4]], bridge: [s5], at: 1.6 * SECOND, for: 0.63 * SECOND },
      { kind: "isolate", target: { nodes: [s5] }, at: 2.23 * SECOND, for: 0.77 * SECOND },
      { kind: "crash", target: { nodes: [s1, s2] }, at: 3 * SECOND },
    ],
    warmup: "250ms",
    duration: "4s",
  }
}
