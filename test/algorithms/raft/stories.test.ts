// Stories of Raft (`stories/`), told with the words of Figure 2: an entry is `index/term command`.
import { join } from "node:path"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Configuration, Entry, Raft, Snapshot } from "../../../algorithms/raft/types.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { stories, type Telling } from "../../support/story.ts"
import { commandOf, isCommand, wordsOfCommand, wordsOfMachine } from "../../support/words.ts"

const telling: Telling<Raft> = {
  algorithm: raft,
  parameters: { electionTimeoutMin: "1h", electionTimeoutMax: "1h", heartbeatInterval: "1h" },
  silent: ["round", "conflictTerm", "conflictIndex"],

  request(words, client, sequence) {
    if (words === "elect") return { type: "Elect" }
    const members = /^members ([\d,]+)$/.exec(words)
    if (members !== null) return { type: "ChangeMembership", sequence, members: members[1]!.split(",").map(Number) }
    const transfer = /^transfer to (\d+)$/.exec(words)
    if (transfer !== null) return { type: "TransferLeadership", sequence, to: Number(transfer[1]) }
    return commandOf(words, client, sequence)
  },

  brief(value) {
    if (isCommand(value)) return wordsOfCommand(value)
    if (isEntry(value)) return wordsOf(value)
    if (isSnapshot(value))
      return `(up to ${value.lastIncludedIndex}/${value.lastIncludedTerm} ${wordsOfMachine(value.machine)})`
    return undefined
  },

  state(cluster, node) {
    const { log, snapshot, votedFor } = cluster.disk(node)
    const { role, commitIndex, nextIndex, matchIndex, peers, machine } = cluster.state(node)
    const of = (indices: readonly number[]): string => peers.map((peer: NodeId) => `${peer}:${indices[peer]}`).join(" ")
    return [
      `votedFor=${votedFor ?? "none"}`,
      ...(snapshot.lastIncludedIndex > 0
        ? [`snapshot up to ${snapshot.lastIncludedIndex}/${snapshot.lastIncludedTerm}`]
        : []),
      `log=[${log.map(wordsOf).join(", ")}]`,
      `commitIndex=${commitIndex}`,
      ...(role === "leader" ? [`nextIndex=(${of(nextIndex)})`, `matchIndex=(${of(matchIndex)})`] : []),
      wordsOfMachine(machine),
    ].join(" ")
  },
}

function isEntry(value: object): value is Entry {
  return "index" in value && "term" in value && "command" in value
}

function isSnapshot(value: object): value is Snapshot {
  return "lastIncludedIndex" in value
}

function wordsOf({ index, term, command }: Entry): string {
  return `${index}/${term} ${command === null ? "no-op" : isCommand(command) ? wordsOfCommand(command) : wordsOfChange(command)}`
}

function wordsOfChange({ members, next }: Configuration): string {
  return next === null ? `members {${members.join()}}` : `members {${members.join()}} and {${next.join()}}`
}

stories(join(import.meta.dirname, "stories"), telling)
