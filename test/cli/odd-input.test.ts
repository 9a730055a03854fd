// Input that is meant to break something, or was broken by something: one line each, exit code 2.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"

const folder = temporaryFolder()

/** Validates a spec; what is told of it. */
async function validate(text: string): Promise<string> {
  const file = join(folder, "spec.yaml")
  writeFileSync(file, text)
  const { code, out, err } = await quorate(`validate ${file}`)
  expect([code, out]).toEqual([2, ""])
  return err.replaceAll(file, "spec.yaml")
}

const BASIC = "question: q\nalgorithms: [raft]\nnodes: 3\n"
const SMALL = `${BASIC}warmup: 100ms\nduration: 150ms\nrepeat: 2\ncharts: []\n`

describe("names that every object has", () => {
  test.each([
    ["duration: 2constructor", "duration"],
    ["sweep: { latency: [1toString] }", "sweep.latency"],
    ["sweep: { bandwidth: 1constructor/s }", "sweep.bandwidth"],
    ["workload: { valueSize: 3valueOf }", "workload.valueSize"],
    ["parameters: { constructor: 1 }", "parameters.constructor"],
    ["workload: { __proto__: 1 }", "workload.__proto__"],
    ["sweep: { parameters.toString: [1] }", "sweep.parameters.toString"],
    ["charts: [constructor]", "charts[0]"],
    ["faults: [ { constructor: { at: 1s } } ]", "faults[0]"],
    ["network: { latency: { model: toString } }", "network.latency"],
    ["service: hasOwnProperty", "service"],
    ["service: 1001", "service: found 1001, expected the name of a service, or one for each algorithm by name"],
  ])("%s", async (line, path) => {
    expect(await validate(`${BASIC}${line}\n`)).toContain(`quorate: spec.yaml:4:`)
    expect(await validate(`${BASIC}${line}\n`)).toContain(` ${path}`)
  })

  test.each(["toString", "constructor", "__proto__", "hasOwnProperty"])("algorithm %s", async name => {
    const told = `found "${name}", which is no algorithm; expected one of active-replication, b`
    expect(await validate(`question: q\nalgorithms: [${name}]\nnodes: 3\n`)).toContain(told)
    expect(await quorate(`algorithms ${name}`)).toMatchObject({
      code: 2,
      err: expect.stringContaining(`quorate: there is no algorithm ${name}`),
    })
    expect(await quorate(`lab new ${name} ${join(folder, "lab")}`)).toMatchObject({ code: 2 })
    expect(await quorate(`run ${name}`)).toMatchObject({ code: 2 })
  })

  test("as a label they are labels like others", async () => {
    const spec = join(folder, "labels.yaml")
    writeFileSync(spec, SMALL.replace("[raft]", "[{ use: raft, label: constructor }]"))
    expect(await quorate(`run ${spec} --out ${join(folder, "labels")} --quiet`)).toMatchObject({ code: 0 })
  })
})

/** A document that grows tenfold with each line. */
const BOMB = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
  .concat(
    "bcdefghij".split("").map((name, i) => `${name}: &${name} [${Array(10).fill(`*${"abcdefghi"[i]}`).join(", ")}]`),
  )
  .join("\n")

test.each([
  [
    "an alias of nothing",
    `${BASIC}seed: *none\n`,
    "spec.yaml:4:7: *none stands for nothing: there is no &none before it",
  ],
  ["aliases that multiply", BOMB, "its aliases (*) make more than 1000000 values of it"],
  ["an alias of itself", `${BASIC}faults: &f [*f]\n`, "*f is a part of itself"],
  ["brackets", `${BASIC}faults: ${"[".repeat(200)}${"]".repeat(200)}\n`, "nested more than 100 levels deep"],
  ["many brackets", `${BASIC}faults: ${"[".repeat(2e4)}${"]".repeat(2e4)}\n`, "nested more than 100 levels deep"],
  [
    "many levels",
    `a:\n${Array.from({ length: 3_000 }, (_, i) => `${" ".repeat(i + 1)}a:`).join("\n")}`,
    "nested more than",
  ],
  ["a tag", `${BASIC}seed: !!binary aGVsbG8=\n`, "seed: found"],
  [
    "a control character",
    'question: q\nalgorithms: [{ use: raft, label: "a\\eb" }]\nnodes: 3\n',
    String.raw`label: found "a\u001bb", expected a name`,
  ],
  ["a time beyond counting", `${BASIC}duration: 99999999999999999h\n`, "duration: found"],
])("YAML: %s", async (_, text, told) => {
  expect(await validate(text)).toContain(told)
})

describe("a manifest", () => {
  const results = join(folder, "results")
  beforeAll(async () => {
    const spec = join(folder, "good.yaml")
    writeFileSync(spec, SMALL)
    const { code, err } = await quorate(`run ${spec} --out ${results} --quiet`)
    if (code !== 0) throw new Error(err)
  })

  const cell = (change: (scenario: Record<string, unknown>) => unknown) => (manifest: Record<string, unknown>) => {
    const [first] = manifest["cells"] as Record<string, unknown>[]
    first!["scenario"] = change(first!["scenario"] as Record<string, unknown>)
    return manifest
  }

  test.each<[string, (manifest: Record<string, unknown>) => unknown, string]>([
    ["a list", () => [], "expected a mapping"],
    ["nothing", () => null, "expected a mapping"],
    ["no cells", manifest => ({ ...manifest, cells: undefined }), "cells: missing"],
    ["cells of another kind", manifest => ({ ...manifest, cells: [1] }), "cells[0]: found 1, expected a mapping"],
    ["seeds that are none", manifest => ({ ...manifest, seeds: ["x"] }), 'seeds[0]: found "x", expected a number'],
    ["modules that are none", manifest => ({ ...manifest, outside: 7 }), "outside: found 7, expected a list"],
    ["no scenario", cell(() => ({})), "the scenario of raft cannot be run: "],
    ["no such algorithm", cell(all => ({ ...all, algorithm: "toString" })), "algorithm: found"],
    ["no number of nodes", cell(all => ({ ...all, nodes: "3" })), "nodes: found"],
    ["too many nodes", cell(all => ({ ...all, nodes: 1e9 })), "nodes: found"],
    ["no network", cell(all => ({ ...all, network: null })), "cannot be run: "],
    ["faults that are none", cell(all => ({ ...all, faults: [{ kind: "flood" }] })), "cannot be run: "],
    ["no parameter", cell(all => ({ ...all, parameters: { electionTimeout: {} } })), "parameters.electionTimeout"],
  ])("with %s", async (name, change, told) => {
    const odd = join(folder, name.replaceAll(" ", "-"))
    mkdirSync(odd)
    const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(results, "manifest.json"), "utf8"))
    writeFileSync(join(odd, "manifest.json"), JSON.stringify(change(manifest)))
    const { code, err } = await quorate(`replay ${odd} --run raft/1`)
    expect(err).toMatch(/^quorate: .*\n$/)
    expect(err).toContain(told)
    expect(code).toBe(2)
  })

  test.each(["", "{", '{"cells":[],"seeds":[]}', "\u0000", "[".repeat(1e6)])("that is %j", async text => {
    const odd = join(folder, `odd-${text.length}`)
    cpSync(results, odd, { recursive: true })
    writeFileSync(join(odd, "manifest.json"), text)
    for (const command of [`replay ${odd} --run raft/1`, `report ${odd}`, `trace ${odd} --run raft/1`]) {
      const { code, err } = await quorate(command)
      expect(err).toMatch(/^quorate: .*\n$/)
      expect(code).toBe(2)
    }
  })
})

test.each(["validate", "run", "replay", "run first-comparison --baseline", "check-history", "bench costs --compare"])(
  "%s of a device that never ends",
  async command => {
    expect(await quorate(`${command} /dev/zero`)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/\/dev\/zero: .*this is a device; expected a file\n$/),
    })
  },
)

test("options are words, whatever is in them", async () => {
  for (const option of ["--out.a b", "--workers.x 1", "--__proto__.x 1", "--constructor.prototype 1"]) {
    const { code, err } = await quorate(`run first-comparison ${option}`)
    expect(err).toMatch(/^quorate: run: .*\n$/)
    expect(code).toBe(2)
  }
})
