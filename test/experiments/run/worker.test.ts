import { existsSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { PACKAGE_ROOT, workerUrl } from "../../../lib/assets.ts"

/** All that a source file imports when it runs, directly or not: files, and names of packages. */
function importsOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const statement = /^(?:import|export)\s+(?!type\b)(?:[\w\s{},*]+\sfrom\s+)?"([^"]+)"/gm
  for (const [, specifier] of readFileSync(file, "utf8").matchAll(statement)) {
    if (specifier!.startsWith(".")) importsOf(join(dirname(file), specifier!), seen)
    else seen.add(specifier!)
  }
  return seen
}

describe("the worker", () => {
  const file = fileURLToPath(workerUrl())
  /** Imported by all workers that are given no other algorithms. */
  const algorithms = "../../algorithms/registry.ts"
  const all = importsOf(join(dirname(file), algorithms), importsOf(file))
  const imports = [...all].map(name => (existsSync(name) ? relative(PACKAGE_ROOT, name) : name))

  test("imports the simulation and the algorithms", () => {
    expect(readFileSync(file, "utf8")).toContain(`await import("${algorithms}")`)
    expect(imports).toEqual(
      expect.arrayContaining(["runtime/simulation/simulation.ts", "algorithms/registry.ts", "scenarios/measure.ts"]),
    )
  })

  test("imports no package, Effect least of all: it must start in milliseconds", () => {
    expect(imports.filter(name => !name.endsWith(".ts"))).toEqual(["node:worker_threads"])
  })
})
