/** Typical mistakes with leases, and the points that each must lose. */
import type { WrongSolution } from "../engine/lab.ts"

const node = "algorithms/lease-leadership/lease-leadership.ts"
const store = "algorithms/lease-leadership/store.ts"
const table = "algorithms/lease-leadership/table.ts"
const resource = "algorithms/lease-leadership/resource.ts"
const theory = "algorithms/lease-leadership/theory.ts"
const usable = "Math.floor((lease * (1 - maxDrift)) / (1 + maxDrift))"

export const wrong: readonly WrongSolution[] = [
  {
    mistake: "asks for the lease once, and waits for the answer for ever",
    edits: [{ file: node, from: 'ask(node, "retransmission")\n      } else', to: "} else" }],
    loses: ["acquire", "clocks"],
  },
  {
    mistake: "stays inside until the store knows that it has left",
    edits: [
      {
        file: node,
        from: 'stopHolding(node)\n  state.phase = "releasing"',
        to: 'node.cancelTimer("renew")\n  state.phase = "releasing"',
      },
      {
        file: node,
        from: 'if (state.phase === "releasing" && state.token === token) leave(node)',
        to: 'if (state.phase === "releasing" && state.token === token) stopHolding(node), leave(node)',
      },
    ],
    loses: ["acquire", "expiry", "clocks"],
  },
  {
    mistake: "lets a lease expire although it was renewed",
    edits: [
      {
        file: store,
        from: "state.isConfirmed = true\n      awaitExpiry(store)",
        to: "state.isConfirmed = true",
      },
    ],
    loses: ["expiry", "clocks"],
  },
  {
    mistake: "has the store forget the lease when it dies",
    edits: [
      { file: store, from: "store.save({ lastToken, lease })", to: "store.save({ lastToken, lease: lease && null })" },
    ],
    loses: ["expiry"],
  },
  {
    mistake: "counts the lease from the answer to a renewal",
    edits: [
      {
        file: node,
        from: "Math.max(state.validUntil, sentAt + holderLease(node.parameters))",
        to: "node.now() + 0 * sentAt + holderLease(node.parameters)",
      },
    ],
    loses: ["clocks"],
  },
  {
    mistake: "trusts its clock to run as the store's does",
    edits: [{ file: theory, from: usable, to: "lease - 0 * maxDrift" }],
    loses: ["clocks"],
  },
  {
    mistake: "leads until the store says that the lease is over",
    edits: [{ file: node, from: "lapse: lose,", to: "lapse() {}," }],
    loses: ["clocks"],
  },
  {
    mistake: "frees whatever lease there is when an old one is released",
    edits: [
      {
        file: table,
        from: "return lease?.token === request.token ?",
        to: "return lease !== null ?",
      },
    ],
    loses: ["clocks"],
  },
  {
    mistake: "has the resource take every write",
    edits: [{ file: resource, from: "resource.parameters.fencing && token < latest", to: "token < 0" }],
    loses: ["fencing"],
  },
  {
    mistake: "begins again with the first token when the store has died",
    edits: [
      {
        file: store,
        from: "store.save({ lastToken, lease })",
        to: "store.save({ lastToken: lease === null ? 0 : lastToken, lease })",
      },
    ],
    loses: ["fencing"],
  },
  {
    mistake: "polls four times in a lease while it waits",
    edits: [
      {
        file: node,
        from: 'return node.setTimer("watch", watchTimeout)',
        to: 'return node.setTimer("watch", Math.min(watchTimeout, node.parameters.lease / 4))',
      },
    ],
    loses: ["cost"],
  },
  {
    mistake: "leaves it to chance when those that wait learn that the lease is free",
    edits: [
      {
        file: store,
        from: 'for (const waiter of state.waiters) store.send(waiter, { type: "Free", token })',
        to: "void token",
      },
    ],
    loses: ["acquire", "expiry", "fencing", "cost"],
  },
]
