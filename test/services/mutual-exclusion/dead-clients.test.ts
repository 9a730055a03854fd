/** Clients that die with the lock, or waiting for it: under every lock there is, and with mistakes planted in each rule. */
import { describe, expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { isMutationRun, randomRuns } from "../../support/mutation-run.ts"
import type { ServiceRunOptions } from "../../support/service-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { isOnLog, objections, outage, randomDeaths, type Registry, TIMEOUT_MS, withDeath } from "./dead-clients.ts"

const LOCKS = Object.keys(registry.algorithms).filter(
  name => registry.serviceFor(registry.algorithms[name]!, "mutual-exclusion") !== undefined,
)
const ON_A_LOG = LOCKS.filter(isOnLog)

describe.each(LOCKS)("%s", name => {
  const judged = (options: ServiceRunOptions, seed = 1) => objections(registry, name, options, seed)

  test("serves again once the session of a dead holder has expired, and not before", () => {
    const { found, blockedMs } = judged(withDeath("holder", { workload: { think: "0s" } }))
    expect(found).toEqual([])
    // Of a log the session runs from the last renewal, which is T/3 old at most, and seen as late.
    const [least, most] = ON_A_LOG.includes(name) ? [2 / 3, 2] : [1, 1.2]
    expect(blockedMs).toBeGreaterThanOrEqual(least * TIMEOUT_MS)
    expect(blockedMs).toBeLessThanOrEqual(most * TIMEOUT_MS)
  })

  test("never serves again where sessions do not expire", () => {
    const { found, blockedMs } = judged(withDeath("holder", { workload: { sessionTimeout: "0s" } }))
    expect(found).toEqual([])
    expect(blockedMs).toBeGreaterThan(4_900)
  })

  test("gives no grant to a dead waiter that blocks others beyond its session", () => {
    // Most wait when it dies, for each other and then for the dead one.
    const { found, blockedMs } = judged(withDeath("waiter", { workload: { think: "0s" } }))
    expect(found).toEqual([])
    expect(blockedMs).toBeLessThanOrEqual(2 * TIMEOUT_MS)
  })

  test("notices nothing of a dead bystander", () => {
    const { found, blockedMs, lost } = judged(withDeath("bystander"))
    expect({ found, lost }).toEqual({ found: [], lost: 0 })
    expect(blockedMs).toBeLessThan(100)
  })

  test("serves a client that is back, as another session", () => {
    const options = withDeath(
      "holder",
      { workload: { requesters: 1, think: "10ms", deadline: "2s" } },
      { for: 100_000 },
    )
    const { found, lost, entries } = judged({ ...options, duration: "6s" })
    expect({ found, lost }).toEqual({ found: [], lost: 0 })
    expect(entries).toBeGreaterThan(30)
  })

  test("has one holder at a time, and serves, whoever dies when, and is back when", () => {
    for (let seed = 1; seed <= randomRuns(25); seed++) {
      const { found } = judged(randomDeaths(seed, name), seed)
      expect(found, `seed ${seed}: objections(registry, "${name}", randomDeaths(${seed}, "${name}"), ${seed})`).toEqual(
        [],
      )
    }
  })
})

describe.each(ON_A_LOG)("sessions on %s", name => {
  test("a holder that cannot renew its session leaves before anybody else may have the lock", () => {
    for (let seed = 1; seed <= randomRuns(40); seed++) {
      const { found } = objections(registry, name, outage(seed), seed)
      expect(found, `seed ${seed}`).toEqual([])
    }
  })

  test("a live holder keeps the lock for many session timeouts", () => {
    const options = withDeath("bystander", { workload: { requesters: 3, hold: "3s", deadline: "9s" } })
    // At 1, 4 and 7 s, and at 10 s one who asked within the 8 s.
    expect(objections(registry, name, options, 1)).toMatchObject({ found: [], entries: 4 })
  })
})

const CLIENTS = "services/adapters/lock-clients.ts"
const TABLE = "services/machines/lock-table.ts"
const HOMES = "services/mutual-exclusion/local-sessions.ts"

interface Mutant {
  readonly mistake: string
  readonly name: string
  readonly edit: Edit
  readonly options: ServiceRunOptions
  /** What a run of the true algorithm does not show, and one of the mutant does. */
  readonly caughtBy: "mutual-exclusion" | "served-after-death" | "too early" | "operations lost"
}

const MUTANTS: readonly Mutant[] = [
  {
    mistake: "a node keeps the section of a dead client",
    name: "lamport-mutex",
    edit: { file: HOMES, from: 'if (session.left === "the section") this.#giveBack(node, session)', to: "" },
    options: withDeath("holder"),
    caughtBy: "served-after-death",
  },
  {
    mistake: "a node gives up a dead client at once",
    name: "ricart-agrawala",
    edit: {
      file: HOMES,
      from: 'this.#world.wakeAfter(this.#timeoutMicros, "session", node)',
      to: 'session.expiresAt = this.#world.now() + 1\n    this.#world.wakeAfter(1, "session", node)',
    },
    options: withDeath("holder"),
    caughtBy: "too early",
  },
  {
    mistake: "a node does not give back what it is granted after the session of a dead client expired",
    name: "ricart-agrawala",
    edit: { file: HOMES, from: "if (session.hasExpired) this.#giveBack(node, session)", to: "" },
    // Those before it in the queue take longer than its session.
    options: withDeath("waiter", { workload: { hold: "1500ms", think: "0s", deadline: "9s" }, duration: "20s" }),
    caughtBy: "served-after-death",
  },
  {
    mistake: "a node takes a grant to a dead client for nobody's",
    name: "suzuki-kasami",
    edit: {
      file: HOMES,
      from: 'if (session.left === "nothing") return false\n    session',
      to: "return false\n    session",
    },
    options: withDeath("waiter"),
    caughtBy: "served-after-death",
  },
  {
    mistake: "a client that is back asks while its node still asks for the dead one",
    name: "lamport-mutex",
    edit: {
      file: HOMES,
      from: 'if (session.left === "nothing") this.#home.acquire(node, queued)\n    else session.isWanted = true',
      to: "this.#home.acquire(node, queued)",
    },
    options: withDeath("holder", {}, { for: 100_000 }),
    caughtBy: "operations lost",
  },
  {
    mistake: "a node forgets the client that is back when it has done with the dead one",
    name: "maekawa",
    edit: { file: HOMES, from: "if (isWanted) this.#home.acquire(node, 0)", to: "" },
    options: withDeath("holder", {}, { for: 100_000 }),
    caughtBy: "operations lost",
  },
  {
    mistake: "a client never has the claim ahead of it expire",
    name: "raft",
    edit: { file: CLIENTS, from: 'this.#send(client, "expire")', to: 'this.#send(client, "renew")' },
    options: withDeath("holder"),
    caughtBy: "served-after-death",
  },
  {
    mistake: "a client has the claim ahead of it expire at first sight",
    name: "raft",
    edit: { file: CLIENTS, from: "watched.since + this.#settings.sessionTimeout", to: "watched.since" },
    options: withDeath("bystander", { workload: { hold: "600ms", deadline: "5s" } }),
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "a claim that was renewed expires all the same",
    name: "raft",
    edit: { file: TABLE, from: "renewalsOf(lock, owner) + 1", to: "renewalsOf(lock, owner)" },
    options: withDeath("bystander", { workload: { hold: "2s", deadline: "9s" } }),
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "a client that is back goes by the claim of the dead one",
    name: "raft",
    edit: { file: CLIENTS, from: "newClient(this.#clients[client]!.session + 1)", to: "newClient(0)" },
    options: withDeath("holder", { workload: { requesters: 2 } }, { for: 100_000 }),
    caughtBy: "too early",
  },
]

describe.skipIf(isMutationRun)("mutants", () => {
  test.each(MUTANTS)("$mistake: caught by $caughtBy", async ({ mistake, name, edit, options, caughtBy }) => {
    const mutant = await compileWith<Registry>("algorithms/registry.ts", [edit])
    const found = new Set<string>()
    const seed = seedThatShows(`dead clients: ${mistake}`, 5, each => {
      const right = objections(registry, name, options, each)
      expect(right.found, `seed ${each}`).toEqual([])
      const wrong = objections(mutant, name, options, each)
      for (const witness of wrong.found) found.add(witness.split(":")[0]!)
      if (wrong.blockedMs < (2 / 3) * TIMEOUT_MS && right.blockedMs >= (2 / 3) * TIMEOUT_MS) found.add("too early")
      if (wrong.lost > right.lost) found.add("operations lost")
      return found.has(caughtBy)
    })
    expect(seed, [...found].join("; ")).toBeDefined()
  })
})
