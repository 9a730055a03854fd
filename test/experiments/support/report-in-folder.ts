/** A program: writes the results of a spec, all of whose runs are in the folder's store. Arguments: spec, folder. */
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { running } from "./running.ts"

const [spec = "", outDir = ""] = process.argv.slice(2)
const { runs } = await Effect.runPromise(running(readFileSync(spec, "utf8"), { outDir }))
console.log(`${runs.total} runs, ${runs.resumed} of them from before`)
