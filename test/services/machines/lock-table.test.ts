/** The lock table on the replicated machine: first come, first served, with fencing tokens. */
import { describe, expect, it } from "vitest"
import { copyOfMachine, emptyMachine, execute, type Machine } from "../../../services/replicated-log/machine.ts"
import type { Operation } from "../../../services/replicated-log/command.ts"

/** A machine, and a way to execute operations of clients 1, 2, ... on it. */
function open() {
  const machine: Machine = emptyMachine()
  const sequences = new Map<number, number>()
  const perform = (session: number, operation: Operation) => {
    const sequence = (sequences.get(session) ?? 0) + 1
    sequences.set(session, sequence)
    return execute(machine, { type: "Command", session, sequence, operation })
  }
  return {
    machine,
    acquire: (client: number, key = "lock") => perform(client, { op: "acquire", key, owner: `client ${client}` }),
    release: (client: number, key = "lock") => perform(client, { op: "release", key, owner: `client ${client}` }),
  }
}

describe("a lock", () => {
  it("is granted to the first who asks; the others queue up, each with a higher token", () => {
    const { acquire } = open()
    expect(acquire(1)).toEqual({ done: true, value: "1" })
    expect(acquire(2)).toEqual({ done: false, value: "2" })
    expect(acquire(3)).toEqual({ done: false, value: "3" })
  })

  it("passes on in the order of the queue when it is released", () => {
    const { acquire, release } = open()
    for (const client of [1, 2, 3]) acquire(client)
    expect(release(1).done).toBe(true)
    expect(acquire(3)).toEqual({ done: false, value: "3" })
    expect(acquire(2)).toEqual({ done: true, value: "2" })
  })

  it("keeps the place and the token of one that asks again", () => {
    const { acquire } = open()
    acquire(1)
    acquire(2)
    expect([acquire(2), acquire(1), acquire(2)]).toEqual([
      { done: false, value: "2" },
      { done: true, value: "1" },
      { done: false, value: "2" },
    ])
  })

  it("can be given up in the queue", () => {
    const { acquire, release } = open()
    for (const client of [1, 2, 3]) acquire(client)
    expect(release(2).done).toBe(true)
    release(1)
    expect(acquire(3)).toEqual({ done: true, value: "3" })
  })

  it("never gives a token out twice, even when it has been free meanwhile", () => {
    const { acquire, release } = open()
    acquire(1)
    release(1)
    expect(acquire(1)).toEqual({ done: true, value: "2" })
  })

  it("cannot be released by somebody who has not asked for it", () => {
    const { acquire, release } = open()
    acquire(1)
    expect(release(2)).toEqual({ done: false, value: null })
    expect(acquire(1).done).toBe(true)
  })

  it("is one of many", () => {
    const { acquire } = open()
    expect(acquire(1, "a")).toEqual({ done: true, value: "1" })
    expect(acquire(2, "b")).toEqual({ done: true, value: "1" })
  })

  it("is part of the machine: a copy of the machine holds it too, and goes its own way", () => {
    const { acquire, release, machine } = open()
    acquire(1)
    acquire(2)
    const copy = copyOfMachine(machine)
    release(1)
    const operation = { op: "acquire", key: "lock", owner: "client 2" } as const
    expect(execute(copy, { type: "Command", session: 9, sequence: 1, operation }).done).toBe(false)
    expect(acquire(2).done).toBe(true)
  })
})
