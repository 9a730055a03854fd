// The executable itself, once from source: exit codes, Ctrl-C and broken pipes as a shell sees them.
import { spawn } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { BUILT_MAIN } from "../support/built.ts"
import { temporaryFolder } from "../support/folder.ts"

const FROM_SOURCE = join(import.meta.dirname, "../../cli/main.ts")
const folder = temporaryFolder()

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the executable; `meanwhile` is told what it writes. */
function execute(
  main: string,
  args: readonly string[],
  meanwhile: (child: ReturnType<typeof spawn>, err: string) => void = () => {},
) {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] })
  let [out, err] = ["", ""]
  child.stdout.on("data", (text: Buffer) => {
    out += text.toString()
  })
  child.stderr.on("data", (text: Buffer) => {
    err += text.toString()
    meanwhile(child, err)
  })
  return new Promise<Ended>(resolve => {
    child.on("close", code => resolve({ code, out, err }))
  })
}

test("bad input ends with exit code 2 and one line on stderr", async () => {
  const { code, out, err } = await execute(FROM_SOURCE, ["run", "no/such.yaml"])
  expect({ code, out, err }).toEqual({ code: 2, out: "", err: "quorate: no/such.yaml: there is no such file\n" })
})

test("SIGINT during a sweep ends it with exit code 130", async () => {
  const spec = join(folder, "long.yaml")
  const lines = [
    "question: Is this long?",
    "algorithms: [raft]",
    "nodes: 5",
    "duration: 20s",
    "repeat: 400",
    "charts: []",
  ]
  writeFileSync(spec, lines.join("\n"))
  const args = ["run", spec, "--workers", "1", "--out", join(folder, "results")]
  let pressed = false
  const { code, err } = await execute(BUILT_MAIN, args, (child, written) => {
    if (pressed || !written.includes("runs")) return
    pressed = true
    child.kill("SIGINT")
  })
  expect(err).toContain("quorate: interrupted; finished runs are kept in")
  expect(code).toBe(130)
})

test("a reader that leaves early ends a trace quietly", async () => {
  const spec = join(folder, "short.yaml")
  writeFileSync(
    spec,
    ["question: Is this short?", "algorithms: [raft]", "sweep: { nodes: [5] }", "duration: 2s"].join("\n"),
  )
  const shell = spawn("sh", [
    "-c",
    '"$0" "$1" replay "$2" --run raft/nodes=5/1 2>&1 | head -1',
    process.execPath,
    BUILT_MAIN,
    spec,
  ])
  let out = ""
  shell.stdout.on("data", (text: Buffer) => {
    out += text.toString()
  })
  await new Promise(resolve => {
    shell.on("close", resolve)
  })
  expect(out).toMatch(/^ +0\.000000 s {2}node 0 {3}boots\n$/)
})
