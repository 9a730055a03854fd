/** Typical mistakes in FloodSet, and the points that each must lose. */
import type { WrongSolution } from "../engine/lab.ts"

const file = "algorithms/floodset/floodset.ts"
const decision = "algorithms/floodset/decision.ts"
const floods = 'node.broadcast({ type: "Flood"'

export const wrong: readonly WrongSolution[] = [
  {
    mistake: "decides the largest value",
    edits: [{ file: decision, from: "Math.min(...values)", to: "Math.max(...values)" }],
    loses: ["rounds"],
  },
  {
    mistake: "has those who propose nothing decide nothing",
    edits: [
      {
        file,
        from: "Await: (node, { instance }) => begin(node, instance, null, null)",
        to: "Await: (node, { instance }) => void [node, instance]",
      },
    ],
    loses: ["rounds", "crashes", "early"],
  },
  {
    mistake: "tells the others its own input only, in every round",
    edits: [
      {
        file,
        from: "inputs: [...inputs], decides })",
        to: "inputs: inputs.map((input, process) => (process === node.id ? input : null)), decides })",
      },
    ],
    loses: ["flooding", "crashes"],
  },
  {
    mistake: "decides after f rounds",
    edits: [{ file, from: 'return rounds === "f+1" ? f + 1 : f', to: 'return rounds === "f+1" ? Math.max(1, f) : f' }],
    loses: ["flooding"],
  },
  {
    mistake: "decides after the first round in which it misses nobody new, without another",
    edits: [
      {
        file,
        from: "      state.heardBefore = state.heard.length\n",
        to: "      state.heardBefore = state.heard.length\n      if (state.isCertain) return decide(node)\n",
      },
    ],
    loses: ["flooding", "early"],
  },
  {
    mistake: "is certain as soon as it has heard a majority",
    edits: [
      {
        file,
        from: "if (state.heard.length === state.heardBefore) state.isCertain",
        to: "if (2 * state.heard.length > node.size) state.isCertain",
      },
    ],
    loses: ["flooding"],
  },
  {
    mistake: "decides early without a word to the others",
    edits: [{ file, from: "inputs: [...inputs], decides })", to: "inputs: [...inputs], decides: decides && false })" }],
    loses: ["early"],
  },
  {
    mistake: "always takes f + 1 rounds",
    edits: [{ file, from: 'node.parameters.variant === "early" && state.isCertain', to: "false" }],
    loses: ["early"],
  },
  {
    mistake: "sends everything twice, to be on the safe side",
    edits: [{ file, from: `  ${floods}`, to: `  for (const _ of [1, 2]) ${floods}` }],
    loses: ["cost"],
  },
  {
    mistake: "floods for one round more than it has to",
    edits: [
      { file, from: 'return rounds === "f+1" ? f + 1 : f', to: 'return rounds === "f+1" ? f + 2 : f' },
      { file, from: 'node.parameters.variant === "early" && state.isCertain', to: "false" },
    ],
    loses: ["early", "cost"],
  },
]
