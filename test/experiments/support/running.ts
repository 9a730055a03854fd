/** Runs experiments into temporary folders, for tests. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { planExperiment } from "../../../experiments/model/plan.ts"
import type { RunOptions } from "../../../experiments/run/prepare.ts"
import { Progress, type ProgressState, runExperiment } from "../../../experiments/run/run.ts"
import { temporaryFolder } from "../../support/folder.ts"
import { experimentOf, REGISTRY } from "./experiments.ts"

/** Calls `use` with an empty folder, which is gone after the test. */
export function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  return use(temporaryFolder(onTestFinished))
}

/** The sweep of a spec with the test registry, into a folder, by one thread at a time; `states` collects what progress was told. */
export function running(spec: string, options: RunOptions, states: ProgressState[] = []) {
  const progress = Layer.succeed(Progress, Progress.of({ update: state => Effect.sync(() => void states.push(state)) }))
  const effect = runExperiment(planExperiment(experimentOf(spec)), { registry: REGISTRY, workers: 1, ...options })
  return effect.pipe(Effect.provide(Layer.mergeAll(progress, NodeServices.layer)))
}

/** A fingerprint of each CSV in a folder. */
export function csvDigests(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder).filter(name => name.endsWith(".csv"))
  return Object.fromEntries(
    files.map(name => [
      name,
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex"),
    ]),
  )
}

/** The rows of a CSV without quoted fields, by column. */
export function rowsOf(folder: string, file: string): readonly Readonly<Record<string, string>>[] {
  const [header, ...lines] = readFileSync(join(folder, file), "utf8")
    .trimEnd()
    .split("\n")
    .map(line => line.split(","))
  return lines.map(fields => Object.fromEntries(header!.map((column, index) => [column, fields[index] ?? ""])))
}
