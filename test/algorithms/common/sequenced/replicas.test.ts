// Replicas behind front ends, message by message: what is late, of another epoch, or for one that joins.
import { describe, expect, test } from "vitest"
import type { Command } from "../../../../services/replicated-log/command.ts"
import { emptyMachine } from "../../../../services/replicated-log/machine.ts"
import { activeGroup, type Group, put } from "../../active-replication/support.ts"

const command = (session: number): Command => ({ type: "Command", session, sequence: 1, operation: put("a") })
const order = (index: number, epoch = 0) =>
  ({ type: "Order", epoch, index, command: command(index), frontEnd: 3 }) as const

/** Replica 2 has crashed, and asks for the state of the sequencer. */
function joining(): Group {
  const group = activeGroup()
  group.runFor("5ms")
  group.intercept(() => "drop")
  group.crash(2)
  group.restart(2)
  group.runFor(0)
  expect(group.state(2).status).toBe("joining")
  group.clearCounts()
  return group
}

describe("a front end", () => {
  test("learns who orders from later epochs only", () => {
    const group = activeGroup()
    const known = () => {
      const state: object = group.state(3)
      return [Reflect.get(state, "epoch"), Reflect.get(state, "sequencer")]
    }
    group.inject(0, 3, { type: "SequencerIs", epoch: 5, sequencer: 1 })
    expect(known()).toEqual([5, 1])
    group.inject(0, 3, { type: "SequencerIs", epoch: 5, sequencer: 0 })
    group.inject(0, 3, { type: "SequencerIs", epoch: 4, sequencer: 0 })
    expect(known()).toEqual([5, 1])
    const result = { done: true, value: null }
    group.inject(0, 3, { type: "Answer", session: 1, sequence: 1, result, epoch: 8 })
    expect(known()).toEqual([8, 2])
  })
})

describe("a replica", () => {
  test("keeps no order that it has executed, and keeps one that comes early", () => {
    const group = activeGroup()
    group.inject(0, 1, order(1))
    group.inject(0, 1, order(1))
    expect([group.state(1).executed, [...group.state(1).ordered.keys()]]).toEqual([1, []])
    group.inject(0, 1, order(3))
    expect([group.state(1).executed, [...group.state(1).ordered.keys()]]).toEqual([1, [3]])
    group.inject(0, 1, order(2))
    expect([group.state(1).executed, [...group.state(1).ordered.keys()]]).toEqual([3, []])
  })

  test("keeps what was ordered, and not executed, for the next sequencer", () => {
    const group = activeGroup()
    group.intercept(() => "drop")
    group.inject(0, 2, order(6))
    group.inject(0, 2, order(5))
    group.inject(1, 2, { type: "TakeOver", epoch: 1, executed: 0 })
    expect([...group.state(2).ordered.keys()]).toEqual([])
    expect([...group.state(2).pending.keys()]).toEqual([5, 6])
    expect(group.standing(2)).toEqual({ role: "waiting", rank: 0, epoch: 1 })
  })

  test("that takes over says so, and sends its machine only to one that is behind it", () => {
    const group = activeGroup()
    group.intercept(() => "drop")
    group.fire(1, "suspect")
    expect(group.standing(1)).toEqual({ role: "taking over", rank: 1, epoch: 1 })
    group.inject(0, 2, order(1))
    group.inject(1, 2, { type: "TakeOver", epoch: 1, executed: 0 })
    group.inject(1, 2, { type: "TakeOver", epoch: 1, executed: 1 })
    group.inject(0, 2, { type: "TakeOver", epoch: 0, executed: 0 })
    const machines = group.sent.flatMap(({ message }) =>
      message.type === "Survivor" ? [message.machine !== null] : [],
    )
    expect(machines).toEqual([true, false, false])
  })
})

describe("a replica that joins", () => {
  test("waits for nobody, and has nothing to say to one that takes over", () => {
    const group = joining()
    group.inject(0, 2, { type: "Alive", epoch: 0 })
    group.inject(0, 2, order(1))
    group.inject(1, 2, { type: "TakeOver", epoch: 1, executed: 0 })
    expect([group.armed(2), group.count("Survivor"), group.state(2).epoch]).toEqual([["rejoin"], 0, 0])
  })

  test("keeps orders, and executes those that its sequencer's state does not have", () => {
    const group = joining()
    for (const index of [1, 2, 3]) group.inject(0, 2, order(index))
    expect([group.state(2).executed, [...group.state(2).ordered.keys()]]).toEqual([0, [1, 2, 3]])
    const { nonce } = group.state(2)
    const transfer = { type: "Transfer", epoch: 0, executed: 2, machine: emptyMachine() } as const
    group.inject(0, 2, { ...transfer, nonce: nonce + 1 })
    expect(group.state(2).status).toBe("joining")
    group.inject(0, 2, { ...transfer, nonce })
    expect([group.state(2).status, group.state(2).executed, [...group.state(2).ordered.keys()]]).toEqual([
      "active",
      3,
      [],
    ])
    expect(group.armed(2)).toEqual(["suspect"])
  })

  test("goes with the latest epoch that it hears of", () => {
    const group = joining()
    group.inject(0, 2, order(1))
    group.inject(1, 2, order(4, 1))
    expect([group.state(2).epoch, group.state(2).status, [...group.state(2).ordered.keys()]]).toEqual([
      1,
      "joining",
      [4],
    ])
    group.inject(0, 2, order(5))
    expect([...group.state(2).ordered.keys()]).toEqual([4])
  })
})

test("a replica that was cut off drops its order, and joins", () => {
  const group = activeGroup()
  group.intercept(() => "drop")
  group.inject(0, 2, order(4))
  group.inject(1, 2, { type: "Alive", epoch: 1 })
  expect([
    group.state(2).status,
    group.state(2).epoch,
    [...group.state(2).ordered.keys()],
    group.state(2).pending.size,
  ]).toEqual(["joining", 1, [], 0])
})
