/** Stages and tests of the lab on the token ring. */
import { parameters as allParameters } from "../../algorithms/token-ring/types.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { ScenarioOptions } from "../../runtime/scenario/compose.ts"
import type { Fault } from "../../runtime/scenario/scenario.ts"
import { formatDuration, MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import {
  allAreGranted,
  entersInTheEnd,
  handsOverInOneHop,
  isEntered,
  somebodyEnters,
} from "../common/exclusion/expectations.ts"
import {
  available,
  delayOf,
  isSafe,
  latencyAtMost,
  messages,
  purposesAreKnown,
  sentInAll,
} from "../engine/expectations.ts"
import type { Expectation, ImplementLab } from "../engine/lab.ts"
import { anyDelay, constantDelay } from "../engine/scenarios.ts"

const { regenerationTimeout } = allParameters

const somebodyPasses = messages(["Token"], () => ({ atLeast: 1 }), "the token travels")

/** Only node 0 wants in, again and again. */
function quiet(vary: Random, smallest = 2): ScenarioOptions {
  return {
    nodes: vary.integer(smallest, 8),
    latency: constantDelay(vary),
    workload: { requesters: 1, hold: "2ms", think: "15ms", entries: 10 },
    duration: "3s",
  }
}

/** All want in now and then, and sometimes two at once. */
function contended(vary: Random, smallest = 2) {
  return {
    nodes: vary.integer(smallest, 6),
    latency: anyDelay,
    fifo: true,
    workload: { hold: `${vary.integer(1, 8)}ms`, holdTimes: "uniform", think: "20ms", thinkTimes: "exponential" },
    duration: "2s",
  } satisfies ScenarioOptions
}

/** All want in all the time. */
function crowded(vary: Random): ScenarioOptions {
  return {
    nodes: vary.integer(2, 7),
    latency: constantDelay(vary),
    workload: { hold: "5ms", entries: 40, deadline: "3s" },
    duration: "3s",
  }
}

/** The token is lost, once, with all that is on its way for a moment; a node that has it meanwhile passes it into the void. */
function lostOnce(vary: Random): ScenarioOptions {
  const nodes = vary.integer(2, 7)
  const fault: Fault = {
    kind: "loss",
    share: 1,
    at: vary.integer(300, 500) * MILLISECOND,
    for: 40 * MILLISECOND,
  }
  return {
    ...contended(vary),
    nodes,
    parameters: { regenerationTimeout: "200ms" },
    workload: { hold: "2ms", think: "20ms", thinkTimes: "exponential", deadline: "1500ms" },
    faults: [fault],
    duration: "1s",
  }
}

/** When the token is missed in {@link missed}: later than any round takes. */
const MISSED = 300 * MILLISECOND

/** The token is lost, once, on a network of equal delays; only node 0 wants in. */
function missed(vary: Random): ScenarioOptions {
  const { workload: _, ...options } = quiet(vary)
  return {
    ...options,
    parameters: { regenerationTimeout: formatDuration(MISSED) },
    workload: { requesters: 1, hold: "2ms", think: "15ms", deadline: "2s" },
    faults: [{ kind: "loss", share: 1, at: vary.integer(100, 300) * MILLISECOND, for: 40 * MILLISECOND }],
    duration: "600ms",
  }
}

/**
 * Messages get lost now and then, and stays are long: elections are held whether the token is lost or not. The timeout is
 * longer than a candidate's way round, with which it would begin anew for ever.
 */
function lossy(vary: Random): ScenarioOptions {
  const nodes = vary.integer(2, 6)
  return {
    ...contended(vary),
    nodes,
    parameters: { regenerationTimeout: `${nodes * vary.integer(11, 15)}ms` },
    workload: { hold: "20ms", holdTimes: "uniform", think: "30ms", deadline: "3s" },
    faults: [{ kind: "loss", share: 0.04, at: 0, for: 3 * SECOND }],
    duration: "4s",
  }
}

/** Nodes die, one after the other, and return: node 0, which made the token, among them. One may be alone. */
function dying(vary: Random): ScenarioOptions {
  const nodes = vary.chance(0.3) ? 1 : vary.integer(2, 5)
  const who = [0, vary.integer(0, nodes - 1), vary.integer(0, nodes - 1)]
  return {
    ...contended(vary),
    nodes,
    parameters: { regenerationTimeout: "100ms" },
    workload: { hold: "10ms", think: "20ms", deadline: "3s" },
    faults: who.map((node, i): Fault => {
      const at = (300 + 600 * i + vary.integer(0, 50)) * MILLISECOND
      return {
        kind: "crash",
        target: { nodes: [node] },
        at,
        for: vary.integer(1, vary.chance(0.5) ? 5 : 150) * MILLISECOND,
      }
    }),
    duration: "3s",
  }
}

/** While all want in, whoever enters is the neighbour of the one before. */
const entersInRingOrder: Expectation = ({ scenario, events }) => {
  let last: number | undefined
  for (const event of events) {
    if (event.type !== "fact" || !isEntered(event.fact)) continue
    const next = last === undefined ? event.node : (last + 1) % scenario.nodes
    if (event.node !== next) {
      const expected = `after node ${last} comes node ${next}, its neighbour, which wants in as well`
      return { expected, happened: `node ${event.node} entered`, at: event.time }
    }
    last = event.node
  }
  return last === undefined ? { expected: "entries, round the ring", happened: "nobody entered" } : undefined
}

/** Each node that is passed by is passed by at most once: the token comes to it before it comes to another one again. */
const nobodyIsPassedBy: Expectation = ({ scenario, result }) => {
  const { most_overtaken: most = 0 } = result.outcome.figures
  if (most < scenario.nodes) return undefined
  return {
    expected: `at most ${scenario.nodes - 1} entries of others while one waits: one of each`,
    happened: `${most}`,
  }
}

/** One message a hop, and hops take all the time that is not spent inside. */
const onlyTheToken: Expectation = run => {
  const { duration, workload } = run.scenario
  const most = Math.ceil(duration / delayOf(run)) + 1
  const sent = sentInAll(run)
  if (sent <= most) return undefined
  const expected = `at most ${most} messages in ${formatDuration(duration)}: the token's, one every ${formatDuration(delayOf(run))}`
  return { expected, happened: `${sent}, for ${String(workload["entries"])} entries` }
}

export const lab: ImplementLab = {
  kind: "implement",
  name: "token-ring",
  title: "A token in a ring",
  summary: "Whoever has the token may enter; if it gets lost, an election makes one new token, and never two.",
  file: "token.ts",
  service: mutualExclusion,
  compareWith: "token-ring",
  parameters: { regenerationTimeout },
  stages: [
    {
      name: "enter",
      title: "the token comes by",
      tests: [
        {
          name: "a node that is alone enters, leaves, and enters again",
          points: 5,
          seeds: 2,
          scenario: () => ({ nodes: 1, workload: { entries: 10 }, duration: "500ms" }),
          expect: [allAreGranted],
        },
        {
          name: "a node among idle ones does, too",
          points: 8,
          scenario: vary => quiet(vary),
          expect: [allAreGranted],
        },
        {
          name: "so do all, wherever they are in the ring",
          points: 7,
          scenario: vary => ({ ...contended(vary), workload: { entries: 40, think: "20ms", deadline: "2s" } }),
          expect: [allAreGranted],
        },
      ],
    },
    {
      name: "exclusion",
      title: "one token",
      tests: [
        {
          name: "no two nodes are in the critical section at once",
          points: 10,
          seeds: 6,
          scenario: vary => contended(vary),
          expect: [somebodyEnters, somebodyPasses, isSafe("mutual-exclusion")],
        },
        {
          name: "nor if the network delivers messages twice: the second is no second token",
          points: 10,
          seeds: 8,
          scenario: vary => ({ ...contended(vary), duplication: 0.3 }),
          expect: [somebodyEnters, somebodyPasses, isSafe("mutual-exclusion")],
        },
      ],
    },
    {
      name: "order",
      title: "round the ring, one entry a visit",
      tests: [
        {
          name: "while all want in, they enter in the order of the ring",
          points: 9,
          scenario: crowded,
          expect: [entersInRingOrder],
        },
        {
          name: "nobody who waits is passed by twice by the same node",
          points: 6,
          seeds: 6,
          scenario: vary => contended(vary, 3),
          expect: [somebodyEnters, nobodyIsPassedBy],
        },
      ],
    },
    {
      name: "lost",
      title: "a new token for one that is lost",
      tests: [
        {
          name: "a token that is lost is made anew",
          points: 8,
          scenario: lostOnce,
          expect: [somebodyEnters, available(1)],
        },
        {
          name: "by one node only, even if elections are held in vain, and get lost themselves",
          points: 10,
          seeds: 10,
          scenario: lossy,
          expect: [somebodyEnters, isSafe("mutual-exclusion"), entersInTheEnd],
        },
        {
          name: "nor do messages that arrive twice make two",
          points: 6,
          seeds: 10,
          scenario: vary => ({ ...lossy(vary), duplication: 0.3 }),
          expect: [somebodyEnters, isSafe("mutual-exclusion"), entersInTheEnd],
        },
        {
          name: "nor does a node that dies and returns",
          points: 6,
          seeds: 6,
          scenario: dying,
          expect: [somebodyEnters, isSafe("mutual-exclusion"), entersInTheEnd],
        },
      ],
    },
    {
      name: "cost",
      title: "a hop, and what is lost",
      tests: [
        {
          name: "while all want in, an entry costs one message",
          points: 4,
          scenario: vary => ({ ...crowded(vary), workload: { hold: "5ms" }, duration: "1s" }),
          expect: [
            purposesAreKnown,
            somebodyPasses,
            messages(
              [],
              ({ scenario, result }) => ({ atMost: result.outcome.figures["entries"]! + scenario.nodes }),
              "the token goes from one to the next; a round more before the first has asked",
            ),
          ],
        },
        {
          name: "while nobody does, there is nothing but the token on its way",
          points: 3,
          scenario: vary => quiet(vary),
          expect: [somebodyPasses, somebodyEnters, onlyTheToken],
        },
        {
          name: "whoever finds nobody there waits for one round at most, nd",
          points: 3,
          scenario: vary => quiet(vary),
          expect: [latencyAtMost(run => run.scenario.nodes * delayOf(run), "the token's way round the ring")],
        },
        {
          name: "whoever waits next to the one who leaves is in d later",
          points: 2,
          scenario: crowded,
          expect: [somebodyEnters, handsOverInOneHop("the token")],
        },
        {
          name: "a lost token costs the timeout and three rounds; its election n(n+1)/2 messages at most",
          points: 3,
          scenario: missed,
          expect: [
            somebodyPasses,
            somebodyEnters,
            messages(
              ["Election"],
              ({ scenario: { nodes } }) => ({ atMost: (nodes * (nodes + 1)) / 2 }),
              "no candidate goes further than to the next larger one",
            ),
            latencyAtMost(
              run => MISSED + 3 * run.scenario.nodes * delayOf(run),
              "until it is missed, to the largest, round the ring, and with the token to whoever waits",
            ),
          ],
        },
      ],
    },
  ],
}
