// Racing two revisions, with processes whose times are made up: what is told must not depend on this machine.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { compareSpeed } from "../../bench/paired.ts"
import { temporaryFolder } from "../support/folder.ts"

const folder = temporaryFolder()

/**
 * A process that says a unit takes `factor` ms, more or less: by a share of its own all its life (`between`), and by
 * another in each sample (`within`). What it draws depends on its name and on how often it was started.
 */
function revision(name: string, factor: number, between: number, within: number): string {
  const file = join(folder, `${name}.mjs`)
  const count = join(folder, `${name}.count`)
  writeFileSync(count, "0")
  writeFileSync(
    file,
    `import { readFileSync, writeFileSync } from "node:fs"
     import { createInterface } from "node:readline"
     const started = Number(readFileSync(${JSON.stringify(count)}, "utf8")) + 1
     writeFileSync(${JSON.stringify(count)}, String(started))
     if (process.argv[3] !== "task") throw new Error("no task " + process.argv[3])
     let state = started * 7919 + ${name.length * 104_729}
     const random = () => {
       state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9
       state ^= state >>> 13
       return ((state >>> 0) / 2 ** 32 - 0.5) * 2
     }
     for (let i = 0; i < 8; i++) random()
     const own = 1 + ${between} * random()
     const sample = () => {
       console.log(JSON.stringify({ units: 100, cpuMs: 100 * ${factor} * own * (1 + ${within} * random()) }))
     }
     sample()
     for await (const _ of createInterface({ input: process.stdin })) sample()`,
  )
  return file
}

const race = (ours: string, theirs: string, task = "task") =>
  compareSpeed(task, { ours, theirs, rounds: 4, budget: 0.1, signal: new AbortController().signal })

test("a fifth slower, on a noisy machine, is told, with its interval", async () => {
  const comparison = await race(revision("slow", 1.2, 0.08, 0.3), revision("base", 1, 0.08, 0.3))
  expect(comparison?.verdict).toBe("slower")
  expect(comparison!.ratio.low).toBeGreaterThan(1.1)
  expect(comparison!.ratio.high).toBeLessThan(1.35)
})

test("the same speed, on a noisy machine, is told to be the same", async () => {
  const comparison = await race(revision("mine", 1, 0.08, 0.3), revision("theirs", 1, 0.08, 0.3))
  expect(comparison?.verdict).toBe("same")
  expect(comparison!.ratio.low).toBeLessThan(1)
  expect(comparison!.ratio.high).toBeGreaterThan(1)
})

test("a task that the other revision does not have cannot be raced", async () => {
  expect(await race(revision("new", 1, 0, 0), revision("old", 1, 0, 0), "unknown")).toBeUndefined()
})
