/** Single-decree Paxos: Lamport, Paxos Made Simple (2001), section 2.2. */
import type { Kit } from "../kit.ts"

export const paxos: Kit = {
  name: "paxos",
  service: "agreement",
  cards: [
    { type: "Prepare", fields: ["ballot"], copies: 12 },
    { type: "Promise", fields: ["ballot", "accepted"], copies: 12 },
    { type: "Accept", fields: ["ballot", "value"], copies: 12 },
    { type: "Accepted", fields: ["ballot"], copies: 12 },
    { type: "Success", fields: ["value"], copies: 8 },
  ],
  sheet: ["promised", "accepted", "decided", "ballot", "value", "promises", "voters"],
  signs: { proposer: 2, acceptor: 3, decided: 3 },
  board: "lanes",
  disk: ["promised", "accepted", "decided"],
  roles: { acceptor: "acceptor", "phase 1": "proposer", "phase 2": "proposer", decided: "decided" },
  games: [
    { id: "one-proposer", nodes: 3, operations: 1, lines: ["client 0: propose 1", "settle"], minutes: [10, 15, 5] },
    {
      id: "two-proposers",
      nodes: 3,
      operations: 2,
      lines: [
        "client 0: propose 1",
        // Nodes 0 and 2 have accepted: node 1 learns of the value from a card, whichever of them it asks.
        "deliver Prepare from 0 to 2",
        "deliver Promise from 2 to 0",
        "deliver Accept from 0 to 2",
        "lose all of 0",
        "client 1: propose 0",
        "settle without 0",
        "settle",
      ],
      minutes: [5, 20, 10],
    },
  ],
}
