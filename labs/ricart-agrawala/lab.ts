/** Stages and tests of the lab on Ricart and Agrawala's mutual exclusion. */
import type { NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import type { ScenarioOptions } from "../../runtime/scenario/compose.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { Fault } from "../../runtime/scenario/scenario.ts"
import { MILLISECOND } from "../../runtime/contract/units.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import { allAreGranted, handsOverInOneHop, isEntered, somebodyEnters } from "../common/exclusion/expectations.ts"
import { delayOf, isSafe, latencyAtMost, messages, purposesAreKnown } from "../engine/expectations.ts"
import type { Expectation, ImplementLab } from "../engine/lab.ts"
import { anyDelay, constantDelay } from "../engine/scenarios.ts"

/** The fields that tests read of a Request; students may add fields. */
interface NumberedRequest extends Tagged {
  readonly sequenceNumber: number
}

function isRequest(message: Tagged): message is NumberedRequest {
  return message.type === "Request" && "sequenceNumber" in message && typeof message.sequenceNumber === "number"
}

const somebodyAsks = messages(["Request"], () => ({ atLeast: 1 }), "whoever wants in asks")

/** Only node 0 wants in, again and again. */
function quiet(vary: Random, smallest: number): ScenarioOptions {
  return {
    nodes: vary.integer(smallest, 8),
    latency: constantDelay(vary),
    workload: { requesters: 1, hold: "2ms", think: "5ms", entries: 10 },
    duration: "3s",
  }
}

/** All want in, mostly while somebody else does. The pauses are long enough for the first to find nobody there. */
function contended(vary: Random, smallest = 2) {
  return {
    nodes: vary.integer(smallest, 6),
    latency: anyDelay,
    workload: { hold: `${vary.integer(1, 8)}ms`, holdTimes: "uniform", think: "100ms", thinkTimes: "exponential" },
    duration: "3s",
  } satisfies ScenarioOptions
}

/** All want in all the time, so often in all. */
function crowded(vary: Random): ScenarioOptions {
  return {
    nodes: vary.integer(2, 7),
    latency: anyDelay,
    workload: { hold: "1ms", entries: 40, deadline: "3s", starvation: 30 },
    duration: "3s",
  }
}

/**
 * A request's number is larger than those of all requests that have come to its sender, and never smaller than one of its
 * own. By the paper's listing a node that has heard of nobody else's request since its last may use the same number again.
 */
const numbersGrow: Expectation = ({ scenario, events }) => {
  const seen: number[] = Array.from({ length: scenario.nodes }, () => -Infinity)
  const own = [...seen]
  const asking: (number | null)[] = seen.map(() => null)
  let requests = 0
  for (const event of events) {
    if (event.type === "fact" && event.fact.type === "entered") asking[event.node] = null
    if ((event.type !== "send" && event.type !== "deliver") || !isRequest(event.message)) continue
    const { node, message, time } = event
    const { sequenceNumber } = message
    if (event.type === "deliver") {
      seen[node] = Math.max(seen[node]!, sequenceNumber)
      continue
    }
    requests++
    // The same request goes to each of the others.
    if (asking[node] === sequenceNumber) continue
    const happened = `it asked with ${sequenceNumber}`
    if (sequenceNumber <= seen[node]!) {
      return {
        expected: `node ${node}, which has seen number ${seen[node]}, asks with a larger one`,
        happened,
        at: time,
      }
    }
    if (sequenceNumber < own[node]!) {
      return { expected: `node ${node}, which has asked with ${own[node]}, does not go back`, happened, at: time }
    }
    asking[node] = sequenceNumber
    own[node] = sequenceNumber
  }
  return requests > 0 ? undefined : { expected: "Requests with a sequenceNumber", happened: "nobody sent one" }
}

/** Entries come in the order of (sequence number, id); a node may follow upon itself with the same number. */
const entersInOrder: Expectation = ({ events }) => {
  let last = { node: -1, timestamp: -Infinity }
  for (const event of events) {
    if (event.type !== "fact" || !isEntered(event.fact)) continue
    const { node, time, fact } = event
    const timestamp = fact.timestamp ?? Infinity
    const isLater = last.timestamp < timestamp || (last.timestamp === timestamp && last.node <= node)
    if (!isLater) {
      const expected = `who enters after (${last.timestamp}, ${last.node}) has a larger pair of sequence number and id`
      return { expected, happened: `(${timestamp}, ${node}) entered`, at: time }
    }
    last = { node, timestamp }
  }
  return undefined
}

/** Clocks that differ: nothing in a logical clock depends on them. */
function clocksApart(vary: Random, nodes: number): Fault[] {
  return Array.from({ length: nodes }, (_unused, node): Fault => {
    const by = vary.integer(-500, 500) * MILLISECOND
    return { kind: "clockOffset", target: { nodes: [node] }, by, at: 0 }
  })
}

/** Entries are reported with the number of the request by which they were gained. */
const entersByItsRequest: Expectation = ({ events }) => {
  const asked = new Map<NodeId, number>()
  for (const event of events) {
    if (event.type === "send" && isRequest(event.message)) asked.set(event.node, event.message.sequenceNumber)
    if (event.type !== "fact" || !isEntered(event.fact)) continue
    const number = asked.get(event.node)
    if (event.fact.timestamp === number) continue
    return {
      expected: `node ${event.node} enters with the number of its request, ${number ?? "which it never sent"}`,
      happened: `timestamp: ${event.fact.timestamp}`,
      at: event.time,
    }
  }
  return undefined
}

/** A goal of the service: without it nothing is shown. */
const ENTRY = "a node enters the critical section"

export const lab: ImplementLab = {
  kind: "implement",
  name: "ricart-agrawala",
  title: "Mutual exclusion by asking",
  summary: "One at a time in the critical section, in the order of logical clocks, for 2(n-1) messages an entry.",
  file: "exclusion.ts",
  service: mutualExclusion,
  compareWith: "ricart-agrawala",
  parameters: {},
  stages: [
    {
      name: "enter",
      title: "in and out, while nobody else wants in",
      tests: [
        {
          name: "a node that is alone enters, leaves, and enters again",
          points: 8,
          seeds: 2,
          scenario: () => ({ nodes: 1, workload: { entries: 10 }, duration: "500ms" }),
          expect: [allAreGranted],
        },
        {
          name: "a node among idle ones does, too",
          points: 12,
          scenario: vary => quiet(vary, 2),
          expect: [allAreGranted],
        },
      ],
    },
    {
      name: "exclusion",
      title: "one at a time",
      tests: [
        {
          name: "no two of three are in the critical section at once, in any order of events",
          points: 8,
          orders: [
            { nodes: 2, operations: 4, judges: ["mutual-exclusion"], reaches: [ENTRY], states: 50_000 },
            { nodes: 3, operations: 3, judges: ["mutual-exclusion"], reaches: [ENTRY], states: 50_000 },
          ],
        },
        {
          name: "nor are two of many, whatever overtakes what",
          points: 10,
          seeds: 10,
          scenario: vary => contended(vary, 3),
          expect: [somebodyAsks, isSafe("mutual-exclusion")],
        },
        {
          name: "nor if messages arrive twice: a Reply is one permission, and none for a later request",
          points: 12,
          orders: [
            { nodes: 2, operations: 6, duplicates: 2, judges: ["mutual-exclusion"], reaches: [ENTRY], states: 100_000 },
            { nodes: 3, operations: 3, duplicates: 1, judges: ["mutual-exclusion"], reaches: [ENTRY], states: 100_000 },
          ],
        },
      ],
    },
    {
      name: "order",
      title: "in the order of (sequence number, id)",
      tests: [
        {
          name: "a request's number is larger than all that its sender has seen",
          points: 8,
          scenario: vary => {
            const { nodes, ...options } = contended(vary, 3)
            return { ...options, nodes, faults: clocksApart(vary, nodes), warmup: "1ms" }
          },
          expect: [somebodyAsks, numbersGrow],
        },
        {
          name: "entries come in the order of (sequence number, id)",
          points: 12,
          seeds: 10,
          scenario: vary => contended(vary, 3),
          expect: [somebodyAsks, entersByItsRequest, entersInOrder],
        },
      ],
    },
    {
      name: "progress",
      title: "everybody's turn comes",
      tests: [
        {
          name: "nobody waits for ever, in any order of events",
          points: 6,
          orders: [
            { nodes: 2, operations: 4, judges: ["progress"], states: 50_000 },
            { nodes: 3, operations: 3, judges: ["progress"], states: 50_000 },
          ],
        },
        {
          name: "all who ask get in, however many want to, and none is passed by again and again",
          points: 9,
          seeds: 10,
          scenario: vary => crowded(vary),
          expect: [allAreGranted, isSafe("no-starvation")],
        },
      ],
    },
    {
      name: "cost",
      title: "what the paper says it costs",
      tests: [
        {
          name: "an entry costs 2(n-1) messages",
          points: 5,
          scenario: vary => quiet(vary, 2),
          expect: [
            purposesAreKnown,
            messages(
              [],
              ({ scenario, result }) => ({ exactly: 2 * (scenario.nodes - 1) * result.outcome.figures["entries"]! }),
              "n-1 Requests and n-1 Replies an entry",
            ),
            somebodyEnters,
          ],
        },
        {
          name: "no more if others want in",
          points: 3,
          scenario: vary => contended(vary),
          expect: [
            somebodyAsks,
            messages(
              [],
              ({ scenario, result }) => ({ atMost: 2 * (scenario.nodes - 1) * result.outcome.attempted }),
              "n-1 Requests and n-1 Replies for whoever asks",
            ),
          ],
        },
        {
          name: "whoever finds nobody there is in after 2d",
          points: 4,
          scenario: vary => quiet(vary, 2),
          expect: [latencyAtMost(run => 2 * delayOf(run), "the Requests' way (d) and the Replies' (d)")],
        },
        {
          name: "whoever waits is in d after the one before left",
          points: 3,
          scenario: vary => ({
            nodes: vary.integer(2, 7),
            latency: constantDelay(vary),
            workload: { hold: "50ms" },
            duration: "3s",
          }),
          expect: [somebodyAsks, handsOverInOneHop("one Reply")],
        },
      ],
    },
  ],
}
