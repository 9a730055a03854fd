// What gets through the walls around a submission: text, and nothing else. Of each deed, what the node saw is what it
// throws, and so what the first test reports.
import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, test } from "vitest"
import { labs } from "../../labs/registry.ts"
import { publicSeeds, testsOf, tryOnce } from "../../labs/engine/run.ts"
import { Sandbox } from "../../labs/sandbox/remote.ts"
import { compileSubmission } from "../../labs/engine/submission/submission.ts"
import { temporaryFolder } from "../support/folder.ts"
import { atStart, solve } from "./solution.ts"

const folder = temporaryFolder()
let count = 0

/** Runs the first test of the lab on bully elections. @returns what happened, run by run */
async function runWith(deed: string, prelude = "", runs = 1): Promise<readonly (string | undefined)[]> {
  const own = join(folder, `submission-${count++}`)
  solve(own, atStart(deed, prelude))
  const { bully } = labs
  if (bully?.kind !== "implement") throw new Error("there is no such lab")
  const sandbox = new Sandbox(await compileSubmission(join(own, "bully.ts")))
  const [{ test: first }] = testsOf(bully) as [ReturnType<typeof testsOf>[number]]
  const [seed] = publicSeeds(first)
  try {
    const outline = sandbox.outline()
    return Array.from({ length: runs }, () => tryOnce(bully, first, sandbox.algorithm(outline), seed!)?.happened)
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  } finally {
    await sandbox.close()
  }
}

/** Recurses to the end of the stack, and does something on the way back; returns what that throws of another realm. */
const DIVE = `
let left = 4_000
function dive(act) {
  let found
  try { found = dive(act) } catch {}
  if (found !== undefined || left-- <= 0) return found
  try { act() } catch (thrown) { if (!(thrown instanceof Error)) return thrown }
}`

describe("nothing of the outer realm", () => {
  test("comes from node.random, at the end of the stack or with nonsense", async () => {
    const deed = `
      const outer = dive(() => node.random(0, 1)) ?? dive(() => node.random({}, Symbol.iterator))
      throw new Error(outer === undefined ? "nothing" : "something")`
    expect(await runWith(deed, DIVE)).toEqual([expect.stringContaining("nothing")])
  })

  test("can be found on a node or its prototype", async () => {
    const deed = `
      const seen = new Set(), waiting = [node, Object.getPrototypeOf(node)]
      for (const value of waiting) {
        for (const key of Reflect.ownKeys(value)) {
          const found = Reflect.getOwnPropertyDescriptor(value, key).value
          if ((typeof found !== "object" && typeof found !== "function") || found === null || seen.has(found)) continue
          if (!(found instanceof Object)) throw new Error("of another realm: " + String(key))
          seen.add(found); waiting.push(found)
        }
      }
      throw new Error("looked at " + seen.has(node.random) + seen.has(node.state))`
    expect(await runWith(deed)).toEqual([expect.stringContaining("looked at truetrue")])
  })

  test("holds memory: what an exception of the thread leads to is frozen", async () => {
    // Stack traces are made by Node.js in the thread's own realm; without stack left, that throws there.
    const deed = `
      let outer
      for (let i = 0; i < 10 && outer === undefined; i++) { left = 100_000; outer = dive(() => new Error("x").stack) }
      if (outer === undefined) throw new Error("nothing to look at")
      const reached = [outer.constructor, Object.getPrototypeOf(outer), outer.constructor.constructor]
      for (let at = Object.getPrototypeOf(outer); at !== null; at = Object.getPrototypeOf(at)) reached.push(at, at.constructor)
      reached.push(outer.constructor.constructor.prototype, reached.at(-1).keys, reached.at(-1).entries({ a: 1 }).constructor)
      for (const each of reached) if (!Object.isFrozen(each)) throw new Error("not frozen: " + String(each))
      throw new Error("frozen")`
    // Whether there is anything to look at depends on how large the engine makes frames.
    expect(await runWith(deed, DIVE, 2)).toEqual(Array(2).fill(expect.stringMatching(/^(frozen|nothing to look at) /)))
  })

  test("can be changed in the thread's own realm, once it is dismantled", async () => {
    const wall = JSON.stringify(join(import.meta.dirname, "../../labs/sandbox/dismantle.ts"))
    const script = `import { dismantle } from ${wall}; dismantle()
      const error = new RangeError(), reached = [Map, Promise.prototype, [].values(), Symbol.prototype, RegExp.prototype]
      for (let at = error; at !== null; at = Object.getPrototypeOf(at)) reached.push(at.constructor, at.constructor.prototype)
      reached.push(error.constructor.constructor.prototype, Object.getPrototypeOf(async () => {}), Error.captureStackTrace)
      console.log(reached.slice(3).every(Object.isFrozen), reached.slice(0, 2).every(Object.isFrozen))`
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script])
    expect(stdout).toBe("true true\n")
  })

  test("is what one run could leave to the next", async () => {
    const deed = `
      globalThis.left = (globalThis.left ?? 0) + 1; mine++
      throw new Error(globalThis.left + " " + mine)`
    expect(await runWith(deed, "let mine = 0", 3)).toEqual(Array(3).fill(expect.stringMatching(/^1 1 /)))
  })
})

test.each([
  ["Date, at the top of a module", "", "const now = Date.now", /Date is not for algorithms/],
  ["Math.random, at the top of a module", "", "Math.random()", /random is not for algorithms/],
  ["Intl", "new Intl.DateTimeFormat().format()", "", /Intl is not for algorithms/],
  ["performance", "performance.now()", "", /performance is not for algorithms/],
  ["Atomics", "Atomics.wait()", "", /Atomics is not defined/],
  ["SharedArrayBuffer", "new SharedArrayBuffer(1)", "", /SharedArrayBuffer is not defined/],
  ["WebAssembly memory", "new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })", "", /is not defined/],
  ["WeakRef", "new WeakRef({})", "", /WeakRef is not defined/],
  ["FinalizationRegistry", "new FinalizationRegistry(() => {})", "", /FinalizationRegistry is not defined/],
  [
    "the language of the machine",
    "throw new Error((1234.5).toLocaleString() + 'a'.localeCompare('B'))",
    "",
    /^1234\.51/,
  ],
])("no clock, chance or place: %s", async (_what, deed, prelude, says) => {
  expect(await runWith(deed, prelude)).toEqual([expect.stringMatching(says)])
})

test.each([
  ["an async handler", "return Promise.resolve()", /a handler returned a promise: .*rule 1/],
  [
    "a message that is changed after it was sent",
    "const m = { type: 'Answer', election: 1, informed: true }; node.send(0, m); m.election = 2",
    /read only property 'election'.*immutable.*rule 3/,
  ],
  [
    "an unknown purpose",
    "node.send(0, { type: 'Answer' }, 'free')",
    /for the purpose "free"; expected one of protocol/,
  ],
  ["random numbers without end", "for (;;) node.random(0, 1)", /drew more than 10000 random numbers/],
])("a broken rule is named: %s", async (_what, deed, says) => {
  expect(await runWith(deed)).toEqual([expect.stringMatching(says)])
})

test.each([
  ["a regular expression", 'if (/^(a+)+$/.test("a".repeat(50) + "b")) return'],
  ["a method of the engine's", "Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)"],
])("a loop inside the engine ends with its processor time: %s", async (_what, deed) => {
  // These threads cannot be ended: the process of the test may only end by force.
  const { gradeProgram } = await import("../../labs/engine/grading/grade.ts")
  const own = join(folder, `submission-${count++}`)
  solve(own, atStart(`if (node.size === 1) { ${deed} }`))
  const { bully } = labs
  if (bully?.kind !== "implement") throw new Error("there is no such lab")
  const program = await compileSubmission(join(own, "bully.ts"))
  const { tests } = await gradeProgram(bully, program, "loop", { stage: "start", patienceMs: 200 })
  expect(tests.map(({ earned }) => earned)).toEqual([0, 12])
  expect(tests[0]?.failure?.happened).toContain("did not end within 0.2 s of processor time")
})
