/** A token ring without regeneration (Le Lann 1977) cannot detect a lost token. */
import { defaultSetup } from "../model/setup.ts"
import type { Challenge } from "./challenge.ts"

export const stalledRing: Challenge = {
  name: "stalled-ring",
  title: "Stall the ring with one click",
  task: "Make sure that nobody ever enters the critical section again. You have one act, and may not crash a node.",
  hint: "There is one thing in the ring that everybody waits for.",
  setup: { ...defaultSetup("token-ring"), parameters: { regenerationTimeout: "0s" } },
  allowed: { acts: ["lose", "delay", "duplicate", "deliver", "pause", "ask"], most: 1 },
  isMet: ({ sight }) => sight.notices.some(({ kind }) => kind === "stalled"),
  lesson:
    "The right to enter is one message, and whoever loses it loses it for all. With a regeneration timeout the ring makes " +
    "a new token: try what happens then if the old one was only late.",
}
