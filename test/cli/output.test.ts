// What cannot be written, and what must not be: full disks, readers that leave, terminal escapes, passwords.
import { spawnSync } from "node:child_process"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { printable } from "../../cli/terminal/printable.ts"
import { BUILT_MAIN } from "../support/built.ts"
import { temporaryFolder } from "../support/folder.ts"
import { runsIn, specOf } from "../support/sweeps.ts"
import { createTerminal, quorate } from "../support/terminal.ts"

const folder = temporaryFolder()
const spec = join(folder, "spec.yaml")
writeFileSync(spec, specOf(20))

/** Runs a line of bash in which `quorate` is the executable; its exit code is that of `quorate`. */
function bash(line: string) {
  const script = `quorate() { "$NODE" "$MAIN" "$@"; }; ${line}; exit \${PIPESTATUS[0]}`
  const env = { ...process.env, NODE: process.execPath, MAIN: BUILT_MAIN }
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script], { cwd: folder, env, encoding: "utf8" })
  return { code: status, out: stdout, err: stderr }
}

describe("an output that is full", () => {
  const told = "quorate: the output could not be written: ENOSPC: no space left on device, write\n"

  test.each(["algorithms", "validate spec.yaml", "replay split-vote"])("%s: an error of its own", command =>
    expect(bash(`quorate ${command} >/dev/full`)).toEqual({ code: 74, out: "", err: told }),
  )

  test("a sweep is done all the same, and its results are in their folder", () => {
    const { code, err } = bash("quorate run spec.yaml --workers 1 --out full --json --quiet >/dev/full")
    expect({ code, err }).toEqual({ code: 74, err: told })
    expect(runsIn(join(folder, "full/runs.sqlite"))).toBe(20)
    expect(existsSync(join(folder, "full/report.html"))).toBe(true)
  })

  test("what else is wrong counts more", () => {
    writeFileSync(join(folder, "stale.jsonl"), STALE_READ)
    expect(bash("quorate check-history stale.jsonl >/dev/full").code).toBe(1)
    expect(bash("quorate validate nothing.yaml >/dev/full").code).toBe(2)
  })
})

const STALE_READ = [
  { client: 0, op: "put", key: "x", value: "1", call: 0, return: 1 },
  { client: 0, op: "get", key: "x", result: "2", call: 2, return: 3 },
]
  .map(operation => `${JSON.stringify(operation)}\n`)
  .join("")

test("a reader that leaves early: quiet, and a sweep is done all the same", () => {
  const { code, out, err } = bash("quorate run spec.yaml --workers 1 --out left --json | head -1")
  expect(out).toMatch(/^\{"type":"progress".*\n$/)
  expect({ code, err }).toEqual({ code: 74, err: "" })
  expect(runsIn(join(folder, "left/runs.sqlite"))).toBe(20)
  expect(existsSync(join(folder, "left/report.html"))).toBe(true)
})

test("an error stream that is full or closed: progress is dropped, the exit code is what it is", () => {
  expect(bash("quorate run spec.yaml --workers 1 --out a 2>/dev/full >/dev/null").code).toBe(0)
  expect(bash("quorate run spec.yaml --workers 1 --out b 2>&- >/dev/null").code).toBe(0)
  expect(bash("quorate run nothing.yaml 2>/dev/full").code).toBe(2)
  expect(bash("quorate algorithms >&-").code).toBe(0)
})

test("control characters are shown, not obeyed", () => {
  expect(printable("a\u001B[2Jb\u009B31m\rc\u202Ed\u0007")).toBe(String.raw`a\u001b[2Jb\u009b31m\u000dc\u202ed\u0007`)
  expect(printable("two\tcolumns\nµ ± ü")).toBe("two\tcolumns\nµ ± ü")
})

test("control characters of a spec, of a file name and of a history", async () => {
  const wild = join(folder, "wild.yaml")
  writeFileSync(wild, 'question: "a"\nalgorithms: ["\\e[31mraft"]\nnodes: 3\n"\\e]0;title\\a": 1\n')
  const told = await quorate(`validate ${wild}`)
  expect(told.err).toContain(String.raw`\u001b[31mraft`)
  expect(told.err).not.toContain("\u001B")
  const absent = await quorate("validate \u001B[2Jabsent.yaml")
  expect(absent.err).toBe(`quorate: ${String.raw`\u001b[2J`}absent.yaml: there is no such file\n`)
  const history = join(folder, "history.jsonl")
  writeFileSync(history, STALE_READ.replaceAll('"2"', String.raw`"\u001b[2J"`))
  const judged = await quorate(`check-history ${history}`)
  expect(judged.code).toBe(1)
  expect(judged.out).not.toContain("\u001B")
})

test("only the progress of a terminal is redrawn, whatever it says", () => {
  const { err, written } = createTerminal({ isTerminal: true })
  err.redraw("a\u001B[2J")
  expect(written.err).toBe(`\r\u001B[2K${String.raw`a\u001b[2J`}`)
})

test.each([
  ["redis://:secret@host:6379", "redis://***@host:6379"],
  ["rediss://user:s/e@cret@host", "rediss://***@host"],
  ["valkey://user@host/1?password=secret&db=2", "valkey://***@host/1?password=***&db=2"],
  ["redis:/user:secret@host", "redis:/***@host"],
  ["redis://host:6379", "redis://host:6379"],
])("no password: %s", (written, shown) => {
  expect(printable(`"${written}": no answer`)).toBe(`"${shown}": no answer`)
})

test.each(["run spec.yaml --queue", "worker --queue", "worker --que", "experiments"])(
  "no password in what `%s` says of an address",
  async command => {
    for (const address of ["redis://:secret@127.0.0.1:1", "redis:/me:secret@host", "redis://me:secret@%zz"]) {
      const { code, out, err } = await quorate(`${command.replace("spec.yaml", spec)} ${address}`)
      expect(code).toBe(2)
      expect(err).toMatch(/^quorate: .*\n$/)
      expect(out + err).not.toContain("secret")
    }
  },
)
