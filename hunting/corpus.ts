/** The corpus of a hunt as a folder of scenario files, with which the next hunt begins. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Registry, toScenario } from "../scenarios/cell.ts"
import { decodeScenario, scenarioText } from "../scenarios/scenario-file.ts"
import type { Run } from "./runs/draw.ts"

const NAME = /^run-\d+\.json$/

/** Reads the runs of a folder, except those that the algorithm can no longer run. None if there is no such folder. */
export function readCorpus(folder: string, registry: Registry): readonly Run[] {
  return filesIn(folder).flatMap(file => {
    const read = decodeScenario(JSON.parse(readFileSync(join(folder, file), "utf8")), registry)
    return "problems" in read ? [] : [{ scenario: toScenario(read.scenario, registry), seed: read.seed }]
  })
}

/** Writes runs in place of the existing ones. */
export function writeCorpus(folder: string, runs: readonly Run[], registry: Registry): void {
  mkdirSync(folder, { recursive: true })
  for (const file of filesIn(folder)) rmSync(join(folder, file))
  for (const [at, { scenario, seed }] of runs.entries()) {
    const { algorithm, service, ...rest } = scenario
    const run = { scenario: { ...rest, algorithm: algorithm.name, service: service.name }, seed }
    writeFileSync(join(folder, `run-${String(at + 1).padStart(4, "0")}.json`), scenarioText(run, registry))
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter(file => NAME.test(file))
      .toSorted()
  } catch {
    return []
  }
}
