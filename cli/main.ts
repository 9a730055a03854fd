#!/usr/bin/env node
// The executable. It loads the rest once compiled code is cached, so that all starts but the first take a fraction of the time.
// Imported whole: versions of Node.js that lack the function must still be able to load this file, which refuses them.
import module from "node:module"
import { EXIT } from "./exit-codes.ts"

/** The first version with SQLite that also runs TypeScript as it is. */
const OLDEST = [22, 18] as const

const [major, minor] = process.versions.node.split(".").map(Number)
if (major! < OLDEST[0] || (major === OLDEST[0] && minor! < OLDEST[1])) {
  process.stderr.write(`quorate: Node.js ${OLDEST.join(".")} or newer is needed; this is ${process.versions.node}\n`)
  process.exitCode = EXIT.badInput
} else {
  const { directory } = module.enableCompileCache()
  // Workers and child processes take it from here. Unknown where users switched it off, or no folder can be written.
  if (directory !== undefined) process.env["NODE_COMPILE_CACHE"] = directory
  const { runProcess } = await import("./process.ts")
  await runProcess()
}
