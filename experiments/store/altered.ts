/** Lists the settings of a spec that changed, from the manifests beside two tables of results. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { orderedJson } from "../model/fingerprint.ts"
import { MANIFEST, parseManifest } from "./manifest.ts"

/**
 * The keys in which the scenario of a cell differs, such as `workload.rate`; empty if a manifest is missing or unreadable,
 * since results may be kept without it.
 */
export function alteredKeys(oldFolder: string, newFolder: string, cell: string): readonly string[] {
  const [before, now] = [oldFolder, newFolder].map(folder => scenarioIn(folder, cell))
  if (before === undefined || now === undefined) return []
  return differingKeys(before, now, 2)
}

type Data = Readonly<Record<string, unknown>>

function scenarioIn(folder: string, cell: string): Data | undefined {
  const file = join(folder, MANIFEST)
  if (!existsSync(file)) return undefined
  const manifest = parseManifest(readFileSync(file, "utf8"))
  return typeof manifest === "string" ? undefined : manifest.cells.find(({ id }) => id === cell)?.scenario
}

/** @param depth the number of levels to descend into objects that differ */
function differingKeys(before: Data, now: Data, depth: number): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])]
  return keys.flatMap(key => {
    const [old, own] = [before[key], now[key]]
    if (orderedJson(old) === orderedJson(own)) return []
    if (depth <= 1 || !isData(old) || !isData(own)) return [key]
    return differingKeys(old, own, depth - 1).map(inner => `${key}.${inner}`)
  })
}

function isData(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
