// `quorate ask`: each question as a spec that is valid and runs, and one line for each mistake.
import * as registry from "../../algorithms/registry.ts"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { DEFAULTS, QUESTION_NAMES, QUESTIONS, type Question, specFor } from "../../cli/commands/ask/questions.ts"
import { planExperiment } from "../../experiments/model/plan.ts"
import { parseExperiment } from "../../experiments/plan/spec.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"

const folder = temporaryFolder()

/** The spec that a command line writes. */
async function specOf(line: string): Promise<string> {
  const file = join(folder, `${line.replaceAll(/\W+/g, "-")}.yaml`)
  expect(await quorate(`ask ${line} --spec-only --out ${file}`)).toEqual({
    code: 0,
    out: `${file}: the spec, to change and to run again\n`,
    err: "",
  })
  return readFileSync(file, "utf8")
}

function planOf(spec: string) {
  const experiment = parseExperiment("ask.yaml", spec, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return planExperiment(experiment)
}

const LINES: readonly (readonly [line: string, cells: number, question: string])[] = [
  [
    "--question placement --regions eu-west-1,us-east-1,ap-northeast-1",
    3,
    "In which region should the leader be over eu-west-1, us-east-1, ap-northeast-1?",
  ],
  [
    "--question placement --regions eu-west-1,us-east-1 --nodes 5 --clients us-west-2",
    2,
    "In which region should the leader be over eu-west-1, us-east-1?",
  ],
  ["--question size", 4, "3 or 5 nodes?"],
  [
    "--question size --nodes 3,5,7 --regions eu-west-1,us-east-1,us-west-2",
    6,
    "3 or 5 or 7 nodes over eu-west-1, us-east-1, us-west-2?",
  ],
  ["--question timeouts --p99 20ms", 7, "Which election timeout, where one message in a hundred takes 20ms or longer?"],
  ["--question disk --fsync 2ms --latency 500us", 4, "What does a disk cost that takes 2ms for a write to be durable?"],
  ["--question locks --requesters 10", 4, "Is a lock on a log cheaper than Ricart-Agrawala, with 10 who want it?"],
  [
    "--question failures --nodes 3 --mtbf 12h --mttr 5min",
    1,
    "How many nines, if a node fails every 12h and is back after 5min?",
  ],
]

test.each(LINES)("%s", async (line, cells, question) => {
  const spec = await specOf(line)
  expect(spec).toMatch(/^# .*\?\n#\n# Written by quorate ask/)
  expect(spec.split("\n").length).toBeLessThanOrEqual(30)
  const plan = planOf(spec)
  expect([plan.experiment.question, plan.cells.length]).toEqual([question, cells])
})

test("each question has a default for all that it needs, but for regions", () => {
  for (const name of QUESTION_NAMES) {
    const question: Question = QUESTIONS[name as keyof typeof QUESTIONS]
    const known = {
      ...DEFAULTS,
      ...question.defaults,
      ...(name === "placement" ? { regions: ["eu-west-1", "us-east-1"] } : {}),
    }
    expect(question.problem?.(known), name).toBeUndefined()
    planOf(specFor(name as keyof typeof QUESTIONS, known))
  }
})

test("the answer comes in sentences, and the spec is not overwritten", async () => {
  const file = join(folder, "answer.yaml")
  const line = `ask --question failures --nodes 3 --mttr 30s --out ${file}`
  const cwd = process.cwd()
  process.chdir(folder)
  try {
    const { code, out } = await quorate(line)
    expect(code).toBe(0)
    expect(out).toContain("\nAvailability: Raft 99.99")
    expect(await quorate(line)).toEqual({
      code: 2,
      out: "",
      err: `quorate: ${file} exists; --force overwrites it, --out names another file\n`,
    })
  } finally {
    process.chdir(cwd)
  }
})

describe("a mistake is one line", () => {
  test.each([
    ["", "ask: which question? --question placement, size, timeouts, disk, locks, failures (in a terminal it asks)"],
    [
      "--question sise",
      '--question: found "sise", expected one of placement, size, timeouts, disk, locks, failures; did you mean size?',
    ],
    ["--question size --nodes 3", "--nodes: size takes two different numbers or more, e.g. --nodes 3,5"],
    ["--question size --nodes 3,x", '--nodes: expected numbers from 1 to 25 such as 3,5, found "3,x"'],
    ["--question disk --fsync 5", '--fsync: expected a time such as 5ms, found "5"'],
    ["--question timeouts --p99 4d", '--p99: expected a time such as 80ms, found "4d"'],
    [
      "--question placement",
      "--regions: placement takes two different regions or more, e.g. --regions eu-west-1,us-east-1,ap-northeast-1",
    ],
    [
      "--question placement --regions eu-west-1,us-esat-1",
      '--regions: there is no region "us-esat-1"; did you mean us-east-1?',
    ],
    [
      "--question placement --regions eu-west-1,europe-west1",
      "--regions: eu-west-1, europe-west1 are in no table of round trips together",
    ],
    ["--question locks --requesters 2", "--requesters: expected 4 to 50, found 2"],
    ["--question disk --out /nowhere/at/all.yaml", "/nowhere/at/all.yaml: cannot be written: "],
    ["--question", "ask: --question needs a value (see quorate ask --help)"],
  ])("ask %s", async (line, problem) => {
    const { code, out, err } = await quorate(`ask ${line}`)
    expect([code, out]).toEqual([2, ""])
    expect(err).toMatch(/^quorate: .*\n$/)
    expect(err).toContain(problem)
  })
})
