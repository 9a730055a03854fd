/** Bugs planted in bully on purpose, and what catches each. */
import { bully } from "../../../algorithms/bully/bully.ts"
import type { Bully } from "../../../algorithms/bully/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { type Flaw, tap } from "../../services/leader-election/mutants.ts"

interface Mutant {
  readonly bug: string
  readonly algorithm: Algorithm<Bully>
  readonly recover: boolean
  readonly caughtBy: Flaw
}

export const SEEDS = 1_000

export const mutants: readonly Mutant[] = [
  {
    bug: "does not answer lower processes",
    algorithm: {
      ...bully,
      receive: {
        ...bully.receive,
        Election(node, message, from) {
          const send: typeof node.send = (to, sent) => (sent.type === "Answer" ? undefined : node.send(to, sent))
          bully.receive.Election(tap(node, { send }), message, from)
        },
      },
    },
    recover: false,
    caughtBy: "one-leader-per-epoch",
  },
  {
    bug: "declares itself in spite of answers",
    algorithm: { ...bully, receive: { ...bully.receive, Answer() {} } },
    recover: false,
    caughtBy: "one-leader-per-epoch",
  },
  {
    bug: "asks only the next higher process",
    algorithm: {
      ...bully,
      timeout: {
        ...bully.timeout,
        detection(node) {
          const send: typeof node.send = (to, sent) => (to > node.id + 1 ? undefined : node.send(to, sent))
          bully.timeout.detection(tap(node, { send }))
        },
      },
    },
    recover: false,
    caughtBy: "one-leader-per-epoch",
  },
  {
    bug: "takes no new number for a new coordinator",
    algorithm: {
      ...bully,
      timeout: {
        ...bully.timeout,
        answer(node) {
          node.state.election = Math.max(0, node.state.election - 1)
          bully.timeout.answer(node)
        },
      },
    },
    recover: false,
    caughtBy: "reused epoch",
  },
  {
    bug: "does not watch its coordinator",
    algorithm: {
      ...bully,
      receive: {
        ...bully.receive,
        Coordinator(node, message, from) {
          bully.receive.Coordinator(node, message, from)
          node.cancelTimer("detection")
        },
        Heartbeat() {},
      },
    },
    recover: false,
    caughtBy: "no leader",
  },
  {
    bug: "keeps nothing on its disk",
    algorithm: {
      ...bully,
      disk: () => ({ election: null }),
      start(node) {
        bully.start(node)
        node.save({ election: null })
      },
      receive: {
        ...bully.receive,
        Coordinator(node, message, from) {
          bully.receive.Coordinator(tap(node, { save() {} }), message, from)
        },
      },
    },
    recover: true,
    caughtBy: "one-leader-per-epoch",
  },
  {
    bug: "declares itself after a reboot without having heard from anyone",
    algorithm: { ...bully, state: self => ({ ...bully.state(self), informed: true }) },
    recover: true,
    caughtBy: "one-leader-per-epoch",
  },
]
