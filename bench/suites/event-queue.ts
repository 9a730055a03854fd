/**
 * The event queue alone, at the lengths that small and large groups lead to; and, as a well-known reference, a 4-ary heap at
 * the same lengths.
 */
import { EventQueue } from "../../runtime/simulation/events/event-queue.ts"
import type { Task } from "../task.ts"
import { Heap } from "./heap.ts"

/** The part of an event queue that is timed here. */
interface Queue {
  /** The time of the last popped event. */
  time: number
  push(time: number, kind: number, source: number, target: number, payload: null): void
  pop(): boolean
}

const LENGTHS = [100, 10_000, 1_000_000]

export const eventQueue: readonly Task[] = [
  ...LENGTHS.map(pending => task("event queue", pending, () => new EventQueue<null>())),
  ...LENGTHS.map(pending => task("4-ary heap", pending, () => new Heap(2 * pending))),
]

function task(name: string, pending: number, create: () => Queue): Task {
  return { name: `${name}, ${pending} pending`, unit: "events", prepare: async () => holdModel(create(), pending) }
}

/** Events handled by one call of a hold model. */
const HOLDS = 250_000

/**
 * The hold model: a queue that keeps its length; the earliest event is taken out and one up to 1 ms later put in.
 *
 * @param pending the length
 */
function holdModel(queue: Queue, pending: number): () => number {
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
