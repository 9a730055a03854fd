// Algorithms from outside the workbench: the worked example, and every way in which a module can be wrong.
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, test } from "vitest"
import { localImports, outsideFingerprint } from "../../../scenarios/outside/fingerprint.ts"
import { rowsOf } from "../../experiments/support/running.ts"
import { quorateTogether } from "../../support/commands.ts"
import { temporaryFolder } from "../../support/folder.ts"

const ROOT = join(import.meta.dirname, "../../..")
const EXAMPLE = join(ROOT, "examples/roaming-token.ts")
const folder = temporaryFolder()

const quorate = quorateTogether(folder)

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

const SPEC = (algorithms: string): string => `question: Does it run?
algorithms: ${algorithms}
service: mutual-exclusion
nodes: 4
warmup: 100ms
duration: 400ms
repeat: 2
charts: []
`

describe.concurrent("the worked example, in a folder that has nothing else", () => {
  cpSync(EXAMPLE, join(folder, "mine/roaming-token.ts"))
  write({
    "mine/spec.yaml": SPEC("[{ use: roaming-token, from: ./roaming-token.ts }]"),
    "named.yaml": SPEC("[roaming-token]"),
    "others.yaml": SPEC("[ricart-agrawala]"),
  })

  test("runs, is replayed from its results, and is explained", async () => {
    const [run, replay, again, explained, validated, added, replayed] = await quorate(
      ["run", "mine/spec.yaml", "--out", "results", "--workers", "2"],
      ["replay", "results", "--run", "roaming-token/1"],
      ["run", "mine/spec.yaml", "--out", "one-worker", "--workers", "1"],
      ["algorithms", "roaming-token", "--algorithms", "mine/roaming-token.ts"],
      ["validate", "named.yaml", "--algorithms", "./mine/roaming-token.ts"],
      ["validate", "others.yaml", "--algorithms", "mine/roaming-token.ts"],
      ["replay", "named.yaml", "--run", "roaming-token/2", "--algorithms", "mine/roaming-token.ts"],
    )
    expect(run).toMatchObject({ code: 0, out: expect.stringMatching(/Roaming token +100\.00%/) })
    expect(replay).toMatchObject({ code: 0, err: "", out: expect.stringContaining("mutual-exclusion: holds") })
    expect(again!.code).toBe(0)
    expect(rowsOf(join(folder, "one-worker"), "runs.csv")).toEqual(rowsOf(join(folder, "results"), "runs.csv"))
    expect(explained).toMatchObject({ code: 0, out: expect.stringContaining("Suzuki and Kasami 1985") })
    // A spec that does not list it gets it added to the comparison.
    expect(validated).toMatchObject({ code: 0, out: expect.stringContaining("1 cell,") })
    expect(added).toMatchObject({ code: 0, out: expect.stringContaining("2 cells") })
    expect(replayed).toMatchObject({ code: 0, out: expect.stringContaining("entered {timestamp: null}") })
  })
})

test.concurrent("a report is written again, whoever named the module, and wherever it has gone", async () => {
  cpSync(EXAMPLE, join(folder, "before/token.ts"))
  write({ "before/named.yaml": SPEC("[ricart-agrawala, { use: roaming-token, from: ./token.ts }]") })
  write({ "before/added.yaml": SPEC("[ricart-agrawala]") })
  const files = ["named", "added"].flatMap(results => [join(results, "summary.csv"), join(results, "manifest.json")])
  const contents = () => files.map(file => readFileSync(join(folder, file), "utf8"))
  const runs = await quorate(
    ["run", "before/named.yaml", "--out", "named", "--workers", "1"],
    ["run", "before/added.yaml", "--out", "added", "--workers", "1", "--algorithms", "before/token.ts"],
  )
  expect(runs.map(({ code }) => code)).toEqual([0, 0])
  const written = contents()
  for (const results of ["named", "added"]) rmSync(join(folder, results, "summary.csv"))
  const again = { code: 0, out: expect.stringContaining("4 runs (4 already stored)") }
  expect(await quorate(["report", "named"], ["report", "added"])).toMatchObject([again, again])
  expect(contents()).toEqual(written)

  renameSync(join(folder, "before"), join(folder, "after"))
  const [lost, found] = await quorate(["report", "added"], ["report", "added", "--algorithms", "after/token.ts"])
  const told = "added: its algorithms came from before/token.ts, which is not there; if it has moved, name it with"
  expect(lost).toMatchObject({ code: 2, out: "", err: `quorate: ${told} --algorithms\n` })
  expect(found).toMatchObject(again)
})

describe.concurrent("a module that cannot be used is told in one line, with its place, and exit code 2", () => {
  const algorithmText = (change: string) =>
    `import { roamingToken } from "./mine/roaming-token.ts"\nexport const other = { ...roamingToken, ${change} }\n`
  const cases: readonly (readonly [file: string, text: string, told: string])[] = [
    ["syntax.ts", "export const a = 1\nconst = 3\n", "syntax.ts:2:7: Unexpected token `=`."],
    ["syntax.mjs", "export const a = 1\nconst b = = 3\n", "syntax.mjs:2:11: Unexpected token '='"],
    ["enum.ts", "export const a = 1\n  enum X { A }\n", "enum.ts:2:3: TypeScript enum is not supported"],
    ["throws.ts", '\nthrow new Error("out of\\nluck")\n', "throws.ts:2:7: it throws while it loads: out of luck"],
    ["imports.ts", 'export const a = 1\nimport "./gone.ts"\n', "imports.ts:2:1: there is no gone.ts"],
    ["package.ts", 'import "left-out"\n', "package.ts:1:1: the package left-out is not installed"],
    [
      "name.ts",
      'import { algoritm } from "quorate"\nalgoritm()\n',
      "name.ts:1:10: The requested module 'quorate' does",
    ],
    ["inner.ts", 'import "./syntax.ts"\n', "syntax.ts:2:7: Unexpected token `=`."],
    [
      "nothing.ts",
      "\n",
      "nothing.ts:1:1: exports no algorithm; expected export const name = algorithm({ ... }), it exp",
    ],
    ["another.ts", "export const a = 1\n", "another.ts:1:1: exports no algorithm; expected export const name = algo"],
    ["text.txt", "hello\n", "text.txt:1:1: no module; expected a file whose name ends in .ts"],
    [
      "taken.ts",
      algorithmText('name: "raft"'),
      "taken.ts:1:1: the name raft is taken by an algorithm of the workbench",
    ],
    [
      "lacks.ts",
      algorithmText("receive: undefined"),
      "lacks.ts:1:1: the export other is not a whole algorithm: receive ",
    ],
    [
      "wrong.ts",
      algorithmText("serves: []"),
      "wrong.ts:1:1: the export other is not a whole algorithm: serves is not a ",
    ],
    [
      "colour.ts",
      algorithmText('colour: "red"'),
      "colour.ts:1:1: the export other is not a whole algorithm: colour is not a colour such as #0072B2",
    ],
    [
      "theory.ts",
      algorithmText('theory: { messages: [{ service: "leader-election", formula: "n" }] }'),
      "theory.ts:1:1: the export other is not a whole algorithm: theory is not closed forms such as { messages: ",
    ],
    [
      "default.ts",
      algorithmText('parameters: { x: { kind: "integer", default: "much", doc: "" } }'),
      'default.ts:1:1: the export other is not a whole algorithm: parameters.x: the default "much" is not an integer',
    ],
  ]
  write(Object.fromEntries(cases.map(([file, text]) => [file, text])))

  test("given on the command line", async () => {
    const outcomes = await quorate(
      ...cases.map(([file]) => ["validate", "others.yaml", "--algorithms", file]),
      ["algorithms", "--algorithms", "./nowhere.ts", "--algorithms", "no-such-package"],
      ["validate", "others.yaml", "--algorithms", "mine"],
    )
    const told = outcomes.map(({ err }) => err)
    expect(told).toEqual([
      ...cases.map(([, , message]) => expect.stringContaining(`quorate: ${message}`)),
      "quorate: --algorithms ./nowhere.ts: there is no such file\n" +
        "quorate: --algorithms no-such-package: there is no such file, and no package of this name is installed\n",
      "quorate: --algorithms mine: this is a folder; expected a module\n",
    ])
    expect(outcomes.map(({ code }) => code)).toEqual(outcomes.map(() => 2))
    for (const text of told) expect(text).not.toMatch(/\n\s+at /)
  })

  test("named by a spec", async () => {
    write({
      "gone.yaml": SPEC("[{ use: mine, from: ./gone.ts }]"),
      "misnamed.yaml": SPEC("[{ use: roaming-toke, from: ./mine/roaming-token.ts }]"),
      "broken.yaml": SPEC("[{ use: mine, from: ./syntax.ts }]"),
    })
    const outcomes = await quorate(["validate", "gone.yaml"], ["validate", "misnamed.yaml"], ["run", "broken.yaml"])
    expect(outcomes.map(({ code, err }) => [code, err])).toEqual([
      [2, "quorate: gone.yaml:2:33: algorithms[0].from: ./gone.ts: there is no such file\n"],
      [
        2,
        expect.stringContaining('misnamed.yaml:2:21: algorithms[0].use: found "roaming-toke", which ./mine/roaming-'),
      ],
      [2, expect.stringContaining("syntax.ts:2:7: Unexpected token")],
    ])
  })
})

test.concurrent("a file is a module though npm init says that the folder holds CommonJS", async () => {
  const example = readFileSync(EXAMPLE, "utf8")
  write({
    "common/package.json": '{ "name": "common", "type": "commonjs" }',
    "common/locks.ts": example,
    "common/wrapped.js":
      'import words from "./words.js"\nimport { roamingToken } from "./locks.ts"\nexport const mine = { ...roamingToken, name: words.name }\n',
    "common/words.js": 'module.exports = { name: "from-common" }\n',
    "common/ts.yaml": SPEC("[{ use: roaming-token, from: ./locks.ts }]"),
    "common/js.yaml": SPEC("[{ use: from-common, from: ./wrapped.js }]"),
  })
  const runs = await quorate(
    ["run", "common/ts.yaml", "--out", "common/1", "--workers", "1"],
    ["run", "common/js.yaml", "--out", "common/2", "--workers", "1"],
  )
  for (const run of runs) {
    expect(run).toMatchObject({ code: 0, out: expect.stringMatching(/Roaming token +100\.00%/) })
    expect(run.err).not.toContain("Warning")
  }
})

test.concurrent("a package brings algorithms by its name", async () => {
  const code = 'import { roamingToken } from "../../mine/roaming-token.ts"\n'
  write({
    "node_modules/team-locks/package.json":
      '{ "name": "team-locks", "type": "module", "exports": { "import": "./main.js" } }',
    "node_modules/team-locks/main.js": `${code}export const lock = { ...roamingToken, name: "team-lock" }\n`,
    "packaged.yaml": SPEC("[{ use: team-lock, from: team-locks }]"),
  })
  const [run] = await quorate(["run", "packaged.yaml", "--out", "packaged", "--workers", "1"])
  expect(run).toMatchObject({ code: 0, out: expect.stringMatching(/Roaming token +100\.00%/) })
})

test("the version of an outside algorithm's code is that of its module and of what this imports from files", () => {
  write({
    "a/main.ts": 'import "./part.ts"\nimport "quorate"\n',
    "a/part.ts": 'export * from "./main.ts"\n',
    "a/b.ts": "",
  })
  const main = join(folder, "a/main.ts")
  expect(localImports(main)).toEqual([join(folder, "a/part.ts")])
  const before = outsideFingerprint(main)
  write({ "a/b.ts": "// changed\n" })
  expect(outsideFingerprint(main)).toBe(before)
  write({ "a/part.ts": "// changed\n" })
  expect(outsideFingerprint(main)).not.toBe(before)
})
