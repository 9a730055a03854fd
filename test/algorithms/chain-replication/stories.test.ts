// Stories of chain replication (`stories/`): process 3 of a chain of three is the master; a chain is written from head to tail.
import { join } from "node:path"
import { chainReplication } from "../../../algorithms/chain-replication/chain-replication.ts"
import type { ChainReplication, Configuration } from "../../../algorithms/chain-replication/types.ts"
import type { Machine } from "../../../services/replicated-log/machine.ts"
import { stories, type Telling } from "../../support/story.ts"
import { commandOf, isCommand, wordsOfCommand, wordsOfMachine } from "../../support/words.ts"

const telling: Telling<ChainReplication> = {
  algorithm: chainReplication,
  parameters: {
    suspicions: "trusted",
    heartbeatInterval: "1h",
    detectionTimeout: "3h",
    resendAfter: "1h",
  },
  silent: ["committed", "life", "sentAt", "received"],
  request: commandOf,

  brief(value) {
    if (isCommand(value)) return wordsOfCommand(value)
    if (isConfiguration(value)) return chainOf(value)
    return isMachine(value) ? wordsOfMachine(value) : undefined
  },

  state(cluster, node) {
    if (node === cluster.size) return "the master"
    const { configuration, committed, entries, machine, base } = cluster.state(node)
    const sent = entries
      .slice(committed - base)
      .map(wordsOfCommand)
      .join(", ")
    const chain = configuration === null ? "unknown" : chainOf(configuration)
    return `chain ${chain} ${wordsOfMachine(machine)} sent=[${sent}]`
  },
}

function chainOf({ chain, joining }: Configuration): string {
  const servers = chain.map(({ id }) => id).join("-")
  return joining === null ? servers : `${servers} with ${joining.id} to join`
}

function isConfiguration(value: object): value is Configuration {
  return "chain" in value && "joining" in value
}

function isMachine(value: object): value is Machine {
  return "values" in value && "sessions" in value
}

stories(join(import.meta.dirname, "stories"), telling)
