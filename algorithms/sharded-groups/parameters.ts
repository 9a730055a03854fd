/** The parameters of sharded groups, and the placement of groups and shards that follows from them. */
import type { Algorithm, NodeId, ParameterConflict } from "../../runtime/contract/algorithm.ts"
import { parametersOf } from "../../runtime/contract/composition/composition.ts"
import { choice, duration, integer, type ParameterValues } from "../../runtime/contract/parameters.ts"
import type { ShardMap } from "../../services/machines/shard-types.ts"
import { innerConflict } from "../common/inner-log.ts"

/**
 * For chains as groups: the head answers, since it also leads the group in moves. All commands are updates, which need no
 * lease.
 */
export const IN_CHAINS = { replies: "head", suspicions: "trusted", reads: "tail", lease: 1 } as const

export function declared(logs: readonly Algorithm[]) {
  return { ...own(logs), ...parametersOf(logs.map(withoutSettled)) }
}

/** An algorithm without the parameters that are fixed in groups. */
function withoutSettled(log: Algorithm): Algorithm {
  if (log.roles === undefined) return log
  const entries = Object.entries(log.parameters).filter(([name]) => !(name in IN_CHAINS))
  return { ...log, parameters: Object.fromEntries(entries) }
}

function own(logs: readonly Algorithm[]) {
  return {
    log: choice(
      logs.map(({ name }) => name),
      logs[0]!.name,
      "The algorithm of each group, and of the controller.",
    ),
    groups: integer(2, "Number of groups, without the controller's.", { min: 1, max: 64, title: "Number of groups" }),
    replicas: integer(
      3,
      "Number of nodes of a group. Groups and controller have nodes of their own where there are enough, replicas x (groups + 1); " +
        "else group g is on the nodes from number g on, and the controller on those from 0 on.",
      { min: 1, max: 15 },
    ),
    shards: integer(16, "Number of shards that keys are spread over, by a hash.", { min: 1, max: 1024 }),
    firstGroups: integer(0, "Number of groups that have shards in the beginning; the others may join. 0: all."),
    chunkKeys: integer(100, "Number of keys that are sent at a time when a shard moves.", { min: 1 }),
    transactions: choice(
      ["2pc-replicated", "2pc"],
      "2pc-replicated",
      "Who decides whether a transaction commits. `2pc`: the process that coordinates it, on its own disk; while it is down, those who " +
        "are prepared wait. `2pc-replicated`: the group that has its first key, in its log.",
    ),
    retry: duration("max(20d, 20ms)", "A step of a move that nobody has answered is tried again after this time.", {
      min: 1,
    }),
  } as const
}

export type ShardedParameters = ParameterValues<ReturnType<typeof own>>

/** The group of the controller. */
export const CONTROLLER = 0

interface Group {
  readonly size: number
  readonly parameters: Pick<ShardedParameters, "groups" | "replicas">
}

/** The nodes of a group; 0 is the controller's. */
export function membersOf({ size, parameters: { groups, replicas } }: Group, group: number): readonly NodeId[] {
  const isApart = size >= replicas * (groups + 1)
  const first = isApart ? group * replicas : group
  return Array.from({ length: Math.min(replicas, size) }, (_, i) => (first + i) % size)
}

/** The numbers of all groups, the controller's first. */
export function allGroups({ parameters: { groups } }: Pick<Group, "parameters">): readonly number[] {
  return Array.from({ length: groups + 1 }, (_, group) => group)
}

/** The group that has a shard before anything is moved. */
export function firstOwner(parameters: ShardedParameters, shard: number): number {
  return 1 + (shard % firstGroupsOf(parameters))
}

function firstGroupsOf({ groups, firstGroups }: ShardedParameters): number {
  return firstGroups === 0 ? groups : Math.min(firstGroups, groups)
}

/** The map before anything is moved. */
export function firstMap(parameters: ShardedParameters): ShardMap {
  const { shards } = parameters
  const owners = Array.from({ length: shards }, (_, shard) => firstOwner(parameters, shard))
  return {
    number: 0,
    owners,
    moving: owners.map(() => null),
    groups: Array.from({ length: firstGroupsOf(parameters) }, (_, i) => 1 + i),
    isSpread: false,
  }
}

/** @param among the algorithms that groups may be */
export function conflict(
  among: readonly Algorithm[],
  chosen: ShardedParameters,
  nodes: number,
): ParameterConflict | undefined {
  const { log, replicas } = chosen
  if (replicas > nodes)
    return { parameter: "replicas", message: `a group of ${replicas} nodes does not fit on ${nodes}` }
  const { assumes, tolerates, roles } = among.find(({ name }) => name === log)!
  // A node that recovers asks the others for its whole state: some must be able to answer.
  const isForgetful = assumes?.storage === "none" && tolerates.of(replicas) === 0
  if (!isForgetful) return innerConflict(among, chosen, "log", replicas, roles === undefined ? {} : IN_CHAINS)
  const enough = Array.from({ length: 15 }, (_, i) => i + 1).find(n => tolerates.of(n) > 0)
  const message = `in a group of ${replicas}, a node that crashes never returns: ${log} keeps no disk, and survives a crash from ${enough} nodes on`
  return { parameter: "replicas", message }
}
