// The launcher of a checkout: bundled when nothing has changed, and never what was there before a change.
import { spawn } from "node:child_process"
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { beforeEach, describe, expect, test } from "vitest"
import { buildProgram } from "../../cli/launch/build.ts"
import { recordedEntry } from "../../cli/launch/record.js"
import { temporaryFolder } from "../support/folder.ts"

const ROOT = join(import.meta.dirname, "../..")
const folder = temporaryFolder()

/** A time at which all that was written before has settled. */
const later = (): number => Date.now() + 60_000

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function start(...words: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] })
  let [out, err] = ["", ""]
  child.stdout.on("data", (text: Buffer) => (out += text.toString()))
  child.stderr.on("data", (text: Buffer) => (err += text.toString()))
  return new Promise(resolve => child.on("close", code => resolve({ code, out, err })))
}

describe("a small checkout", () => {
  let checkouts = 0
  let root = ""
  const launch = () => start(join(root, "cli/launcher.js"))
  const write = (file: string, text: string): void => writeFileSync(join(root, file), text)
  const said = (out: string): Ended => ({ code: 0, out: `${out}\n`, err: "" })

  beforeEach(() => {
    root = join(folder, `checkout-${checkouts++}`)
    for (const path of ["cli", "lib", "experiments/run", "checking/parallel", "scenarios/outside", "node_modules"]) {
      mkdirSync(join(root, path), { recursive: true })
    }
    cpSync(join(ROOT, "cli/launcher.js"), join(root, "cli/launcher.js"))
    cpSync(join(ROOT, "cli/launch"), join(root, "cli/launch"), { recursive: true })
    for (const name of ["esbuild", "@esbuild"]) {
      symlinkSync(join(ROOT, "node_modules", name), join(root, "node_modules", name))
    }
    write("package.json", `{ "type": "module" }`)
    write("tsconfig.json", "{}")
    write("node_modules/.package-lock.json", "{}")
    const modules = ["experiments/run/worker.ts", "checking/parallel/worker.ts", "scenarios/outside/probe.ts"]
    for (const file of ["index.ts", ...modules]) write(file, "export {}\n")
    write("lib/word.ts", `export const word: string = "one"\n`)
    const way = `import.meta.url.endsWith(".ts") ? "from source" : "bundled"`
    write("cli/main.ts", `import { word } from "../lib/word.ts"\nconsole.log(word, ${way})\n`)
  })

  test("runs from source while sources are fresh, and bundled once they have settled", async () => {
    expect(await launch()).toEqual(said("one from source"))
    expect(readdirSync(join(root, "node_modules"))).not.toContain(".cache")
    await buildProgram(root, later())
    expect(await launch()).toEqual(said("one bundled"))
  })

  test("a change shows at once, even one that keeps a file's size and its time", async () => {
    await buildProgram(root, later())
    const { atime, mtime } = statSync(join(root, "lib/word.ts"))
    write("lib/word.ts", `export const word: string = "two"\n`)
    utimesSync(join(root, "lib/word.ts"), atime, mtime)
    expect(await launch()).toEqual(said("two from source"))
    await buildProgram(root, later())
    expect(await launch()).toEqual(said("two bundled"))
  })

  test.each([
    "cli/launch/build.ts",
    "cli/launch/record.js",
    "package.json",
    "tsconfig.json",
    "node_modules/.package-lock.json",
  ])("another %s makes the bundle worthless", async file => {
    await buildProgram(root, later())
    write(file, readFileSync(join(root, file), "utf8").concat("\n"))
    expect(await launch()).toEqual(said("one from source"))
  })

  test("a source that is gone is missed", async () => {
    await buildProgram(root, later())
    rmSync(join(root, "lib/word.ts"))
    const { code, err } = await launch()
    expect(code).toBe(1)
    expect(err).toContain("ERR_MODULE_NOT_FOUND")
  })

  test("the bundle of another checkout with the same packages is not used", async () => {
    await buildProgram(root, later())
    const record = join(root, "node_modules/.cache/quorate/program.json")
    writeFileSync(record, readFileSync(record, "utf8").replace(JSON.stringify(root), `"/elsewhere"`))
    expect(await launch()).toEqual(said("one from source"))
  })

  test("several may build and start at once", async () => {
    const builds = [1, 2, 3].map(() => buildProgram(root, later()))
    const starts = [1, 2, 3].map(launch)
    const entries = await Promise.all(builds)
    expect(new Set(entries).size).toBe(3)
    for (const { code, out, err } of await Promise.all(starts)) {
      expect({ code, err }).toEqual({ code: 0, err: "" })
      expect(out).toMatch(/^one (from source|bundled)\n$/)
    }
    expect(await launch()).toEqual(said("one bundled"))
  })

  test("where the cache cannot be written it runs from source, and says nothing", async () => {
    mkdirSync(join(root, "node_modules/.cache"))
    write("node_modules/.cache/quorate", "a file where the folder should be")
    await expect(buildProgram(root, later())).rejects.toThrow("EEXIST")
    expect(await launch()).toEqual(said("one from source"))
  })

  test("a mistake in a source is reported by Node.js, and leaves nothing behind", async () => {
    write("lib/word.ts", "export const word: string = \n")
    await expect(buildProgram(root, later())).rejects.toThrow("Unexpected end of file")
    expect(readdirSync(join(root, "node_modules/.cache/quorate"))).toEqual([])
    const { code, err } = await launch()
    expect(code).toBe(1)
    expect(err).toContain("SyntaxError")
  })

  test("bundles that were replaced days ago are removed, but for the last few", async () => {
    const cache = join(root, "node_modules/.cache/quorate")
    for (let old = 0; old < 7; old++) {
      mkdirSync(join(cache, `program-old${old}`), { recursive: true })
      utimesSync(join(cache, `program-old${old}`), 1_000 + old, 1_000 + old)
    }
    mkdirSync(join(cache, "program-recent"))
    await buildProgram(root, later())
    const left = readdirSync(cache, { withFileTypes: true }).filter(entry => entry.isDirectory())
    expect(left.map(({ name }) => name).filter(name => /old|recent/.test(name))).toEqual([
      "program-old4",
      "program-old5",
      "program-old6",
      "program-recent",
    ])
  })
})

test("this checkout's bundle runs workers, and algorithms from outside", async () => {
  if (recordedEntry(ROOT) === undefined) await buildProgram(ROOT, later())
  const spec = join(folder, "outside.yaml")
  const example = join(ROOT, "examples/roaming-token.ts")
  const lines = ["question: Does it run?", `algorithms: [{ use: roaming-token, from: ${example} }]`, "nodes: 3"]
  writeFileSync(spec, [...lines, "duration: 2s", "repeat: 2", "charts: []"].join("\n"))
  const out = join(folder, "results")
  const { code, err } = await start(join(ROOT, "cli/launcher.js"), "run", spec, "--workers", "1", "--out", out)
  expect({ code, err }).toMatchObject({ code: 0 })
  expect(readFileSync(join(out, "runs.csv"), "utf8").trim().split("\n")).toHaveLength(3)
})
