// The master in a replicated log (§3.2): what it costs, what it outlives that one process does not, and mistakes planted in its rules.
// Links take 1 ms.
import { describe, expect, test } from "vitest"
import type { chainReplicationOn } from "../../../algorithms/chain-replication/chain-replication.ts"
import type { ChainReplication } from "../../../algorithms/chain-replication/types.ts"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { LOGS } from "../../support/control-plane.ts"
import { isMutationRun } from "../../support/mutation-run.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { answered, chainAt, chainOf, chainOnLogs, query, write } from "./support.ts"

const NODES = 3
const MASTERS = ["process", ...LOGS]

function groupWith(master: string, parameters: object = {}) {
  return chainOf({ nodes: NODES, parameters: { master, ...parameters } }, chainOnLogs)
}

describe.each(LOGS)("a master in %s", log => {
  test("costs an update nothing, and a change of the chain one command of the log, which takes 2d more", () => {
    const changedAt = MASTERS.filter(master => master === "process" || master === log).map(master => {
      const cluster = groupWith(master, { suspicions: "trusted" })
      cluster.runFor("200ms")
      cluster.request(0, 0, write("a"))
      cluster.runFor("10ms")
      expect(cluster.count("Update")).toBe(NODES - 1)
      cluster.clearCounts()
      cluster.crash(1)
      cluster.runFor("1s")
      const [first, ...more] = cluster.sent.filter(
        each => each.message.type === "Reconfigure" && each.purpose === "protocol",
      )
      expect(more).toHaveLength(NODES - 1)
      const ofLog = cluster.sent.filter(each => each.message.type.startsWith("log/") && each.purpose === "protocol")
      return { at: first!.time, ofLog: ofLog.length }
    })
    expect(changedAt.map(({ at }) => at - changedAt[0]!.at)).toEqual([0, 2_000])
    expect(changedAt.map(({ ofLog }) => ofLog)).toEqual([0, 4])
  })

  test("hands the Sent list over once: of its processes, one acts", () => {
    const cluster = groupWith(log)
    cluster.runFor("200ms")
    cluster.clearCounts()
    cluster.crash(1)
    cluster.runFor("1s")
    expect([cluster.count("Received", "protocol"), cluster.count("Resume")]).toEqual([3, 1])
  })

  test("grants leases by a confirmation in its log, which serves all that has come by then", () => {
    const cluster = groupWith(log)
    cluster.runFor("1s")
    cluster.request(0, 2, query())
    cluster.runFor("5ms")
    expect(answered(cluster, 0)).toBe(null)
  })
})

describe("the crash of a process of the master, and later one of a server: an update is served again", () => {
  const outcome = (master: string) => {
    const cluster = groupWith(master)
    cluster.crash(NODES)
    cluster.runFor("2s")
    cluster.crash(0)
    cluster.runFor("1min")
    cluster.request(0, 1, write("a"))
    cluster.runFor("1s")
    return answered(cluster, 0)
  }

  test("never, if the master is that process", () => expect(outcome("process")).toBe(undefined))
  test.each(LOGS)("if it is kept in %s", log => expect(outcome(log)).toBe(null))

  test.each(LOGS)("not by a minority of %s, which a partition leaves with all servers", log => {
    const cluster = groupWith(log)
    cluster.partition([
      [0, 1, 2, 3],
      [4, 5],
    ])
    cluster.runFor("2s")
    cluster.crash(0)
    cluster.runFor("5s")
    expect(chainAt(cluster, 1)).toEqual([0, 1, 2])
  })
})

const MASTER = "algorithms/chain-replication/master.ts"

type Chain = Algorithm<ChainReplication>

/** Servers and the process that acts are cut off from all others, which soon have a chain without those, and a new value. */
function apart(algorithm: Chain, servers: readonly number[], suspicions: string) {
  const parameters = { master: "viewstamped-replication", suspicions }
  const cluster = chainOf({ nodes: NODES, parameters }, algorithm)
  const others = [0, 1, 2, 4, 5].filter(id => !servers.includes(id))
  cluster.partition([[...servers, NODES], others])
  cluster.runFor("2s")
  cluster.request(0, 0, write("new"))
  cluster.runFor("10ms")
  return cluster
}

const staleRead = (algorithm: Chain): boolean => {
  const cluster = apart(algorithm, [2], "leased")
  cluster.request(1, 2, query(1))
  cluster.runFor("10ms")
  return answered(cluster, 1) !== undefined
}

const twoHeads = (algorithm: Chain): boolean => {
  const cluster = apart(algorithm, [1, 2], "trusted")
  cluster.request(1, 1, write("other", 1))
  cluster.runFor("10ms")
  return answered(cluster, 1) !== undefined
}

/** Processes crash in turn, those of an entry together; then a client asks for an update. */
const unserved =
  (...crashes: readonly (readonly number[])[]) =>
  (algorithm: Chain): boolean => {
    const cluster = chainOf({ nodes: NODES, parameters: { master: "raft" } }, algorithm)
    for (const together of crashes) {
      for (const id of together) cluster.crash(id)
      cluster.runFor("2s")
    }
    cluster.request(0, 2, write("a"))
    cluster.request(1, 1, write("a", 1))
    cluster.runFor("1s")
    return answered(cluster, 0) === undefined && answered(cluster, 1) === undefined
  }

const MUTANTS: readonly { readonly mistake: string; readonly edit: Edit; readonly isWrong: (one: Chain) => boolean }[] =
  [
    {
      mistake: "grants leases without asking its log",
      edit: {
        file: MASTER,
        from: "    state.heard = [...",
        to: "    grant(node, heard.sender, sentAt)\n    state.heard = [...",
      },
      isWrong: staleRead,
    },
    {
      mistake: "tells servers of a chain that the log does not have yet",
      edit: {
        file: MASTER,
        from: "return register.write(node, configuration)",
        to: "{\n    register.write(node, configuration)\n    return announce(node, configuration)\n  }",
      },
      isWrong: twoHeads,
    },
    {
      mistake: "misses nobody when it begins to act",
      edit: {
        file: MASTER,
        from: "node.state.configuration = register.valueOf(node)\n      watch(node)",
        to: "node.state.configuration = register.valueOf(node)",
      },
      isWrong: unserved([0, NODES]),
    },
    {
      mistake: "forgets whom it has missed while the log was busy",
      edit: {
        file: MASTER,
        from: "if (!mayChange(register, node)) return void node.state.silent.push(id)",
        to: "if (id >= 0) return",
      },
      isWrong: unserved([0]),
    },
  ]

test.each(MUTANTS)("no master in a log $mistake", ({ isWrong }) => {
  expect(isWrong(chainOnLogs)).toBe(false)
})

describe.skipIf(isMutationRun)("mistakes of a master in a log are caught", () => {
  test.each(MUTANTS)("$mistake", async ({ edit, isWrong }) => {
    const compiled = await compileWith<{ readonly chainReplicationOn: typeof chainReplicationOn }>(
      "algorithms/chain-replication/chain-replication.ts",
      [edit],
    )
    const mutant = compiled.chainReplicationOn([raft, multiPaxos, viewstampedReplication])
    expect(isWrong(mutant)).toBe(true)
  })
})
