// Stacks of bundled code name the sources.
import { buildSync } from "esbuild"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { expect, test } from "vitest"
import { inSources } from "../../lib/stacks.ts"
import { temporaryFolder } from "../support/folder.ts"

const folder = temporaryFolder()

test("a place in a bundle becomes that in its source; others stay", () => {
  const source = join(folder, "fails.ts")
  writeFileSync(source, "// Fails.\nexport function fail(): never {\n  throw new Error('on purpose')\n}\n")
  const bundle = join(folder, "bundle.js")
  const options = { bundle: true, minifyWhitespace: true, sourcemap: "linked", format: "esm" } as const
  buildSync({ ...options, entryPoints: [source], outfile: bundle })
  const column = readFileSync(bundle, "utf8").indexOf("new Error") + 1
  const stack = `Error: on purpose\n    at fail (${pathToFileURL(bundle).href}:1:${column})\n    at main (file:///none.js:1:1)`
  expect(inSources(stack)).toBe(
    `Error: on purpose\n    at fail (${pathToFileURL(source).href}:3:9)\n    at main (file:///none.js:1:1)`,
  )
})
