// Stories of sharded groups (`stories/`): groups of one node each, whose logs take no messages: 0 is the controller, 1 and 2 are groups.
import { join } from "node:path"
import type { ClientId } from "../../../runtime/contract/algorithm.ts"
import { algorithms } from "../../../algorithms/registry.ts"
import type { KeyValueOperation } from "../../../services/machines/key-value.ts"
import { isShardOperation, type ShardAction } from "../../../services/machines/shard-actions.ts"
import { stories, type Telling } from "../../support/story.ts"
import { isCommand, wordsOfCommand } from "../../support/words.ts"
import type { ShardedGroups } from "../../../algorithms/sharded-groups/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the registry does not tell algorithms apart
const shardedGroups = algorithms["sharded-groups"] as Algorithm as Algorithm<ShardedGroups>

const telling: Telling<ShardedGroups> = {
  algorithm: shardedGroups,
  parameters: {
    retry: "1h",
    raftElectionTimeoutMin: "1ms",
    raftElectionTimeoutMax: "2ms",
    raftHeartbeatInterval: "1h",
  },
  silent: ["hops", "to", "place"],
  request: requestOf,

  brief(value) {
    if (isCommand(value))
      return isShardOperation(value.operation) ? wordsOfAction(value.operation.action) : wordsOfCommand(value)
    if ("shard" in value && "from" in value && "number" in value)
      return `${String(value.shard)}:${String(value.from)}->${String(Reflect.get(value, "to"))}#${String(value.number)}`
    if ("node" in value && "number" in value)
      return `${String(Reflect.get(value, "group") ?? "alone")}/${value.node as number}`
    return undefined
  },

  state(cluster, node) {
    const { leads, map, leaving, coordinated, doubts } = cluster.state(node)
    const led = leads.flatMap((isLed, group) => (isLed ? [group] : []))
    const owners = map === null ? "" : ` shards on ${map.owners.join(", ")} #${map.number}`
    const moves =
      leaving.size === 0 ? "" : ` hands over ${[...leaving.values()].map(({ move }) => move.shard).join(", ")}`
    const open = coordinated.size === 0 ? "" : ` coordinates ${coordinated.size}`
    const doubt = doubts.size === 0 ? "" : ` is in doubt about ${doubts.size}`
    return `leads ${led.join(", ") || "nobody"}${owners}${moves}${open}${doubt}`
  },
}

function wordsOfAction(action: ShardAction): string {
  if (action.kind === "serve") return `${action.request.op} ${action.request.key}`
  return "shard" in action ? `${action.kind} ${action.shard}` : action.kind
}

/** `put k0=1 in 1`, `move 0 to 2`, `join 2`, `leave 2`, `put k0=1 in 1 and put k1=2 in 2`. */
function requestOf(
  words: string,
  session: ClientId,
  sequence: number,
): ShardedGroups["service"]["request"] | undefined {
  const move = /^move (\d+) to (\d+)$/.exec(words)
  if (move !== null) return { type: "MoveShard", sequence, shard: Number(move[1]), to: Number(move[2]) }
  const change = /^(join|leave) (\d+)$/.exec(words)
  if (change !== null)
    return { type: change[1] === "join" ? "JoinGroup" : "LeaveGroup", sequence, group: Number(change[2]) }
  const parts = words.split(" and ").map(part => /^(put|get) (\w+?)(?:=(\w+))? in (\d+)$/.exec(part))
  const operations = parts.flatMap((part): KeyValueOperation[] => {
    if (part === null) return []
    return [part[1] === "get" ? { op: "get", key: part[2]! } : { op: "put", key: part[2]!, value: part[3]! }]
  })
  if (operations.length !== parts.length) return undefined
  const groups = parts.map(part => Number(part![4]))
  if (operations.length === 1)
    return { type: "Command", session, sequence, operation: operations[0]!, group: groups[0]! }
  return { type: "Transact", session, sequence, operations, groups }
}

stories(join(import.meta.dirname, "stories"), telling)
