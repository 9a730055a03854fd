// The view service in a replicated log: what it costs, what it outlives that one process does not, and mistakes planted in its
// rules. Links take 1 ms.
import { describe, expect, test } from "vitest"
import type { primaryBackupOn } from "../../../algorithms/primary-backup/primary-backup.ts"
import type { PrimaryBackup } from "../../../algorithms/primary-backup/types.ts"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { LOGS } from "../../support/control-plane.ts"
import { isMutationRun } from "../../support/mutation-run.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { backupOnLogs, group, results, write } from "./support.ts"

type Backup = Algorithm<PrimaryBackup>

const NODES = 3

function groupWith(viewService: string, algorithm: Backup = backupOnLogs) {
  const cluster = group({ nodes: NODES, parameters: { viewService } }, algorithm)
  cluster.runFor("200ms")
  cluster.clearCounts()
  return cluster
}

describe.each(LOGS)("a view service in %s", log => {
  test("costs a command nothing, and a take-over two commands of the log, which take 2d each", () => {
    const takeOvers = ["process", log].map(viewService => {
      const cluster = groupWith(viewService)
      cluster.request(0, 0, write("a"))
      cluster.runFor("10ms")
      expect(cluster.count(undefined, "protocol")).toBe(2 * (NODES - 1))
      cluster.clearCounts()
      cluster.crash(0)
      cluster.runFor("1s")
      const isProtocol = ({ purpose }: { readonly purpose: string }) => purpose === "protocol"
      const views = cluster.sent.filter(each => each.message.type === "View" && isProtocol(each))
      expect(cluster.count("Suspend", "protocol")).toBe(NODES - 1)
      const ofLog = cluster.sent.filter(each => each.message.type.startsWith("log/") && isProtocol(each))
      return { at: views[0]!.time, ofLog: ofLog.length }
    })
    const [single, logged] = takeOvers
    expect([logged!.at - single!.at, single!.ofLog, logged!.ofLog]).toEqual([4_000, 0, 8])
  })
})

/** Processes crash in turn, those of an entry together, and clients ask all that are left. @returns true if nobody is served */
const unserved =
  (viewService: string, ...crashes: readonly (readonly number[])[]) =>
  (algorithm: Backup): boolean => {
    const cluster = groupWith(viewService, algorithm)
    for (const together of crashes) {
      for (const id of together) cluster.crash(id)
      cluster.runFor("5s")
    }
    cluster.request(1, 1, write("a", 1))
    cluster.request(2, 2, write("b", 2))
    cluster.runFor("1s")
    return results(cluster).length === 0
  }

describe("the crash of a process of the view service, and later one of the primary", () => {
  test("is the end, if the service is that process", () => {
    expect(unserved("process", [NODES], [0])(backupOnLogs)).toBe(true)
  })
  test.each(LOGS)("is a take-over, if it is kept in %s", log => {
    expect(unserved(log, [NODES], [0])(backupOnLogs)).toBe(false)
  })
  test.each(LOGS)("is the end, if a majority of its processes in %s is down", log => {
    expect(unserved(log, [NODES, NODES + 1], [0])(backupOnLogs)).toBe(true)
  })
})

/** The process that acts and the primary are cut off from the backup and all others. @returns true if both sides serve */
const twoPrimaries = (algorithm: Backup): boolean => {
  const cluster = group({ nodes: 2, parameters: { viewService: "viewstamped-replication" } }, algorithm)
  cluster.runFor("200ms")
  cluster.partition([
    [0, 2],
    [1, 3, 4],
  ])
  cluster.runFor("5s")
  for (const replica of [0, 1]) cluster.request(replica, replica, write("a", replica))
  cluster.runFor("1s")
  return results(cluster).length > 1
}

/** A process of the service crashes, and returns. @returns true if something is impossible then */
const breaksOnReturn = (algorithm: Backup): boolean => {
  const cluster = groupWith("raft", algorithm)
  try {
    cluster.crash(NODES)
    cluster.runFor("2s")
    cluster.restart(NODES)
    cluster.runFor("2s")
    return false
  } catch {
    return true
  }
}

const SERVICE = "algorithms/primary-backup/logged-views.ts"

interface Mutant {
  readonly mistake: string
  readonly edit: Edit
  readonly isWrong: (algorithm: Backup) => boolean
}

const MUTANTS: readonly Mutant[] = [
  {
    mistake: "tells replicas of views that the log does not have yet",
    edit: {
      file: SERVICE,
      from: "return register.write(service, views)",
      to: "{\n      register.write(service, views)\n      return announce(service, views)\n    }",
    },
    isWrong: twoPrimaries,
  },
  {
    mistake: "begins as if it founded the group when it has run before",
    edit: { file: "algorithms/common/logged-register.ts", from: "node.save({ isFounded: true })\n", to: "" },
    isWrong: breaksOnReturn,
  },
  {
    mistake: "misses nobody when it begins to act",
    edit: {
      file: SERVICE,
      from: "service.state.views = register.valueOf(service)\n      startService(service)",
      to: "service.state.views = register.valueOf(service)",
    },
    isWrong: unserved("raft", [0, NODES]),
  },
  {
    mistake: "forgets what comes while the log is busy",
    edit: { file: SERVICE, from: "else waiting.push({ message, from })", to: "else void waiting" },
    isWrong: unserved("raft", [0, 1]),
  },
]

test.each(MUTANTS)("no view service in a log $mistake", ({ isWrong }) => {
  expect(isWrong(backupOnLogs)).toBe(false)
})

describe.skipIf(isMutationRun)("mistakes of a view service in a log are caught", () => {
  test.each(MUTANTS)("$mistake", async ({ edit, isWrong }) => {
    const compiled = await compileWith<{ readonly primaryBackupOn: typeof primaryBackupOn }>(
      "algorithms/primary-backup/primary-backup.ts",
      [edit],
    )
    const mutant = compiled.primaryBackupOn([raft, multiPaxos, viewstampedReplication])
    expect(isWrong(mutant)).toBe(true)
  })
})
