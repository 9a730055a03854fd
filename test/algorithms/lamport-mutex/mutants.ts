/** Mistakes planted on purpose in Lamport's mutual exclusion, one for each of its rules. */
import type { SectionMutant } from "../../support/section-mutants.ts"

export const file = "algorithms/lamport-mutex/lamport-mutex.ts"

export const mutants: readonly SectionMutant[] = [
  {
    mistake: "rule 1: does not put its own request on its queue, but asks the others only",
    edit: { file, from: "state.requestQueue[node.id] = timestamp\n", to: "\n" },
    caughtBy: "availability",
  },
  {
    mistake: "rule 2: does not put a request on its queue",
    edit: { file, from: "node.state.requestQueue[from] = timestamp\n", to: "\n" },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "rule 2: does not acknowledge",
    edit: { file, from: "if (mustAcknowledge(node, timestamp, from)) acknowledge(node, from)", to: "" },
    caughtBy: "availability",
  },
  {
    mistake: "rule 3: does not tell the others of its release",
    edit: { file, from: `node.broadcast({ type: "Release", timestamp })`, to: "" },
    caughtBy: "availability",
  },
  {
    mistake: "rule 3: leaves its own request on its queue",
    edit: { file, from: "state.requestQueue[node.id] = NONE\n", to: "\n" },
    caughtBy: "availability",
  },
  {
    mistake: "rule 4: does not remove a released request from its queue",
    edit: { file, from: "node.state.requestQueue[from] = NONE\n", to: "\n" },
    caughtBy: "availability",
  },
  {
    mistake: "rule 5 (i): enters although another request is before its own",
    edit: { file, from: "if (other !== NONE && isBefore(other, peer, own, id)) return", to: "" },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "rule 5 (ii): enters before all others have sent something later",
    edit: { file, from: "if (isBefore(state.latestReceived[peer]!, peer, own, id)) return", to: "" },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "rule 5 (ii): takes a message of any age for a later one",
    edit: {
      file,
      from: "if (isBefore(state.latestReceived[peer]!, peer, own, id)) return",
      to: "if (state.latestReceived[peer] === NONE) return",
    },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "IR1: the clock stands still between its own events",
    edit: { file, from: "return ++state.clock", to: "return state.clock" },
    caughtBy: "availability",
  },
  {
    mistake: "IR2: the clock does not pass what it receives",
    edit: { file, from: "state.clock = Math.max(state.clock, timestamp) + 1", to: "" },
    caughtBy: "availability",
  },
  {
    mistake: "total order: equal timestamps are before neither of each other",
    edit: { file, from: "(timestamp === otherTimestamp && id < otherId)", to: "false" },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "total order: of equal timestamps the higher id is first",
    edit: {
      file,
      from: "timestamp === otherTimestamp && id < otherId",
      to: "timestamp === otherTimestamp && id > otherId",
    },
    caughtBy: "timestamp-order",
  },
  {
    mistake: "footnote: acknowledges none of which it has sent anything before",
    edit: {
      file,
      from: "isBefore(state.latestSent[from]!, id, timestamp, from)",
      to: "state.latestSent[from] === NONE",
    },
    caughtBy: "availability",
    options: { parameters: { acknowledge: "needed" } },
  },
]
