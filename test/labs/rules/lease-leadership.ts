/** Leases: the rules of Gray and Cheriton 1989 and of Burrows 2006, §2.4, as the hand-out has them. */
import type { BrokenRule } from "../broken-rule.ts"

const first = "if (disk.holder !== null && !isAgain) {"
const current = 'if (isCurrent(store, token)) free(store)\n          store.send(from, { type: "Released"'

export const rules: readonly BrokenRule[] = [
  {
    rule: "acquire: the store grants the lease if nobody has it",
    mistake: "lets the last to write win",
    edits: [[first, "if (false as boolean) {"]],
    loses: ["acquire", "expiry", "clocks", "fencing"],
  },
  {
    rule: "acquire: the store answers that the lease is held",
    mistake: "leaves those unanswered that find the lease held, and forgets them",
    edits: [
      [
        '            if (!state.queue.includes(from)) state.queue.push(from)\n            return store.send(from, { type: "Held", attempt })\n',
        "            return\n",
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "acquire: a request without an answer is sent again",
    mistake: "asks once",
    edits: [['if (phase === "asking") return ask(node)', 'if (phase === "asking") return']],
    loses: ["acquire", "expiry", "clocks"],
  },
  {
    rule: "acquire: a grant is for the attempt that it answers",
    mistake: "takes a grant that answers an earlier attempt",
    edits: [[" || state.attempt !== attempt) return toStore", ") return toStore"]],
    loses: ["clocks"],
  },
  {
    rule: "renew: the holder renews every r",
    mistake: "does not renew",
    edits: [['      node.setTimer("renew", node.parameters.renewInterval)\n      node.report', "      node.report"]],
    loses: ["expiry", "clocks"],
  },
  {
    rule: "renew: the holder renews every r",
    mistake: "renews once",
    edits: [
      [
        'sentAt: node.now() })\n      node.setTimer("renew", node.parameters.renewInterval)\n',
        "sentAt: node.now() })\n",
      ],
    ],
    loses: ["expiry", "clocks"],
  },
  {
    rule: "renew: the store measures L anew",
    mistake: "measures the lease from its grant, whatever is renewed",
    edits: [
      [
        '          store.setTimer("expiry", store.parameters.lease)\n          store.send(from, { type: "Renewed"',
        '          store.send(from, { type: "Renewed"',
      ],
    ],
    loses: ["expiry", "clocks"],
  },
  {
    rule: "renew: the holder counts anew from a renewal that was answered",
    mistake: "stops when the first lease is over, whatever it has renewed",
    edits: [["if (isIn(node) && node.state.token === token) prolong(node, sentAt)", "void sentAt"]],
    loses: ["expiry", "clocks"],
  },
  {
    rule: "stop: a holder that cannot renew stops by its own clock",
    mistake: "stops only when the store says so",
    edits: [["      if (isIn(node)) lose(node)\n      else getOut(node)", "      if (!isIn(node)) getOut(node)"]],
    loses: ["clocks"],
  },
  {
    rule: "stop: the holder counts from the moment at which it sent",
    mistake: "counts from the answer to its renewal",
    edits: [["Math.max(state.until, sentAt + usable(node))", "node.now() + usable(node)"]],
    loses: ["clocks"],
  },
  {
    rule: "stop: the holder counts from the moment at which it sent",
    mistake: "counts from the grant",
    edits: [["state.until = sentAt + usable(node)\n      if", "state.until = node.now() + usable(node)\n      if"]],
    loses: ["clocks"],
  },
  {
    rule: "stop: after L(1 - rho)/(1 + rho)",
    mistake: "uses all of the lease, whatever the clocks do",
    edits: [["Math.floor((lease * (1 - maxDrift)) / (1 + maxDrift))", "lease - 0 * maxDrift"]],
    loses: ["clocks"],
  },
  {
    rule: "stop: after L(1 - rho)/(1 + rho)",
    mistake: "allows for its own clock only",
    edits: [["Math.floor((lease * (1 - maxDrift)) / (1 + maxDrift))", "Math.floor(lease * (1 - maxDrift))"]],
    loses: ["clocks"],
  },
  {
    rule: "stop: after L(1 - rho)/(1 + rho)",
    mistake: "uses half of its lease, to be on the safe side",
    edits: [["Math.floor((lease * (1 - maxDrift)) / (1 + maxDrift))", "Math.floor(lease / 2 - maxDrift)"]],
    loses: ["expiry", "clocks"],
  },
  {
    rule: "stop: whoever stops says so",
    mistake: "stops without a word to its client and the world",
    edits: [
      ['  node.report({ type: "left" })\n', '  if (node.state.phase === "writing") node.report({ type: "left" })\n'],
    ],
    loses: ["clocks"],
  },
  {
    rule: "stop: a renewal that is lost is no lease that is lost",
    mistake: "gives up when a renewal is not answered in time",
    edits: [
      [
        'toStore(node, { type: "Renew", token: node.state.token, sentAt: node.now() })\n',
        'if (node.state.until - node.now() < usable(node) - 1.5 * node.parameters.renewInterval) return lose(node)\n      toStore(node, { type: "Renew", token: node.state.token, sentAt: node.now() })\n',
      ],
    ],
    loses: ["expiry", "clocks"],
  },
  {
    rule: "expire: the store takes the lease away",
    mistake: "leaves the lease with its holder for ever",
    edits: [["        expiry(store) {\n          free(store)\n", "        expiry() {\n"]],
    loses: ["expiry", "clocks", "fencing"],
  },
  {
    rule: "expire: the store waits for all of L",
    mistake: "takes the lease away after half of its time",
    edits: [
      [
        '          store.setTimer("expiry", store.parameters.lease)\n          store.send(from, { type: "Granted"',
        '          store.setTimer("expiry", store.parameters.lease / 2)\n          store.send(from, { type: "Granted"',
      ],
      [
        '          store.setTimer("expiry", store.parameters.lease)\n          store.send(from, { type: "Renewed"',
        '          store.setTimer("expiry", store.parameters.lease / 2)\n          store.send(from, { type: "Renewed"',
      ],
    ],
    loses: ["clocks"],
  },
  {
    rule: "expire: the store tells those that wait",
    mistake: "tells nobody; they ask again in time",
    edits: [["  offer(store)\n}\n\n/** To the first", "}\n\n/** To the first"]],
    loses: ["expiry"],
  },
  {
    rule: "the store keeps the lease on its disk",
    mistake: "forgets the holder when it dies",
    edits: [
      [
        "if (store.disk.holder !== null) store.setTimer",
        "if (store.disk.holder !== null) store.save({ holder: null })\n        if (store.disk.holder !== null) store.setTimer",
      ],
    ],
    loses: ["expiry"],
  },
  {
    rule: "the store keeps the lease on its disk, and gives its holder all of L once more",
    mistake: "has the lease of a holder that died meanwhile last for ever",
    edits: [['        if (store.disk.holder !== null) store.setTimer("expiry", store.parameters.lease)\n', ""]],
    loses: ["expiry"],
  },
  {
    rule: "a node that returns is another contender",
    mistake: "numbers its attempts from 0 whenever it boots",
    edits: [["    node.state.attempt = node.now()\n", "    node.state.attempt = 0\n"]],
    loses: ["fencing"],
  },
  {
    rule: "release: the holder gives the lease back",
    mistake: "lets its lease expire when its client leaves",
    edits: [
      [
        '      toStore(node, { type: "Release", token })\n      node.setTimer("retry", node.parameters.retryAfter)\n    },\n\n    Rejected',
        '      node.setTimer("retry", node.parameters.retryAfter)\n    },\n\n    Rejected',
      ],
      ['else if (phase === "giving") toStore(node, { type: "Release", token })\n', "\n"],
    ],
    loses: ["acquire", "fencing", "cost"],
  },
  {
    rule: "release: of the lease that it is about",
    mistake: "frees whatever lease there is when somebody releases",
    edits: [[current, current.replace("if (isCurrent(store, token)) ", "")]],
    loses: ["clocks"],
  },
  {
    rule: "release: whoever gives the lease back is out before",
    mistake: "counts itself as inside until the store has answered",
    edits: [
      [
        '      stop(node)\n      state.phase = "giving"',
        '      node.cancelTimer("renew")\n      state.phase = "giving"',
      ],
      [
        "function getOut(node: Self): void {\n  const { state } = node\n",
        'function getOut(node: Self): void {\n  const { state } = node\n  if (state.phase === "giving") node.report({ type: "left" })\n',
      ],
    ],
    loses: ["acquire", "expiry", "clocks"],
  },
  {
    rule: "tokens: one higher than the last",
    mistake: "gives all leases one token",
    edits: [["token: disk.token + 1,", "token: 1,"]],
    loses: ["clocks", "fencing"],
  },
  {
    rule: "tokens: one higher than the last, for good",
    mistake: "begins again with token 1 when the store dies",
    edits: [
      [
        "if (store.disk.holder !== null) store.setTimer",
        "if (store.disk.holder === null) store.save({ token: 0 })\n        else store.setTimer",
      ],
    ],
    loses: ["fencing"],
  },
  {
    rule: "fencing: the resource refuses a lower token",
    mistake: "has the resource take every write",
    edits: [["if (token < latest) return", "if (token < 0) return"]],
    loses: ["fencing"],
  },
  {
    rule: "fencing: a write carries the token of its lease",
    mistake: "leaves without a write",
    edits: [
      [
        '      state.phase = "writing"\n      write(node)\n',
        '      stop(node)\n      state.phase = "giving"\n      toStore(node, { type: "Release", token: state.token })\n',
      ],
    ],
    loses: ["fencing"],
  },
  {
    rule: "fencing: a writer that is refused has lost the lease",
    mistake: "goes on writing until it is taken",
    edits: [
      ['if (node.state.phase === "writing" && node.state.token === token) lose(node)', "void [node, token]"],
      [
        "      if (isIn(node)) lose(node)\n      else getOut(node)",
        '      if (node.state.phase === "in") lose(node)\n      else if (!isIn(node)) getOut(node)',
      ],
    ],
    loses: ["clocks"],
  },
  {
    rule: "cost: two messages for each step",
    mistake: "renews as often as it can",
    edits: [
      [
        'sentAt: node.now() })\n      node.setTimer("renew", node.parameters.renewInterval)\n',
        'sentAt: node.now() })\n      node.setTimer("renew", node.parameters.renewInterval / 4)\n',
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "cost: those who wait cost nothing",
    mistake: "polls while it waits",
    edits: [
      [
        'node.setTimer("retry", 5 * node.parameters.retryAfter)',
        'node.setTimer("retry", node.parameters.retryAfter / 4)',
      ],
    ],
    loses: ["cost"],
  },
]
