/** Bugs planted in ring election on purpose, and what catches each. */
import { ringElection } from "../../../algorithms/ring-election/ring-election.ts"
import type { RingElection } from "../../../algorithms/ring-election/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { tap } from "../../services/leader-election/mutants.ts"
import { runElections } from "../../services/leader-election/run-elections.ts"

interface Mutant {
  readonly bug: string
  readonly algorithm: Algorithm<RingElection>
  readonly caughtBy: string | null
}

const { receive, timeout } = ringElection

/** Five elections of a ring of five in which nobody dies, all members starting each: what is wrong with them? */
export function flawOfPlainRing(algorithm: Algorithm<RingElection>): string | null {
  const workload = { initiators: "all", interval: "400ms" }
  try {
    const { outcome, messagesByType } = runElections(algorithm, { nodes: 5, workload })
    for (const [check, { verdict }] of Object.entries(outcome.verdicts)) if (verdict !== "holds") return check
    if (outcome.ok !== 5) return "no leader"
    if (outcome.figures["leader_changes"] !== 0) return "not the largest id"
    return messagesByType["Election"] === 5 * (2 * 5 - 1) ? null : "more than 2n-1 messages"
  } catch {
    return "the run fails"
  }
}

export const ofPlainRing: readonly Mutant[] = [
  {
    bug: "does not swallow smaller candidates",
    algorithm: {
      ...ringElection,
      receive: {
        ...receive,
        Election(node, message, from) {
          if (message.candidate < node.id) node.send(node.state.successors[0]!, message)
          else receive.Election(node, message, from)
        },
      },
    },
    caughtBy: "more than 2n-1 messages",
  },
  {
    bug: "has no participant flag: replaces every smaller candidate by itself",
    algorithm: {
      ...ringElection,
      receive: {
        ...receive,
        Election(node, message, from) {
          if (message.candidate < node.id) node.state.participant = false
          receive.Election(node, message, from)
        },
      },
    },
    caughtBy: "more than 2n-1 messages",
  },
  {
    bug: "does not lower the flag when the election is over",
    algorithm: {
      ...ringElection,
      receive: {
        ...receive,
        Elected(node, message, from) {
          receive.Elected(node, message, from)
          node.state.participant = true
        },
      },
    },
    caughtBy: "no leader",
  },
  {
    bug: "does not pass on who was elected",
    algorithm: {
      ...ringElection,
      receive: {
        ...receive,
        Elected(node, message, from) {
          receive.Elected(tap(node, { send() {} }), message, from)
        },
      },
    },
    caughtBy: "no leader",
  },
  {
    bug: "does not recognise its own id",
    algorithm: {
      ...ringElection,
      receive: {
        ...receive,
        Election(node, message, from) {
          if (message.candidate === node.id) node.send(node.state.successors[0]!, message)
          else receive.Election(node, message, from)
        },
      },
    },
    caughtBy: "no leader",
  },
  {
    bug: "takes itself for the leader when it swallows a candidate",
    algorithm: {
      ...ringElection,
      receive: {
        ...receive,
        Election(node, message, from) {
          const candidate = node.state.participant ? Math.max(message.candidate, node.id) : message.candidate
          receive.Election(node, { ...message, candidate }, from)
        },
      },
    },
    caughtBy: "one-leader-per-epoch",
  },
]

export const ofRepairedRing: readonly (Mutant & { readonly recover: boolean })[] = [
  {
    bug: "does not acknowledge",
    algorithm: {
      ...ringElection,
      receive: {
        ...receive,
        Election(node, message, from) {
          const send: typeof node.send = (to, sent) => (sent.type === "Ack" ? undefined : node.send(to, sent))
          receive.Election(tap(node, { send }), message, from)
        },
      },
    },
    recover: false,
    caughtBy: "the run fails",
  },
  {
    bug: "skips nobody",
    algorithm: { ...ringElection, timeout: { ...timeout, ack() {} } },
    recover: false,
    caughtBy: "no leader",
  },
  {
    bug: "does not try again",
    algorithm: { ...ringElection, timeout: { ...timeout, outcome() {} } },
    recover: false,
    caughtBy: "no leader",
  },
  {
    bug: "leads although it has let a larger one pass",
    algorithm: {
      ...ringElection,
      receive: {
        ...receive,
        Election(node, message, from) {
          node.state.largest = node.id
          receive.Election(node, message, from)
        },
      },
    },
    recover: true,
    caughtBy: "one-leader-per-epoch",
  },
]
