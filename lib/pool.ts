/** Pools of worker threads that outlive what happens to a thread. */
import { Piscina } from "piscina"

/**
 * Starts a pool whose own errors stop nobody; tasks report theirs.
 *
 * What is left is a thread that dies with nothing to do, in whose place comes another, and the answer of a thread that is
 * being ended, which comes too late for whoever asked. Without a listener either would end the process.
 */
export function startPool<T, R>(options: ConstructorParameters<typeof Piscina>[0]): Piscina<T, R> {
  const pool = new Piscina<T, R>(options)
  pool.on("error", () => {})
  return pool
}
