// Values of a spec that make no sense together are told where they stand, and not run as something else.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"

const folder = temporaryFolder()
const file = join(folder, "wrong.yaml")

async function use(command: string, text: string) {
  writeFileSync(file, `question: q\nnodes: 5\nrepeat: 1\ncharts: []\n${text}\n`)
  return quorate(`${command} ${file}`)
}

const LOG = "algorithms: [raft]\nservice: replicated-log\n"
const GENERALS = "algorithms: [oral-messages]\nfaults: [{ byzantine: { nodes: [0], at: 0s, behaviour: "

test.each([
  [`${LOG}workload: { ask: fixed, node: 9 }`, "7:31: workload.node: found node 9, but with n = 5 nodes are 0 to 4"],
  [`${LOG}workload: { members: 9 }`, "7:22: workload.members: found 9, but there are 5 nodes; expected at most 5"],
  [`${LOG}sweep: { workload.node: [0, 5] }`, "sweep.workload.node: found node 5, but with n = 5 nodes are 0 to 4"],
  ["algorithms: [paxos]\nworkload: { proposers: 9 }", "workload.proposers: found 9, but there are 5 nodes"],
  [
    "algorithms: [raft]\nservice: agreement\nworkload: { proposers: 9 }",
    "workload.proposers: found 9, but there are 5",
  ],
  [
    "algorithms: [bully]\nworkload: { initiators: one, initiator: 7 }",
    "workload.initiator: found node 7, but with n = 5",
  ],
  [
    `${GENERALS}{ script: [7] } } }]`,
    "faults[0].byzantine.behaviour: says 7, expected one of the 2 values, from 0 to 1 (workload.values), or null",
  ],
  [`${GENERALS}{ tells: { 1: 2 } } } }]`, "says 2, expected one of the 2 values"],
  [`${GENERALS}{ strategies: [[0, 1], [1, 3]] } } }]`, "says 3, expected one of the 2 values"],
  ["algorithms: [raft]\nseed: 9007199254740993", "found 9007199254740993: numbers beyond 9007199254740991 lose digits"],
  [
    "algorithms: [raft]\nservice: { __proto__: replicated-log }",
    'service.__proto__: found "__proto__", which is no alg',
  ],
])("%j is refused", async (text, told) => {
  const { code, out, err } = await use("validate", text)
  expect(err).toContain(told)
  expect(err.trimEnd().split("\n")).toHaveLength(1)
  expect([code, out]).toEqual([2, ""])
})

test("words of traitors may be any of the values", async () => {
  const text = `${GENERALS}{ script: [7] } } }]\nworkload: { values: 8 }`
  expect(await use("validate", text)).toMatchObject({ code: 0, err: "" })
})

test("a rate that no run can get through is told before anything runs", async () => {
  const { code, err } = await use("run", `${LOG}workload: { rate: 1000000000/s }`)
  expect(err).toContain(
    "a run of raft begins 9 billion operations (workload.rate), and its event budget is 200 million; --dry-run shows",
  )
  expect(code).toBe(2)
})

test("one cell and one run are told as one", async () => {
  const { out } = await use("validate", LOG)
  expect(out).toBe(`${file} is valid: 1 cell, 1 run each, 1 run\n`)
})
