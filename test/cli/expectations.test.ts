// `expect:` of a spec: experiments that break things on purpose end well if just that breaks.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"

const folder = temporaryFolder()

/** Four generals, one of them a lying commander: without a round of relaying they disagree, with one they do not. */
const NAIVE = '{ use: oral-messages, label: "OM(0)", parameters: { m: 0 } }'
const CAREFUL = '{ use: oral-messages, label: "OM(1)", parameters: { m: 1 } }'

const spec = (expectation: string, algorithms = [NAIVE, CAREFUL]): string => `question: Who disagrees?
algorithms: [${algorithms.join(", ")}]
service: agreement
nodes: 4
faults: [{ byzantine: { nodes: [0], behaviour: equivocating, at: 0s } }]
${expectation}
repeat: 2
charts: []
`

/** Runs a spec into one folder: what is expected has no run repeated, and judges those that are there. */
async function run(text: string, options = "") {
  writeFileSync(join(folder, "broken.yaml"), text)
  const ended = await quorate(`run ${join(folder, "broken.yaml")} --workers 1 --out ${join(folder, "out")} ${options}`)
  return { ...ended, out: ended.out.replace(/ runs \(\d already stored\):/, " runs:") }
}

test.each([
  ["", 1, "4 runs: a check was violated in 2\n"],
  ["expect: holds", 1, "4 runs: a check was violated in 2\n"],
  ["expect: violated", 0, "4 runs: a check was violated in 2, as expected\n"],
  ["expect: { violated: agreement, by: OM(0) }", 0, "4 runs: a check was violated in 2, as expected\n"],
  ["expect: { violated: any, by: om-0 }", 0, "4 runs: a check was violated in 2, as expected\n"],
  [
    "expect: { violated: any, by: OM(1) }",
    1,
    "in 2\nnot expected: agreement violated by OM(0), in 2 runs\nexpected: any check violated, and no run",
  ],
  [
    "expect: { violated: [agreement, invariants] }",
    1,
    "in 2, as expected\nexpected: invariants violated, and no run shows it\n",
  ],
])("with %j the exit code is %d", async (expectation, code, told) => {
  const { code: found, out } = await run(spec(expectation))
  expect(out).toContain(told)
  expect(found).toBe(code)
})

test("where nothing breaks, an expected violation is missed", async () => {
  const { code, out } = await run(spec("expect: violated", [CAREFUL]))
  expect(out).toMatch(/2 runs: no check was violated\nexpected: any check violated, and no run shows it\n/)
  expect(code).toBe(1)
})

test("a shard does not judge what only the whole experiment can", async () => {
  const { code, out } = await run(spec("expect: violated"), "--shard 1/2")
  expect(out).toMatch(/a check was violated in \d/)
  expect(code).toBe(0)
})

test.each([
  ["expect: broken", 'found "broken", expected holds, violated, or { violated: a check'],
  ["expect: { violated: agreemint }", "there is no check called"],
  ["expect: { violated: any, by: bully }", "there is no algorithm of this spec called"],
])("%s is refused", async (expectation, told) => {
  const { code, err } = await run(spec(expectation))
  expect(err).toContain("broken.yaml:6:")
  expect(err).toContain(told)
  expect(code).toBe(2)
})
