/** Stages and tests of the lab on leases. */
import { duration, share } from "../../runtime/contract/parameters.ts"
import { formatDuration, MILLISECOND, type Micros } from "../../runtime/contract/units.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import { allAreGranted, entersInTheEnd, isEntered, somebodyEnters } from "../common/exclusion/expectations.ts"
import { delayOf, figure, isSafe, latencyAtMost, messages, moment, purposesAreKnown } from "../engine/expectations.ts"
import type { Expectation, ImplementLab, LabRun } from "../engine/lab.ts"
import { constantDelay } from "../engine/scenarios.ts"
import { resourceTakes, resourceTakesInOrder } from "./resource.ts"
import {
  calm,
  crashing,
  crowded,
  cutOff,
  cutOffBriefly,
  holderDies,
  lateWrites,
  longStays,
  quiet,
  storeRestarts,
  troubled,
} from "./scenarios.ts"

/** Stays end when the client says so, and not before. */
const nobodyIsRevoked: Expectation = ({ events }) => {
  for (const { type, ...event } of events) {
    if (type !== "reply" || !("reply" in event)) continue
    const { reply, node, time } = event
    if (!("type" in reply) || reply.type !== "Revoked") continue
    const expected = "a holder that lives and reaches the store keeps its lease until its client leaves"
    return { expected, happened: `node ${node} revoked it`, at: time }
  }
  return undefined
}

/** Every entry has a token, and a larger one than all before it. */
const tokensGrow: Expectation = ({ events }) => {
  let last = -Infinity
  for (const event of events) {
    if (event.type !== "fact" || !isEntered(event.fact)) continue
    const { node, time, fact } = event
    if (fact.timestamp === null || fact.timestamp <= last) {
      const expected = last === -Infinity ? "an entry with a token" : `a token above ${last}, the last one`
      return { expected, happened: `node ${node} entered with ${fact.timestamp}`, at: time }
    }
    last = fact.timestamp
  }
  return last === -Infinity ? { expected: "entries with tokens", happened: "nobody entered" } : undefined
}

/** Somebody else has the lease once the dead holder's is over: L after its last renewal, at the latest, and 4d. */
const takenOver: Expectation = run => {
  const { scenario, events } = run
  const died = scenario.faults[0]!.at
  const lease = Number(scenario.parameters["lease"])
  const latest = died + lease + 5 * delayOf(run)
  const next = events.find(({ type, time, ...event }) => {
    return type === "fact" && "fact" in event && isEntered(event.fact) && time > died
  })
  if (next !== undefined && next.time <= latest) return undefined
  const happened = next === undefined ? "nobody enters any more" : `the next one enters at ${moment(next.time)}`
  const expected = `somebody else enters by ${moment(latest)}, a lease (${formatDuration(lease)}) and 5d after the holder died`
  return { expected, happened, at: died }
}

/** 2 messages a renewal. */
function renewals({ scenario }: LabRun, stay: Micros): number {
  return 2 * Math.ceil(stay / Number(scenario.parameters["renewInterval"]))
}

export const lab: ImplementLab = {
  kind: "implement",
  name: "lease-leadership",
  title: "Leading by a lease",
  summary: "Whoever writes a key first leads until the lease is over, and knows by its own clock when to stop.",
  file: "lease.ts",
  service: mutualExclusion,
  compareWith: "lease-leadership",
  parameters: {
    lease: duration("max(500ms, 50d)", "The length L of a lease, by the store's clock.", { min: 1 }),
    renewInterval: duration("max(150ms, 15d)", "The holder renews its lease this often.", { min: 1 }),
    maxDrift: share("1%", "Every clock runs at 1 - rho to 1 + rho of the true rate."),
    retryAfter: duration("max(100ms, 10d)", "A message without an answer for this long is sent again.", { min: 1 }),
  },
  stages: [
    {
      name: "acquire",
      title: "the first to write wins",
      tests: [
        {
          name: "a node that is alone enters, leaves, and enters again",
          points: 8,
          scenario: vary => ({ ...quiet(vary), nodes: 1 }),
          expect: [allAreGranted],
        },
        {
          name: "so do several, one after the other",
          points: 7,
          scenario: vary => ({ ...calm(vary), workload: { hold: "10ms", think: "20ms", entries: 40, deadline: "3s" } }),
          expect: [allAreGranted, isSafe("mutual-exclusion")],
        },
        {
          name: "even if messages are lost, and arrive twice",
          points: 5,
          scenario: vary => ({
            ...calm(vary),
            loss: 0.1,
            duplication: 0.2,
            workload: { hold: "5ms", think: "20ms", entries: 20, deadline: "5s" },
            duration: "4s",
          }),
          expect: [allAreGranted],
        },
      ],
    },
    {
      name: "expiry",
      title: "the lease of who lives is renewed, that of who died expires",
      tests: [
        {
          name: "a holder stays for longer than a lease, and nobody else enters",
          points: 6,
          scenario: longStays,
          expect: [somebodyEnters, nobodyIsRevoked, allAreGranted, isSafe("mutual-exclusion")],
        },
        {
          name: "when it dies, another one enters as soon as the lease is over",
          points: 6,
          scenario: holderDies,
          expect: [somebodyEnters, takenOver],
        },
        {
          name: "nodes that return contend like all others, whatever they held",
          points: 4,
          scenario: crashing,
          expect: [somebodyEnters, isSafe("mutual-exclusion"), entersInTheEnd],
        },
        {
          name: "a store that dies and returns takes the lease from nobody",
          points: 4,
          seeds: 6,
          scenario: storeRestarts,
          expect: [somebodyEnters, nobodyIsRevoked, isSafe("mutual-exclusion"), entersInTheEnd],
        },
      ],
    },
    {
      name: "clocks",
      title: "whoever cannot renew stops in time",
      tests: [
        {
          name: "a holder that is cut off has stopped before the store gives its lease to another, whatever the clocks",
          points: 8,
          scenario: vary => cutOff(vary, 0),
          expect: [somebodyEnters, isSafe("mutual-exclusion")],
        },
        {
          name: "nor does it count on the time that a message was on its way",
          points: 6,
          seeds: 8,
          scenario: vary => cutOff(vary, 40 * MILLISECOND),
          expect: [somebodyEnters, isSafe("mutual-exclusion")],
        },
        {
          name: "one that misses a renewal does not give up",
          points: 4,
          scenario: cutOffBriefly,
          expect: [somebodyEnters, nobodyIsRevoked],
        },
        {
          name: "never two who can act, whatever is paused, cut off, lost or late",
          points: 7,
          seeds: 10,
          scenario: troubled,
          expect: [somebodyEnters, isSafe("mutual-exclusion"), entersInTheEnd],
        },
      ],
    },
    {
      name: "fencing",
      title: "the resource takes no write of who was deposed",
      tests: [
        {
          name: "every stay ends with a write that the resource takes",
          points: 5,
          scenario: vary => ({ ...calm(vary), workload: { hold: "10ms", think: "20ms", entries: 30, deadline: "3s" } }),
          expect: [somebodyEnters, resourceTakes(30)],
        },
        {
          name: "tokens grow from lease to lease, though the store dies and returns",
          points: 6,
          seeds: 6,
          scenario: storeRestarts,
          expect: [tokensGrow],
        },
        {
          name: "a write that was late is refused, and its writer lives on",
          points: 9,
          seeds: 6,
          scenario: lateWrites,
          expect: [somebodyEnters, resourceTakes(1), resourceTakesInOrder, isSafe("no-stale-writes"), entersInTheEnd],
        },
      ],
    },
    {
      name: "cost",
      title: "what the rules cost",
      tests: [
        {
          name: "an entry costs six messages while nobody else wants in",
          points: 4,
          scenario: quiet,
          expect: [
            purposesAreKnown,
            somebodyEnters,
            messages(
              [],
              ({ result: { outcome } }) => ({ atMost: 6 * outcome.attempted }),
              "to acquire, to write and to release, each with its answer",
            ),
          ],
        },
        {
          name: "a stay costs two messages a renewal, and those who wait cost next to nothing",
          points: 3,
          scenario: vary => ({
            ...calm(vary),
            latency: constantDelay(vary),
            parameters: { lease: "300ms", renewInterval: "100ms", retryAfter: "200ms" },
            workload: { requesters: 2, hold: "900ms", think: "900ms", entries: 2, deadline: "3s" },
            duration: "3s",
          }),
          expect: [
            figure("entries", { atLeast: 2 }),
            messages(
              [],
              run => ({ atMost: 2 * (9 + renewals(run, 900 * MILLISECOND)) + 10 }),
              "for each of two entries 9, and 2 a renewal; and 5 questions of whoever waits if it still has to, with their answers",
            ),
          ],
        },
        {
          name: "under full contention an entry costs at most 3n + 3 messages",
          points: 3,
          scenario: crowded,
          expect: [
            somebodyEnters,
            messages(
              [],
              ({ scenario: { nodes }, result: { outcome } }) => ({
                atMost: (3 * nodes + 3) * (outcome.figures["entries"]! + 1),
              }),
              "n - 1 learn that the lease is free, and try; one writes and releases",
            ),
          ],
        },
        {
          name: "whoever finds nobody there is in after 2d",
          points: 2,
          scenario: quiet,
          expect: [latencyAtMost(run => 2 * delayOf(run), "to the store and back")],
        },
        {
          name: "whoever waits is in 4d after the one before left",
          points: 3,
          scenario: crowded,
          expect: [
            figure("entries", { atLeast: 2 }),
            run => {
              const { longest_synchronisation_delay: longest = Infinity } = run.result.outcome.figures
              const most = (4 * delayOf(run)) / MILLISECOND
              const expected = `at most ${most} ms from leaving to the next entry: release, news, attempt, grant`
              return longest <= most ? undefined : { expected, happened: `${longest} ms` }
            },
          ],
        },
      ],
    },
  ],
}
