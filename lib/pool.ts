/** Pools of worker threads that survive failures of a thread. */
import { Piscina } from "piscina"

/**
 * Starts a pool whose own errors are ignored; tasks report theirs.
 *
 * The pool's own errors are an idle thread that dies, which is replaced, and a late answer of a thread that is being
 * terminated, which nobody awaits. Without a listener, either would end the process.
 */
export function startPool<T, R>(options: ConstructorParameters<typeof Piscina>[0]): Piscina<T, R> {
  const pool = new Piscina<T, R>(options)
  pool.on("error", () => {})
  return pool
}
