/** FloodSet: the lines of Lynch 1996, §6.2.1, the rule of early deciding, and those of the hand-out. */
import type { BrokenRule } from "../broken-rule.ts"

const broadcasts = 'node.broadcast({ type: "Flood", instance, round, values: [...w], isLast })'
const missed = "if (missing.every(peer => state.missing.has(peer))) state.isSure = true"
const adds = "      for (const value of values) state.w.add(value)\n"
const lasts = "state.isLast || state.round > crashesOf(node)"

export const rules: readonly BrokenRule[] = [
  {
    rule: "W begins with the own input",
    mistake: "forgets its own input",
    edits: [["      node.state.w.add(value)\n      flood", "      void value\n      flood"]],
    loses: ["rounds", "flooding", "crashes", "early", "cost"],
  },
  {
    rule: "W := W united with all X_j that arrive",
    mistake: "ignores what the others know",
    edits: [[adds, "      void values\n"]],
    loses: ["rounds", "flooding", "crashes", "early"],
  },
  {
    rule: "W := W united with all X_j that arrive",
    mistake: "takes over what came last, in place of what it knew",
    edits: [[adds, "      state.w.clear()\n" + adds]],
    loses: ["rounds", "flooding", "crashes", "early"],
  },
  {
    rule: "W := W united with all X_j that arrive",
    mistake: "learns one value from each message",
    edits: [[adds, "      if (values.length > 0) state.w.add(values[0]!)\n"]],
    loses: ["flooding", "crashes"],
  },
  {
    rule: "W := W united with all X_j that arrive",
    mistake: "learns from the first message of a round only",
    edits: [[adds, "      if (state.heard.size > 1) return\n" + adds]],
    loses: ["rounds", "flooding", "crashes", "early"],
  },
  {
    rule: "broadcast W, in every round",
    mistake: "sends its own input in every round, whatever it has heard",
    edits: [[broadcasts, broadcasts.replace("[...w]", "[...w].slice(0, 1)")]],
    loses: ["flooding", "crashes"],
  },
  {
    rule: "broadcast W, in every round",
    mistake: "is silent once it has told its own input",
    edits: [[broadcasts, `if (round === 1) ${broadcasts}`]],
    loses: ["flooding", "crashes", "early"],
  },
  {
    rule: "broadcast W, in every round",
    mistake: "floods only where it has an input of its own",
    edits: [[broadcasts, `if (w.size > 0) ${broadcasts}`]],
    loses: ["early"],
  },
  {
    rule: "broadcast W, to all",
    mistake: "tells its two neighbours only",
    edits: [
      [
        broadcasts,
        'for (const to of [node.id + 1, node.id - 1]) node.send((to + node.size) % node.size, { type: "Flood", instance, round, values: [...w], isLast })',
      ],
    ],
    loses: ["rounds", "flooding", "crashes", "early", "cost"],
  },
  {
    rule: "after f + 1 rounds",
    mistake: "decides after f rounds",
    edits: [[lasts, lasts.replace("state.round >", "state.round >= Math.max(1,").replace("(node)", "(node))")]],
    loses: ["flooding"],
  },
  {
    rule: "after f + 1 rounds",
    mistake: "decides after the first round",
    edits: [[lasts, "state.round > 0"]],
    loses: ["flooding", "crashes"],
  },
  {
    rule: "after f + 1 rounds",
    mistake: "floods for one round more than it has to",
    edits: [
      [lasts, lasts.replace("crashesOf(node)", "crashesOf(node) + 1")],
      [missed, "void missing"],
    ],
    loses: ["early", "cost"],
  },
  {
    rule: "after f + 1 rounds",
    mistake: "floods for n rounds, whatever f",
    edits: [
      [lasts, "state.isLast || state.round >= Math.max(node.size, crashesOf(node) + 1)"],
      [missed, "void missing"],
    ],
    loses: ["early", "cost"],
  },
  {
    rule: "all decide by one rule",
    mistake: "decides the value that it heard of first",
    edits: [["value: Math.min(...w)", "value: [...w][0]!"]],
    loses: ["rounds", "flooding", "crashes"],
  },
  {
    rule: "all decide by one rule",
    mistake: "decides its own input if there are several",
    edits: [["value: Math.min(...w)", "value: w.size === 1 ? Math.min(...w) : [...w][0]!"]],
    loses: ["rounds", "flooding", "crashes"],
  },
  {
    rule: "all decide the least",
    mistake: "decides the largest value",
    edits: [["value: Math.min(...w)", "value: Math.max(...w)"]],
    loses: ["rounds"],
  },
  {
    rule: "all decide",
    mistake: "leaves it to those who have proposed to decide",
    edits: [
      [
        "    Await(node, { instance }) {\n      begin(node, instance)\n      flood(node)\n",
        "    Await(node, { instance }) {\n      void [node, instance]\n",
      ],
    ],
    loses: ["rounds", "crashes", "early"],
  },
  {
    rule: "a message is of one instance",
    mistake: "takes in what earlier instances left",
    edits: [["  state.w.clear()\n", ""]],
    loses: ["rounds", "crashes"],
  },
  {
    rule: "early: whoever misses nobody new is sure",
    mistake: "is sure when it has heard a majority",
    edits: [[missed, "if (2 * state.heard.size >= node.size) state.isSure = true\n      void missing"]],
    loses: ["flooding"],
  },
  {
    rule: "early: whoever misses nobody new is sure",
    mistake: "is sure only when it misses nobody",
    edits: [[missed, "if (missing.length === 0) state.isSure = true"]],
    loses: ["early"],
  },
  {
    rule: "early: whoever misses nobody new is sure",
    mistake: "compares with who was missing in the first round",
    edits: [
      ["      state.missing = new Set(missing)\n", "      if (state.round === 1) state.missing = new Set(missing)\n"],
    ],
    loses: ["early"],
  },
  {
    rule: "early: whoever is sure says so, and decides a round later",
    mistake: "decides as soon as it is sure",
    edits: [
      [
        "      state.missing = new Set(missing)\n",
        "      state.missing = new Set(missing)\n      if (state.isSure) return decide(node)\n",
      ],
    ],
    loses: ["flooding", "early"],
  },
  {
    rule: "early: whoever is sure says so",
    mistake: "decides early without a word to the others",
    edits: [[broadcasts, broadcasts.replace("isLast }", "isLast: false }")]],
    loses: ["early"],
  },
  {
    rule: "early: whoever hears that somebody is sure decides a round later",
    mistake: "decides in the round in which it hears so",
    edits: [["      if (isLast) state.isSure = true\n", "      if (isLast) state.isLast = true\n"]],
    loses: ["flooding"],
  },
  {
    rule: "early: min(f' + 2, f + 1) rounds",
    mistake: "always takes f + 1 rounds",
    edits: [["      state.isLast = state.isSure\n", ""]],
    loses: ["early"],
  },
  {
    rule: "cost: n(n-1) messages a round",
    mistake: "answers every message with what it knows",
    edits: [
      [
        adds,
        adds +
          '      if (!isLast) node.send(from, { type: "Flood", instance, round, values: [...state.w], isLast: true })\n',
      ],
      ["      if (isLast) state.isSure = true\n", ""],
    ],
    loses: ["early", "cost"],
  },
]
