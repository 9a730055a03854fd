// Stories of single-decree Paxos (`stories/`), in one instance: an acceptor's record is what it must not forget.
import { join } from "node:path"
import { paxos } from "../../../algorithms/paxos/paxos.ts"
import type { Paxos, Proposal } from "../../../algorithms/paxos/types.ts"
import { stories, type Telling } from "../../support/story.ts"

const INSTANCE = 1

const telling: Telling<Paxos> = {
  algorithm: paxos,
  parameters: { retryAfter: "1h", backoff: "1h" },
  silent: [],

  request(words) {
    const propose = /^propose (\d+)$/.exec(words)
    return propose === null ? undefined : { type: "Propose", instance: INSTANCE, value: Number(propose[1]) }
  },

  brief: value => (isProposal(value) ? wordsOf(value) : undefined),

  state(cluster, node) {
    const part = cluster.state(node).parts[INSTANCE]
    const acceptor = part?.acceptor ?? cluster.state(node).recalled[INSTANCE] ?? null
    if (acceptor === null) return "knows nothing"
    const { promised, accepted, decided } = acceptor
    return `promised=${promised} accepted=${accepted === null ? "none" : wordsOf(accepted)} decided=${decided ?? "none"}`
  },
}

function isProposal(value: object): value is Proposal {
  return "ballot" in value && "value" in value
}

function wordsOf({ ballot, value }: Proposal): string {
  return `${ballot}:${value}`
}

stories(join(import.meta.dirname, "stories"), telling)
