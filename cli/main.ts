#!/usr/bin/env node
// The executable. It enables the cache of compiled code before it loads the rest, so that all starts but the first are fast.
// The module is imported as a whole: versions of Node.js without the function must still load this file, which then refuses them.
import module from "node:module"
import { EXIT } from "./exit-codes.ts"

/** The first version with SQLite that also runs TypeScript directly. */
const OLDEST = [22, 18] as const

const [major, minor] = process.versions.node.split(".").map(Number)
if (major! < OLDEST[0] || (major === OLDEST[0] && minor! < OLDEST[1])) {
  process.stderr.write(`quorate: Node.js ${OLDEST.join(".")} or newer is needed; this is ${process.versions.node}\n`)
  process.exitCode = EXIT.badInput
} else {
  const { directory } = module.enableCompileCache()
  // Inherited by workers and child processes. Undefined if users switched it off, or no folder is writable.
  if (directory !== undefined) process.env["NODE_COMPILE_CACHE"] = directory
  const { runProcess } = await import("./process.ts")
  await runProcess()
}
