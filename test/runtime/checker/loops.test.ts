// Liveness: loops that a group can go round for ever, though nobody is treated unfairly and not all is done.
import { describe, expect, test } from "vitest"
import { ricartAgrawala } from "../../../algorithms/ricart-agrawala/ricart-agrawala.ts"
import type { Algorithm, Node, Shape, Tagged } from "../../../runtime/contract/algorithm.ts"
import { Explorer } from "../../../runtime/checker/search/explorer.ts"
import { Graph } from "../../../runtime/checker/search/graph.ts"
import { fairLoop } from "../../../runtime/checker/search/loops.ts"
import { CRASH, DELIVER, LOSE, TIMEOUT } from "../../../runtime/checker/search/trail.ts"
import { modelOf } from "../../../checking/request.ts"
import { Random } from "../../../runtime/lib/random.ts"
import { runOf, violationOf } from "../../support/checks.ts"
import { byNight } from "../../support/effort.ts"
import { casesToMeet, isMutationRun, randomCases } from "../../support/mutation-run.ts"
import { requestOf, type RequestOptions } from "../../support/untimed-models.ts"

interface State {
  readonly isDone?: boolean
  readonly isOpen?: boolean
  /** Target, event and choice. */
  readonly steps: readonly (readonly [to: number, event: number, choice?: number])[]
}

function graphOf(states: readonly State[]): Graph {
  const graph = new Graph()
  for (const [id, { steps, isDone = false, isOpen = false }] of states.entries()) {
    graph.begin(id)
    for (const [to, event, choice = DELIVER] of steps) graph.push(to, choice, event)
    graph.end(id, isDone, isOpen)
  }
  return graph
}

function loopOf(states: readonly State[]) {
  const graph = graphOf(states)
  const loop = fairLoop(graph, states.length)
  return loop && { state: loop.state, events: loop.transitions.map(transition => graph.eventOf(transition)) }
}

describe("a loop", () => {
  test("of two messages that answer each other is found", () => {
    expect(loopOf([{ steps: [[1, 7]] }, { steps: [[2, 1]] }, { steps: [[1, 2]] }])).toEqual({
      state: 1,
      events: [1, 2],
    })
  })

  test("of one step that comes back to its own state is, too", () => {
    expect(loopOf([{ steps: [[0, 4]] }])).toEqual({ state: 0, events: [4] })
  })

  test("that leaves out what could happen all the time is unfair", () => {
    // Event 9 could happen in either state, and ends it.
    const states = [
      {
        steps: [
          [1, 1],
          [2, 9],
        ],
      },
      {
        steps: [
          [0, 2],
          [2, 9],
        ],
      },
      { steps: [], isDone: true },
    ] as const // prettier-ignore
    expect(loopOf(states)).toBeNull()
    // Once it can happen now and then only, nobody need be unfair.
    expect(loopOf([{ steps: [[1, 1]] }, states[1], states[2]])).toEqual({ state: 0, events: [1, 2] })
  })

  test("takes all that could happen all the time, one after the other", () => {
    const steps = [
      [0, 5],
      [0, 6, TIMEOUT],
    ] as const // prettier-ignore
    expect(loopOf([{ steps }])?.events.toSorted()).toEqual([5, 6])
  })

  test("in which all is done, a fault is needed, or a timer would run out, is none", () => {
    expect(loopOf([{ steps: [[0, 1]], isDone: true }])).toBeNull()
    expect(loopOf([{ steps: [[0, 1, LOSE]] }])).toBeNull()
    expect(loopOf([{ steps: [[0, 1, CRASH]] }])).toBeNull()
    expect(loopOf([{ steps: [[1, 1]] }, { steps: [[0, 1]], isOpen: true }])).toBeNull()
  })

  test("is the one that begins nearest to the beginning", () => {
    const far = { steps: [[2, 3]] } as const
    expect(
      loopOf([
        {
          steps: [
            [2, 0],
            [1, 0, TIMEOUT],
          ],
        },
        { steps: [[1, 8]] },
        far,
      ]),
    ).toEqual({ state: 1, events: [8] }) // prettier-ignore
  })
})

/** By the definition: groups of states that reach each other, and what may happen in all of them. */
function hasFairLoop(states: readonly State[]): boolean {
  const kept = states.map(({ steps }) =>
    steps.filter(([to, , choice = DELIVER]) => choice !== LOSE && states[to]!.isDone !== true),
  )
  const reaches = states.map((_, from) => {
    const seen = new Set<number>()
    const waiting = [from]
    for (const at of waiting) {
      for (const [to] of kept[at]!) {
        if (!seen.has(to)) waiting.push(to)
        seen.add(to)
      }
    }
    return seen
  })
  return states.some(({ isDone }, one) => {
    if (isDone === true || !reaches[one]!.has(one)) return false
    const group = states.flatMap((_, other) => (reaches[one]!.has(other) && reaches[other]!.has(one) ? [other] : []))
    if (group.some(each => states[each]!.isOpen === true)) return false
    const may = group.map(each => states[each]!.steps.flatMap(([, event, choice]) => (choice === LOSE ? [] : [event])))
    const owed = may[0]!.filter(event => may.every(events => events.includes(event)))
    const taken = group.flatMap(each => kept[each]!.flatMap(([to, event]) => (group.includes(to) ? [event] : [])))
    return owed.every(event => taken.includes(event))
  })
}

function drawState(random: Random): State {
  const steps = Array.from({ length: random.integer(0, 3) }, () => {
    return [random.integer(0, 7), random.integer(0, 3), random.chance(0.2) ? LOSE : DELIVER] as const
  })
  return { steps, isDone: random.chance(0.15), isOpen: random.chance(0.15) }
}

const GRAPHS = randomCases(byNight(2_000, 400))

test("in random graphs, one is found where there is one", () => {
  let found = 0
  for (let seed = 1; seed <= GRAPHS; seed++) {
    const random = Random.stream(seed, "workload")
    const states = Array.from({ length: 8 }, () => drawState(random))
    const graph = graphOf(states)
    const loop = fairLoop(graph, states.length)
    expect(loop !== null, `seed ${seed}`).toBe(hasFairLoop(states))
    if (loop === null) continue
    found++
    let at = loop.state
    for (const transition of loop.transitions) {
      expect(transition >= graph.startOf(at) && transition < graph.endOf(at), `seed ${seed}`).toBe(true)
      at = graph.targetOf(transition)
    }
    expect(at, `seed ${seed}`).toBe(loop.state)
  }
  expect(found).toBeGreaterThan(casesToMeet(0.15 * GRAPHS))
  expect(found).toBeLessThan(0.95 * GRAPHS)
})

const original = ricartAgrawala as Algorithm

interface Requester {
  readonly requestingCriticalSection: boolean
  readonly ourSequenceNumber: number
}

/** Who wants to enter answers each request by its own, again, in place of a reply. */
const stubborn: Algorithm = {
  ...original,
  receive: {
    ...original.receive,
    Request(node: Node<Shape>, message: Tagged, from: number) {
      const { requestingCriticalSection, ourSequenceNumber: sequenceNumber } = node.state as Requester
      if (!requestingCriticalSection) return original.receive["Request"]!(node, message, from)
      node.send(from, Object.assign({ type: "Request" }, { sequenceNumber }))
    },
  },
}

/** Beside its work, two messages go back and forth for ever. */
const chatty: Algorithm = {
  ...original,
  start: node => {
    if (node.id === 0) node.send(1, { type: "Ping" })
  },
  receive: { ...original.receive, Ping: (node, _, from) => node.send(from, { type: "Ping" }) },
}

function explored(algorithm: Algorithm, options: RequestOptions = {}) {
  const model = modelOf(requestOf("ricart-agrawala", undefined, { nodes: 2, operations: 2, algorithm, ...options }))
  return new Explorer(model, { findsLoops: true }).explore({ states: 100_000 })
}

describe("an algorithm", () => {
  test("that goes round in a loop for ever is found out, and its scenario shows it", () => {
    expect(explored(stubborn).violation).toMatchObject({ loop: expect.any(Array) })
    const options = { nodes: 2, operations: 2, algorithm: stubborn }
    const found = violationOf("ricart-agrawala", undefined, options, { findsLoops: true })
    expect(found).toMatchObject({ check: "progress", repeatsFrom: expect.any(Number) })
    const result = runOf(found, requestOf("ricart-agrawala", undefined, options))
    expect(result).toMatchObject({
      outcome: { verdicts: { progress: { verdict: "violated", witness: expect.stringContaining("again for ever") } } },
    })
  })

  test("that chats while its work goes on is not: that would be unfair to the work", () => {
    expect(explored(chatty)).toMatchObject({ violation: null, isComplete: true })
  })

  test("finds no loop where none is looked for", () => {
    const model = modelOf(requestOf("ricart-agrawala", undefined, { nodes: 2, operations: 2, algorithm: stubborn }))
    expect(new Explorer(model).explore()).toMatchObject({ violation: null, isComplete: true })
  })

  test
    .skipIf(isMutationRun)
    .each(["maekawa", "ricart-agrawala", "raymond", "suzuki-kasami", "central-server", "ring-election"])(
    "%s has no loop, and no state from which its work is not done in the end",
    name => {
      const model = modelOf(requestOf(name, undefined, { operations: 2 }))
      expect(new Explorer(model, { findsLoops: true }).explore()).toMatchObject({ violation: null, isComplete: true })
    },
  )
})
