// A run written as a test: it passes as long as the run has the same verdicts, and fails when it has others.
import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { temporaryFolder } from "../support/folder.ts"
import { bodyOf } from "../support/test-body.ts"

/** In a process of its own: loaded by Vitest, the sources take three times as long. */
const LAUNCHER = join(import.meta.dirname, "../../cli/quorate")

const folder = temporaryFolder()

test("a saved scenario becomes a test that fails once its violation has gone", async () => {
  const scenario = join(folder, "two winners.json")
  const bundled = readFileSync(join(import.meta.dirname, "../../scenarios/bundled/test-and-set.json"), "utf8")
  writeFileSync(scenario, bundled)
  const file = join(folder, "two-winners.test.mjs")
  const { status, stdout } = spawnSync(LAUNCHER, ["replay", scenario, "--type", "fault", "--test", file], {
    encoding: "utf8",
  })
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("linearizable: VIOLATED") })
  const body = await bodyOf(file)
  body()
  writeFileSync(scenario, bundled.replace('"timeouts"', '"view-service"'))
  expect(body).toThrow(/status: \+?0/)
}, 60_000)
