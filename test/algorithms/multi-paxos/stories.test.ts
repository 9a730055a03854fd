// Stories of Multi-Paxos (`stories/`): a proposal is `ballot/slot command`.
import { join } from "node:path"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import type { MultiPaxos, Proposal, Value } from "../../../algorithms/multi-paxos/types.ts"
import { stories, type Telling } from "../../support/story.ts"
import { commandOf, isCommand, wordsOfCommand, wordsOfMachine } from "../../support/words.ts"

const telling: Telling<MultiPaxos> = {
  algorithm: multiPaxos,
  parameters: { electionTimeoutMin: "1h", electionTimeoutMax: "1h", heartbeatInterval: "1h", backoff: "1h" },
  silent: [],

  request: (words, client, sequence) => (words === "elect" ? { type: "Elect" } : commandOf(words, client, sequence)),

  brief(value) {
    if (isCommand(value)) return wordsOfCommand(value)
    return isProposal(value) ? wordsOf(value) : undefined
  },

  state(cluster, node) {
    const { promised, journal } = cluster.disk(node)
    const { firstUnchosen, machine } = cluster.state(node).learner
    return [
      `promised=${promised}`,
      `accepted=[${journal.map(wordsOf).join(", ")}]`,
      `firstUnchosen=${firstUnchosen}`,
      wordsOfMachine(machine),
    ].join(" ")
  },
}

function isProposal(value: object): value is Proposal {
  return "ballot" in value && "slot" in value
}

function wordsOf({ ballot, slot, value }: Proposal): string {
  return `${ballot}/${slot} ${nameOf(value)}`
}

function nameOf(value: Value): string {
  return value === null ? "no-op" : wordsOfCommand(value)
}

stories(join(import.meta.dirname, "stories"), telling)
