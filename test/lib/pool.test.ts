// Pools of threads: an answer that comes when its thread is being ended must not end the process.
import { expect, test } from "vitest"
import { workerUrl } from "../../lib/assets.ts"
import { startPool } from "../../lib/pool.ts"

test("an error that is of no task stops nobody", async () => {
  const pool = startPool({ filename: workerUrl(), minThreads: 0 })
  try {
    expect(() => pool.emit("error", new Error("an answer that nobody waits for"))).not.toThrow()
  } finally {
    await pool.destroy()
  }
})
