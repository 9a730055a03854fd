/**
 * Submissions that mean harm, really run: each loses the points of the test in which it does so, and harms nothing else.
 *
 * They are the reference with something added at the start of a node that is alone, which is what test 1.1 of the lab
 * on bully elections is about; test 1.2 is to go on as if nothing had been.
 */
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { lab } from "../../labs/bully/lab.ts"
import { GRADER_FLAGS, gradeProgram } from "../../labs/engine/grading/grade.ts"
import type { LabReport } from "../../labs/engine/grading/report.ts"
import { publicSeeds, testsOf, tryOnce } from "../../labs/engine/run.ts"
import { Sandbox } from "../../labs/sandbox/remote.ts"
import { compileSubmission } from "../../labs/engine/submission/submission.ts"
import { temporaryFolder } from "../support/folder.ts"

const ROOT = join(import.meta.dirname, "../..")
const BULLY = join(ROOT, "algorithms/bully/bully.ts")
const FOLDER = temporaryFolder()
/** A file beside the folders of submissions. */
const SOMEBODYS = join(FOLDER, "somebodys.ts")
const TRACES = ["written", "spawned"].map(name => join(tmpdir(), `quorate-hostile-${name}-${process.pid}`))

const STAGE = "start"
const PATIENCE_MS = 200

/** The reference, with something that a node does that is alone. */
function programWith(deed: string, prelude = "") {
  return compileSubmission(join(ROOT, "labs/bully/reference.ts"), ROOT, (path, source) =>
    path === BULLY
      ? `${prelude}\n${source.replace("  start(node) {\n", `  start(node) {\n    if (node.size === 1) { ${deed} }\n`)}`
      : source,
  )
}

/** Grades its first stage as every submission is graded. */
async function gradeWith(deed: string, prelude = ""): Promise<LabReport> {
  return gradeProgram(lab, await programWith(deed, prelude), "hostile", { stage: STAGE, patienceMs: PATIENCE_MS })
}

/** What each test earned, and why the first did not. */
function outcome({ tests }: LabReport) {
  return { earned: tests.map(({ earned }) => earned), why: tests[0]?.failure?.happened ?? "" }
}

/**
 * The same, without the process that grading puts around the thread of a submission: for what the first wall stops, so
 * that it neither ends nor hangs nor fills anything. It is the process that takes the time.
 */
async function outcomeInThread(deed: string, prelude = "") {
  const sandbox = new Sandbox(await programWith(deed, prelude), PATIENCE_MS)
  try {
    const outline = sandbox.outline()
    const tests = testsOf(lab).filter(({ stage }) => stage.name === STAGE)
    const failures = tests.map(({ test: one }) => {
      sandbox.beginTest()
      return publicSeeds(one).flatMap(at => tryOnce(lab, one, sandbox.algorithm(outline), at) ?? [])[0]
    })
    return {
      earned: tests.map(({ test: one }, index) => (failures[index] === undefined ? one.points : 0)),
      why: failures[0]?.happened ?? "",
    }
  } catch (error) {
    // It is no algorithm at all.
    return { earned: [0, 0], why: error instanceof Error ? error.message : String(error) }
  } finally {
    expect(sandbox.isStuck).toBe(false)
    await sandbox.close()
  }
}

test("without harm, both tests give their points", async () => {
  expect(outcome(await gradeWith(""))).toEqual({ earned: [8, 12], why: "" })
  expect(await outcomeInThread("")).toEqual({ earned: [8, 12], why: "" })
})

describe.concurrent("loses its points and harms nothing else:", () => {
  test.each([
    ["a loop without end", "for (;;) {}", /did not end within 0.2 s/],
    ["a memory bomb", "const all = []; for (;;) all.push(new Array(10_000).fill(all.length))", /memory|0.2 s/],
    [
      "a memory bomb beside the heap",
      "const all = []; for (;;) all.push(new Uint8Array(1 << 24).fill(1))",
      /memory|Array buffer allocation failed|0.2 s/,
    ],
    ["messages without end", "for (;;) node.send(0, { type: 'Answer' })", /memory|0.2 s/],
    [
      "a message too long",
      "node.send(0, { type: 'Answer', text: 'x'.repeat(1 << 24) })",
      /characters at once|memory|0.2 s/,
    ],
    [
      "an exception of ten megabytes",
      "throw new Error('y'.repeat(10_000_000))",
      /^y{900,1000}\.\.\. \(\d+ characters\)$/,
    ],
    [
      "random numbers that are asked for after a refusal",
      "for (;;) try { node.random(0, 1) } catch {}",
      /drew more than/,
    ],
  ])("%s", async (_what, deed, why) => {
    const { earned, why: happened } = outcome(await gradeWith(deed))
    expect(earned).toEqual([0, 12])
    expect(happened).toMatch(why)
  })
})

test.each([
  ["process.exit", "process.exit(0)", /process is not defined/],
  ["a recursion without end", "const f = () => f() + 1; f()", /Maximum call stack/],
  ["a message to nobody", "node.send(7, { type: 'Answer' })", /nodes are 0 to 0/],
  ["an unknown message", "node.send(0, { type: 'Pwned' })", /no message type "Pwned"/],
  ["a message that is no data", "node.send(0, { type: 'Answer', it: 1n })", /BigInt/],
  ["a realm that answers with an object", "Array.prototype.join = () => ({ length: 0 }); return", /tampered with/],
  ["an effect that there is not", 'Array.prototype.join = () => \'{"type":"win"}\'; return', /tampered with/],
  ["an exception that nobody can look at", "throw new Proxy({}, { getPrototypeOf() { throw 1 } })", /tampered with/],
  ["an exception that is none", "throw { toString() { throw 1 } }", /it threw/],
  [
    "a leader that does not exist",
    "node.report({ type: 'believes', leader: 1e9, epoch: 1 }); return",
    /the nodes are 0 to 0, and null is nobody/,
  ],
  ["a fact without sense", "node.report({ type: 'believes', leader: 0, epoch: {} }); return", /which is not a number/],
])("the first wall: loses its points and harms nothing else: %s", async (_what, deed, why) => {
  const { earned, why: happened } = await outcomeInThread(deed)
  expect(earned).toEqual([0, 12])
  expect(happened).toMatch(why)
})

test("what is not there for a submission says so", async () => {
  const attempts = [
    "Date.now()",
    "Math.random()",
    "setTimeout(() => {}, 1)",
    "fetch('http://localhost:1')",
    "globalThis.require('node:fs')",
    "(0, eval)('process.exit(0)')",
    "this.constructor.constructor('return process')()",
  ]
  const tried = attempts.map(attempt => `try { ${attempt}; said.push("nothing") } catch (e) { said.push(e.message) }`)
  const { earned, why } = outcome(
    await gradeWith(`const said = []; ${tried.join(";")}; throw new Error(said.join("; "))`),
  )
  expect(earned).toEqual([0, 12])
  expect(why).toContain("Date is not for algorithms: take the time from node.now()")
  expect(why).toContain("random is not for algorithms: draw with node.random(low, high)")
  expect(why.match(/is not for algorithms/g)).toHaveLength(5)
  expect(why).toContain("Code generation from strings disallowed")
})

test.each([
  [
    "patched globals",
    "return",
    "Array.prototype.map = () => []; Map.prototype.get = () => 0; Math.max = () => 0; Object.keys = () => []",
  ],
  ["a patched JSON", "return", 'JSON.stringify = () => \'{"effects":[],"lines":[],"value":true}\''],
  ["a patched list", "return", 'Array.prototype.join = () => \'],"lines":[],"value":true,"effects":[\''],
  [
    "polluted prototypes",
    "return",
    "Object.prototype.earned = 8; Object.prototype.failure = undefined; Array.prototype.length = 0",
  ],
  ["a polluted disk", 'node.save(JSON.parse(\'{"__proto__":{"leader":0,"earned":8}}\')); return', ""],
])("the first wall: gains nothing: %s", async (_what, deed, prelude) => {
  const { earned } = await outcomeInThread(deed, prelude)
  expect(earned[0]).toBe(0)
  expect(earned[1]).toBeLessThanOrEqual(12)
})

describe.concurrent("gains nothing:", () => {
  test.each([
    ["a forged result on the output", 'console.log(\'{"type":"end","test":"1.1","runs":1,"printed":[]}\'); return'],
    [
      "a dynamic import",
      "import('node:' + node.id).then(p => p.exit(0), e => e.constructor.constructor('return process')().exit(0)); return",
    ],
  ])("%s", async (_what, deed) => {
    const report = await gradeWith(deed)
    expect(report.tests[0]!.earned).toBe(0)
    expect(report.score).toBeLessThanOrEqual(12)
  })

  test("memory that nodes might share: each has its own", async () => {
    const program = await compileSubmission(join(ROOT, "labs/bully/reference.ts"), ROOT, (path, source) =>
      path === BULLY
        ? source
            .replace(
              "  start(node) {\n",
              "  start(node) {\n    globalThis.top = Math.max(globalThis.top ?? 0, node.id); node.setTimer('heartbeat', 50_000); return\n",
            )
            .replace(
              "    heartbeat(node) {\n",
              "    heartbeat(node) {\n      return node.report({ type: 'believes', leader: globalThis.top, epoch: 1 })\n",
            )
        : source,
    )
    const report = await gradeProgram(lab, program, "sharing", { stage: "start" })
    expect(outcome(report)).toMatchObject({ earned: [8, 0] })
  })

  test("an import of somebody else's file does not compile", async () => {
    const file = join(tmpdir(), `quorate-hostile-${process.pid}.ts`)
    writeFileSync(file, 'import "node:fs"\nimport "/etc/passwd"\nimport "../work/solution.ts"\n')
    await expect(compileSubmission(file)).rejects.toMatchObject({
      problems: [
        expect.stringMatching(/:1:8: .*found an import of "node:fs"/),
        expect.stringMatching(/:2:8: .*found an import of "\/etc\/passwd"/),
        expect.stringMatching(/:3:8: .*found an import of "\.\.\/work\/solution\.ts"/),
      ],
    })
    rmSync(file)
  })

  test.each([
    ["a file that is called as the script around it", "entry.js", `import ${JSON.stringify(SOMEBODYS)}`],
    ["another ending in the same way", "my-entry.js", `import ${JSON.stringify(SOMEBODYS)}`],
    ["a pattern that is required", "pattern.js", "globalThis.a = name => require(`../${name}.ts`)"],
    ["a pattern that is imported", "pattern.js", "globalThis.a = name => import(`../${name}.ts`)"],
  ])("nor does one by %s", async (_, name, source) => {
    const own = join(FOLDER, "own")
    mkdirSync(own, { recursive: true })
    writeFileSync(SOMEBODYS, "export const secret = 1\n")
    writeFileSync(join(own, name), source)
    writeFileSync(join(own, "bully.ts"), `import "./${name}"\n`)
    const problem = /found an import (of "\/|with a computed path)/
    await expect(compileSubmission(join(own, "bully.ts"))).rejects.toThrow(problem)
  })

  test.each(["bully.ts", "other.js", "style.css"])("a source map that %s names is not read", async name => {
    const own = join(FOLDER, "mapped")
    mkdirSync(own, { recursive: true })
    writeFileSync(SOMEBODYS, "secret")
    writeFileSync(join(own, "bully.ts"), 'import "./other.js"\nimport "./style.css"\n')
    for (const other of ["other.js", "style.css"]) writeFileSync(join(own, other), "")
    writeFileSync(join(own, name), `/*# sourceMappingURL=${SOMEBODYS} */\n`, { flag: "a" })
    await expect(compileSubmission(join(own, "bully.ts"))).resolves.toMatchObject({ script: expect.any(String) })
  })
})

test("the second wall: the process of a submission writes no files and starts no others", async () => {
  const [written, spawned] = TRACES
  const attempts = [
    `require("node:fs").writeFileSync(${JSON.stringify(written)}, "x")`,
    `require("node:child_process").execFileSync("touch", [${JSON.stringify(spawned)}])`,
    `require("node:fs").readFileSync("/etc/passwd")`,
    `process.binding("fs")`,
    `Function("return 1")()`,
  ]
  const code = attempts.map(
    attempt => `try { ${attempt}; console.log("done") } catch (e) { console.log(e.code ?? e.name) }`,
  )
  const { promise, resolve } = Promise.withResolvers<string>()
  execFile(process.execPath, [...GRADER_FLAGS, "-e", code.join("\n")], (_error, out) => resolve(out))
  const denied = "ERR_ACCESS_DENIED"
  expect((await promise).trim().split("\n")).toEqual([denied, denied, denied, denied, "EvalError"])
  for (const trace of TRACES) expect(existsSync(trace)).toBe(false)
})

test("the last wall: a submission's thread loads no module and has nothing that opens connections", async () => {
  const attempts = [
    'await import("node:net")',
    'await import("https")',
    'require("node:dgram")',
    'require("fs")',
    'process.getBuiltinModule("net")',
    "fetch",
    'process.kill(1, "SIGTERM")',
  ]
  const code = attempts.map(attempt => `try { ${attempt}; console.log("done") } catch (e) { console.log(e.message) }`)
  const wall = JSON.stringify(join(ROOT, "labs/sandbox/dismantle.ts"))
  const script = `import { createRequire } from "node:module"; import { dismantle } from ${wall};
    const require = createRequire(${wall}); dismantle(); ${code.join("\n")}`
  const { promise, resolve } = Promise.withResolvers<string>()
  const flags = [...GRADER_FLAGS, "--input-type=module", "-e", script]
  execFile(process.execPath, flags, (_error, out, err) => resolve(out + err))
  expect((await promise).trim().split("\n")).toEqual([
    "node:net is not for submissions",
    "https is not for submissions",
    "node:dgram is not for submissions",
    "fs is not for submissions",
    "process.getBuiltinModule is not a function",
    "fetch is not defined",
    "process.kill is not a function",
  ])
})
