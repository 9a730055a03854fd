/** Sessions of the replicated state machine: each command is executed once (Raft §8). */
import { expect, test } from "vitest"
import { copyOfMachine, emptyMachine, execute } from "../../../services/replicated-log/machine.ts"
import type { Command } from "../../../services/replicated-log/command.ts"

const append = (session: number, sequence: number, value: string): Command => {
  return { type: "Command", session, sequence, operation: { op: "append", key: "x", value } }
}

test("a command that comes again gets the answer it got, and changes nothing", () => {
  const machine = emptyMachine()
  execute(machine, append(1, 1, "a"))
  expect(execute(machine, append(1, 2, "b"))).toEqual({ done: true, value: "a" })
  execute(machine, append(2, 1, "c"))
  expect(execute(machine, append(1, 2, "b"))).toEqual({ done: true, value: "a" })
  expect(machine.values.get("x")).toBe("abc")
})

test("one that its client has given up on since is refused without an answer", () => {
  const machine = emptyMachine()
  execute(machine, append(1, 1, "a"))
  execute(machine, append(1, 3, "c"))
  for (const sequence of [1, 2]) {
    expect(execute(machine, append(1, sequence, "late"))).toEqual({ done: false, value: null })
  }
  expect(machine.values.get("x")).toBe("ac")
})

test("a copy goes its own way, sessions included", () => {
  const machine = emptyMachine()
  execute(machine, append(1, 1, "a"))
  const copy = copyOfMachine(machine)
  execute(machine, append(1, 2, "b"))
  expect(execute(copy, append(1, 2, "z"))).toEqual({ done: true, value: "a" })
  expect(execute(machine, append(1, 2, "b"))).toEqual({ done: true, value: "a" })
  expect([machine.values.get("x"), copy.values.get("x")]).toEqual(["ab", "az"])
})
