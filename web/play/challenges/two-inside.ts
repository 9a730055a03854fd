/** A late token is not lost: a timeout cannot distinguish the two (Le Lann 1977). */
import { defaultSetup } from "../model/setup.ts"
import type { Challenge } from "./challenge.ts"

export const twoInside: Challenge = {
  name: "two-inside",
  title: "Two in the critical section",
  task: "Get two nodes into the critical section at once. The ring makes a new token when it misses the old one. You have three acts.",
  hint: "Let the token be late, not lost. Or pause the node that holds it.",
  setup: {
    ...defaultSetup("token-ring"),
    parameters: { regenerationTimeout: "200ms" },
    workload: { think: "20ms", hold: "60ms" },
  },
  allowed: { acts: ["delay", "pause", "resume", "duplicate"], most: 3 },
  isMet: ({ sight }) => sight.soFar?.verdicts["mutual-exclusion"]?.verdict === "violated",
  lesson:
    "A timeout says that something is late, never that it is gone. What is kept exclusive by one message is exclusive " +
    "only in a network that neither doubles messages nor delays them beyond the timeout.",
}
