/** The Byzantine generals with oral messages: Lamport, Shostak and Pease, The Byzantine Generals Problem (1982), section 3. */
import type { Kit } from "../kit.ts"

/** The end of a round, for the lieutenants. */
function round(...lieutenants: readonly number[]): readonly string[] {
  return lieutenants.map(lieutenant => `timeout round of ${lieutenant}`)
}

/** The relays of the second round, in order: pairs of sender and receiver. */
function told(...pairs: readonly (readonly [number, number])[]): readonly string[] {
  return pairs.map(([from, to]) => `deliver Oral from ${from} to ${to}`)
}

/** A traitor's message instead of the correct one; 0 is RETREAT, 1 is ATTACK. */
function lie(from: number, to: number, value: 0 | 1): string {
  const path = from === 0 ? [0] : [0, from]
  return `deliver Oral from ${from} to ${to} as ${JSON.stringify({ type: "Oral", instance: 1, path, value })}`
}

export const oralMessages: Kit = {
  name: "oral-messages",
  service: "agreement",
  cards: [{ type: "Oral", fields: ["path", "value"], copies: 32 }],
  sheet: ["order", "heard", "decision"],
  signs: { commander: 1, lieutenant: 3, attack: 3, retreat: 3 },
  secrets: { loyal: 4, lyingLieutenant: 1, lyingCommander: 1, traitor: 1 },
  board: "lanes",
  disk: [],
  // The commander takes part in no round.
  roles: { idle: "commander", "round 1": "lieutenant", "round 2": "lieutenant" },
  decisions: { 0: "retreat", 1: "attack" },
  games: [
    {
      id: "all-loyal",
      nodes: 4,
      operations: 1,
      parameters: { m: 1 },
      lines: ["settle", ...round(1, 2, 3), "settle", ...round(1, 2, 3)],
      minutes: [10, 15, 5],
    },
    {
      id: "traitorous-lieutenant",
      nodes: 4,
      operations: 1,
      parameters: { m: 1 },
      traitors: [3],
      lines: [
        "settle",
        ...round(1, 2, 3),
        ...told([1, 2], [1, 3], [2, 1], [2, 3]),
        lie(3, 1, 0),
        lie(3, 2, 0),
        ...round(1, 2),
      ],
      minutes: [5, 15, 10],
    },
    {
      id: "traitorous-commander",
      nodes: 4,
      operations: 1,
      parameters: { m: 1 },
      traitors: [0],
      lines: [lie(0, 1, 1), lie(0, 2, 0), lie(0, 3, 1), ...round(1, 2, 3), "settle", ...round(1, 2, 3)],
      minutes: [5, 15, 10],
    },
    {
      id: "three-generals",
      nodes: 3,
      operations: 1,
      parameters: { m: 1 },
      traitors: [2],
      lines: ["settle", ...round(1, 2), ...told([1, 2]), lie(2, 1, 0), ...round(1)],
      minutes: [5, 15, 15],
    },
  ],
}
