// Misnamed handlers of algorithms from outside are found when their module is loaded, with file and line; so is the line that throws.
import { readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { expect, test } from "vitest"
import { quorateBuilt } from "../../support/built.ts"
import { isNight } from "../../support/effort.ts"
import { temporaryFolder } from "../../support/folder.ts"
import { quorate } from "../../support/terminal.ts"

const EXAMPLE = readFileSync(join(import.meta.dirname, "../../../examples/roaming-token.ts"), "utf8")
const folder = temporaryFolder()

function moduleWith(name: string, from: string, to: string): string {
  expect(EXAMPLE).toContain(from)
  const path = join(folder, `${name}.ts`)
  writeFileSync(path, EXAMPLE.replace(from, to))
  return path
}

const lineOf = (text: string): number => EXAMPLE.split("\n").findIndex(line => line.startsWith(text)) + 1

test.each([
  [
    "    Request(node",
    "    Reqest(node",
    "roaming-token handles messages Reqest, which nothing sends, and none Request; is that meant?",
  ],
  [
    "    Acquire(node",
    "    Aquire(node",
    "roaming-token serves mutual-exclusion and handles no request Acquire; is Aquire meant?",
  ],
])("%s", async (from, to, message) => {
  const path = moduleWith(to.trim().replace("(node", ""), from, to)
  const told = `quorate: ${relative("", path)}:${lineOf(from)}:5: ${message}\n`
  expect(await quorate(`algorithms --algorithms ${path}`)).toEqual({ code: 2, out: "", err: told })
})

test("the example itself has nothing of the kind", async () => {
  const path = moduleWith("whole", "    Acquire(node", "    Acquire(node")
  expect(await quorate(`algorithms --algorithms ${path}`)).toMatchObject({ code: 0, err: "" })
})

test("an error thrown in a handler names the line of the author's source", async () => {
  const from = "    Acquire(node, _, client) {"
  moduleWith("throws", from, `${from} if (node.id === 1) throw new Error("boom");`)
  const spec = join(folder, "throws.yaml")
  writeFileSync(
    spec,
    "question: q\nalgorithms: [{ use: roaming-token, from: ./throws.ts }]\nnodes: 3\nduration: 3s\nrepeat: 1\ncharts: []\n",
  )
  const { code, out } = await quorate(`run ${spec} --quiet --workers 1 --out ${join(folder, "out")}`)
  expect(code).toBe(3)
  expect(out).toMatch(new RegExp(`boom \\(throws\\.ts:${lineOf(from)}:\\d+\\); at`))
})

/** The example with a handler that does not return once a node has got the token often enough. */
function endless(name: string, times: number): string {
  const from = "    Acquire(node, _, client) {"
  return moduleWith(name, from, `${from} if ((node.tries = (node.tries ?? 0) + 1) > ${times}) for (;;);`)
}

test("a handler that does not return ends a hunt, which leaves the run that shows it", async () => {
  const module = endless("endless", 2)
  const file = join(folder, "endless.json")
  const hunt = ["hunt", "roaming-token", "--nodes", "3", "--algorithms", module, "--limit", "1s", "--out", file]
  const hunted = await quorateBuilt(hunt)
  expect(hunted).toEqual({
    code: 3,
    out: "",
    err:
      "quorate: roaming-token, mutual-exclusion: a handler did not return within 1 s of processor time; " +
      `${file}: quorate replay ${file} --algorithms ${module}\n`,
  })
  const { code, err } = await quorateBuilt(["replay", file, "--algorithms", module, "--limit", "1s"])
  expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining("no end after 1 s of processor time") })
})

test.each([
  ["check roaming-token --nodes 3 --algorithms", "roaming-token"],
  ["check-algorithm", "roaming-token, run 1 of mutual-exclusion"],
])("and %s", async (command, name) => {
  const module = endless("endless-at-once", 0)
  expect(await quorateBuilt([...command.split(" "), module, "--limit", "1s"])).toMatchObject({
    code: 3,
    err: `quorate: ${name}: a handler did not return within 1 s of processor time\n`,
  })
})

test.runIf(isNight)("and threads that explore together, of which the other has nothing left to do", async () => {
  const from = "    Acquire(node, _, client) {"
  const module = moduleWith("endless-later", from, `${from} if (++calls > 120) for (;;);`)
  writeFileSync(module, `${readFileSync(module, "utf8")}\nlet calls = 0\n`)
  const bounds = ["--nodes", "4", "--operations", "8", "--crashes", "1", "--losses", "1"]
  const check = ["check", "roaming-token", ...bounds, "--algorithms", module, "--limit", "1s", "--workers", "2"]
  expect(await quorateBuilt(check)).toMatchObject({
    code: 3,
    err: expect.stringContaining("within 1 s of processor time"),
  })
})
