/** The operator, who changes the membership and has leaders hand over: whom it asks, when again, and when it is done. */
import { describe, expect, it } from "vitest"
import type { NodeId } from "../../../runtime/contract/ids.ts"
import { clientName, OPERATOR, Operator } from "../../../runtime/faults/operator.ts"

/** A group of three, of which the test says who leads; no message takes longer than it says. */
class Group {
  readonly size = 3
  readonly nodes = Array.from({ length: 3 }, () => ({ up: true, paused: false }))
  readonly scenario
  readonly operator
  readonly asked: string[] = []
  readonly #due: { readonly at: number; readonly run: () => void }[] = []
  time = 0
  end = 1_000_000
  elected: NodeId | undefined

  constructor(delay = 1_000) {
    this.scenario = {
      nodes: 3,
      duration: 1_000_000,
      network: { latency: { model: "constant", delay }, loss: 0, duplication: 0 },
    } as const
    this.operator = new Operator(this, (at, run) => void this.#due.push({ at, run }))
  }

  leader(): NodeId | undefined {
    return this.elected
  }

  request(client: number, node: NodeId, request: object): void {
    const { sequence, members, to } = request as {
      readonly sequence: number
      readonly members?: readonly NodeId[]
      readonly to?: NodeId
    }
    const what = members === undefined ? `to ${to}` : members.join("")
    this.asked.push(`${clientName(client)} ${sequence}: ${what} of ${node} at ${this.time / 1_000}`)
  }

  /** Lets the next timer run out, if there is any. */
  wait(): void {
    const timer = this.#due.shift()
    if (timer === undefined) return
    this.time = timer.at
    timer.run()
  }

  /** Asks for members 0, 1 and 2. @returns how often that was said to be done, and how to give it up */
  change() {
    let times = 0
    const giveUp = this.operator.change({ members: [0, 1, 2] }, () => void times++)
    return { giveUp, done: () => times }
  }
}

const result = (sequence: number, done: boolean) => ({ type: "Result", sequence, result: { done } })
const redirect = (sequence: number, leader: NodeId | null) => ({ type: "Redirect", sequence, leader })

it("asks the leader, or else one node after the other, every 50 ms until it is done", () => {
  const group = new Group()
  const { done } = group.change()
  for (let times = 0; times < 3; times++) group.wait()
  group.elected = 2
  group.wait()
  expect(group.asked).toEqual([
    "operator 1: 012 of 0 at 0",
    "operator 1: 012 of 1 at 50",
    "operator 1: 012 of 2 at 100",
    "operator 1: 012 of 0 at 150",
    "operator 1: 012 of 2 at 200",
  ])
  group.operator.reply(2, result(1, true))
  expect(done()).toBe(1)
  group.wait()
  group.operator.reply(2, result(1, true))
  expect([done(), group.asked.length]).toEqual([1, 5])
})

it("follows redirections to others, and waits where there is nobody to follow", () => {
  const group = new Group()
  const { done } = group.change()
  group.operator.reply(0, redirect(1, 2))
  group.operator.reply(2, redirect(1, null))
  group.operator.reply(2, redirect(1, 2))
  expect(group.asked).toEqual(["operator 1: 012 of 0 at 0", "operator 1: 012 of 2 at 0"])
  expect(done()).toBe(0)
})

it("takes no answer that says not yet, is of another change, or is none", () => {
  const group = new Group()
  group.elected = 1
  const { done } = group.change()
  group.operator.reply(1, result(1, false))
  group.operator.reply(1, result(2, true))
  group.operator.reply(1, redirect(2, 0))
  group.operator.reply(1, { type: "Ok", sequence: 1, result: { done: true } })
  expect([done(), group.asked.length]).toEqual([0, 1])
  group.operator.reply(1, result(1, true))
  expect(done()).toBe(1)
})

it("gives up a change that is over or that another one replaces, and no other", () => {
  const group = new Group()
  const first = group.change()
  const second = group.change()
  first.giveUp()
  group.operator.reply(0, result(1, true))
  group.operator.reply(0, result(2, true))
  expect([first.done(), second.done()]).toEqual([0, 1])
  const third = group.change()
  third.giveUp()
  group.operator.reply(0, result(3, true))
  expect(third.done()).toBe(0)
  const asked = group.asked.length
  for (let times = 0; times < 4; times++) group.wait()
  expect(group.asked).toHaveLength(asked)
})

describe("a hand-over", () => {
  /** Node 1 leads until the test says otherwise. @returns when the hand-over was over, in ms */
  function handOver(group: Group, until: number, meanwhile: (time: number) => void = () => {}): number | undefined {
    group.elected = 1
    const over: number[] = []
    group.operator.handOver(1, () => over.push(group.time / 1_000))
    while (over.length === 0 && group.time < until) {
      meanwhile(group.time)
      group.wait()
    }
    return over[0]
  }

  it("is asked for every 50 ms, each time to another node, the one before the leader first", () => {
    const group = new Group()
    const over = handOver(group, 200_000, time => time === 120_000 && (group.elected = 2))
    expect(group.asked).toEqual([
      "operator 1: to 0 of 1 at 0",
      "operator 2: to 2 of 1 at 50",
      "operator 3: to 0 of 1 at 100",
    ])
    expect(over).toBe(121)
  })

  it("goes to no node that is down or paused, and waits for one that is neither", () => {
    const group = new Group()
    group.nodes[0]!.up = false
    group.nodes[2]!.paused = true
    handOver(group, 81_000, time => time === 30_000 && (group.nodes[2]!.paused = false))
    expect(group.asked).toEqual(["operator 1: to 2 of 1 at 31", "operator 2: to 2 of 1 at 81"])
  })

  it("is over when nobody leads, or the leader is down", () => {
    const headless = new Group()
    expect(handOver(headless, 20_000, time => time === 10_000 && (headless.elected = undefined))).toBe(11)
    const down = new Group()
    expect(handOver(down, 20_000, time => time === 10_000 && (down.nodes[1]!.up = false))).toBe(11)
  })

  it("is given up after a second, or 50 times the longest delay", () => {
    const near = new Group()
    near.end = 3_000_000
    expect(handOver(near, 2_000_000)).toBe(1_000)
    const far = new Group(100_000)
    far.end = 9_000_000
    expect(handOver(far, 9_000_000)).toBe(5_000)
    // Asked again after 8 delays, looked at every half of one.
    expect(far.asked.slice(0, 2)).toEqual(["operator 1: to 0 of 1 at 0", "operator 2: to 2 of 1 at 800"])
  })

  it("is not looked at again once the run is over", () => {
    const group = new Group()
    group.end = 10_000
    expect(handOver(group, 9_000)).toBeUndefined()
    for (let times = 0; times < 5; times++) group.wait()
    expect(group.time).toBe(9_000)
  })
})

it("asks nobody once the run is over", () => {
  const group = new Group()
  group.end = 100_000
  group.change()
  for (let times = 0; times < 4; times++) group.wait()
  expect(group.asked).toHaveLength(2)
})

it("is a client of another name than all others", () => {
  expect([clientName(OPERATOR), clientName(7)]).toEqual(["operator", "client 7"])
})
