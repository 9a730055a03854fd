// `algorithms`, `experiments`, `validate` and `check-history`: what they print.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { algorithms } from "../../algorithms/registry.ts"
import { bundledExperiments } from "../../experiments/bundled.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"

const folder = temporaryFolder()

function fileWith(name: string, lines: readonly string[]): string {
  const path = join(folder, name)
  writeFileSync(path, `${lines.join("\n")}\n`)
  return path
}

describe("algorithms", () => {
  test("lists every algorithm with what it serves and survives", async () => {
    const { code, out } = await quorate("algorithms")
    for (const name of Object.keys(algorithms)) expect(out).toMatch(new RegExp(`^${name} `, "m"))
    expect(out).toMatch(/^raft +2 of 5 crashed/m)
    // Raft's locks and decisions go through adapters, and are served all the same.
    expect(out.replaceAll(/\s+/g, " ")).toContain(
      "Serves replicated-log, leader-election, mutual-exclusion, agreement.",
    )
    expect(code).toBe(0)
  })

  test.each(Object.keys(algorithms))("explains %s with all its parameters and defaults", async name => {
    const { code, out } = await quorate(`algorithms ${name}`)
    const { parameters, serves } = algorithms[name]!
    for (const [parameter, { default: byDefault }] of Object.entries(parameters)) {
      expect(out).toMatch(new RegExp(`^${parameter} `, "m"))
      expect(out).toContain(String(byDefault))
    }
    for (const service of serves) expect(out).toContain(`Workload of ${service.name}`)
    expect(code).toBe(0)
  })
})

test("experiments: lists every bundled experiment with its question", async () => {
  const { code, out } = await quorate("experiments")
  const bundled = bundledExperiments()
  expect(bundled.length).toBeGreaterThan(0)
  for (const { name, question } of bundled) {
    expect(out).toMatch(new RegExp(`^${name} `, "m"))
    expect(out.replaceAll(/\s+/g, " ")).toContain(question.split(" ").slice(0, 4).join(" "))
  }
  expect(code).toBe(0)
})

describe("validate", () => {
  test.each(bundledExperiments().map(({ name }) => name))("the bundled experiment %s is valid", async name => {
    const { code, out } = await quorate(`validate ${name}`)
    expect(out).toMatch(
      new RegExp(`^${name} is valid: \\d+ cells, \\d+(?: to \\d+)? runs each, (?:at most )?\\d+ runs\n$`),
    )
    expect(code).toBe(0)
  })

  test("tells every mistake of a spec with its place, one line each", async () => {
    const spec = fileWith("wrong.yaml", [
      "question: Is this valid?",
      "algorithms: [rfat]",
      "durration: 3s",
      "repeat: 0",
    ])
    const { code, out, err } = await quorate(`validate ${spec}`)
    const lines = err.trimEnd().split("\n")
    expect(lines.length).toBeGreaterThanOrEqual(3)
    for (const line of lines) expect(line).toMatch(/^quorate: .*wrong\.yaml:\d+:\d+: /)
    expect(err).toContain(`wrong.yaml:2:`)
    expect(err).toContain("did you mean raft?")
    expect(err).toContain("did you mean duration?")
    expect(out).toBe("")
    expect(code).toBe(2)
  })
})

describe("check-history", () => {
  const put = '{"client":0,"op":"put","key":"x","value":"1","call":10,"return":20}'

  test("a linearizable history: exit code 0", async () => {
    const read = '{"client":1,"op":"get","key":"x","result":"1","call":15,"return":30}'
    const { code, out } = await quorate(`check-history ${fileWith("good.jsonl", [put, read])}`)
    expect(out).toBe("linearizable: 2 operations\n")
    expect(code).toBe(0)
  })

  test("a file without operations proves nothing: exit code 2", async () => {
    const { code, err } = await quorate(`check-history ${fileWith("empty.jsonl", [""])}`)
    expect([code, err]).toEqual([2, expect.stringMatching(/empty\.jsonl: holds no operation to judge/)])
  })

  test("a stale read is shown with the write it missed: exit code 1", async () => {
    const read = '{"client":1,"op":"get","key":"x","result":null,"call":25,"return":30}'
    const { code, out } = await quorate(`check-history ${fileWith("stale.jsonl", [put, read])}`)
    expect(out).toContain("not linearizable")
    expect(out).toContain('client 0  10..20  put x "1"')
    expect(out).toContain("client 1  25..30  get x")
    expect(code).toBe(1)
  })

  test("a search that runs out of budget is undecided, not fine: exit code 4", async () => {
    const puts = Array.from({ length: 8 }, (_, i) => {
      return `{"client":${i},"op":"append","key":"x","value":"${i}","call":0,"return":100}`
    })
    const read = '{"client":9,"op":"get","key":"x","result":"76543210","call":200,"return":210}'
    const { code, out } = await quorate(`check-history ${fileWith("hard.jsonl", [...puts, read])} --budget 10`)
    expect(out).toContain("undecided")
    expect(code).toBe(4)
  })

  test("lines that are no operations are told with their number: exit code 2", async () => {
    const { code, err } = await quorate(
      `check-history ${fileWith("bad.jsonl", [put, "{", '{"client":0,"op":"jump"}'])}`,
    )
    expect(err).toMatch(/bad\.jsonl:2:1: not JSON\nquorate: .*bad\.jsonl:3:1: "op" is "jump"/)
    expect(code).toBe(2)
  })
})
