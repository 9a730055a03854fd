// docs/checking.md: what it says of states, steps and outputs is so.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import * as registry from "../../algorithms/registry.ts"
import { parseStep } from "../../runtime/scenario/script-words.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { toScenario } from "../../scenarios/cell.ts"
import { decodeScenario } from "../../scenarios/scenario-file.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"

const text = readFileSync(join(import.meta.dirname, "../../docs/checking.md"), "utf8")
const folder = temporaryFolder()

const rows = [...text.matchAll(/^\| `(check [^`]+)` \| ([\d,]+) \| ([\d,]+) \|$/gm)].map(
  ([, line, states, transitions]) => {
    return { line: line!, states: numberOf(states!), transitions: numberOf(transitions!) }
  },
)

function numberOf(written: string): number {
  return Number(written.replaceAll(",", ""))
}

test("there is a table of checks", () => expect(rows.length).toBeGreaterThan(5))

test.each(rows)("quorate $line: $states states, $transitions transitions", async ({ line, states, transitions }) => {
  const { out } = await quorate(`${line} --json --out ${join(folder, "none.json")}`)
  expect(JSON.parse(out)).toMatchObject({
    verdict: "holds",
    states,
    transitions,
    missed: [],
    beyondClaims: expect.any(Array),
  })
})

const examples = [...text.matchAll(/```\n\$ quorate (.*)\n([\s\S]*?)```/g)].map(([, command, printed]) => [
  command!,
  printed!,
])

test("there are examples", () => expect(examples).toHaveLength(2))

test.each(examples)("quorate %s prints what it says", async (command, printed) => {
  const file = join(folder, "counterexample.json")
  const { out } = await quorate(`${command} --out ${file}`)
  expect(out.replaceAll(file, "counterexample.json").replaceAll(/\s+/g, " ")).toBe(printed.replaceAll(/\s+/g, " "))
})

test("the script is one that runs to its end", () => {
  const [, written] = /```json\n([\s\S]*?)```/.exec(text)!
  const run = decodeScenario(JSON.parse(written!), registry)
  if ("problems" in run) throw new Error(JSON.stringify(run.problems))
  expect(simulate(toScenario(run.scenario, registry), run.seed)).toMatchObject({
    status: "completed",
    outcome: { ok: 1 },
  })
})

test("the steps in its table are steps", () => {
  const table = text.slice(text.indexOf("| step | meaning |"), text.indexOf("The steps follow each other"))
  const steps = [...table.matchAll(/`([a-z]+ [^`]+)`/g)].map(([, step]) => step!).filter(step => !step.includes("..."))
  const whole = steps.filter(step => /^(?:deliver|duplicate|lose|timeout|crash|client)\b/.test(step))
  expect(whole.length).toBeGreaterThan(8)
  for (const step of whole) expect(parseStep(step, 3, []), step).toBeDefined()
})
