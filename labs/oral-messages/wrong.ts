/** Typical mistakes in OM(m), and the points that each must lose. */
import type { WrongSolution } from "../engine/lab.ts"

const file = "algorithms/oral-messages/oral-messages.ts"
const majority = "algorithms/oral-messages/majority.ts"

export const wrong: readonly WrongSolution[] = [
  {
    mistake: "does as it likes when the commander is silent",
    edits: [
      { file, from: "const received = told?.value ?? RETREAT", to: "const received = told?.value ?? (node.id % 2)" },
    ],
    loses: ["orders", "traitors"],
  },
  {
    mistake: "keeps the order of the instance before",
    edits: [
      { file, from: "      state.told = nothingTold()\n      beginRounds(", to: "      beginRounds(" },
      { file, from: "      state.round = 0\n      state.told = nothingTold()\n", to: "      state.round = 0\n" },
    ],
    loses: ["orders"],
  },
  {
    mistake: "repeats to the commander what he has said",
    edits: [{ file, from: "!path.includes(peer)", to: "!path.slice(1).includes(peer)" }],
    loses: ["relays"],
  },
  {
    mistake: "obeys what the commander told it, whatever the others heard",
    edits: [{ file, from: "if (m === 0) return received", to: "return received" }],
    loses: ["traitors"],
  },
  {
    mistake: "leaves out of the majority what it heard itself",
    edits: [{ file, from: "const values = [received]", to: "const values = []" }],
    loses: ["traitors"],
  },
  {
    mistake: "takes the most frequent order, and of several the one that comes last",
    edits: [{ file: majority, from: "2 * count > values.length ? candidate : RETREAT", to: "candidate" }],
    loses: ["traitors"],
  },
  {
    mistake: "takes one majority of the first relays, in place of a majority at every level",
    edits: [{ file, from: "om(node, m - 1, relayedBy", to: "om(node, 0, relayedBy" }],
    loses: ["traitors"],
  },
  {
    mistake: "waits for one round more than it must",
    edits: [
      {
        file,
        from: "      const value = om(node, state.m",
        to: "      if (state.round === state.m + 1) {\n        state.round++\n        return node.setTimer('round', node.parameters.roundLength)\n      }\n      const value = om(node, state.m",
      },
    ],
    loses: ["time"],
  },
]
