/** The token ring of Le Lann 1977 with the election of Chang and Roberts 1979: its rules, and those of the hand-out. */
import type { BrokenRule } from "../broken-rule.ts"

const makes = "if (node.id === 0 && isNew) makeToken(node)"
const drops = "      if (age <= state.last) return\n"
const swallows = "      if (state.hasToken) return\n"
const mine = "if (attempt === state.attempt) makeToken(node)"
const forwards =
  '      state.takesPart = true\n      watch(node)\n      node.send(next(node), { type: "Election", candidate, attempt, age: state.oldest })\n'
const released = "state.wants = false\n      pass(node)"

export const rules: readonly BrokenRule[] = [
  {
    rule: "there is a token from the beginning",
    mistake: "has the first token made by an election, once it is missed",
    edits: [[makes, "if (node.id === 0 && isNew && node.size === 1) makeToken(node)"]],
    loses: ["enter", "cost"],
  },
  {
    rule: "there is one token",
    mistake: "has every node make a token when it boots for the first time",
    edits: [[makes, "if (isNew) makeToken(node)"]],
    loses: ["exclusion", "order", "lost", "cost"],
  },
  {
    rule: "a node that returns has lost the token, if it had it",
    mistake: "does not wait for the token when it boots",
    edits: [["    else watch(node)\n", ""]],
    loses: ["lost"],
  },
  {
    rule: "a node that is alone has nobody to pass the token to",
    mistake: "passes the token to itself",
    edits: [["  if (node.size === 1) return\n", ""]],
    loses: ["enter", "lost"],
  },
  {
    rule: "only the node that has the token may enter",
    mistake: "enters as soon as its client asks",
    edits: [["if (state.hasToken) enter(node)\n    },\n\n    Release", "enter(node)\n    },\n\n    Release"]],
    loses: ["exclusion", "lost", "cost"],
  },
  {
    rule: "a node that is in the critical section keeps the token",
    mistake: "passes the token on when it enters",
    edits: [["  if (state.wants) enter(node)\n  else pass(node)", "  if (state.wants) enter(node)\n  pass(node)"]],
    loses: ["exclusion", "lost", "cost"],
  },
  {
    rule: "a node that does not want in passes the token on",
    mistake: "keeps the token until it wants in itself",
    edits: [["  if (state.wants) enter(node)\n  else pass(node)", "  if (state.wants) enter(node)"]],
    loses: ["enter", "lost", "cost"],
  },
  {
    rule: "a node that leaves passes the token on",
    mistake: "keeps the token when it leaves",
    edits: [[released, "state.wants = false"]],
    loses: ["enter", "order", "lost"],
  },
  {
    rule: "a node that leaves passes the token on",
    mistake: "keeps the token for a second entry, if its client wants in again at once",
    edits: [
      [released, 'state.wants = false\n      node.setTimer("regeneration", 1)'],
      [
        "    regeneration(node) {\n",
        "    regeneration(node) {\n      if (node.state.hasToken) return node.state.inside ? undefined : pass(node)\n",
      ],
    ],
    loses: ["order", "cost"],
  },
  {
    rule: "a node that leaves passes the token on",
    mistake: "sends the token back where it came from when it leaves",
    edits: [
      [
        released,
        'state.wants = false\n      if (node.size === 1) return\n      state.hasToken = false\n      node.send((node.id + node.size - 1) % node.size, { type: "Token", age: state.last + 1 })\n      watch(node)',
      ],
    ],
    loses: ["order", "lost"],
  },
  {
    rule: "the token travels in one direction",
    mistake: "passes the token to a random node",
    edits: [
      [
        'node.send(next(node), { type: "Token", age: state.last + 1 })',
        'node.send((node.id + node.random(1, node.size - 1)) % node.size, { type: "Token", age: state.last + 1 })',
      ],
    ],
    loses: ["order", "lost", "cost"],
  },
  {
    rule: "a copy of the token is none",
    mistake: "takes every token that arrives",
    edits: [[drops, ""]],
    loses: ["exclusion", "lost"],
  },
  {
    rule: "a copy of the token is none",
    mistake: "tells a copy by having passed the token on since",
    edits: [[drops, "      if (age < state.last) return\n"]],
    loses: ["exclusion", "lost"],
  },
  {
    rule: "a token that is lost is made anew",
    mistake: "does not miss the token",
    edits: [["    regeneration(node) {\n      stand(node)\n", "    regeneration() {\n"]],
    loses: ["lost"],
  },
  {
    rule: "a token that is lost is made anew by one node",
    mistake: "makes a new token as soon as it misses it",
    edits: [["    regeneration(node) {\n      stand(node)\n", "    regeneration(node) {\n      makeToken(node)\n"]],
    loses: ["lost"],
  },
  {
    rule: "a node that has the token swallows candidates",
    mistake: "lets candidates pass while it has the token",
    edits: [[swallows, ""]],
    loses: ["lost"],
  },
  {
    rule: "a node that has seen the token is no candidate any more",
    mistake: "wins an election although the token has been there since",
    edits: [["  state.attempt = 0\n", ""]],
    loses: ["lost"],
  },
  {
    rule: "a node that has seen the token is no candidate any more",
    mistake: "wins by any candidacy of its that comes home",
    edits: [[mine, "makeToken(node)"]],
    loses: ["lost"],
  },
  {
    rule: "larger candidates are passed on (Chang and Roberts)",
    mistake: "swallows every candidate but its own",
    edits: [[forwards, ""]],
    loses: ["lost", "cost"],
  },
  {
    rule: "smaller candidates are swallowed (Chang and Roberts)",
    mistake: "passes on all candidates, so that each of them wins",
    edits: [
      ["      if (candidate < node.id) {\n        if (!state.takesPart) stand(node)\n        return\n      }\n", ""],
    ],
    loses: ["lost", "cost"],
  },
  {
    rule: "a node sends its own id in place of a smaller one, unless it takes part already (Chang and Roberts)",
    mistake: "sends its own id for every smaller one",
    edits: [["        if (!state.takesPart) stand(node)\n", "        stand(node)\n"]],
    loses: ["cost"],
  },
  {
    rule: "a new token is newer than all before it",
    mistake: "begins the new token's age at 0",
    edits: [["(Math.floor(node.state.oldest / LEAP) + 1) * LEAP", "node.state.oldest < 0 ? 0 : 1"]],
    loses: ["lost", "cost"],
  },
  {
    rule: "elections get lost as well",
    mistake: "holds one election, and waits for its end for ever",
    edits: [
      [
        '  state.takesPart = true\n  watch(node)\n  node.send(next(node), { type: "Election", candidate: node.id',
        '  state.takesPart = true\n  node.send(next(node), { type: "Election", candidate: node.id',
      ],
      [forwards, forwards.replace("      watch(node)\n", '      node.cancelTimer("regeneration")\n')],
    ],
    loses: ["lost"],
  },
  {
    rule: "an entry costs one message, the token",
    mistake: "acknowledges the token to whoever passed it",
    edits: [
      [
        drops,
        drops +
          '      if (node.size > 1) node.send((node.id + node.size - 1) % node.size, { type: "Election", candidate: -1, attempt: 0, age: -1 })\n',
      ],
      [
        "      state.oldest = Math.max(state.oldest, age)\n      if (state.hasToken)",
        "      if (candidate < 0) return\n      state.oldest = Math.max(state.oldest, age)\n      if (state.hasToken)",
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "the token always moves",
    mistake: "has the token rest for 5 ms where nobody wants in",
    edits: [
      [
        "  if (state.wants) enter(node)\n  else pass(node)",
        '  if (state.wants) enter(node)\n  else node.setTimer("regeneration", 5_000)',
      ],
      [
        "    regeneration(node) {\n",
        "    regeneration(node) {\n      if (node.state.hasToken) return node.state.inside ? undefined : pass(node)\n",
      ],
    ],
    loses: ["cost"],
  },
]
