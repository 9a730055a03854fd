/**
 * A program: writes the results of a spec, all of whose runs are in the folder's store. Prints as JSON the number of runs, the
 * number of those that were there before, and the bytes of live data, measured at regular intervals while runs are read.
 * Arguments: spec, folder. It needs `--expose-gc`.
 */
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { RunStore } from "../../../experiments/store/store.ts"
import { running } from "./running.ts"

/** The number of runs read between two measurements, each of which takes as long as reading a hundred. */
const BETWEEN = 250

const [spec = "", outDir = ""] = process.argv.slice(2)
const bytes: number[] = []
let read = 0

function* measuring<T>(records: Iterable<T>) {
  for (const record of records) {
    if (read++ % BETWEEN === 0) bytes.push(liveBytes())
    yield record
  }
}

function liveBytes(): number {
  if (globalThis.gc === undefined) throw new Error("start it with --expose-gc")
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

const { records: recordsOf } = RunStore.prototype
RunStore.prototype.records = function (place) {
  const records = recordsOf.call(this, place)
  return { [Symbol.iterator]: () => measuring(records) }
}

const { runs } = await Effect.runPromise(running(readFileSync(spec, "utf8"), { outDir }))
console.log(JSON.stringify({ total: runs.total, resumed: runs.resumed, bytes }))
