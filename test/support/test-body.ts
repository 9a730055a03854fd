/** Tests of Vitest that the workbench writes, without Vitest around them. */
import { readFileSync, writeFileSync } from "node:fs"
import { pathToFileURL } from "node:url"
import { expect } from "vitest"

/** The body of the test in a file, which it rewrites. */
export async function bodyOf(file: string): Promise<() => void> {
  const text = readFileSync(file, "utf8")
  const alone = text.replace('import { expect, test } from "vitest"', "const { expect, test } = globalThis.vitestHere")
  expect(alone).not.toBe(text)
  writeFileSync(file, alone)
  let body: (() => void) | undefined
  Object.assign(globalThis, { vitestHere: { expect, test: (_: string, run: () => void) => void (body = run) } })
  await import(/* @vite-ignore */ pathToFileURL(file).href)
  if (body === undefined) throw new Error(`${file} has no test`)
  return body
}
