// A submission that failed is run again behind the walls that it failed behind: the same violation is found.
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { temporaryFolder } from "../support/folder.ts"
import { quorateFromSource } from "../support/from-source.ts"
import { quorate } from "../support/terminal.ts"
import { solve } from "./solution.ts"

const folder = temporaryFolder()

/**
 * Counts boots in a module's variable: behind walls each node counts one. With a variable that all nodes share, only the
 * first of them would ever start, and no check would be violated.
 */
const counting = (source: string): string =>
  source.includes("  start(node) {\n")
    ? `let boots = 0\n${source.replace("  start(node) {\n", "  start(node) {\n    if (++boots > 1) return\n")}`.replace(
        "informed: disk.election === null",
        "informed: true",
      )
    : source

test("what the test found is what the smallest scenario, replay and trace show", async () => {
  const own = join(folder, "own")
  await quorate(`lab new bully ${own}`)
  solve(own, counting)
  const { out } = await quorate(`lab test returns --dir ${own}`)
  const failed = out.split("\n  FAIL").find(part => part.includes("one-leader-per-epoch"))!
  expect(failed).toContain("No two live nodes lead in the same epoch at the same time")
  expect(failed).toMatch(/smallest scenario that violates one-leader-per-epoch \(nodes: 2, faults: [12]\)/)
  // Where npm runs the tests, the program is `npx quorate`.
  const command = /^ *(?:npx )?\S*quorate (replay \S+ --algorithms \S+)$/m.exec(failed)![1]!
  const { code, out: told } = await quorate(command)
  expect({ code, told }).toEqual({ code: 1, told: expect.stringContaining("one-leader-per-epoch: VIOLATED") })
  const page = join(folder, "trace.html")
  const trace = command.replace(/^replay/, "trace")
  expect(await quorate(`${trace} --out ${page}`)).toMatchObject({ code: 0 })
  expect(readFileSync(page, "utf8")).toContain("one-leader-per-epoch")
  const shrunk = join(folder, "shrunk.json")
  expect(await quorate(`${command.replace(/^replay/, "shrink")} --out ${shrunk} --runs 10`)).toMatchObject({
    code: 1,
    out: expect.stringContaining("violated: one-leader-per-epoch"),
  })
})

test("an exception is no check: its smallest scenario does not say that it violates one", async () => {
  const own = join(folder, "slip")
  await quorate(`lab new bully ${own}`)
  solve(own, source => source.replace("  start(node) {\n", "  start(node) {\n    Reflect.get(node, 'strat')()\n"))
  const { out } = await quorate(`lab test start --dir ${own}`)
  expect(out).toContain("expected: no exception\n")
  expect(out).toMatch(/smallest scenario in which this happens \(nodes: \d, faults: 0\): .*is not a function/)
  const kept: unknown = JSON.parse(readFileSync(join(own, "failures/1.1.json"), "utf8"))
  expect(kept).not.toHaveProperty("violates")
})

test("in a checkout, the printed command works as it stands", async () => {
  const own = join(folder, "typed")
  await quorateFromSource(`lab new bully ${own}`)
  const { out } = await quorateFromSource(`lab test start --dir ${own}`)
  const command = /^ *(\S*quorate replay .*)$/m.exec(out)![1]!
  const shown = execFileSync("/bin/sh", ["-c", command], { encoding: "utf8", cwd: process.cwd() })
  expect(shown).toContain("ended at")
})
