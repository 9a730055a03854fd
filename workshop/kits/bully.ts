/** The bully election: Garcia-Molina, Elections in a Distributed Computing System (1982). */
import type { Kit } from "../kit.ts"

/** Node 3 is the coordinator, and everybody knows. */
const COORDINATED = ["settle", "timeout answer of 3", "settle"]

export const bully: Kit = {
  name: "bully",
  service: "leader-election",
  cards: [
    { type: "Election", fields: [], copies: 16 },
    { type: "Answer", fields: [], copies: 16 },
    { type: "Coordinator", fields: [], copies: 8 },
    { type: "Heartbeat", fields: [], copies: 4 },
  ],
  sheet: ["coordinator", "phase"],
  signs: { coordinator: 2, electing: 3, crashed: 1 },
  board: "lanes",
  disk: [],
  roles: { normal: null, asking: "electing", answered: "electing", coordinator: "coordinator" },
  games: [
    {
      id: "coordinator-crashes",
      nodes: 4,
      operations: 1,
      before: COORDINATED,
      lines: ["crash 3 for good", "timeout detection of 0", "settle", "timeout answer of 2", "settle"],
      minutes: [10, 15, 5],
    },
    {
      id: "partition",
      nodes: 4,
      operations: 1,
      before: COORDINATED,
      lines: [
        "timeout detection of 0",
        "settle without 2 3",
        "lose all of 2 3",
        "timeout answer of 1",
        "settle without 2 3",
        "lose all of 2 3",
      ],
      minutes: [5, 15, 10],
    },
  ],
}
