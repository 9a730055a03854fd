// Stories of Viewstamped Replication (`stories/`): a log is its requests, after the op-number of its checkpoint if it has one.
import { join } from "node:path"
import type { Log, Request, Vsr } from "../../../algorithms/viewstamped-replication/types.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import { stories, type Telling } from "../../support/story.ts"
import { commandOf, isCommand, wordsOfCommand, wordsOfMachine } from "../../support/words.ts"

const telling: Telling<Vsr> = {
  algorithm: viewstampedReplication,
  parameters: { viewChangeTimeout: "1h", heartbeatInterval: "1h" },
  silent: ["commitNumber"],

  request: (words, client, sequence) => {
    if (words === "elect") return { type: "Elect" }
    const [verb, ...members] = words.split(" ")
    if (verb === "members") return { type: "ChangeMembership", sequence, members: members.map(Number) }
    return commandOf(words, client, sequence)
  },

  brief(value) {
    if (isCommand(value)) return wordsOfCommand(value)
    if ("type" in value && (value.type === "Reconfiguration" || value.type === "CheckEpoch")) {
      return wordsOfRequest(value as Request)
    }
    return isLog(value) ? wordsOf(value) : undefined
  },

  state(cluster, node) {
    const { viewNumber, lastNormalView, commitNumber, machine } = cluster.state(node)
    return [
      `view=${viewNumber} normal=${lastNormalView}`,
      `log=${wordsOf(cluster.state(node))}`,
      `commit=${commitNumber}`,
      wordsOfMachine(machine),
    ].join(" ")
  },
}

function isLog(value: object): value is Log {
  return "checkpoint" in value && "requests" in value
}

function wordsOfRequest(request: Request): string {
  if (request.type === "Command") return wordsOfCommand(request)
  return request.type === "CheckEpoch" ? "check epoch" : `reconfigure to ${request.next.members.join(" ")}`
}

function wordsOf({ checkpoint, requests }: Log): string {
  const from = checkpoint.opNumber === 0 ? [] : [`1-${checkpoint.opNumber}`]
  return `[${[...from, ...requests.map(wordsOfRequest)].join(", ")}]`
}

stories(join(import.meta.dirname, "stories"), telling)
