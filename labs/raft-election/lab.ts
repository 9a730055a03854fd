/** Stages and tests of the lab on Raft's elections. */
import { parameters as allParameters } from "../../algorithms/raft/parameters.ts"
import type { ScenarioOptions } from "../../runtime/scenario/compose.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { Fault } from "../../runtime/scenario/scenario.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import {
  allFollow,
  delayOf,
  figure,
  isSafe,
  latencyAtMost,
  messages,
  otherMessages,
  purposesAreKnown,
} from "../engine/expectations.ts"
import type { Expectation, ImplementLab } from "../engine/lab.ts"
import {
  duels,
  everyQuestionIsAnswered,
  leadsByVotes,
  oneSpeakerATerm,
  termsOnlyGrow,
  votesOnceATerm,
} from "./votes.ts"

const { electionTimeoutMin, electionTimeoutMax, heartbeatInterval } = allParameters

/** Timeouts so far apart that elections do not meet. */
const apart = { electionTimeoutMin: "100ms", electionTimeoutMax: "1s", heartbeatInterval: "30ms" }

/** Timeouts so close to each other, and links so slow, that most elections meet. */
const close = { electionTimeoutMin: "40ms", electionTimeoutMax: "60ms", heartbeatInterval: "20ms" }
const slowLinks = { model: "uniform", min: 0, max: 15 * MILLISECOND } as const

const quickLinks = { model: "uniform", min: 500, max: 5 * MILLISECOND } as const

const neverLed: Expectation = ({ result, events }) => {
  const claim = events.find(
    event => event.type === "fact" && "leader" in event.fact && event.fact.leader === event.node,
  )
  if (claim?.type === "fact") {
    const happened = `node ${claim.node} leads`
    return { expected: "nobody leads without the votes of more than half of the servers", happened, at: claim.time }
  }
  const asked = result.messagesByType["RequestVote"] ?? 0
  return asked > 0
    ? undefined
    : { expected: "elections, even if nobody can win them", happened: "nobody sent RequestVote" }
}

const oneLeaderInTheEnd: Expectation = ({ live, leaders }) => {
  const leading = live.filter(node => leaders[node] === node)
  if (leading.length <= 1) return undefined
  const expected = "one leader in the end, long after all servers can hear each other again"
  return { expected, happened: `nodes ${leading.join(" and ")} lead` }
}

/** Server 1 is asked to hold an election, and nobody else does for long. */
function oneElection(vary: Random) {
  return {
    nodes: vary.integer(5, 7),
    parameters: { ...apart, electionTimeoutMax: "100s" },
    latency: "1ms",
    workload: { initiators: "one", initiator: 1 },
    warmup: "1ms",
  }
}

/** Elections that meet, on a network that delivers some messages twice, and others when the term is long over. */
function lateAndTwice(vary: Random): ScenarioOptions {
  return {
    nodes: vary.integer(3, 7),
    parameters: close,
    latency: slowLinks,
    duplication: 0.3,
    faults: [{ kind: "reordering", share: 0.3, by: 100 * MILLISECOND, at: 0 }],
    warmup: "1ms",
    duration: "2s",
  }
}

/** The leader is cut off, and comes back when another leads. */
function leaderReturns(vary: Random): Fault[] {
  return [{ kind: "isolate", target: { leader: true }, at: vary.integer(2 * SECOND, 2.5 * SECOND), for: 2 * SECOND }]
}

export const lab: ImplementLab = {
  kind: "implement",
  name: "raft-election",
  title: "Raft: leader election",
  summary: "Terms, votes and timeouts: a majority elects a leader for a numbered term.",
  file: "raft.ts",
  service: leaderElection,
  compareWith: "raft",
  parameters: { electionTimeoutMin, electionTimeoutMax, heartbeatInterval },
  stages: [
    {
      name: "first",
      title: "the first leader",
      tests: [
        {
          name: "a server that is alone elects itself",
          points: 8,
          seeds: 2,
          scenario: () => ({ nodes: 1, parameters: apart, duration: "1500ms" }),
          expect: [allFollow(() => 0)],
        },
        {
          name: "three servers elect a leader, and all of them know it",
          points: 12,
          scenario: () => ({ nodes: 3, parameters: apart, latency: quickLinks, duration: "3s" }),
          expect: [figure("elections", { atLeast: 1 })],
        },
      ],
    },
    {
      name: "votes",
      title: "one vote a term, and a majority of them",
      tests: [
        {
          name: "a server votes for one candidate in a term, the first that asks",
          points: 6,
          seeds: 5,
          scenario: vary => ({
            nodes: vary.integer(3, 7),
            parameters: close,
            latency: slowLinks,
            faults: [{ kind: "crash", target: { leader: true }, at: SECOND }],
            duration: "2s",
          }),
          expect: [votesOnceATerm, everyQuestionIsAnswered, isSafe("one-leader-per-epoch")],
        },
        {
          name: "nobody leads by votes that come late, or twice",
          points: 7,
          seeds: 10,
          scenario: lateAndTwice,
          expect: [votesOnceATerm, isSafe(), leadsByVotes, oneSpeakerATerm],
        },
        {
          name: "half of the votes are not a majority",
          points: 6,
          scenario: vary => {
            const half = vary.integer(1, 3)
            const sides = [0, half].map(first => Array.from({ length: half }, (_, i) => first + i))
            const faults = [{ kind: "partition", sides, at: 0 }] as const
            return { nodes: 2 * half, faults, parameters: apart, latency: quickLinks, duration: "5s" }
          },
          expect: [neverLed],
        },
        {
          name: "a server that was down does not vote a second time in the term it voted in",
          points: 11,
          seeds: 5,
          scenario: vary => duels(vary),
          expect: [votesOnceATerm],
        },
      ],
    },
    {
      name: "terms",
      title: "later terms win",
      tests: [
        {
          name: "terms only grow, whatever crashes",
          points: 8,
          seeds: 5,
          scenario: vary => ({
            nodes: 5,
            parameters: apart,
            latency: quickLinks,
            faults: Array.from({ length: 6 }, (_unused, i): Fault => {
              const at = (i + 1) * SECOND + vary.integer(0, 500 * MILLISECOND)
              return { kind: "crash", target: { leader: true }, at, for: 100 * MILLISECOND }
            }),
            duration: "9s",
          }),
          expect: [termsOnlyGrow],
        },
        {
          name: "a leader that was cut off follows the leader of the later term",
          points: 12,
          scenario: vary => ({
            nodes: 5,
            parameters: apart,
            latency: quickLinks,
            faults: leaderReturns(vary),
            duration: "8s",
          }),
          expect: [figure("leader_changes", { atLeast: 1 }), isSafe(), oneLeaderInTheEnd],
        },
      ],
    },
    {
      name: "liveness",
      title: "a leader stays, and a dead one is replaced",
      tests: [
        {
          name: "a new leader says so at once",
          points: 4,
          scenario: vary => ({ ...oneElection(vary), duration: "90ms" }),
          expect: [latencyAtMost(run => 3 * delayOf(run), "the question, the answer, and the first AppendEntries")],
        },
        {
          name: "heartbeats keep a leader in office",
          points: 5,
          scenario: vary => ({ nodes: vary.integer(3, 7), parameters: apart, latency: quickLinks, duration: "6s" }),
          expect: [
            ({ result }) => {
              const { elections = 0 } = result.outcome.figures
              if (elections >= 1 && elections <= 2) return undefined
              return { expected: "one election, or two if the first two met", happened: `${elections} in 6 s` }
            },
          ],
        },
        {
          name: "elections that fail because nobody has a majority are followed by others",
          points: 6,
          seeds: 5,
          scenario: vary => ({
            nodes: vary.chance(0.5) ? 5 : 7,
            parameters: { ...close, electionTimeoutMax: "44ms" },
            latency: slowLinks,
            duration: "4s",
          }),
          expect: [figure("elections", { atLeast: 1 })],
        },
        {
          name: "a dead leader is replaced",
          points: 5,
          scenario: vary => ({
            nodes: vary.integer(5, 7),
            parameters: apart,
            latency: quickLinks,
            faults: [{ kind: "crash", target: { leader: true }, at: 3 * SECOND }],
            duration: "8s",
          }),
          expect: [figure("elections", { atLeast: 2 }), allFollow()],
        },
      ],
    },
    {
      name: "cost",
      title: "no more messages than the paper's",
      tests: [
        {
          name: "an election costs n-1 questions and n-1 answers",
          points: 5,
          scenario: vary => ({ ...oneElection(vary), duration: "90ms" }),
          expect: [
            messages(["RequestVote"], ({ scenario }) => ({ exactly: scenario.nodes - 1 }), "one to each other server"),
            messages(["RequestVoteReply"], ({ scenario }) => ({ exactly: scenario.nodes - 1 }), "one from each"),
            purposesAreKnown,
            otherMessages(
              ["RequestVote", "RequestVoteReply"],
              ({ scenario }) => 2 * (scenario.nodes - 1) * 4,
              "the heartbeats of 90 ms, and as many answers",
            ),
          ],
        },
        {
          name: "while nothing happens only the leader speaks, once an interval, and is answered",
          points: 5,
          scenario: vary => ({ ...oneElection(vary), duration: "3001ms" }),
          expect: [
            messages(
              [],
              ({ scenario }) => {
                return { atLeast: 1, atMost: 2 * (scenario.nodes - 1) * ((3 * SECOND) / (30 * MILLISECOND) + 3) }
              },
              "n-1 an interval for 3 s, and as many answers",
            ),
          ],
        },
      ],
    },
  ],
}
