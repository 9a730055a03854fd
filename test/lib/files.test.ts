import { join } from "node:path"
import { Worker } from "node:worker_threads"
import { expect, test } from "vitest"
import { temporaryFolder } from "../support/folder.ts"

/** Waits until all are ready, makes the folder, and tells how it went. */
const MAKER = `
  const { parentPort, workerData: { module, path, ready, threads } } = require("node:worker_threads")
  import(module).then(({ makeFolder }) => {
    Atomics.add(ready, 0, 1)
    while (Atomics.load(ready, 0) < threads);
    try {
      makeFolder(path)
      parentPort.postMessage("made")
    } catch (error) {
      parentPort.postMessage(error.message)
    }
  })
`

// As the shards of an experiment do, which a cluster starts at the same moment on a file system that they share.
test("several processes may make one folder at a time", async () => {
  const threads = 3
  const path = join(temporaryFolder(), ...Array.from({ length: 200 }, (_, depth) => `${depth}`))
  const ready = new Int32Array(new SharedArrayBuffer(4))
  const module = join(import.meta.dirname, "../../lib/files.ts")
  const outcomes = Array.from({ length: threads }, () => {
    const worker = new Worker(MAKER, { eval: true, workerData: { module, path, ready, threads } })
    return new Promise<unknown>((resolve, reject) => worker.once("message", resolve).once("error", reject))
  })
  expect(await Promise.all(outcomes)).toEqual(["made", "made", "made"])
})
