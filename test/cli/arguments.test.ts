// Command lines: what is understood, and how mistakes are told (exit code 2, one line, no stack trace).
import { symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { integerOption } from "../../cli/command.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"

const folder = temporaryFolder()

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name)
  writeFileSync(path, lines.join("\n"))
  return path
}

describe("mistakes in a command line", () => {
  test.each([
    ["", "a command is missing: one of run, ask, experiments, algorithms, validate, replay"],
    ["rnu first-comparison", "unknown command rnu; did you mean run?"],
    ["frobnicate", "unknown command frobnicate; expected one of run, ask, experiments"],
    ["--frobnicate", "a command is missing"],
    ["run", "run: <spec> is missing"],
    ["replay", "replay: <what> is missing"],
    ["replay results/x", "results/x: there is no such file or folder"],
    ["replay experiments/specs/first-comparison.yaml", 'which run? Name it with --run, as runs.csv does, e.g. --run "'],
    ["replay package.json", "package.json: neither a scenario file (format: quorate/scenario/v1) nor a manifest"],
    ["trace split-vot", "there is no such file or folder; did you mean split-vote?"],
    ["trace split-vote --seed x", "trace: --seed: expected an integer of at least 0"],
    ["trace split-vote --run raft/1", "this file holds one run, so --run has no meaning"],
    ["trace first-comparison --run a/1 --cell a", "--run and --cell: give one of the two"],
    [
      "trace split-vote --out no/such/folder/x.html",
      "--out: no/such/folder/x.html cannot be written: there is no folder no/such/folder",
    ],
    ["play raaft", "there is no such file or folder"],
    ["play --out test", "--out: test cannot be written: this is a folder"],
    ["play --algorithms x.ts", "--algorithms: the playground has the bundled algorithms only"],
    ["run a b", "run: one argument too many: b"],
    ["run a --wrokers 3", "run: unknown option --wrokers; did you mean --workers?"],
    ["run a --xyzzy", "run: unknown option --xyzzy (see"],
    ["run a --workers", "run: --workers needs a value"],
    ["run a --workers abc", 'run: --workers: expected an integer from 1 to 1024, found "abc"'],
    ["run a --workers 0", "run: --workers: expected an integer from 1 to 1024"],
    ["run a --workers 1.5", "run: --workers: expected an integer from 1 to 1024"],
    ["run a --workers -1", "run: --workers: expected an integer from 1 to 1024"],
    ["run a --out=", "run: --out needs the name of a folder"],
    ["run a --shard 3", 'run: --shard: expected a part such as 3/64, the first of which is 1/64, found "3"'],
    ["run a --shard 0/4", "run: --shard: expected a part such as 3/64"],
    ["run a --shard 5/4", "run: --shard: expected a part such as 3/64"],
    ["run a --limit soon", 'run: --limit: expected a time such as 30s or 10min, found "soon"'],
    ["run a --memory 1", "run: --memory: expected an integer of at least 16"],
    ["run first-comparison --shard 1/2 --queue redis://x", "--shard and --queue exclude each other"],
    ["worker", "worker: --queue is missing"],
    ["results no/such", "there are no results"],
    ["results /no/such", "quorate: /no/such: there are no results"],
    ["merge first-comparison no/such", "no/such: there is no such file or folder"],
    ["bench toString", "bench: there is no suite or task toString; expected some of "],
    ["algorithms rfat", "there is no algorithm rfat; did you mean raft?"],
    ["algorithms zookeeper", "there is no algorithm zookeeper; expected one of active-replication, b"],
    ["run first-comparisn", "no bundled experiment of this name; did you mean first-comparison?"],
    ["validate no/such.yaml", "no/such.yaml: there is no such file"],
    ["trace split-vote --out test", "--out: test cannot be written: this is a folder"],
    ["shrink split-vote", "this run violates no check, so there is nothing to shrink"],
    ["run test", "test: this is a folder"],
    ["check-history test", "test: this is a folder"],
    ["replay no/such --run raft/1", "no/such: there is no such file or folder"],
    ["replay first-comparsion --run raft/1", "there is no such file or folder; did you mean first-comparison?"],
    ["replay split-vote --from 2s --to 1s", "--to 1s lies before --from 2s"],
    ["results x --columns=", "--columns needs names of columns"],
    ["results x --where=", "--where needs a condition"],
    ["replay first-comparison --run nonsense", 'there is no run "nonsense"; a run is named like '],
    ["replay split-vote --node a,b", '--node: expected node ids such as 0,2, found "a,b"'],
    ["replay first-comparison --run x --from soon", "replay: --from: expected a time such as 4.9s"],
    ["check-history no/such.jsonl", "no/such.jsonl: there is no such file"],
  ])("quorate %s", async (line, expected) => {
    const { code, out, err } = await quorate(line)
    expect(err).toContain(`quorate: `)
    expect(err).toContain(expected)
    expect(err.trimEnd().split("\n")).toHaveLength(1)
    expect(err).not.toMatch(/\n\s+at /)
    expect(out).toBe("")
    expect(code).toBe(2)
  })

  test("a spec with hundreds of mistakes is answered with the first twenty", async () => {
    const faults = Array.from({ length: 300 }, () => "  - crsh: { at: 5s }")
    const { code, err } = await quorate(`validate ${file("bad.yaml", ["question: x", "faults:", ...faults])}`)
    const lines = err.trimEnd().split("\n")
    expect(lines).toHaveLength(21)
    expect(lines.at(-1)).toMatch(/^quorate: \.\.\. and 28\d more$/)
    expect(code).toBe(2)
  })

  test("a link that leads to itself is a file that cannot be read", async () => {
    const path = join(folder, "loop.yaml")
    symlinkSync(path, path)
    for (const command of ["validate", "trace"]) {
      const { code, err } = await quorate(`${command} ${path}`)
      expect(err).toMatch(/^quorate: .*loop\.yaml.*\n$/)
      expect(code).toBe(2)
    }
  })

  test("of an option given twice, the last one counts", async () => {
    expect((await quorate("run no/such.yaml --workers abc --workers 2")).err).toContain("there is no such file")
    expect((await quorate("run no/such.yaml --workers 2 --workers abc")).err).toContain('found "abc"')
  })

  test.each(["", " 3", "0x10", "1e3", "9007199254740993", "∞"])("%j is not an integer", written => {
    expect(() => integerOption("n", { min: 0 })(written)).toThrow("--n: expected an integer of at least 0")
  })
})

describe("help", () => {
  test("names all commands, with examples and exit codes", async () => {
    const { code, out } = await quorate("--help")
    for (const name of ["run <spec>", "experiments", "algorithms [name]", "validate <spec>", "replay <what>"]) {
      expect(out).toContain(`quorate ${name}`)
    }
    expect(out).toContain("Examples:")
    expect(out).toContain("Exit codes: 0 fine, 1 a check was violated")
    expect(code).toBe(0)
  })

  test.each(["run", "experiments", "algorithms", "validate", "replay", "shrink", "report", "check-history"])(
    "of %s",
    async name => {
      const { code, out, err } = await quorate(`${name} --help`)
      expect(out).toContain(`quorate ${name}`)
      expect(err).toBe("")
      expect(code).toBe(0)
    },
  )

  test("fits the width of the terminal, 100 columns at most", async () => {
    const { out } = await quorate("run --help")
    expect(Math.max(...out.split("\n").map(line => line.length))).toBeLessThanOrEqual(100)
  })
})

test("--version prints the version of package.json", async () => {
  const { default: description } = await import("../../package.json", { with: { type: "json" } })
  expect(await quorate("--version")).toEqual({ code: 0, out: `${description.version}\n`, err: "" })
})
