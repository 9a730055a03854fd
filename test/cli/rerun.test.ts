// `quorate run --only` and `--watch`, `validate -`, and faults that name clients which there are not.
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { BUILT_MAIN } from "../support/built.ts"
import { temporaryFolder } from "../support/folder.ts"
import { createTerminal, quorate } from "../support/terminal.ts"

const folder = temporaryFolder()
const SPEC =
  "question: q\nservice: replicated-log\nalgorithms: [raft]\nsweep: { nodes: [3, 5] }\nduration: 2s\nrepeat: 1\ncharts: []\n"

function fileWith(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test("--only runs the cells that it names", async () => {
  const spec = fileWith("only.yaml", SPEC)
  const line = `run ${spec} --quiet --workers 1 --out ${join(folder, "only")} --only`
  expect((await quorate(`${line} raft/nodes=5`)).out).toMatch(/^5 +Raft .*\n\n1 run: /m)
  expect((await quorate(`${line} raft`)).out).toMatch(/\n2 runs \(1 already stored\): /)
  expect(await quorate(`${line} paxos/nodes=7`)).toEqual({
    code: 2,
    out: "",
    err: "quorate: --only: there is no cell paxos/nodes=7; there are raft/nodes=3, raft/nodes=5\n",
  })
})

test("--watch runs again what changed, says what is wrong meanwhile, and ends when it is interrupted", async () => {
  const spec = fileWith("watched.yaml", SPEC)
  const terminal = createTerminal()
  const changes = [SPEC.replace("[3, 5]", "[3, 7]"), "bogus: 1\n"]
  terminal.onProgress = text => {
    if (!text.includes("waiting for a change")) return
    const next = changes.shift()
    setTimeout(() => (next === undefined ? terminal.interrupt() : writeFileSync(spec, next)), 20)
  }
  const { code, out, err } = await quorate(
    `run ${spec} --watch --quiet --workers 1 --out ${join(folder, "watched")}`,
    terminal,
  )
  expect(code).toBe(0)
  expect(out).toContain("2 runs: no check was violated")
  expect(out).toContain("2 runs (1 already stored): no check was violated")
  expect(err).toContain("watched.yaml:1:1: bogus: unknown key")
  expect(err.match(/waiting for a change/g)).toHaveLength(3)
})

test("--watch goes with nothing that runs once", async () => {
  const { code, err } = await quorate(`run ${fileWith("once.yaml", SPEC)} --watch --dry-run`)
  expect([code, err]).toEqual([
    2,
    "quorate: --watch cannot be combined with --shard, --queue, --baseline or --dry-run\n",
  ])
})

test("validate - reads the standard input, and a fault may name the clients of a closed loop only", () => {
  const spec = SPEC.replace(
    "charts: []",
    "workload: { mode: closed, clients: 2 }\nfaults: [{ cut: { links: [[0, client 1]], at: 1s } }]\ncharts: []",
  )
  const validate = (input: string): string => {
    try {
      return execFileSync(process.execPath, [BUILT_MAIN, "validate", "-"], {
        input,
        encoding: "utf8",
        stdio: "pipe",
      })
    } catch (error) {
      return String(Reflect.get(Object(error), "stderr"))
    }
  }
  expect(validate(spec)).toBe("<stdin> is valid: 2 cells, 1 run each, 2 runs\n")
  expect(validate(spec.replace("client 1", "client 2"))).toBe(
    "quorate: <stdin>:8:10: faults[0]: found client 2, but with workload.clients = 2 the last client is client 1\n",
  )
})
