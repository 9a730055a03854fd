// Stories of Lamport's mutual exclusion (`stories/`): the queue of all requests, and why links have to keep the order.
import { join } from "node:path"
import { lamportMutex } from "../../../algorithms/lamport-mutex/lamport-mutex.ts"
import type { LamportMutex } from "../../../algorithms/lamport-mutex/types.ts"
import { sectionStories } from "../../support/section-stories.ts"

sectionStories<LamportMutex>(join(import.meta.dirname, "stories"), lamportMutex, {
  state(cluster, node) {
    const { clock, requestQueue, latestReceived } = cluster.state(node)
    return `clock=${clock} queue=[${requestQueue.join()}] latest=[${latestReceived.join()}]`
  },
})
