/** Ricart-Agrawala whose nodes keep permissions: Carvalho and Roucairol, CACM 26(2), 1983. */
import { describe, expect, it, test } from "vitest"
import { ricartAgrawala } from "../../../algorithms/ricart-agrawala/ricart-agrawala.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { compileWith, type Edit, WITHOUT_ASSERTIONS } from "../../support/mutants.ts"
import { isMutationRun, randomRuns } from "../../support/mutation-run.ts"
import { POOL } from "../../support/pool.ts"
import { RANDOM_SCENARIOS } from "../../support/random-scenarios.ts"
import { judge, SAFETY_RUNS } from "../../support/safety.ts"
import { openSection } from "../../support/section.ts"
import { completeRun, type ServiceRunOptions } from "../../support/service-run.ts"

const NAME = "ricart-agrawala/kept"
const parameters = { permissions: "kept" }
const open = (nodes: number) => openSection(ricartAgrawala, { nodes, parameters })
const run = (options: ServiceRunOptions) => completeRun(ricartAgrawala, mutualExclusion, { parameters, ...options })

describe("messages an entry", () => {
  it.each([3, 5, 7, 9])("2(n-1) for the first of all, none for the same node again, n = %i", nodes => {
    const { cluster, acquire, pass, entryTimes } = open(nodes)
    acquire(1)
    pass(1)
    expect([cluster.count("Request"), cluster.count("Reply")]).toEqual([nodes - 1, nodes - 1])
    cluster.clearCounts()
    const asked = cluster.now
    acquire(1)
    pass(1)
    expect([cluster.count(), entryTimes().at(-1)]).toEqual([0, asked])
  })

  it.each([3, 5, 7, 9])("two for each node that has entered since this one did, n = %i", nodes => {
    for (let others = 0; others < nodes; others++) {
      const { cluster, acquire, pass } = open(nodes)
      for (const node of [0, ...Array.from({ length: others }, (_, other) => other + 1)]) {
        acquire(node)
        pass(node)
      }
      cluster.clearCounts()
      acquire(0)
      pass(0)
      expect(cluster.count()).toBe(2 * others)
    }
  })

  it.each([3, 5, 7, 9])("n-1 on average over all pasts, if requests are independent and rare, n = %i", nodes => {
    // For each other node it is as likely as not that it entered last of the two. So the mean over all orders is:
    const orders = Array.from({ length: nodes }, (_, since) => 2 * since)
    expect(orders.reduce((sum, cost) => sum + cost) / nodes).toBe(nodes - 1)
    const workload = { rate: "5/s", arrivals: "poisson", hold: "1ms" }
    const { messages, outcome } = run({ nodes, latency: "1ms", workload, warmup: "60s", duration: "1060s" })
    // Now and then two ask at once.
    expect(messages.protocol / outcome.ok / (nodes - 1)).toBeGreaterThan(0.98)
    expect(messages.protocol / outcome.ok / (nodes - 1)).toBeLessThan(1.05)
  })

  it.each([3, 5, 7, 9])("2(n-1) under full contention, n = %i", nodes => {
    const messagesOf = (entries: number): number => run({ nodes, workload: { entries } }).messages.protocol
    expect(messagesOf(200) - messagesOf(100)).toBe(100 * 2 * (nodes - 1))
  })
})

it.each(["1ms", "10ms", "100ms"])("enters in 2d where it asks, and hands over in d, d = %s", latency => {
  const d = Number.parseInt(latency, 10)
  const alone = run({ nodes: 5, latency, workload: { requesters: 1, entries: 3 }, duration: "10s" }).outcome
  expect(alone.latency.max).toBe(2_000 * d)
  const workload = { hold: "300ms", entries: 40, deadline: "1h" }
  const { figures } = run({ nodes: 5, latency, workload, duration: "1min" }).outcome
  expect([figures["synchronisation_delay"], figures["longest_synchronisation_delay"]]).toEqual([d, d])
})

describe("a node", () => {
  it("that waits and yields to an older request gives back the permission that it had, and asks again", () => {
    const { cluster, acquire, pass, entries } = open(3)
    acquire(1)
    pass(1)
    cluster.clearCounts()
    // It has the permissions of 0 and 2, and gives one back: with that of 0 only, it has to ask 2.
    acquire(2)
    pass(2)
    cluster.intercept((from, to) => ({ delay: from === 0 && to === 1 ? 3_000 : from + to === 3 ? 9_000 : 1_000 }))
    cluster.clearCounts()
    acquire(0)
    acquire(1)
    cluster.runFor("4ms")
    // To 2, whose permission it had given back, and to 0, to whose older request it has just replied.
    const asked = cluster.sent.filter(({ from, message }) => from === 1 && message.type === "Request")
    expect(asked.map(({ to, message }) => [to, message])).toEqual([
      [2, { type: "Request", sequenceNumber: 3 }],
      [0, { type: "Request", sequenceNumber: 3 }],
    ])
    pass(0)
    pass(1)
    expect(entries()).toEqual([1, 2, 0, 1])
  })

  it("that is inside by permissions kept lets no older request in", () => {
    const { cluster, acquire, pass, inside, entries } = open(2)
    acquire(1)
    pass(1)
    acquire(0)
    // Its request is older than the next one of node 1, and on its way.
    acquire(1)
    cluster.runFor("5ms")
    expect(inside()).toEqual([1])
    pass(1)
    pass(0)
    expect(entries()).toEqual([1, 1, 0])
  })
})

it("is safe and live on networks that delay, reorder and duplicate", () => {
  for (let seed = 1; seed <= randomRuns(1_000); seed++) {
    expect(SAFETY_RUNS[NAME]!(seed), `npm run soak -- --only ${NAME} --exactly --replay ${seed}`).toEqual([])
  }
})

const FILE = "algorithms/ricart-agrawala/ricart-agrawala.ts"

const MUTANTS: readonly { readonly mistake: string; readonly from: string; readonly to: string }[] = [
  {
    mistake: "keeps the permission of one to whom it has replied",
    from: "  state.permission[to] = false\n",
    to: "",
  },
  {
    mistake: "does not ask again when it yields",
    from: "  if (!state.requestingCriticalSection) return\n  state.outstandingReply[to] = true",
    to: "  if (state.permission.length > 0) return\n  state.outstandingReply[to] = true",
  },
  {
    mistake: "lets an older request in while it is inside",
    from: "  if (state.inCriticalSection && keepsPermissions(node)) return true\n",
    to: "",
  },
  {
    mistake: "answers copies of requests that are over",
    from: "  if (sequenceNumber <= state.latestRequest[from]!) return false\n",
    to: "",
  },
  {
    mistake: "does not ask node 0 when it yields to it",
    from: "  state.permission[to] = false\n  if (!state.requestingCriticalSection) return\n",
    to: "  state.permission[to] = false\n  if (!state.requestingCriticalSection || to === 0) return\n",
  },
  {
    mistake: "gives no permission back to those that it made wait",
    from: "    reply(node, peer, sequenceNumber)",
    to: '    node.send(peer, { type: "Reply", sequenceNumber })',
  },
]

describe.skipIf(isMutationRun)("mutants", () => {
  test.each(MUTANTS)("$mistake: found in random runs", async ({ from, to }) => {
    const edit: Edit = { file: FILE, from, to }
    const found = await compileWith<{ ricartAgrawala: typeof ricartAgrawala }>(FILE, [edit, WITHOUT_ASSERTIONS])
    const isWrong = (seed: number): boolean => {
      const scenario = { ...RANDOM_SCENARIOS[NAME]!.scenario(seed), algorithm: found.ricartAgrawala }
      return judge(simulate(scenario, seed, { pool: POOL }), "always available").length > 0
    }
    expect(Array.from({ length: 200 }, (_, seed) => seed + 1).some(isWrong)).toBe(true)
  })
})
