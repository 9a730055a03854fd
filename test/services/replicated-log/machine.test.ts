/** The machine that a log drives: sessions, whose commands are executed once (Raft §8), and effects that others install. */
import { describe, expect, test } from "vitest"
import {
  chooseFor,
  copyOfMachine,
  emptyMachine,
  execute,
  executeChange,
  install,
  type Machine,
  needsChoice,
  peek,
} from "../../../services/replicated-log/machine.ts"
import type { Command, Operation } from "../../../services/replicated-log/command.ts"

const command = (session: number, sequence: number, operation: Operation): Command => {
  return { type: "Command", session, sequence, operation }
}
const append = (session: number, sequence: number, value: string) =>
  command(session, sequence, { op: "append", key: "x", value })
const draw = (session: number, sequence: number) => command(session, sequence, { op: "draw", key: "d" })
const acquire = (session: number, sequence: number, owner: string) =>
  command(session, sequence, { op: "acquire", key: "l", owner })
const move = (sequence: number) => {
  const first = { number: 0, owners: [1], moving: [null], groups: [1, 2] }
  return command(1, sequence, { op: "shard", key: "s", action: { kind: "join", group: 2, first } as never })
}

/** A source that always draws 4, at 700 us. */
const SOURCE = { random: () => 4, now: () => 700 }

describe("a session", () => {
  test("that sends a command again gets the answer it got, and nothing changes", () => {
    const machine = emptyMachine()
    execute(machine, append(1, 1, "a"))
    expect(execute(machine, append(1, 2, "b"))).toEqual({ done: true, value: "a" })
    execute(machine, append(2, 1, "c"))
    expect(execute(machine, append(1, 2, "b"))).toEqual({ done: true, value: "a" })
    expect(machine.values.get("x")).toBe("abc")
  })

  test("that has given up on a command since is refused without an answer", () => {
    const machine = emptyMachine()
    execute(machine, append(1, 1, "a"))
    execute(machine, append(1, 3, "c"))
    for (const sequence of [1, 2]) {
      expect(execute(machine, append(1, sequence, "late"))).toEqual({ done: false, value: null })
    }
    expect(machine.values.get("x")).toBe("ac")
  })

  test("has a record from its first command on, and others have none", () => {
    const machine = emptyMachine()
    expect(machine.sessions).toEqual([])
    execute(machine, append(2, 5, "a"))
    expect(machine.sessions[2]).toEqual({ sequence: 5, result: { done: true, value: null } })
    expect(machine.sessions[1]).toBeUndefined()
  })
})

describe("a copy", () => {
  test("goes its own way, sessions included", () => {
    const machine = emptyMachine()
    execute(machine, append(1, 1, "a"))
    const copy = copyOfMachine(machine)
    execute(machine, append(1, 2, "b"))
    expect(execute(copy, append(1, 2, "z"))).toEqual({ done: true, value: "a" })
    expect(execute(machine, append(1, 2, "b"))).toEqual({ done: true, value: "a" })
    expect([machine.values.get("x"), copy.values.get("x")]).toEqual(["ab", "az"])
  })

  test("has what there is of locks, registers and shards, and nothing of what there is not", () => {
    expect(copyOfMachine(emptyMachine())).toEqual(emptyMachine())
    const machine = emptyMachine()
    execute(machine, acquire(1, 1, "1"))
    execute(machine, draw(1, 2), "8")
    execute(machine, move(3))
    const copy = copyOfMachine(machine)
    expect(copy).toEqual(machine)
    expect(Object.keys(copy).toSorted()).toEqual(["locks", "registers", "sessions", "sharding", "values"])
    execute(copy, acquire(2, 1, "2"))
    execute(copy, draw(2, 2), "9")
    expect([machine.locks?.get("l")?.claims.size, machine.registers?.get("d")]).toEqual([1, "8"])
    expect([copy.locks?.get("l")?.claims.size, copy.registers?.get("d")]).toEqual([2, "9"])
  })
})

describe("a machine has", () => {
  test("locks once somebody asks for one: the first holds it, the second waits", () => {
    const machine = emptyMachine()
    execute(machine, append(1, 1, "a"))
    expect(machine).not.toHaveProperty("locks")
    expect(execute(machine, acquire(1, 2, "1"))).toEqual({ done: true, value: "1" })
    expect(execute(machine, acquire(2, 1, "2"))).toEqual({ done: false, value: "2" })
  })

  test("shards once there is an action on them, with sessions of their own", () => {
    const machine = emptyMachine()
    expect(execute(machine, move(1)).done).toBe(true)
    expect(machine.sharding).toBeDefined()
    const known = machine.sharding
    execute(machine, move(2))
    expect(machine.sharding).toBe(known)
    expect(machine.sessions).toEqual([])
  })

  test("values that are read without any session noticing", () => {
    const machine = emptyMachine()
    expect(peek(machine, "x")).toEqual({ done: true, value: null })
    execute(machine, append(1, 1, "a"))
    expect(peek(machine, "x")).toEqual({ done: true, value: "a" })
    expect(machine.sessions[1]?.sequence).toBe(1)
  })
})

describe("a choice", () => {
  test("is needed by what leaves something to chance, unless its session had it executed before", () => {
    const machine = emptyMachine()
    expect(needsChoice(machine, append(1, 1, "a"))).toBe(false)
    expect(needsChoice(machine, draw(1, 1))).toBe(true)
    execute(machine, draw(1, 1), "7")
    expect([1, 2].map(sequence => needsChoice(machine, draw(1, sequence)))).toEqual([false, true])
    expect(needsChoice(machine, draw(2, 1))).toBe(true)
  })

  test("is made where it is needed: a draw, or a look at the clock", () => {
    const machine = emptyMachine()
    expect(chooseFor(machine, append(1, 1, "a"), SOURCE)).toBeUndefined()
    expect(chooseFor(machine, draw(1, 1), SOURCE)).toBe("4")
    expect(chooseFor(machine, command(1, 1, { op: "stamp", key: "d" }), SOURCE)).toBe("700")
    execute(machine, draw(1, 1), "7")
    expect(chooseFor(machine, draw(1, 1), SOURCE)).toBeUndefined()
  })

  test("is what the register holds; without one, the command is refused, and the session has had it", () => {
    const machine = emptyMachine()
    expect(execute(machine, draw(1, 1))).toEqual({ done: false, value: null })
    expect(machine).not.toHaveProperty("registers")
    expect(execute(machine, draw(1, 1), "7")).toEqual({ done: false, value: null })
    expect(execute(machine, draw(1, 2), "7")).toEqual({ done: true, value: "7" })
    expect(execute(machine, draw(2, 1), "9")).toEqual({ done: true, value: "9" })
    expect(machine.registers).toEqual(new Map([["d", "9"]]))
  })
})

describe("an effect", () => {
  const cas = (sequence: number, expected: string | null, value: string) =>
    command(1, sequence, { op: "cas", key: "x", expected, value })

  test.each<[string, (machine: Machine) => void, Command, object]>([
    ["a write", () => {}, append(1, 2, "b"), { result: { done: true, value: null }, value: "b" }],
    [
      "a write to what there was",
      machine => execute(machine, append(3, 1, "a")),
      append(1, 2, "b"),
      { result: { done: true, value: "a" }, value: "ab" },
    ],
    [
      "a read",
      machine => execute(machine, append(3, 1, "a")),
      command(1, 2, { op: "get", key: "x" }),
      { result: { done: true, value: "a" } },
    ],
    [
      "a compare-and-set that is refused",
      machine => execute(machine, append(3, 1, "a")),
      cas(2, "z", "b"),
      { result: { done: false, value: "a" } },
    ],
    ["a choice", () => {}, draw(1, 2), { result: { done: true, value: "4" }, chosen: "4" }],
    [
      "a lock",
      machine => execute(machine, acquire(3, 1, "3")),
      acquire(1, 2, "1"),
      {
        result: { done: false, value: "2" },
        lock: {
          lastToken: 2,
          claims: new Map([
            ["3", 1],
            ["1", 2],
          ]),
        },
      },
    ],
    [
      "a release of a lock that there is not",
      () => {},
      command(1, 2, { op: "release", key: "l", owner: "1" }),
      { result: { done: false, value: null } },
    ],
  ])("of %s is described, and whoever installs it is in the same state", (_, before, what, described) => {
    const [one, other] = [emptyMachine(), emptyMachine()]
    for (const machine of [one, other]) before(machine)
    const change = executeChange(one, what, SOURCE)
    expect(change).toEqual(described)
    install(other, what, change)
    // A lock table that is empty is one that there is not.
    if (one.locks?.size === 0) delete one.locks
    expect(other).toEqual(one)
    expect(execute(other, what)).toEqual(change.result)
  })

  test("holds a lock as it was then, whatever becomes of it on either machine", () => {
    const [one, other] = [emptyMachine(), emptyMachine()]
    const change = executeChange(one, acquire(1, 1, "1"), SOURCE)
    install(other, acquire(1, 1, "1"), change)
    execute(one, acquire(2, 1, "2"))
    execute(other, acquire(3, 1, "3"))
    expect(change.lock?.claims).toEqual(new Map([["1", 1]]))
    expect([...other.locks!.get("l")!.claims.keys()]).toEqual(["1", "3"])
  })

  test("is installed beside what there is", () => {
    const machine = emptyMachine()
    execute(machine, acquire(9, 1, "9"))
    execute(machine, command(9, 2, { op: "stamp", key: "other" }), "1")
    const far = emptyMachine()
    install(
      machine,
      acquire(1, 1, "1"),
      executeChange(far, command(1, 1, { op: "acquire", key: "m", owner: "1" }), SOURCE),
    )
    install(machine, draw(1, 2), executeChange(far, draw(1, 2), SOURCE))
    expect([machine.locks?.size, machine.registers?.get("other"), machine.registers?.get("d")]).toEqual([1, "1", "4"])
    expect(machine.sessions[1]).toEqual({ sequence: 2, result: { done: true, value: "4" } })
  })
})
