/** Stages that the labs on replicated logs share, told in the words of each algorithm's paper. */
import { SECOND } from "../../../runtime/contract/units.ts"
import { available, delayOf, figure, isSafe, latencyAtMost, purposesAreKnown } from "../../engine/expectations.ts"
import type { Expectation, RunTest, Stage } from "../../engine/lab.ts"
import { answersEverything, asksOnce } from "./expectations.ts"
import { calm, lostAnswers, minorityDown, steady } from "./scenarios.ts"

type Settings = Readonly<Record<string, unknown>>

/** Clients that retry only when a reply says so, or when something must be wrong. */
const patient = { retryAfter: "400ms", deadline: "1s" }

/** Clients are answered while nothing fails. */
export function commandsStage({
  member,
  points: [alone, several, minority],
  parameters = steady,
}: {
  /** The paper's word for a node. */
  readonly member: "node" | "server"
  readonly points: readonly [alone: number, several: number, minority: number]
  readonly parameters?: Settings
}): Stage<RunTest> {
  return {
    name: "commands",
    title: "clients are answered",
    tests: [
      {
        name: `a ${member} that is alone executes commands`,
        points: alone,
        seeds: 2,
        scenario: () => ({ nodes: 1, parameters, workload: { operations: 50 }, warmup: "1s", duration: "2s" }),
        expect: [answersEverything],
      },
      {
        name: `several ${member}s do, while nothing fails`,
        points: several,
        scenario: vary => ({
          ...calm(vary),
          parameters,
          workload: { operations: 50, ...patient },
          warmup: "2s",
          duration: "3s",
        }),
        expect: [answersEverything, asksOnce],
      },
      {
        name: `they do while a minority of the ${member}s is dead`,
        points: minority,
        scenario: vary => ({ ...minorityDown(vary), parameters }),
        expect: [answersEverything],
      },
    ],
  }
}

/**
 * Clients find the leader, and their commands are executed once. 15 points.
 *
 * @param follower what the paper calls a node that does not lead
 * @param parameters the algorithm's, if they are not Raft's
 */
export function clientsStage(follower: string, parameters: Settings = steady): Stage<RunTest> {
  return {
    name: "clients",
    title: "clients retry, and elsewhere",
    tests: [
      {
        name: `${follower} names the leader, and takes nothing up itself`,
        points: 5,
        scenario: vary => ({
          ...calm(vary),
          parameters,
          workload: { operations: 50, ask: "follower", ...patient },
          warmup: "2s",
          duration: "3s",
        }),
        expect: [answersEverything, figure("redirects", { atLeast: 50 }), asksOnce],
      },
      {
        name: "a command that is sent again is executed once",
        points: 6,
        scenario: vary => ({
          ...calm(vary),
          parameters,
          workload: { operations: 100, retryAfter: "3ms", writes: "mixed", keys: 3, reads: "30%" },
          warmup: "2s",
          duration: "4s",
        }),
        expect: [figure("retries", { atLeast: 1 }), answersEverything, isSafe("applied-once", "linearizable")],
      },
      {
        name: "nobody waits for ever whose command was executed, but not answered",
        points: 4,
        seeds: 4,
        scenario: vary => ({ ...lostAnswers(vary), parameters }),
        expect: [answersEverything],
      },
    ],
  }
}

/** Messages, latency and elections cost what the paper says. 15 points. */
export function costStage({
  title,
  budget,
  others,
  election,
  parameters = {
    slow: { electionTimeoutMin: "2s", electionTimeoutMax: "6s", heartbeatInterval: "1s" },
    usual: steady,
    quick: { electionTimeoutMin: "50ms", electionTimeoutMax: "100ms", heartbeatInterval: "25ms" },
  },
}: {
  readonly title: string
  /** Expectations of the messages of 2 s: 30 commands and 4 heartbeats at most. */
  readonly budget: Expectation
  /** Whom the leader asks: "the followers". */
  readonly others: string
  /** The cost of a new leader: "an election". */
  readonly election: string
  /** The algorithm's, if they are not Raft's: heartbeats a second apart, the usual ones, and a leader missed within 100 ms. */
  readonly parameters?: { readonly slow: Settings; readonly usual: Settings; readonly quick: Settings }
}): Stage<RunTest> {
  return {
    name: "cost",
    title,
    tests: [
      {
        name: "a command costs 2(n-1) messages, and heartbeats nothing but themselves",
        points: 5,
        scenario: vary => ({
          ...calm(vary),
          workload: { mode: "closed", clients: 1, operations: 30 },
          parameters: parameters.slow,
          warmup: "20s",
          duration: "22s",
        }),
        expect: [purposesAreKnown, budget],
      },
      {
        name: "a command takes 4d",
        points: 5,
        scenario: vary => ({
          ...calm(vary),
          parameters: parameters.usual,
          workload: { mode: "closed", clients: 1, operations: 30 },
          warmup: "2s",
          duration: "4s",
        }),
        expect: [latencyAtMost(run => 4 * delayOf(run), `to the leader, to ${others}, and all the way back`)],
      },
      {
        name: `a dead leader costs ${election}, no more`,
        points: 5,
        scenario: vary => ({
          ...calm(vary, 3),
          parameters: parameters.quick,
          faults: [{ kind: "crash", target: { leader: true }, at: 1.5 * SECOND }],
          warmup: "1s",
          duration: "4s",
        }),
        expect: [available(0.9)],
      },
    ],
  }
}
