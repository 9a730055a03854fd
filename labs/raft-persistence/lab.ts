/** Stages and tests of the lab on Raft's disk: what must be on it, and how it is kept small. */
import { parameters as allParameters } from "../../algorithms/raft/parameters.ts"
import type { ScenarioOptions } from "../../runtime/scenario/compose.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { Fault } from "../../runtime/scenario/scenario.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { isApplied, isRestored } from "../../services/replicated-log/shape.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { figure, isSafe, messages, moment, purposesAreKnown } from "../engine/expectations.ts"
import type { Expectation, ImplementLab } from "../engine/lab.ts"
import { duels, followsLeaders, termsOnlyGrow, votesOnceATerm } from "../raft-election/votes.ts"
import { allHaveApplied, answersEverything, answersSomething, logsAgree } from "../common/replication/expectations.ts"
import { belated, brisk, calm, steady, turbulence } from "../common/replication/scenarios.ts"
import { commandsStage } from "../common/replication/stages.ts"

const { electionTimeoutMin, electionTimeoutMax, heartbeatInterval, snapshotEvery } = allParameters

const noSnapshots = { ...steady, snapshotEvery: 0 }
const snapshots = { ...steady, snapshotEvery: 20 }

/** All servers go down at once, in the middle of work, and return. */
function blackout(vary: Random, parameters: Readonly<Record<string, unknown>>) {
  const options = { ...calm(vary, 1), parameters }
  const target = { nodes: Array.from({ length: options.nodes }, (_unused, id) => id) }
  const at = 2 * SECOND + vary.integer(0, 50) * MILLISECOND
  const crash = { kind: "crash", target, for: vary.integer(10, 300) * MILLISECOND } as const
  const faults = [
    { ...crash, at },
    { ...crash, at: at + 1.5 * SECOND },
  ]
  return { ...options, faults, workload: { rate: "50/s", keys: 5 }, warmup: "1s", duration: "5s" }
}

/** A server that is alone restarts again and again, and clients that ask it again before they can have heard of it. */
function restless(vary: Random): ScenarioOptions {
  return {
    nodes: 1,
    latency: `${vary.integer(5, 8)}ms`,
    parameters: {
      electionTimeoutMin: "1ms",
      electionTimeoutMax: "2ms",
      heartbeatInterval: "1ms",
      snapshotEvery: vary.integer(1, 3),
    },
    workload: { mode: "closed", clients: 3, writes: "mixed", reads: "30%", keys: 2, retryAfter: "3ms", backoff: "3ms" },
    faults: Array.from({ length: 30 }, (): Fault => {
      const at = vary.integer(100, 900) * MILLISECOND
      return { kind: "crash", target: { nodes: [0] }, at, for: vary.integer(500, 1_500) }
    }),
    duration: "1s",
  }
}

/** Whoever restarts resumes from a snapshot that lacks at most the last `snapshotEvery` entries or so. */
const goesOnFromSnapshot: Expectation = ({ scenario, events }) => {
  const every = Number(scenario.parameters["snapshotEvery"])
  const applied: number[] = Array.from({ length: scenario.nodes }, () => 0)
  const due = new Map<number, number>()
  let seen = 0
  for (const event of events) {
    if (event.type === "boot" && applied[event.node]! > 2 * every) due.set(event.node, applied[event.node]! - 2 * every)
    if (event.type !== "fact" || !(isApplied(event.fact) || isRestored(event.fact))) continue
    const { node, fact, time } = event
    const least = due.get(node)
    if (least !== undefined) {
      const expected = `node ${node} resumes from a snapshot that covers entry ${least} at least`
      if (!isRestored(fact)) return { expected, happened: `it executed entry ${fact.index} first`, at: time }
      if (fact.index < least) return { expected, happened: `its snapshot ends with entry ${fact.index}`, at: time }
      due.delete(node)
      seen++
    }
    applied[node] = fact.index
  }
  if (seen > 0) return undefined
  const happened = `nobody reported "restored" or executed anything after the restart at ${moment(2 * SECOND)}`
  return { expected: "servers that restart from snapshots", happened }
}

/** Everything is made durable once: by the leader, and by each follower. */
const syncsOnce: Expectation = ({ scenario, result }) => {
  const { ok } = result.outcome
  const most = scenario.nodes * ok + scenario.nodes * Math.ceil(ok / 20) + 4
  const { diskSyncs } = result
  if (ok > 0 && diskSyncs <= most) return undefined
  const expected = `at most ${most} syncs for ${ok} commands: one on each of ${scenario.nodes} disks, and the snapshots`
  return { expected, happened: ok === 0 ? "no operation was answered" : `${diskSyncs}` }
}

/** A server that restarts is sent little more than heartbeats, whatever they are called: no question for each entry. */
const asksFewTimes: Expectation = ({ scenario, events, result }) => {
  const back = events.findLast(event => event.type === "boot" && event.time > 0)
  if (back?.type !== "boot") return undefined
  const sent = events.filter(
    event =>
      event.type === "send" &&
      event.to === back.node &&
      event.time >= back.time &&
      event.message.type !== "RequestVote",
  ).length
  const beats = Math.ceil((result.ended - back.time) / Number(scenario.parameters["heartbeatInterval"]))
  const most = beats + 20
  if (sent <= most) return undefined
  const expected = `at most ${most} messages to node ${back.node} since it is back: ${beats} heartbeats and a few more`
  return { expected, happened: `${sent}`, at: back.time }
}

export const lab: ImplementLab = {
  kind: "implement",
  name: "raft-persistence",
  title: "Raft: what the disk holds",
  summary: "Terms, votes and the log survive crashes, and snapshots take the place of what was executed.",
  file: "raft.ts",
  service: replicatedLog,
  compareWith: "raft",
  parameters: { electionTimeoutMin, electionTimeoutMax, heartbeatInterval, snapshotEvery },
  stages: [
    commandsStage({ member: "server", points: [3, 4, 3], parameters: snapshots }),
    {
      name: "durable",
      title: "what was said is not forgotten",
      tests: [
        {
          name: "all servers go down at once, and nothing that was acknowledged is lost",
          points: 10,
          scenario: vary => blackout(vary, noSnapshots),
          expect: [answersSomething, logsAgree],
        },
        {
          name: "terms only grow",
          points: 5,
          scenario: vary => ({ ...turbulence(vary), parameters: { ...brisk, snapshotEvery: 0 } }),
          expect: [termsOnlyGrow],
        },
        {
          name: "a server that was down does not vote a second time in the term it voted in",
          points: 10,
          seeds: 5,
          scenario: vary => {
            const options = duels(vary)
            return { ...options, parameters: { ...options.parameters, snapshotEvery: 0 }, workload: { operations: 1 } }
          },
          expect: [votesOnceATerm],
        },
        {
          name: "nothing is lost if disks are slow, and servers crash before what they wrote is durable",
          points: 10,
          seeds: 5,
          scenario: vary => ({ ...turbulence(vary), parameters: { ...brisk, snapshotEvery: 0 }, syncLatency: "1ms" }),
          expect: [answersSomething, logsAgree],
        },
      ],
    },
    {
      name: "snapshots",
      title: "snapshots stand for what was executed",
      tests: [
        {
          name: "a server that restarts resumes from its snapshot",
          points: 8,
          scenario: vary => blackout(vary, snapshots),
          expect: [goesOnFromSnapshot],
        },
        {
          name: "and knows which commands of which clients it has executed",
          points: 9,
          seeds: 4,
          scenario: vary => restless(vary),
          expect: [figure("leaderships", { atLeast: 1 }), isSafe("applied-once", "linearizable")],
        },
        {
          name: "a server that was away for long is sent a snapshot",
          points: 8,
          scenario: vary => ({
            ...calm(vary, 3),
            parameters: snapshots,
            faults: [{ kind: "crash", target: { random: 1 }, at: 2 * SECOND, for: 1.5 * SECOND }],
            workload: { operations: 250, rate: "80/s" },
            warmup: "1500ms",
            duration: "7s",
          }),
          expect: [
            messages(["InstallSnapshot"], () => ({ atLeast: 1 }), "the entries that it lacks are gone"),
            allHaveApplied,
          ],
        },
        {
          name: "whoever was sent a snapshot answers rightly when it leads",
          points: 6,
          seeds: 5,
          scenario: vary => ({
            ...turbulence(vary, ["isolate", "partition"]),
            parameters: { ...brisk, snapshotEvery: vary.integer(2, 6) },
            loss: 0.1,
          }),
          expect: [answersSomething, isSafe("applied-once", "linearizable")],
        },
        {
          name: "snapshots do no harm that arrive twice, or late",
          points: 4,
          seeds: 6,
          scenario: vary => ({
            ...belated(vary),
            parameters: { ...brisk, snapshotEvery: vary.integer(1, 4) },
            loss: 0.1,
          }),
          expect: [answersSomething, logsAgree, isSafe("applied-once", "linearizable"), followsLeaders],
        },
      ],
    },
    {
      name: "cost",
      title: "no more syncs and messages than it takes",
      tests: [
        {
          name: "a command is made durable once on each disk, and what changes nothing costs no sync",
          points: 7,
          scenario: vary => ({
            ...calm(vary),
            parameters: snapshots,
            workload: { mode: "closed", clients: 1, operations: 40 },
            warmup: "2s",
            duration: "5s",
          }),
          expect: [purposesAreKnown, syncsOnce],
        },
        {
          name: "while nothing fails nobody is sent a snapshot",
          points: 5,
          scenario: vary => ({
            ...calm(vary),
            parameters: snapshots,
            workload: { operations: 200 },
            warmup: "2s",
            duration: "5s",
          }),
          expect: [
            answersEverything,
            messages(["InstallSnapshot"], () => ({ atMost: 0 }), "followers get the entries themselves"),
          ],
        },
        {
          name: "a leader finds out in a few messages where a follower's log ends",
          points: 8,
          scenario: vary => ({
            ...calm(vary, 3),
            parameters: noSnapshots,
            faults: [
              { kind: "crash", target: { random: 1 }, at: 2 * SECOND, for: 2 * SECOND },
              // Another leader does not know how far the follower had come.
              { kind: "crash", target: { leader: true }, at: 3 * SECOND, for: 200 * MILLISECOND },
            ],
            workload: { rate: "100/s", operations: 200 },
            warmup: "1500ms",
            duration: "5s",
          }),
          expect: [answersSomething, asksFewTimes],
        },
      ],
    },
  ],
}
