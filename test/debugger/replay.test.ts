import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { findRun } from "../../debugger/replay.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import * as registry from "../experiments/support/registry.ts"
import { rowsOf, running, withFolder } from "../experiments/support/running.ts"

const SPEC = `
question: Again?
algorithms: [parrot, liar]
sweep: { nodes: [3, 5] }
network: { latency: { model: exponential, floor: 1ms, mean: 5ms } }
parameters: { lies: 5% }
warmup: 100ms
duration: 1s
repeat: 3
charts: []
`

const find = (target: string, id: string) =>
  Effect.runPromise(Effect.result(findRun(target, id, { registry })).pipe(Effect.provide(NodeServices.layer)))

describe("a run", () => {
  test("is found in results and in the spec, and takes the same course again", async () => {
    await withFolder(async folder => {
      const outDir = join(folder, "results")
      await Effect.runPromise(running(SPEC, { outDir }))
      writeFileSync(join(folder, "spec.yaml"), SPEC)
      const rows = rowsOf(outDir, "runs.csv")
      for (const row of rows.filter((_, index) => index % 4 === 1)) {
        for (const target of [outDir, join(outDir, "manifest.json"), join(folder, "spec.yaml")]) {
          const result = await find(target, row["run"]!)
          if (result._tag === "Failure") throw result.failure
          const { scenario, seed, codeChanged } = result.success
          expect(String(seed)).toBe(row["seed"])
          expect(codeChanged).toBe(false)
          expect(simulate(scenario, seed)).toMatchObject({ digest: row["digest"] })
        }
      }
    })
  })

  test("that is not there is answered with what is", async () => {
    await withFolder(async folder => {
      const spec = join(folder, "spec.yaml")
      writeFileSync(spec, SPEC)
      const messageOf = async (target: string, id: string): Promise<string> => {
        const result = await find(target, id)
        if (result._tag === "Success") throw new Error("found")
        return result.failure.message
      }
      expect(await messageOf(spec, "parrot/nodes=5/4")).toBe(
        `${spec}: there is no run "parrot/nodes=5/4"; the runs of this cell are parrot/nodes=5/1 to parrot/nodes=5/3`,
      )
      expect(await messageOf(spec, "parot/nodes=5/1")).toBe(
        `${spec}: there is no run "parot/nodes=5/1"; a run is named like parrot/nodes=5/1`,
      )
      mkdirSync(join(folder, "empty"))
      expect(await messageOf(join(folder, "empty"), "x/1")).toContain("there is no manifest.json in this folder")
      expect(await messageOf(join(folder, "nowhere.yaml"), "x/1")).toContain("there is no such file or folder")
      writeFileSync(join(folder, "manifest.json"), "{}")
      expect(await messageOf(folder, "x/1")).toContain(
        "neither a scenario file (format: quorate/scenario/v1) nor a manifest of results",
      )
    })
  })
})
