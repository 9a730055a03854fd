/** Mutual exclusion by permission: Ricart and Agrawala, An Optimal Algorithm for Mutual Exclusion (1981). */
import type { Kit } from "../kit.ts"

export const ricartAgrawala: Kit = {
  name: "ricart-agrawala",
  service: "mutual-exclusion",
  cards: [
    { type: "Request", fields: ["sequenceNumber"], copies: 16 },
    { type: "Reply", fields: [], copies: 16 },
  ],
  sheet: ["clock", "requested", "replies", "deferred"],
  signs: { outside: 3, waiting: 2, inside: 1 },
  board: "lanes",
  disk: [],
  roles: { outside: "outside", requesting: "waiting", "critical section": "inside" },
  games: [
    {
      id: "one-entry",
      nodes: 3,
      operations: 1,
      lines: ["client 0: acquire", "settle", "client 0: release", "settle"],
      minutes: [5, 10, 5],
    },
    {
      id: "a-tie",
      nodes: 3,
      operations: 2,
      lines: [
        "client 0: acquire",
        "client 1: acquire",
        "settle",
        "client 0: release",
        "settle",
        "client 1: release",
        "settle",
      ],
      minutes: [5, 15, 10],
    },
    {
      id: "while-inside",
      nodes: 3,
      operations: 2,
      lines: [
        "client 1: acquire",
        "settle",
        "client 0: acquire",
        "settle",
        "client 1: release",
        "settle",
        "client 0: release",
        "settle",
      ],
      minutes: [5, 10, 10],
    },
  ],
}
