// `algorithms`, `experiments`, `validate` and `check-history`: what they print.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { algorithms } from "../../algorithms/registry.ts"
import { bundledExperiments } from "../../experiments/plan/bundled.ts"
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
    const words = out.replaceAll(/\s+/g, " ")
    expect(words).toContain(
      "Serves agreement. Assumes delays within the bound d, links that deliver every message once and signed messages.",
    )
    expect(words).toContain("Serves mutual-exclusion. Assumes links that keep the order and lose nothing.")
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

test("experiments <name>: prints the spec, to be changed and run as one's own", async () => {
  const { code, out } = await quorate("experiments first-comparison")
  expect(code).toBe(0)
  expect((await quorate(`validate ${fileWith("own.yaml", [out])}`)).code).toBe(0)
  const slip = await quorate("experiments first-comparision")
  expect({ code: slip.code, err: slip.err }).toEqual({
    code: 2,
    err: "quorate: there is no bundled experiment first-comparision; did you mean first-comparison? (quorate experiments lists them)\n",
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
      new RegExp(
        `^${name} is valid: \\d+ cells?, (?:a run for each of )?\\d+(?: to \\d+)? (?:runs? each|cases), (?:at most )?\\d+ runs?\n$`,
      ),
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

  test("bytes that are no text are refused, not taken for others", async () => {
    const file = fileWith("bytes.jsonl", [])
    writeFileSync(file, Buffer.from(put.replace('"x"', '"\xff"'), "latin1"))
    const { code, err } = await quorate(`check-history ${file}`)
    expect([code, err]).toEqual([2, expect.stringMatching(/bytes\.jsonl: not UTF-8 text\n$/)])
  })

  test("an option that says nothing of the object: one line, exit code 2", async () => {
    const file = fileWith("queue.jsonl", ['{"client":0,"op":"enqueue","value":1,"call":1,"return":2}'])
    const { code, err } = await quorate(`check-history ${file} --initial 0`)
    expect(err).toBe('quorate: check-history: --initial: expected a list of elements, such as [1,2], found "0"\n')
    expect(code).toBe(2)
  })

  test("a field that looks like a slip is noted", async () => {
    const { out } = await quorate(`check-history ${fileWith("slip.jsonl", [put.replace("return", "retrun")])}`)
    expect(out).toContain('note: "retrun" is not a field of an operation; ignored; did you mean return?')
  })

  test("a page in a folder that is not there: one line, exit code 2", async () => {
    const { code, err } = await quorate(`check-history ${fileWith("fine.jsonl", [put])} --html no/such/page.html`)
    expect([code, err]).toEqual([2, "quorate: no/such/page.html: there is no folder no/such\n"])
  })

  test("a search that runs out of budget is undecided, not fine: exit code 4", async () => {
    const enqueues = Array.from({ length: 7 }, (_, i) => {
      return `{"client":${i},"op":"enqueue","value":"${i}","call":0,"return":100}`
    })
    const dequeue = '{"client":9,"op":"dequeue","result":"7","call":200,"return":210}'
    const file = fileWith("hard.jsonl", [...enqueues, dequeue])
    expect((await quorate(`check-history ${file}`)).code).toBe(1)
    const { code, out } = await quorate(`check-history ${file} --budget 10`)
    expect(out).toContain("undecided")
    expect(code).toBe(4)
  })

  test("lines that are no operations are told with their number: exit code 2", async () => {
    const { code, err } = await quorate(
      `check-history ${fileWith("bad.jsonl", [put, "{", '{"client":0,"op":"jump"}'])}`,
    )
    expect(err).toMatch(/bad\.jsonl:2:1: not JSON\nquorate: .*bad\.jsonl:3:1: "call" is missing/)
    expect(code).toBe(2)
  })

  test("many lines that are wrong in one way are one line of the error", async () => {
    const bad = Array.from({ length: 500 }, () => '{"client":0,"op":"jump","call":1,"return":2}')
    const { code, err } = await quorate(`check-history ${fileWith("jumps.jsonl", bad)}`)
    expect(err.trim().split("\n")).toEqual([
      expect.stringMatching(/jumps\.jsonl:1:1: "op" is "jump".* \(and 499 more lines like it\)$/),
    ])
    expect(code).toBe(2)
  })

  test("a read of what a key held before the recording began is explained by a hint", async () => {
    const read = (value: string, call: number) =>
      `{"client":1,"op":"get","key":"x","result":"${value}","call":${call},"return":${call + 1}}`
    const zero = fileWith("zero.jsonl", [read("0", 1), put, read("1", 30)])
    const { code, out } = await quorate(`check-history ${zero}`)
    expect(out).toContain('hint: explained if x held "0" at first; --initial 0 says that of every key\n')
    expect(code).toBe(1)
    expect(await quorate(`check-history ${zero} --initial 0`)).toMatchObject({
      code: 0,
      out: "linearizable: 3 operations\n",
    })
    const empty = await quorate(`check-history ${fileWith("missing.jsonl", [read("", 1), put])}`)
    expect(empty.out).toContain("--missing ''")
    const wrong = await quorate(`check-history ${fileWith("wrong.jsonl", [read("0", 1), put, read("0", 30)])}`)
    expect(wrong.out).not.toContain("hint")
  })

  test("failed compare-and-sets that would turn the verdict are named", async () => {
    const cas = '{"client":0,"op":"cas","key":"x","expected":"1","value":"2","call":30,"return":40,"outcome":"failed"}'
    const file = fileWith("cas.jsonl", [put, cas])
    const { code, out } = await quorate(`check-history ${file}`)
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^linearizable: 2 operations\nhint: .*--failed-cas refused\n$/),
    ])
    expect((await quorate(`check-history ${file} --failed-cas refused`)).code).toBe(1)
  })

  test("what a terminal would obey is shown instead", async () => {
    const file = fileWith("escape.jsonl", [
      put.replace('"x"', String.raw`"\u001b[2J\u009b"`),
      put.replace('"put"', '"\u009bx"'),
    ])
    expect((await quorate(`check-history ${file}`)).err).toContain(String.raw`"op" is "\x9bx"`)
    const { out } = await quorate(`check-history ${fileWith("clear.jsonl", [read(String.raw`\u001b[2J`)])}`)
    expect(out).toContain(String.raw`get \x1b[2J -> "1"`)
  })

  const read = (key: string): string => `{"client":1,"op":"get","key":"${key}","result":"1","call":15,"return":30}`

  test("long names of clients leave room for the picture, and can be read in full", async () => {
    const page = join(folder, "names.html")
    const file = fileWith("names.jsonl", [put.replace('"client":0', '"client":"a long \\"name\\" of a client"')])
    await quorate(`check-history ${file} --html ${page}`)
    const html = readFileSync(page, "utf8")
    const name = "a long &quot;name&quot; of a client"
    expect(html).toContain(`<span title="${name}">${name}</span>`)
    expect(html).toMatch(/\.clients \{[^}]*max-width: min\(14rem, 30%\)/)
  })

  test("--html writes a page with the history, the witness and the faults, which needs nothing else", async () => {
    const page = join(folder, "page.html")
    const lines = [
      "{:process 0, :type :invoke, :f :write, :value 1}",
      "{:process 0, :type :ok, :f :write, :value 1}",
      "{:process :nemesis, :type :info, :f :start-partition, :value nil}",
      "{:process 1, :type :invoke, :f :read, :value nil}",
      '{:process 1, :type :ok, :f :read, :value "<b>&"}',
    ]
    const { code, out } = await quorate(`check-history ${fileWith("page.edn", lines)} --html ${page}`)
    expect([code, out]).toEqual([1, expect.stringContaining(`page: ${page}\n`)])
    const html = readFileSync(page, "utf8")
    expect(html).toContain("The witness: 1 operation on register that no order explains")
    expect(html).toContain("start-partition")
    expect(html).toContain("&lt;b>&amp;")
    expect(html).not.toMatch(/<b>&|https?:|src=|href=/)
    expect(html).toMatch(/register: 2 operations, not linearizable/)
    const unwritable = await quorate(`check-history ${fileWith("page.edn", lines)} --html ${folder}`)
    expect(unwritable.code).toBe(2)
  })
})
