// Runs that begin with a leader, and with logs: what every algorithm with leaders makes of them.
import { describe, expect, it } from "vitest"
import { activeReplication } from "../../algorithms/active-replication/active-replication.ts"
import { bully } from "../../algorithms/bully/bully.ts"
import { multiPaxos } from "../../algorithms/multi-paxos/multi-paxos.ts"
import type { Disk as PaxosDisk } from "../../algorithms/multi-paxos/types.ts"
import { primaryBackup } from "../../algorithms/primary-backup/primary-backup.ts"
import { raft } from "../../algorithms/raft/raft.ts"
import type { Disk as RaftDisk } from "../../algorithms/raft/types.ts"
import { algorithms } from "../../algorithms/registry.ts"
import { ringElection } from "../../algorithms/ring-election/ring-election.ts"
import { semiActiveReplication } from "../../algorithms/semi-active-replication/semi-active-replication.ts"
import { viewstampedReplication } from "../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { composeScenario, type ScenarioOptions } from "../../runtime/scenario/compose.ts"
import { LEADER, Simulation, simulate } from "../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { violations } from "../support/service-run.ts"

const WITH_LEADERS: readonly Algorithm[] = [
  raft,
  multiPaxos,
  bully,
  ringElection,
  viewstampedReplication,
  activeReplication,
  semiActiveReplication,
  primaryBackup,
]
const SECOND = 1_000_000
const NODES = 5

function observe(algorithm: Algorithm, options: Partial<ScenarioOptions>, seed = 1) {
  const service = algorithm.serves.includes(replicatedLog) ? replicatedLog : leaderElection
  const scenario = composeScenario(algorithm, service, { nodes: NODES, warmup: "1s", duration: "2s", ...options })
  const events: TraceEvent[] = []
  const simulation = new Simulation(scenario, seed, { observer: event => events.push(event) })
  const result = simulation.run()
  if (result.status === "failed") throw new Error(`seed ${seed}: ${result.reason}; ${result.event}`)
  const beliefs = events.flatMap(event =>
    event.type === "fact" && event.fact.type === "believes" && "leader" in event.fact
      ? [{ time: event.time, node: event.node, leader: event.fact.leader }]
      : [],
  )
  return { result, simulation, events, beliefs }
}

it("every algorithm whose nodes report whom they believe to lead can begin with a leader", () => {
  // Sharded groups have as many leaders as groups, each its first node: see their own tests.
  const able = Object.values(algorithms).filter(({ begins, name }) => begins !== undefined && name !== "sharded-groups")
  expect(able.map(({ name }) => name).toSorted()).toEqual(WITH_LEADERS.map(({ name }) => name).toSorted())
})

describe.each(WITH_LEADERS.map(algorithm => [algorithm.name, algorithm] as const))("%s", (_, algorithm) => {
  const leaders = [0, 2, NODES - 1]

  it.each(leaders)("misses node %i when it leads from the beginning and dies, even before it sent a word", leader => {
    for (const at of [1, SECOND]) {
      const faults = [{ kind: "crash", target: { nodes: [leader] }, at }] as const
      const { beliefs } = observe(algorithm, { leader, faults })
      const missing = beliefs.filter(({ time, node }) => time > at && node !== leader)
      expect(missing[0]).toMatchObject({ leader: null })
    }
  })

  // Where there is a view service, that one notices.
  it.runIf(algorithm.roles === undefined)("misses a leader of which nobody ever hears a word", () => {
    const { beliefs } = observe(algorithm, { leader: 1, loss: 1 })
    for (const node of [0, 2, 3, 4]) {
      expect(beliefs.filter(belief => belief.node === node).slice(0, 2)).toMatchObject([
        { leader: 1 },
        { leader: null },
      ])
    }
  })

  it.each(leaders)("begins with node %i as the leader that all believe in, and stays with it", leader => {
    for (const syncLatency of ["0ms", "5ms"]) {
      const { result, beliefs } = observe(algorithm, { leader, syncLatency })
      expect(beliefs.toSorted((a, b) => a.node - b.node)).toEqual(
        Array.from({ length: NODES }, (__, node) => ({ time: 0, node, leader })),
      )
      expect(violations(result)).toEqual([])
      expect(result.outcome.availability).toBe(1)
      expect(result.outcome.verdicts).not.toHaveProperty(LEADER)
    }
  })

  it("notices that this leader is dead, and has another one then", () => {
    const crash = { kind: "crash", target: { nodes: [1] }, at: 1_200_000 } as const
    const parameters = algorithm === ringElection ? { repair: true } : {}
    const { result, simulation } = observe(algorithm, { leader: 1, faults: [crash], duration: "4s", parameters })
    expect(violations(result)).toEqual([])
    expect([0, 2, 3, 4]).toContain(simulation.leader())
  })

  it("says that another one leads when measuring begins, if a fault of the warm-up deposed it", () => {
    const crash = { kind: "crash", target: { nodes: [1] }, at: 100_000 } as const
    const parameters = algorithm === ringElection ? { repair: true } : {}
    const { result } = observe(algorithm, { leader: 1, faults: [crash], warmup: "2s", duration: "4s", parameters })
    expect(result.outcome.verdicts[LEADER]).toEqual({
      verdict: "undecided",
      reason: expect.stringMatching(/^node 1 was to lead when measuring begins, but node [0234] does$/),
    })
  })

  it("restarts as it always does", () => {
    const crash = { kind: "crash", target: { nodes: [1] }, at: SECOND, for: 10_000 } as const
    const { result, events } = observe(algorithm, { leader: 1, faults: [crash], duration: "4s" })
    expect(violations(result)).toEqual([])
    const reboot = events.findIndex(event => event.type === "boot" && event.time > 0)
    const first = events.slice(reboot).find(event => event.type === "fact" && event.node === 1)
    expect(first).not.toMatchObject({ fact: { leader: 1 } })
  })
})

describe("impossible beginnings are refused", () => {
  const begin = (algorithm: Algorithm, options: Partial<ScenarioOptions>): unknown =>
    simulate(composeScenario(algorithm, algorithm.serves[0]!, { nodes: 3, ...options }), 1)
  it.each([
    ["ricart-agrawala", { leader: 0 }, "ricart-agrawala has no leaders, or cannot begin with one"],
    ["ricart-agrawala", { initial: [[], [], []] }, "ricart-agrawala has no leaders, or cannot begin with one"],
    ["bully", { leader: 0, initial: [[1], [], []] }, "bully keeps no log"],
    ["raft", { initial: [[1], [2, 1], []] }, "the terms in the log of node 1 fall; they never do"],
    [
      "raft",
      { initial: [[1, 1, 3], [1], [1, 2, 3]] },
      "the logs of nodes 0 and 2 differ at index 2 but agree at index 3, against the Log Matching Property (§5.3)",
    ],
    [
      "raft",
      {
        leader: 2,
        initial: [
          [1, 2],
          [1, 2],
          [1, 1, 1],
        ],
      },
      "the log of node 2 is behind those of a majority, which would not have elected it (§5.4.1)",
    ],
    ["raft", { leader: 2, parameters: { initialMembers: 2 } }, "node 2 is none of the first 2 members"],
  ] as const)("%s %j", (name, options, message) => {
    expect(() => begin(algorithms[name]!, options)).toThrow(message)
  })

  it("but a leader may lack what a minority has", () => {
    expect(begin(raft, { leader: 2, initial: [[1, 2], [1], [1]] })).toMatchObject({ status: "completed" })
  })
})

describe("Raft with the logs of Figure 7 (§5.3, §5.4.1)", () => {
  const initial = [
    [1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
    [1, 1, 1, 4, 4, 5, 5, 6, 6],
    [1, 1, 1, 4],
    [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    [1, 1, 1, 4, 4, 4, 4],
    [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
  ]

  it("elects only those whose logs are behind no majority's, and each of them at times", () => {
    const elected = new Set<number>()
    for (let seed = 1; seed <= 60; seed++) {
      const { result, beliefs } = observe(raft, { nodes: 7, initial, duration: "1100ms" }, seed)
      expect(violations(result), `seed ${seed}`).toEqual([])
      elected.add(beliefs.find(({ node, leader }) => node === leader)!.node)
    }
    expect([...elected].toSorted((a, b) => a - b)).toEqual([0, 1, 3, 4])
  })

  it.each([0, 1, 3, 4])("has node %i bring all logs into line with its own", leader => {
    const { result, simulation } = observe(raft, { nodes: 7, leader, initial })
    expect(violations(result)).toEqual([])
    const logs = simulation.nodes.map(({ disk }) => (disk as RaftDisk).log.map(({ term }) => term))
    const term = Math.max(...initial.flat()) + 1
    expect(logs[leader]!.slice(0, initial[leader]!.length + 1)).toEqual([...initial[leader]!, term])
    for (const log of logs) expect(log).toEqual(logs[leader])
  })

  it("leads in the term after the last of all logs, which all servers know", () => {
    const { beliefs, events } = observe(raft, { nodes: 7, leader: 0, initial, duration: "1010ms" })
    expect(beliefs.length).toBe(7)
    const epochs = events.flatMap(event => (event.type === "fact" && "epoch" in event.fact ? [event.fact.epoch] : []))
    expect(new Set(epochs)).toEqual(new Set([8]))
  })
})

describe("Multi-Paxos with proposals accepted in earlier ballots", () => {
  it.each([0, 3])("has leader %i propose all of them again, so that all get chosen", leader => {
    const initial = [[1, 1, 1], [1, 1, 2], [], [1], [3]]
    const { result, events, simulation } = observe(multiPaxos, { leader, initial })
    expect(violations(result)).toEqual([])
    const again = events.filter(event => event.type === "send" && event.node === leader && event.time === 0)
    const slots = again.flatMap(event =>
      event.type === "send" && "proposal" in event.message ? [(event.message.proposal as { slot: number }).slot] : [],
    )
    expect(slots).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3])
    const { promised } = simulation.nodes[leader]!.disk as PaxosDisk
    expect([promised % NODES, Math.floor(promised / NODES)]).toEqual([leader, 4])
    const applied = events.filter(event => event.type === "fact" && event.fact.type === "applied" && event.node === 2)
    expect(applied.slice(0, 3)).toMatchObject([1, 2, 3].map(index => ({ fact: { index, command: null } })))
  })

  it("elects a leader by itself where none is given, above all ballots of the logs", () => {
    const { result, beliefs } = observe(multiPaxos, { initial: [[9], [], [], [], []] })
    expect(violations(result)).toEqual([])
    expect(beliefs.some(({ node, leader }) => node === leader)).toBe(true)
  })
})

it("a follower that lacks a thousand entries is sent them in batches", () => {
  const log = Array.from({ length: 1_000 }, () => 1)
  const { result } = observe(raft, { leader: 0, initial: [log, log, log, log, []], parameters: { maxBatch: 100 } })
  expect(violations(result)).toEqual([])
})
