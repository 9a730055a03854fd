// Composition: an algorithm in another one runs as it does alone, on every host. That it keeps the law, and that steps and
// direct calls make the same runs of it, is held with the other algorithms (`HOSTED_SCENARIOS`).
import { describe, expect, test } from "vitest"
import { raft } from "../../../algorithms/raft/raft.ts"
import { algorithm, type Algorithm, type Node, type Shape } from "../../../runtime/contract/algorithm.ts"
import {
  type Carried,
  type CarriedDisk,
  type CarriedTimer,
  hosted,
  parametersOf,
} from "../../../runtime/contract/composition/composition.ts"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import { Explorer } from "../../../runtime/checker/search/explorer.ts"
import type { Effect } from "../../../runtime/process/effect.ts"
import { newProcess, type Process, step } from "../../../runtime/process/process.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { isApplied } from "../../../services/replicated-log/shape.ts"
import { raftModel } from "../../support/explorations.ts"
import { parametersInShell, shell, shelled, SHELLED } from "../../support/shell.ts"
import { HEALED } from "../../support/storm.ts"
import { STORMS } from "../../support/storms.ts"

const END = HEALED + 50_000

test.each(SHELLED)("%s in a shell runs as it does alone, under all faults", name => {
  for (let seed = 1; seed <= 4; seed++) {
    const { scenario } = STORMS[`${name}/storm`]!.draw(seed, END)
    const alone = simulate(scenario, seed)
    if (alone.status === "failed") throw new Error(alone.reason)
    const { messages, bytes, events, diskSyncs, ended, outcome, protocolByType } = alone
    const inside = simulate(shelled(scenario), seed)
    expect(inside, `seed ${seed}`).toMatchObject({ messages, bytes, events, diskSyncs, ended, outcome })
    const byType = Object.entries(protocolByType).map(([type, count]) => [`log/${type}`, count])
    expect(inside, `seed ${seed}`).toMatchObject({ protocolByType: Object.fromEntries(byType) })
  }
})

test("a checker finds as many states of an algorithm in a shell as of the algorithm", () => {
  const model = { ...raftModel(2, 2), parameters: raftModel(2, 2).parameters }
  const alone = new Explorer(model).explore()
  const { roles: _, ...plain } = shell
  const inside = new Explorer({
    ...model,
    algorithm: plain,
    parameters: parametersInShell(raft, model.parameters),
  }).explore()
  expect(alone.states).toBeGreaterThan(100)
  expect(inside).toMatchObject({ states: alone.states, generated: alone.generated, violation: null, isComplete: true })
})

/** Two logs on four nodes: the first one on the nodes 0, 1 and 2, the second one on 3, 2 and 1. */
interface Two extends Shape {
  readonly parameters: object
  readonly disk: CarriedDisk<"log">
  readonly state: { readonly logs: readonly (object | null)[]; readonly applied: [instance: number, index: number][] }
  readonly message: Carried<"log">
  readonly timer: CarriedTimer<"log">
  readonly service: never
}

const PLACES = [
  [0, 1, 2],
  [3, 2, 1],
]

const logs = hosted<Node<Two>, "log">({
  name: "log",
  among: [raft],
  chosen: () => "raft",
  instances: true,
  members: (_, instance) => PLACES[instance]!,
  state: (state, instance) => Reflect.get(state, "logs")[instance],
  reply: () => {},
  report: (node, fact, instance) => {
    if (isApplied(fact)) node.state.applied.push([instance, fact.index])
  },
})

const two: Algorithm<Two> = algorithm<Two>({
  name: "two",
  title: "Two",
  source: "none",
  summary: "Hosts two logs.",
  tolerates: { faults: "crash", of: () => 0 },
  serves: [],
  parameters: parametersOf([raft]),
  disk: self => Object.assign({}, ...PLACES.map((_, i) => (logs.isIn(self, i) ? logs.disk(self, i) : {}))),
  state: self => ({ logs: PLACES.map((_, i) => (logs.isIn(self, i) ? logs.state(self, i) : null)), applied: [] }),
  start: node => PLACES.forEach((_, i) => logs.isIn(node, i) && logs.start(node, i)),
  receive: logs.receive,
  timeout: logs.timeout,
  request: {},
})

describe("a process that is a member of several instances", () => {
  const quiet = { now: 0, random: (low: number) => low }
  const resolved = resolveParameters(two.parameters, {}, 1_000)
  if ("problems" in resolved) throw new Error("no parameters")
  const parameters = resolved.values
  const started = (id: number): Process =>
    step(two, newProcess(two, { id, size: 4, parameters }), { type: "start" }, quiet)[0]
  const sends = (effects: readonly Effect[]) =>
    effects.flatMap(effect => (effect.type === "send" ? [[effect.to, effect.message] as const] : []))

  test("has registers, a state and timers of each of its own", () => {
    const process = started(1)
    expect(Object.keys(process.disk).toSorted()).toEqual(
      ["currentTerm", "log", "snapshot", "votedFor"].flatMap(name => [`log 0/${name}`, `log 1/${name}`]).toSorted(),
    )
    expect(process.state).toMatchObject({ logs: [{ role: "follower" }, { role: "follower" }] })
    expect([...process.timers.keys()]).toEqual(["log/election/0", "log/election/1"])
    expect(Object.keys(started(3).disk).every(name => name.startsWith("log 1/"))).toBe(true)
  })

  test("acts in one of them, on its members only, whose ids are their own there", () => {
    const [candidate, effects] = step(two, started(1), { type: "timeout", timer: "log/election", key: 1 }, quiet)
    expect(sends(effects).map(([to, message]) => [to, message.type])).toEqual([
      [3, "log/RequestVote"],
      [2, "log/RequestVote"],
    ])
    expect(sends(effects)[0]![1]).toMatchObject({ in: 1, term: 1 })
    expect(candidate.disk).toMatchObject({ "log 0/currentTerm": 0, "log 1/currentTerm": 1, "log 1/votedFor": 2 })
    expect(candidate.state).toMatchObject({ logs: [{ role: "follower" }, { role: "candidate" }] })

    const [, request] = sends(effects)[0]!
    const [voter, answered] = step(two, started(3), { type: "receive", from: 1, message: request }, quiet)
    expect(voter.disk).toMatchObject({ "log 1/votedFor": 2 })
    const [to, reply] = sends(answered)[0]!
    expect([to, reply]).toMatchObject([1, { type: "log/RequestVoteReply", in: 1, voteGranted: true }])

    const [leader] = step(two, candidate, { type: "receive", from: 3, message: reply }, quiet)
    expect(leader.state).toMatchObject({ logs: [{ role: "follower" }, { role: "leader" }] })
    expect([...leader.timers.keys()].toSorted()).toEqual(["log/election/0", "log/heartbeat/1"])
  })

  test("takes no part in one that it is no member of", () => {
    expect(() => logs.processOf({ id: 0, size: 4, peers: [1, 2, 3], parameters, role: () => [] }, 3, 0)).toThrow(
      "log: there is no process 3",
    )
    const message = Object.assign({ type: "log/TimeoutNow" }, { in: 1, term: 1 })
    expect(() => step(two, started(0), { type: "receive", from: 1, message }, quiet)).toThrow(
      "log: process 0 plays no part in instance 1",
    )
  })
})

test("a part needs its messages to be answers in all algorithms that it may be, or in none", () => {
  const confused: Algorithm = { ...raft, name: "confused", answers: [] }
  const part = {
    name: "log",
    chosen: () => "raft",
    members: () => [0],
    state: (state: object) => state,
    reply: () => {},
    report: () => {},
  } as const
  expect(() => hosted({ ...part, among: [raft, confused] })).toThrow(
    "log: the message RequestVoteReply answers another in some algorithms only",
  )
})
