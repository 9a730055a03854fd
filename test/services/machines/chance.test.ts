/** Registers set by chance: what an operation chooses, and what executing it with a choice gives. */
import { expect, test } from "vitest"
import { Random } from "../../../runtime/lib/random.ts"
import { chanceRegisters, isChanceOperation } from "../../../services/machines/chance.ts"
import type { Command, Operation } from "../../../services/replicated-log/command.ts"
import {
  chooseFor,
  copyOfMachine,
  emptyMachine,
  execute,
  needsChoice,
} from "../../../services/replicated-log/machine.ts"

const random = new Random(1)
const place = { random: (low: number, high: number) => random.integer(low, high), now: () => 1_234 }

const command = (sequence: number, operation: Operation): Command => ({
  type: "Command",
  session: 1,
  sequence,
  operation,
})
const draw = (sequence: number): Command => command(sequence, { op: "draw", key: "x" })

test("a draw chooses a random number, a stamp the time on the clock; a choice is a step of its own", () => {
  const registers = chanceRegisters.initial()
  const drawn = Array.from({ length: 100 }, () => Number(chanceRegisters.choose({ op: "draw", key: "x" }, place)))
  expect(new Set(drawn).size).toBeGreaterThan(95)
  expect(drawn.every(number => Number.isInteger(number) && number >= 1 && number <= 1_000_000)).toBe(true)
  expect(chanceRegisters.choose({ op: "stamp", key: "x" }, place)).toBe("1234")
  expect(registers.size).toBe(0)
})

test("with the same choices, copies come to the same states and give the same results", () => {
  const one = chanceRegisters.initial()
  expect(chanceRegisters.execute(one, { op: "draw", key: "x" }, "7")).toEqual({ done: true, value: "7" })
  const other = chanceRegisters.copy(one)
  expect(chanceRegisters.execute(one, { op: "stamp", key: "x" }, "8")).toEqual({ done: true, value: "8" })
  expect(Object.fromEntries(other)).toEqual({ x: "7" })
  chanceRegisters.execute(other, { op: "stamp", key: "x" }, "8")
  expect(other).toEqual(one)
})

test("only draws and stamps leave anything to chance", () => {
  const operations: Operation[] = [
    { op: "get", key: "x" },
    { op: "put", key: "x", value: "1" },
    { op: "acquire", key: "x", owner: "1" },
    { op: "draw", key: "x" },
    { op: "stamp", key: "x" },
  ]
  expect(operations.filter(isChanceOperation).map(({ op }) => op)).toEqual(["draw", "stamp"])
  const machine = emptyMachine()
  expect(operations.filter(operation => needsChoice(machine, command(1, operation))).length).toBe(2)
  expect(chooseFor(machine, command(1, { op: "put", key: "x", value: "1" }), place)).toBeUndefined()
})

test("a command is executed with its choice once: one that comes again needs none and gets the answer that it got", () => {
  const machine = emptyMachine()
  expect(execute(machine, draw(1), "7")).toEqual({ done: true, value: "7" })
  expect(needsChoice(machine, draw(1))).toBe(false)
  expect(chooseFor(machine, draw(1), place)).toBeUndefined()
  expect(execute(machine, draw(1))).toEqual({ done: true, value: "7" })
  expect(chooseFor(machine, draw(2), place)).toMatch(/^\d+$/)
  const copy = copyOfMachine(machine)
  execute(machine, draw(2), "8")
  expect([copy.registers?.get("x"), machine.registers?.get("x")]).toEqual(["7", "8"])
})

test("where nobody makes the choice, the command is refused, everywhere alike", () => {
  const machine = emptyMachine()
  expect(execute(machine, draw(1))).toEqual({ done: false, value: null })
  expect(machine).toEqual({
    ...emptyMachine(),
    sessions: [undefined, { sequence: 1, result: { done: false, value: null } }],
  })
})
