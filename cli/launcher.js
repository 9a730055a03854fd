// @ts-check
// The executable of a checkout: runs its command line from a bundle, as long as no source has changed since that was made.
// In JavaScript, since Node.js takes as long to strip its first module of types as all the rest of a start does.
import module from "node:module"
import { recordedEntry, ROOT } from "./launch/record.js"

const { directory } = module.enableCompileCache?.() ?? {}
if (directory !== undefined) process.env["NODE_COMPILE_CACHE"] = directory

await import(recordedEntry(ROOT) ?? (await builtEntry()) ?? "./main.ts")

/** Makes the bundle; undefined if that is not to be done now, or cannot be done here. */
async function builtEntry() {
  try {
    const { buildProgram } = await import("./launch/build.ts")
    return await buildProgram(ROOT)
  } catch {
    // A folder that cannot be written, a mistake in a source: from source it runs, or says what is wrong with it.
    return undefined
  }
}
