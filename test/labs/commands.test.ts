/** The lab commands, as students and lecturers use them. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import { lab as bully } from "../../labs/bully/lab.ts"
import { writeComparison } from "../../labs/engine/grading/compare.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorateFromSource } from "../support/from-source.ts"
import { quorate } from "../support/terminal.ts"
import { solve } from "./solution.ts"

const ROOT = join(import.meta.dirname, "../..")
const folder = temporaryFolder()
const work = join(folder, "work")

const ANSWER = 'node.send(from, { type: "Answer" })'

beforeAll(async () => {
  await quorateFromSource(`lab new bully ${work}`)
})

describe("a student", () => {
  test("gets a folder with hand-out, skeleton and types", () => {
    for (const file of ["README.md", "bully.ts", "package.json", "tsconfig.json", "types/index.d.ts"]) {
      expect(existsSync(join(work, file)), file).toBe(true)
    }
  })

  test("is told what the skeleton lacks, and how to see it", async () => {
    const { code, out } = await quorate(`lab test start --dir ${work}`)
    expect(code).toBe(1)
    expect(out).toContain("expected: in the end every live node believes in node 0\n")
    expect(out).toMatch(/quorate replay \S*failures\/1\.1\.json --algorithms \S*bully\.ts/)
    expect(out).toContain("Bully elections: 0 of 20 points")
  })

  test("gets full marks for a right solution", async () => {
    solve(work)
    expect(await quorate(`lab test start --dir ${work}`)).toMatchObject({
      code: 0,
      out: expect.stringContaining("Bully elections: 20 of 20 points"),
    })
  })

  test("is told the place of a mistake in the code", async () => {
    solve(work, source => source.replace("holdElection(node)\n    }", "missing(node)\n    }"))
    expect((await quorate(`lab test start --dir ${work}`)).out).toMatch(/missing is not defined \(bully\.ts:\d+:\d+\)/)
    writeFileSync(join(work, "bully.ts"), "export const bully = algorithm({\n  name: ]\n})\n")
    expect((await quorate(`lab test start --dir ${work}`)).out).toMatch(/bully\.ts:2:9: Unexpected "]"/)
  })
})

test("a class is graded at one go, with every format and nobody's mistake on another's marks", async () => {
  const submissions = join(folder, "submissions")
  solve(join(submissions, "ada"))
  solve(join(submissions, "bob"), source => source.replace(ANSWER, `${ANSWER}\n      ${ANSWER}`))
  solve(join(submissions, "eve"), source => source.replace("start(node) {", "start(node) {\n    process.exit(0)"))
  mkdirSync(join(submissions, "zoe"))
  const out = join(folder, "grades")
  writeFileSync(join(folder, "seed.txt"), "a secret\n")
  const line = `lab grade ${submissions} --lab bully --stage messages --seed-file ${folder}/seed.txt --jobs 2 --out ${out}`
  expect(await quorate(line)).toMatchObject({ code: 0, err: "" })
  const scores = readFileSync(join(out, "scores.csv"), "utf8").split("\n")
  expect(scores[0]).toBe("submission,lab,score,max,start,messages,crashes,returns,cost,problem")
  expect(scores[1]).toBe("ada,bully,20,20,0,20,0,0,0,")
  expect(scores[2]).toBe("bob,bully,14,20,0,14,0,0,0,")
  expect(scores[3]).toMatch(/^eve,bully,0,20,/)
  expect(scores[4]).toMatch(/^zoe,bully,0,20,.*there is no such file/)
  const bob: { tests: { status: string; output: string; score: number; max_score: number }[] } = JSON.parse(
    readFileSync(join(out, "bob/gradescope.json"), "utf8"),
  )
  expect(bob.tests).toHaveLength(bully.stages.find(({ name }) => name === "messages")!.tests.length)
  const failed = bob.tests.filter(({ status }) => status === "failed")
  expect(failed).toMatchObject([{ score: 0, max_score: 6 }])
})

test("a lecturer gets a hand-out without solutions, and graders", async () => {
  const pack = join(folder, "pack")
  expect(await quorateFromSource(`lab pack bully ${pack}`)).toMatchObject({ code: 0, err: "" })
  expect(readFileSync(join(pack, "gradescope/run_autograder"), "utf8")).toContain("--gradescope /autograder/results")
  const handed = readFileSync(join(pack, "handout/bully.ts"), "utf8")
  expect(handed).toContain("TODO")
  expect(existsSync(join(pack, "handout/reference.ts"))).toBe(false)
})

test("a comparison is an experiment with the project's own algorithm and every submission", async () => {
  const submissions = ["ada", "Bob & Co"].map(name => {
    solve(join(folder, "compared", name))
    return { lab: bully, name, file: join(folder, "compared", name, "bully.ts") }
  })
  const spec = writeComparison(bully, submissions, join(folder, "comparison"))
  expect(readFileSync(spec, "utf8")).toContain("label: Bob & Co")
  expect(await quorate(`validate ${spec}`)).toMatchObject({
    code: 0,
    out: expect.stringContaining("18 cells, 10 runs each, 180 runs"),
  })
})

describe("wrong use is answered in one line", () => {
  cpSync(join(ROOT, "test/labs"), join(folder, "nothing"), { recursive: true })
  test.each([
    ["lab", /which action\? One of list, new, test, grade, pack, compare/],
    ["lab tst", /unknown action tst; did you mean test\?/],
    ["lab new bull", /there is no lab bull; did you mean bully\?/],
    [`lab new bully ${work}`, /this folder is not empty/],
    [`lab test 9 --dir ${work}`, /there is no stage 9 in the lab bully; expected one of 1 start, 2 messages/],
    [`lab test --dir ${folder}`, /is no lab's folder; make one with/],
    [`lab test ${work}`, /\. is no lab's folder; --dir \S+ tests that one$/m],
    [`lab grade ${folder}/nothing`, /found no submission; expected a folder made by/],
    [`lab grade ${folder}/nowhere`, /there is no such file or folder/],
    [`lab grade ${work} --seed-file ${folder}/none`, /--seed-file: .*\/none: there is no such file$/m],
    [`lab grade ${work} --jobs 0`, /--jobs: expected an integer from 1 to 1000/],
    [`lab grade ${work} --job 1`, /unknown option --job; did you mean --jobs\?/],
  ])("%s", async (line, message) => {
    const { code, err, out } = await quorate(line)
    expect({ code, out, lines: err.trim().split("\n").length }).toEqual({ code: 2, out: "", lines: 1 })
    expect(err).toMatch(message)
  })
})
