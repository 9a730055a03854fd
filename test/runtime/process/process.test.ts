// A node as a value: steps leave what went in alone, and take the same course as the direct calls of the simulation.
import { describe, expect, test } from "vitest"
import { algorithms, servicesOf } from "../../../algorithms/registry.ts"
import { paxos } from "../../../algorithms/paxos/paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Raft } from "../../../algorithms/raft/types.ts"
import { ringElection } from "../../../algorithms/ring-election/ring-election.ts"
import type { Algorithm, Beginning, Node, NodeId, Shape, Tagged } from "../../../runtime/contract/algorithm.ts"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import { carryOut, type Effect, type ProcessEvent, timerNamed } from "../../../runtime/process/effect.ts"
import {
  type ArmedTimer,
  booted,
  handle,
  newProcess,
  type Process,
  rebootOf,
  step,
} from "../../../runtime/process/process.ts"
import { type Part, rolesOf } from "../../../runtime/contract/parts.ts"
import { writeTo } from "../../../runtime/process/recording-node.ts"
import { encode } from "../../../runtime/process/value.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { SimulatedNode } from "../../../runtime/simulation/nodes/simulated-node.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { byNight } from "../../support/effort.ts"
import { chosenOf, CONTRACT_SCENARIOS, HOSTED_SCENARIOS, SERVICE_SCENARIOS } from "../../support/contract-scenarios.ts"

const quiet = { now: 0, random: (low: number) => low }

function parametersOf(algorithm: Algorithm): object {
  const resolved = resolveParameters(algorithm.parameters, {}, 1_000)
  if ("problems" in resolved) throw new Error("no parameters")
  return resolved.values
}

function firstOf(algorithm: Algorithm, size: number): Process {
  return newProcess(algorithm, { id: 0, size, parameters: parametersOf(algorithm) })
}

describe("a step", () => {
  test("says what a handler did, in its order, and what has become of the process", () => {
    const [follower, begun] = step(raft, firstOf(raft, 3), { type: "start" }, quiet)
    expect(begun.map(({ type }) => type)).toContain("setTimer")
    const [candidate, effects] = step(raft, follower, { type: "timeout", timer: "election" }, quiet)
    expect(candidate.state).toMatchObject({ role: "candidate" } satisfies Partial<Raft["state"]>)
    expect(candidate.disk).toMatchObject({ currentTerm: 1, votedFor: 0 } satisfies Partial<Raft["disk"]>)
    expect(candidate.timers.has("election")).toBe(true)
    const asked = effects.flatMap(effect => (effect.type === "send" ? [[effect.to, effect.message.type]] : []))
    expect(asked).toEqual([
      [1, "RequestVote"],
      [2, "RequestVote"],
    ])
    const place = (type: Effect["type"]): number => effects.findIndex(effect => effect.type === type)
    expect(place("save")).toBeLessThan(place("send"))
  })

  test("changes nothing of the process that went in, and the same step gives the same process", () => {
    const [before] = step(raft, firstOf(raft, 3), { type: "start" }, quiet)
    const text = encode(before)
    const [one, effects] = step(raft, before, { type: "timeout", timer: "election" }, quiet)
    expect(encode(before)).toBe(text)
    const [other, again] = step(raft, before, { type: "timeout", timer: "election" }, quiet)
    expect(encode([other, again])).toBe(encode([one, effects]))
    expect(encode(one)).not.toBe(text)
  })

  test("hands a process what it sends itself before anything else", () => {
    const alone = newProcess(ringElection, { id: 0, size: 1, parameters: parametersOf(ringElection) })
    const [leader, effects] = step(ringElection, alone, { type: "start" }, quiet)
    expect(effects.filter(({ type }) => type === "send" || type === "broadcast")).toEqual([])
    expect(leader.state).toMatchObject({ leader: 0 })
  })

  test("of a timer with a key leaves those with other keys armed", () => {
    const request = (instance: number): ProcessEvent => ({
      type: "request",
      client: 0,
      request: Object.assign({ type: "Await" }, { instance, commander: 1 }),
    })
    const waiting = [1, 2].reduce(
      (process, instance) => step(paxos, process, request(instance), quiet)[0],
      firstOf(paxos, 3),
    )
    expect([...waiting.timers.keys()]).toEqual(["retry/1", "retry/2"])
    const success = Object.assign({ type: "Success" }, { instance: 1, value: 7 })
    const [decided] = step(paxos, waiting, { type: "receive", from: 1, message: success }, quiet)
    expect([...decided.timers.values()]).toMatchObject([{ timer: "retry", key: 2 }])
    const [, effects] = step(paxos, decided, { type: "timeout", timer: "retry", key: 2 }, quiet)
    const prepared = effects.flatMap(effect => (effect.type === "broadcast" ? [effect.message] : []))
    expect(prepared).toMatchObject([{ type: "Prepare", instance: 2 }])
  })

  test("of a timer leaves it disarmed unless its handler arms it again", () => {
    const [follower] = step(raft, firstOf(raft, 1), { type: "start" }, quiet)
    expect([...follower.timers.keys()]).toEqual(["election"])
    const [leader] = step(raft, follower, { type: "timeout", timer: "election" }, quiet)
    expect(leader.timers.has("election")).toBe(false)
    const idle = { ...raft, timeout: { ...raft.timeout, election() {} } }
    const [after] = step(idle, follower, { type: "timeout", timer: "election" }, quiet)
    expect([...after.timers]).toEqual([])
  })

  test("names no release where nothing waits for one", () => {
    const [follower] = step(raft, firstOf(raft, 3), { type: "start" }, quiet)
    const election = (node: Node<Raft>): void => node.report({ type: "believes", leader: null, epoch: 1 })
    const telling = { ...raft, timeout: { ...raft.timeout, election } }
    const [, effects] = step(telling, follower, { type: "timeout", timer: "election" }, quiet)
    expect(effects.map(effect => Object.keys(effect))).toEqual([["type", "fact"]])
  })

  test("writes to logs that there are", () => {
    const disk = { log: [1, 2, 3], term: 4 }
    for (const name of ["term", "other"]) {
      expect(() => writeTo(disk, { type: "append", log: name, entry: 5 })).toThrow(`the disk has no log "${name}"`)
    }
    writeTo(disk, { type: "truncate", log: "log", length: 5 })
    writeTo(disk, { type: "discard", log: "log", count: 1 })
    writeTo(disk, { type: "append", log: "log", entry: 5 })
    expect(disk).toEqual({ log: [2, 3, 5], term: 4 })
  })
})

describe("a host without time", () => {
  /** The leader of three servers, at the moment at which it is elected: no time passes. */
  function leader(): Process {
    const events: ProcessEvent[] = [
      { type: "start" },
      { type: "timeout", timer: "election" },
      { type: "receive", from: 1, message: voteReply },
    ]
    return events.reduce((process, event) => step(raft, process, event, quiet)[0], firstOf(raft, 3))
  }
  const voteReply: Tagged = Object.assign({ type: "RequestVoteReply" }, { term: 1, voteGranted: true })
  const roleAfter = (event: ProcessEvent, isOver: boolean): unknown => {
    const [after] = step(raft, leader(), event, { ...quiet, isOver: () => isOver })
    return Object.entries(after.state).find(([name]) => name === "role")?.[1]
  }

  test("answers both ways whether a deadline is over: a leader that hears nobody leads on, or steps down", () => {
    expect(leader().state).toMatchObject({ role: "leader" })
    expect(roleAfter({ type: "timeout", timer: "heartbeat" }, false)).toBe("leader")
    expect(roleAfter({ type: "timeout", timer: "heartbeat" }, true)).toBe("follower")
  })
})

test("a process that comes back has its disk and nothing else of before", () => {
  const [follower] = step(raft, firstOf(raft, 3), { type: "start" }, quiet)
  const [candidate] = step(raft, follower, { type: "timeout", timer: "election" }, quiet)
  const back = booted(raft, candidate)
  expect(back.disk).toEqual(candidate.disk)
  expect(back.state).toMatchObject({ role: "follower" })
  expect([back.timers.size, back.incarnation]).toEqual([0, 2])
})

test("a process that comes back may have a handler for that", () => {
  const recovering: Algorithm = { ...raft, recover: node => node.report({ type: "recovers" }) }
  expect([rebootOf(raft), rebootOf(recovering)]).toEqual([{ type: "start" }, { type: "recover" }])
  const [, effects] = step(recovering, booted(recovering, firstOf(recovering, 3)), rebootOf(recovering), quiet)
  expect(effects).toEqual([{ type: "report", fact: { type: "recovers" } }])
})

/**
 * The algorithm, each of whose handlers runs on a process that is a value, whose effects are then made in the simulation. Every
 * 64th time, the disk of that process is compared with the one that the effects have left.
 */
function recorded(algorithm: Algorithm): Algorithm {
  let handled = 0
  const run = (node: Node<Shape>, event: ProcessEvent): void => {
    if (!(node instanceof SimulatedNode)) throw new Error("not a node of the simulation")
    const { id, size, parameters, state, disk, incarnation } = node
    const circumstances = {
      now: node.now(),
      random: (low: number, high: number) => node.random(low, high),
      signing: node,
    }
    const process = { id, size, parameters, state, disk, timers: new Map<string, ArmedTimer>(), incarnation }
    const [next, effects] = handle(algorithm, process, event, circumstances)
    node.state = next.state
    for (const effect of effects) carryOut(node, effect)
    const isDue = handled++ % 64 === 0
    if (isDue && encode(node.disk) !== encode(next.disk)) throw new Error("the disk is not as the process left it")
  }
  const beginOn = (node: Node<Shape>, leader: NodeId, beginning: Beginning): void =>
    run(node, { type: "begin", leader, beginning })
  const table = <T>(names: object, handler: (name: string) => T): Record<string, T> =>
    Object.fromEntries(Object.keys(names).map(name => [name, handler(name)]))
  const part = ({ receive, timeout }: Pick<Part, "receive" | "timeout">) => ({
    start: (node: Node<Shape>) => run(node, { type: "start" }),
    receive: table(receive, () => (node: Node<Shape>, message: Tagged, from: NodeId) => {
      run(node, { type: "receive", from, message })
    }),
    timeout: table(timeout, timer => (node: Node<Shape>, key?: number) => {
      run(node, { type: "timeout", ...timerNamed(timer, key) })
    }),
  })
  const roles = Object.entries(rolesOf(algorithm)).map(([name, role]) => [name, { ...role, ...part(role) }])
  return {
    ...algorithm,
    ...part(algorithm),
    roles: Object.fromEntries(roles),
    ...(algorithm.recover === undefined ? {} : { recover: node => run(node, { type: "recover" }) }),
    ...(algorithm.begins === undefined ? {} : { begins: { ...algorithm.begins, start: beginOn } }),
    request: table(algorithm.request, () => (node, request, client) => run(node, { type: "request", client, request })),
  }
}

/** The algorithm, whose nodes are kept as they boot for the first time. */
function observed(algorithm: Algorithm, nodes: Map<NodeId, Node<Shape>>): Algorithm {
  const kept = ({ start }: Pick<Part, "start">) => ({
    start(node: Node<Shape>) {
      nodes.set(node.id, node)
      start(node)
    },
  })
  const roles = Object.entries(rolesOf(algorithm)).map(([name, role]) => [name, { ...role, ...kept(role) }])
  const { begins } = algorithm
  return {
    ...algorithm,
    ...kept(algorithm),
    roles: Object.fromEntries(roles),
    ...(begins === undefined
      ? {}
      : {
          begins: {
            ...begins,
            start(node, leader, beginning) {
              nodes.set(node.id, node)
              begins.start(node, leader, beginning)
            },
          },
        }),
  }
}

/** The result of a run, and what the disks of all processes hold at its end. */
function simulated(scenario: Scenario, algorithm: Algorithm, seed: number) {
  const nodes = new Map<NodeId, Node<Shape>>()
  const result = simulate({ ...scenario, algorithm: observed(algorithm, nodes) }, seed)
  const disks = [...nodes.keys()].toSorted((a, b) => a - b).map(id => `${id}: ${encode(nodes.get(id)!.disk)}`)
  return { result, disks }
}

test("every algorithm is run on processes that are values, under each of its services", () => {
  const names = Object.values(algorithms).flatMap(algorithm =>
    servicesOf(algorithm).map(({ name }) => `${algorithm.name}/${name}`),
  )
  expect(Object.keys(SERVICE_SCENARIOS)).toEqual(expect.arrayContaining(names))
})

describe.each(chosenOf({ ...CONTRACT_SCENARIOS, ...SERVICE_SCENARIOS, ...HOSTED_SCENARIOS }))("%s", (_, draw) => {
  test("steps and direct calls make the same runs, and leave the same on disks", () => {
    for (let seed = 1; seed <= byNight(2, 1); seed++) {
      const scenario = draw(seed)
      const direct = simulated(scenario, scenario.algorithm, seed)
      const stepped = simulated(scenario, recorded(scenario.algorithm), seed)
      expect(stepped, `seed ${seed}`).toEqual(direct)
      expect(stepped.result, `seed ${seed}`).toMatchObject({ status: "completed" })
      expect(stepped.disks.length, `seed ${seed}`).toBeGreaterThanOrEqual(scenario.nodes)
    }
  })
})
