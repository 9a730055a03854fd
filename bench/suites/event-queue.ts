/** The event queue alone, at the lengths that small and large groups give it. */
import { EventQueue } from "../../runtime/event-queue.ts"
import type { Task } from "../task.ts"

export const eventQueue: readonly Task[] = [100, 10_000, 1_000_000].map(pending => ({
  name: `event queue, ${pending} pending`,
  unit: "events",
  prepare: async () => holdModel(pending),
}))

/** Events handled by one call of a hold model. */
const HOLDS = 250_000

/**
 * The hold model: a queue that keeps its length; the earliest event is taken out and one up to 1 ms later put in.
 *
 * @param pending the length
 */
function holdModel(pending: number): () => number {
  const queue = new EventQueue<null>()
  let random = 0x9e3779b9
  const delay = (): number => {
    random ^= random << 13
    random ^= random >>> 17
    random ^= random << 5
    return 1 + ((random >>> 0) % 1_000)
  }
  for (let i = 0; i < pending; i++) queue.push(delay(), 0, 0, 0, null)
  return () => {
    for (let i = 0; i < HOLDS; i++) {
      queue.pop()
      queue.push(queue.time + delay(), 0, 0, 0, null)
    }
    return HOLDS
  }
}
