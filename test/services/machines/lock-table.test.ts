/** The lock table on the replicated machine: first come, first served, with fencing tokens. */
import { describe, expect, it } from "vitest"
import { copyOfMachine, emptyMachine, execute, type Machine } from "../../../services/replicated-log/machine.ts"
import { type Locks, lockTable, readClaim, readStanding } from "../../../services/machines/lock-table.ts"
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
    renew: (client: number) => perform(client, { op: "renew", key: "lock", owner: `client ${client}` }),
    /** Client `by` says that another one has not renewed its claim. */
    expire: (by: number, client: number, token: number, renewals: number) =>
      perform(by, { op: "expire", key: "lock", owner: `client ${client}`, token, renewals }),
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

describe("whoever gives a lock back", () => {
  it("is told whose turn it is, whatever characters the name has", () => {
    const locks = lockTable.initial()
    const owners = ["a", "client 2", "x:y%", "d"]
    for (const owner of owners) lockTable.execute(locks, { op: "acquire", key: "lock", owner })
    const claims = owners.map(owner => lockTable.execute(locks, { op: "release", key: "lock", owner }).value)
    expect(claims.map(claim => (claim === null ? null : readClaim(claim)))).toEqual([
      { owner: "client 2", token: 2 },
      { owner: "x:y%", token: 3 },
      { owner: "d", token: 4 },
      null,
    ])
  })

  it("gives back nothing where it has nothing, or there is no such lock", () => {
    const locks = lockTable.initial()
    const nothing = { done: false, value: null }
    expect(lockTable.execute(locks, { op: "release", key: "lock", owner: "a" })).toEqual(nothing)
    lockTable.execute(locks, { op: "acquire", key: "lock", owner: "b" })
    expect(lockTable.execute(locks, { op: "release", key: "lock", owner: "a" })).toEqual(nothing)
  })

  it("passes it on by tokens, not by the order in which a copy lists the claims", () => {
    const locks: Locks = new Map([["lock", { lastToken: 3, claims: new Map(Object.entries({ c: 3, b: 2, a: 1 })) }]])
    expect(lockTable.execute(locks, { op: "release", key: "lock", owner: "a" }).value).toBe("b:2")
    expect(lockTable.execute(locks, { op: "acquire", key: "lock", owner: "b" }).done).toBe(true)
    expect(lockTable.execute(locks, { op: "acquire", key: "lock", owner: "c" }).done).toBe(false)
  })
})

describe("sessions", () => {
  it("a renewal tells the token, and behind it the claim just ahead with how often that was renewed", () => {
    const { acquire, renew } = open()
    for (const client of [1, 2, 3]) acquire(client)
    expect(renew(1)).toEqual({ done: true, value: "1" })
    expect(renew(2)).toEqual({ done: false, value: "2 client%201:1 1" })
    expect([renew(2), renew(2)].at(-1)!.done).toBe(false)
    const { value } = renew(3)
    expect(readStanding(value!)).toEqual({ token: 3, ahead: { owner: "client 2", token: 2, renewals: 3 } })
    expect(readStanding("7")).toEqual({ token: 7, ahead: null })
  })

  it("a claim that there is not is not renewed", () => {
    const { acquire, renew } = open()
    expect(renew(1)).toEqual({ done: false, value: null })
    acquire(1)
    expect(renew(2)).toEqual({ done: false, value: null })
  })

  it("a claim expires if it is the one that was seen, and has not been renewed since", () => {
    const { acquire, renew, expire } = open()
    for (const client of [1, 2]) acquire(client)
    renew(1)
    expect(expire(2, 1, 1, 0)).toEqual({ done: false, value: null })
    renew(1)
    expect(expire(2, 1, 1, 1)).toEqual({ done: false, value: null })
    expect(expire(2, 1, 1, 2)).toEqual({ done: true, value: "client%202:2" })
    expect(renew(2)).toEqual({ done: true, value: "2" })
    expect(expire(2, 1, 1, 2)).toEqual({ done: false, value: null })
  })

  it("a later claim of the same owner is another one, renewed as often as itself", () => {
    const { acquire, release, renew, expire } = open()
    acquire(1)
    renew(1)
    release(1)
    acquire(1)
    acquire(2)
    expect(expire(2, 1, 1, 0)).toEqual({ done: false, value: null })
    expect(expire(2, 1, 2, 0)).toEqual({ done: true, value: "client%202:3" })
  })

  it("a copy of the machine counts renewals of its own", () => {
    const { acquire, renew, expire, machine } = open()
    for (const client of [1, 2]) acquire(client)
    renew(1)
    const copy = copyOfMachine(machine)
    renew(1)
    const operation = { op: "expire", key: "lock", owner: "client 1", token: 1, renewals: 1 } as const
    expect(execute(copy, { type: "Command", session: 9, sequence: 1, operation }).done).toBe(true)
    expect(expire(2, 1, 1, 1).done).toBe(false)
  })
})
