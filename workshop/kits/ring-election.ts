/** The election on a ring: Chang and Roberts, An Improved Algorithm for Decentralized Extrema-Finding (1979). */
import type { Kit } from "../kit.ts"

export const ringElection: Kit = {
  name: "ring-election",
  service: "leader-election",
  cards: [
    { type: "Election", fields: ["candidate"], copies: 16 },
    { type: "Elected", fields: ["leader"], copies: 8 },
  ],
  sheet: ["leader", "participant"],
  signs: { leader: 1, participant: 4 },
  board: "lanes",
  disk: [],
  roles: { member: null, participant: "participant", leader: "leader" },
  games: [
    {
      id: "one-initiator",
      nodes: 4,
      operations: 1,
      before: ["settle"],
      lines: ["client 0: elect", "settle"],
      minutes: [5, 10, 5],
    },
    {
      id: "two-initiators",
      nodes: 4,
      operations: 2,
      before: ["settle"],
      lines: ["client 0: elect", "client 1: elect", "settle"],
      minutes: [5, 10, 10],
    },
  ],
}
