// Stories of primary-backup replication (`stories/`): process 3, after three replicas, is the view service.
import { join } from "node:path"
import { primaryBackup } from "../../../algorithms/primary-backup/primary-backup.ts"
import type { PrimaryBackup, Views, Snapshot, Update, View } from "../../../algorithms/primary-backup/types.ts"
import { stories, type Telling } from "../../support/story.ts"
import { commandOf, isCommand, wordsOfCommand, wordsOfMachine } from "../../support/words.ts"

const telling: Telling<PrimaryBackup> = {
  algorithm: primaryBackup,
  parameters: { heartbeatInterval: "1h", detectionTimeout: "2h" },
  silent: ["committed", "count", "life"],

  request(words, client, sequence) {
    const [, key, value] = /^test-and-set (\w+)=(\w+)$/.exec(words) ?? []
    if (key === undefined || value === undefined) return commandOf(words, client, sequence)
    return { type: "Command", session: client, sequence, operation: { op: "cas", key, expected: null, value } }
  },

  brief(value) {
    if (isCommand(value)) return wordsOfCommand(value)
    if (isUpdate(value)) return wordsOfUpdate(value)
    if (isView(value)) return wordsOfView(value)
    return isSnapshot(value) ? `${value.count} ${wordsOfMachine(value.machine)}` : undefined
  },

  state(cluster, node) {
    if (node >= cluster.size) {
      const { view, forming } = cluster.disk(node) as unknown as Views
      const known = view === null ? "knows no view" : wordsOfView(view)
      return forming === null ? known : `${known}, forms ${forming}`
    }
    const { view, count, committed, machine } = cluster.state(node)
    return `${wordsOfView(view)} count=${count} committed=${committed} ${wordsOfMachine(machine)}`
  },
}

function isUpdate(value: object): value is Update {
  return "change" in value && "request" in value
}

function isView(value: object): value is View {
  return "members" in value && "since" in value
}

function isSnapshot(value: object): value is Snapshot {
  return "machine" in value && "uncommitted" in value
}

function wordsOfUpdate({ number, request }: Update): string {
  return `${number}: ${wordsOfCommand(request)}`
}

/** The primary first; the view in which it took over, if that is another one. */
function wordsOfView({ number, primary, since, members }: View): string {
  const others = members.map(({ id }) => id).filter(id => id !== primary)
  return `view ${number} of ${[primary, ...others].join()}${since === number ? "" : ` since ${since}`}`
}

stories(join(import.meta.dirname, "stories"), telling)
