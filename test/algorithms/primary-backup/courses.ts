// Courses that random runs hardly ever take, and rules that they would not miss: each says what went wrong, if anything did.
import type { PrimaryBackup } from "../../../algorithms/primary-backup/types.ts"
import { memberOf } from "../../../algorithms/primary-backup/views.ts"
import type { Algorithm, NodeId } from "../../../runtime/contract/algorithm.ts"
import { type Group, group, primaries, results, serviceOf, timedGroup, valueAt, viewAt, write } from "./support.ts"

export type Course = (algorithm: Algorithm<PrimaryBackup>) => string | undefined

const SERVICE = 3

const TIMES = { heartbeatInterval: "20ms", detectionTimeout: "60ms" }

/** Three replicas that have been alive for a while; d is 1 ms, tau 20 ms, the timeout 60 ms. */
function young(algorithm: Algorithm<PrimaryBackup>, parameters: Readonly<Record<string, unknown>> = {}): Group {
  const cluster = group({ nodes: 3, parameters: { ...TIMES, ...parameters } }, algorithm)
  cluster.runFor("105ms")
  return cluster
}

/** The same, with replica 2 removed and up again, and its state on the way: it arrives after 10 ms, and no update does. */
function rejoining(algorithm: Algorithm<PrimaryBackup>): Group {
  const cluster = young(algorithm)
  cluster.crash(2)
  cluster.runFor("100ms")
  cluster.intercept((_, to, { type }) => {
    if (to !== 2) return "deliver"
    return type === "Update" ? "drop" : type === "State" ? { delay: 10_000 } : "deliver"
  })
  cluster.restart(2)
  cluster.runUntil(() => cluster.count("State") > 0)
  cluster.clearCounts()
  return cluster
}

/**
 * Take-over by timeouts, where what a primary says of its members reached only some of them: replica 2 crashes three times, replica
 * 0 lets it in again each time, but the last time it tells one of the others only, and dies. Replica 1 is the next in line of both.
 *
 * @param told the replica that hears of it
 * @returns what went wrong
 */
function diedAdmitting(algorithm: Algorithm<PrimaryBackup>, told: NodeId): string | undefined {
  const cluster = timedGroup({ nodes: 3, parameters: TIMES }, algorithm)
  for (let crash = 1; crash <= 3; crash++) {
    cluster.runUntil(() => viewAt(cluster, 1).members.length === 3)
    cluster.crash(2)
    cluster.request(0, 0, write("a", 0, crash))
    cluster.runUntil(() => cluster.replies.length === crash)
    cluster.restart(2)
  }
  cluster.intercept((_, to, message) =>
    message.type === "View" && to !== told && memberOf(message.view, 2) !== undefined ? "drop" : "deliver",
  )
  cluster.runUntil(() => viewAt(cluster, told).members.length === 3)
  cluster.crash(0)
  cluster.intercept(() => "deliver")
  cluster.runUntil(() => primaries(cluster).length === 1)
  cluster.request(1, 1, write("b", 1))
  cluster.runFor("500ms")
  if (results(cluster).at(-1) !== "a") return "nobody answers"
  if (primaries(cluster).join() !== "1") return `the primaries are ${primaries(cluster).join()}`
  if (valueAt(cluster, 1) !== "b" || valueAt(cluster, 2) !== "b") return "what was answered is lost"
  return viewAt(cluster, 2).members.join() === "1,2" ? undefined : "replica 2 is not let in"
}

const append = (value: string, session: number) => ({ ...write(value, session), operation: { op: "append", key: "x", value } }) as const // biome-ignore format: a line

export const COURSES = {
  "a backup that was stopped takes no update of the view before": algorithm => {
    const cluster = young(algorithm)
    cluster.inject(SERVICE, 1, { type: "Suspend", view: 2 })
    cluster.request(0, 0, write("a"))
    cluster.runFor("5ms")
    return valueAt(cluster, 1) === undefined && cluster.replies.length === 0 ? undefined : "it took one"
  },
  "a primary that was stopped executes nothing": algorithm => {
    const cluster = young(algorithm)
    cluster.inject(SERVICE, 0, { type: "Suspend", view: 2 })
    cluster.request(0, 0, write("a"))
    cluster.runFor("5ms")
    return cluster.count("Update") === 0 ? undefined : "it shipped an update"
  },
  "a lost update is sent again before its backup is suspected": algorithm => {
    const cluster = young(algorithm)
    cluster.intercept((_, __, { type }) => (type === "Update" ? "drop" : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("5ms")
    cluster.intercept(() => "deliver")
    cluster.runFor("45ms")
    return results(cluster).length === 1 ? undefined : "it was not"
  },
  "a primary that is dead for good has a successor": algorithm => {
    const cluster = young(algorithm)
    cluster.crash(0)
    cluster.runFor("100ms")
    return primaries(cluster).length === 1 ? undefined : "there is none"
  },
  "a replica is let in when it has all that was safe before it counted": algorithm => {
    const cluster = rejoining(algorithm)
    cluster.request(0, 0, write("a"))
    // Its acknowledgement is there, of the state of before.
    cluster.runFor("14ms")
    return cluster.count("Admit") === 0 ? undefined : "it is let in without an update that its client knows of"
  },
  "what was to admit a replica to an earlier view comes too late": algorithm => {
    const cluster = young(algorithm)
    cluster.crash(2)
    cluster.runFor("100ms")
    cluster.inject(0, SERVICE, { type: "Admit", view: 1, member: { id: 2, life: 0, count: 0 } })
    return serviceOf(cluster).view!.members.length === 2 ? undefined : "it is a member"
  },
  "an acknowledgement of an earlier life counts for nothing": algorithm => {
    const cluster = rejoining(algorithm)
    cluster.inject(2, 0, { type: "Ack", since: 1, life: 0, count: 0 })
    return cluster.state(0).backups[2]?.standing === "joining" ? undefined : "it counts"
  },
  "a state is what it was when it was shipped": algorithm => {
    const cluster = rejoining(algorithm)
    cluster.request(0, 0, append("a", 0))
    cluster.runUntil(() => cluster.state(2).status !== "joining")
    return valueAt(cluster, 2) === undefined ? undefined : "it has what came later"
  },
  "a replica that was removed is another one when it joins": algorithm => {
    const cluster = young(algorithm)
    const { life } = cluster.state(2)
    cluster.inject(0, SERVICE, { type: "Suspect", view: 1, member: 2, life })
    cluster.runUntil(() => cluster.state(2).status === "joining")
    return cluster.state(2).life > life ? undefined : "it is not told from the one that it was"
  },
  "without acknowledgements, what was answered arrives before the next primary is chosen": algorithm => {
    const cluster = young(algorithm, { replies: "non-blocking" })
    cluster.intercept((_, __, { type }) => (type === "Update" ? { delay: 8_000 } : "deliver"))
    cluster.request(0, 0, write("a"))
    cluster.runFor("2500us")
    cluster.crash(0)
    cluster.restart(0)
    cluster.runFor("150ms")
    return results(cluster).length > 0 && valueAt(cluster, 1) === "a" ? undefined : "it is lost"
  },
  "by timeouts, who missed that a replica was let in takes over from those who know of it": algorithm =>
    diedAdmitting(algorithm, 2),
  "by timeouts, who knows that a replica was let in takes over from those who do not": algorithm =>
    diedAdmitting(algorithm, 1),
  "by timeouts, no two that take over choose one number": algorithm => {
    const cluster = timedGroup({ nodes: 3, parameters: TIMES }, algorithm)
    cluster.isolate(1)
    cluster.request(0, 0, write("a"))
    // Replica 1 is next in its own line, and in that of replica 2 no more.
    cluster.runUntil(() => viewAt(cluster, 2).members.length === 2)
    cluster.isolate(0)
    cluster.runFor("150ms")
    const numbers = primaries(cluster).map(id => cluster.state(id).view.since)
    return numbers.join() === "1,4,2" ? undefined : `the reigns are ${numbers.join()}`
  },
} as const satisfies Readonly<Record<string, Course>>
