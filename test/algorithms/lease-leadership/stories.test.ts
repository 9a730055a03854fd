// Stories of lease leadership (`stories/`): an election and the next one, and what fencing does about a write that is late.
import { join } from "node:path"
import { leaseLeadership } from "../../../algorithms/lease-leadership/lease-leadership.ts"
import type { LeaseLeadership } from "../../../algorithms/lease-leadership/types.ts"
import { stories } from "../../support/story.ts"

const REQUESTS = {
  campaign: { type: "Campaign" },
  acquire: { type: "Acquire" },
  release: { type: "Release" },
} as const

stories<LeaseLeadership>(join(import.meta.dirname, "stories"), {
  algorithm: leaseLeadership,
  parameters: {
    lease: "60s",
    renewInterval: "20s",
    retryAfter: "10h",
    watchTimeout: "10h",
    pollInterval: "10h",
    maxDrift: "0%",
  },
  silent: ["sentAt", "after"],
  request: words => (words in REQUESTS ? REQUESTS[words as keyof typeof REQUESTS] : undefined),
  state: (cluster, node) => JSON.stringify(node < cluster.size ? cluster.state(node) : cluster.disk(node)),
})
