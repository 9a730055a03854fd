// Answers of a node that has executed a command: to its client, and to the one whose turn it is at a lock.
import { expect, test } from "vitest"
import { answerCommand } from "../../../services/replicated-log/answers.ts"
import type { Command, Operation, Result } from "../../../services/replicated-log/command.ts"
import { emptyMachine, execute } from "../../../services/replicated-log/machine.ts"

function answers(operation: Operation, result: Result, ask?: { updates: number; queries: number[] }) {
  const sent: unknown[] = []
  const command: Command = { type: "Command", session: 4, sequence: 6, operation }
  const node = { reply: (client: number, reply: object, release?: string) => void sent.push([client, reply, release]) }
  answerCommand(node, command, result, "now", ask)
  return sent
}

const done = (value: string | null): Result => ({ done: true, value })
const lock = (op: "acquire" | "release" | "renew") => ({ op, key: "l", owner: "4" }) as const
const expire = { op: "expire", key: "l", owner: "9", token: 1, renewals: 0 } as const

test("the client gets the result of its command, and whom to ask if that is known", () => {
  const reply = { type: "Result", sequence: 6, result: done("a") }
  expect(answers({ op: "get", key: "k" }, done("a"))).toEqual([[4, reply, "now"]])
  const ask = { updates: 0, queries: [2] }
  expect(answers({ op: "get", key: "k" }, done("a"), ask)).toEqual([[4, { ...reply, ask }, "now"]])
})

test.each([
  ["release", lock("release")],
  ["expire", expire],
])("whose turn it is after a %s is told, with its token", (_, operation) => {
  const [first, second, ...rest] = answers(operation, done("7:12"))
  expect(first).toMatchObject([4, { type: "Result" }, "now"])
  expect(second).toEqual([7, { type: "LockGranted", key: "l", token: 12 }, "now"])
  expect(rest).toEqual([])
})

test("the sessions of a client are one client", () => {
  const machine = emptyMachine()
  for (const [session, owner] of [
    [1, "1"],
    [2, "31/2"],
  ] as const) {
    execute(machine, { type: "Command", session, sequence: 1, operation: { op: "acquire", key: "l", owner } })
  }
  const release = { op: "release", key: "l", owner: "1" } as const
  const result = execute(machine, { type: "Command", session: 1, sequence: 2, operation: release })
  expect(answers(release, result)[1]).toEqual([31, { type: "LockGranted", key: "l", token: 2 }, "now"])
})

test.each([
  ["a release after which nobody waits", lock("release"), done(null)],
  ["a claim of nobody who can be told", lock("release"), done("somebody:3")],
  ["an acquisition", lock("acquire"), done("7:12")],
  ["a renewal", lock("renew"), done("7:12")],
  ["a read of what looks like a claim", { op: "get", key: "k" } as const, done("7:12")],
])("%s tells nobody else", (_, operation, result) => {
  expect(answers(operation, result)).toHaveLength(1)
})
