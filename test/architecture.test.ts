// The architecture of the project as tests: who imports whom, and what the pure layers may touch.
import { execFile } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, test } from "vitest"
import { algorithms } from "../algorithms/registry.ts"
import { codeOf } from "../lib/assets.ts"
import { temporaryFolder } from "./support/folder.ts"
import { circles, layerViolations, reachableFrom, readSources } from "./support/imports.ts"

const ROOT = join(import.meta.dirname, "..")
const sources = readSources(ROOT)

describe("imports point one way, from stage to stage", () => {
  test("in all sources", () => {
    expect(sources.size).toBeGreaterThan(20)
    expect(layerViolations(sources)).toEqual([])
  })

  test("and never in a circle, types included", () => {
    expect(circles(sources)).toEqual([])
  })

  test("a circle of types is found", () => {
    const planted = new Map([
      ["runtime/lib/a.ts", 'import type { B } from "./b.ts"'],
      ["runtime/lib/b.ts", 'import { c } from "./c.ts"'],
      ["runtime/lib/c.ts", 'import { a } from "./a.ts"'],
    ])
    expect(circles(planted)).toEqual([["runtime/lib/a.ts", "runtime/lib/b.ts", "runtime/lib/c.ts", "runtime/lib/a.ts"]])
  })

  test.each([
    ["runtime/lib/search.ts", "../contract/units.ts", "runtime/lib does not import runtime/contract"],
    ["runtime/faults/fault.ts", "../simulation/trace.ts", "runtime/faults does not import runtime/simulation"],
    ["runtime/simulation/loop.ts", "../../services/timing.ts", "runtime/simulation does not import services"],
    ["runtime/simulation/loop.ts", "node:fs", "runtime imports no package and nothing of Node.js"],
    ["runtime/simulation/loop.ts", "effect/Effect", "runtime imports no package and nothing of Node.js"],
    ["services/agreement/service.ts", "../../algorithms/raft/raft.ts", "services does not import algorithms"],
    ["services/timing.ts", "../runtime/network/links.ts", "services imports the contract only, not runtime/network"],
    [
      "algorithms/raft/raft.ts",
      "../../runtime/simulation/trace.ts",
      "algorithms imports the contract only, not runtime/simulation",
    ],
    ["algorithms/raft/raft.ts", "../../experiments/plan/spec.ts", "algorithms does not import experiments/plan"],
    ["algorithms/raft/raft.ts", "../paxos/paxos.ts", "algorithms do not import each other"],
    ["experiments/model/plan.ts", "../plan/spec.ts", "experiments/model does not import experiments/plan"],
    ["labs/engine/lab.ts", "../../bench/measure.ts", "labs does not import bench"],
    ["bench/measure.ts", "../cli/main.ts", "bench does not import cli"],
    ["web/trace/model/model.ts", "../../../cli/main.ts", "web does not import cli"],
    ["index.ts", "./experiments/plan/spec.ts", "index.ts does not import experiments/plan"],
    ["cli/main.ts", "../attic/old.ts", "attic/old.ts belongs to no stage"],
  ])("a planted import is caught: %s from %s", (file, imported, reason) => {
    const planted = new Map([[file, `import { x } from "${imported}"\n`]])
    expect(layerViolations(planted)).toEqual([`${file} imports ${imported}: ${reason}`])
  })

  test("types, re-exports and dynamic imports count; comments do not", () => {
    const code = [
      'import type { A } from "../a/a.ts"',
      'export * from "../b/b.ts"',
      'const c = import("../c/c.ts")',
      '// import { d } from "../d/d.ts"',
      '/* import { e } from "../e/e.ts" */',
    ]
    const planted = new Map([["algorithms/raft/raft.ts", code.join("\n")]])
    expect(layerViolations(planted).map(line => line.split(":")[0])).toEqual([
      "algorithms/raft/raft.ts imports ../a/a.ts",
      "algorithms/raft/raft.ts imports ../b/b.ts",
      "algorithms/raft/raft.ts imports ../c/c.ts",
    ])
  })

  test("modules that algorithms share, and the registry, may be imported", () => {
    const planted = new Map([
      ["algorithms/raft/raft.ts", 'import { Quorum } from "../common/quorum.ts"'],
      ["algorithms/registry.ts", 'import { raft } from "./raft/raft.ts"'],
    ])
    expect(layerViolations(planted)).toEqual([])
  })
})

describe("rooms stay rooms", () => {
  /** Files and folders that are too large today: these lists only shrink. */
  const LONG: readonly string[] = []
  const FULL: readonly string[] = []

  test("no source has more than 400 lines, style apart", () => {
    const long = [...sources].filter(([file, source]) => !file.includes("style") && source.split("\n").length > 401)
    expect(long.map(([file]) => file)).toEqual(LONG)
  })

  test("no folder of the runtime or of the experiments has more than 20 entries", () => {
    const entries = new Map<string, Set<string>>()
    for (const file of sources.keys()) {
      for (let path = file; path.includes("/"); path = dirname(path)) {
        const folder = dirname(path)
        entries.set(folder, (entries.get(folder) ?? new Set()).add(path))
      }
    }
    const full = [...entries].filter(([folder, { size }]) => /^(?:runtime|experiments)\b/.test(folder) && size > 20)
    expect(full.map(([folder]) => folder)).toEqual(FULL)
  })
})

test("the trace page runs in browsers: of all it reaches, nothing is Node.js's and no package but Preact is used", () => {
  const { modules, packages } = reachableFrom("web/trace/main.tsx", sources)
  expect(modules).toContain("runtime/simulation/simulation.ts")
  expect([...packages].toSorted()).toEqual(["preact", "preact/hooks"])
})

test.each(Object.keys(algorithms))("runs of %s that are stored go by all code that they depend on", name => {
  const versioned = new Set(codeOf(name))
  const own = [...sources.keys()].filter(file => file.startsWith(`algorithms/${name}/`))
  expect(own.length).toBeGreaterThan(0)
  for (const start of [...own, "scenarios/measure.ts", "runtime/simulation/simulation.ts"]) {
    const missed = [...reachableFrom(start, sources).modules].filter(file => !versioned.has(file))
    expect(missed, start).toEqual([])
  }
})

test("algorithms keep no state in modules: no `let` outside functions (contract, rule 1)", () => {
  const offenders = [...sources].filter(
    ([file, source]) => file.startsWith("algorithms/") && /^(?:export )?(?:let|var)\b/m.test(source),
  )
  expect(offenders.map(([file]) => file)).toEqual([])
})

describe("the purity fence: oxlint refuses whatever would make a run depend on more than scenario and seed", () => {
  const folder = temporaryFolder()

  /** What oxlint says of one line of code in a file at `path`, under the project's rules. */
  async function lint(path: string, code: string): Promise<string> {
    const config: { options: object } = JSON.parse(readFileSync(join(ROOT, ".oxlintrc.json"), "utf8"))
    writeFileSync(join(folder, ".oxlintrc.json"), JSON.stringify({ ...config, options: {} }))
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), code)
    const oxlint = join(ROOT, "node_modules/.bin/oxlint")
    const run = promisify(execFile)(oxlint, ["--format", "unix", path], { cwd: folder })
    return run.then(
      done => done.stdout,
      (failed: { stdout: string }) => failed.stdout,
    )
  }

  const impure = [
    "export const f = () => Date.now()",
    "export const f = () => Math.random()",
    "export const f = () => Math.log(2)",
    "export const f = () => performance.now()",
    "export const f = () => setTimeout(f, 1)",
    "export const f = () => process.env",
    "export const f = () => crypto.randomUUID()",
    "export const f = () => globalThis",
    "export const f = () => console.log(1)",
    "export const f = async () => 1",
    "export const f = () => new Promise(() => {})",
    'import { readFileSync } from "node:fs"; export const f = () => readFileSync',
    'import * as Effect from "effect/Effect"; export const f = () => Effect',
    'import { run } from "../experiments/run/run.ts"; export const f = () => run',
  ]

  test.each(["runtime", "services", "algorithms"])("in %s/", async layer => {
    const path = `${layer}/planted.ts`
    const findings = await lint(path, impure.map((code, i) => code.replaceAll(/\bf\b/g, `f${i}`)).join("\n"))
    const lines = new Set([...findings.matchAll(/^[^:]+:(\d+):\d+: /gm)].map(match => Number(match[1])))
    const unnoticed = impure.filter((_, i) => !lines.has(i + 1))
    expect(unnoticed).toEqual([])
  })

  test("pure code passes", async () => {
    const findings = await lint("runtime/planted.ts", "export const twice = (x: number) => Math.floor(2 * x)\n")
    expect(findings).not.toContain("planted.ts")
  })
})
