/**
 * The `mutual-exclusion` service of whatever serves `replicated-log`: a lock table on the log, as in etcd or ZooKeeper.
 *
 * Its clients are outside the group. To acquire the lock, a client appends a request to the log; executing it puts the client
 * into the lock's queue and tells it whether it is first. If it is not, it waits for the notification of its turn, which the node
 * sends that executes the release before it; a client that waits for long, or that is set to poll, retries through the
 * log. A request carries a fencing token, and locks are granted in the order of tokens.
 */
import { service, type Ending, type ServiceRun, type World } from "../../runtime/contract/service.ts"
import { figures, workload, type Workload } from "../mutual-exclusion/description.ts"
import { Requesters, requestersOf } from "../mutual-exclusion/requesters.ts"
import { checks, Section } from "../mutual-exclusion/section.ts"
import { outcomeOf } from "../mutual-exclusion/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import { Ledger } from "../ledger.ts"
import { LeaderWatch } from "../leader-election/leader-watch.ts"
import { Clients } from "../replicated-log/client.ts"
import type { Result } from "../replicated-log/command.ts"
import { isLockGranted, isLogReply } from "../replicated-log/shape.ts"

export const lockService = service({
  name: "mutual-exclusion",
  title: "Mutual exclusion (lock service)",
  availability: "a client is granted the lock before its deadline",
  operation: "one stay in the critical section: acquire, hold, release",
  workload,
  checks,
  figures,
  open: openLockService,
})

const LOCK = "lock"

/** The state of a client towards the lock. It does not give up before it has the answer it needs. */
interface Client {
  wants: "lock" | "to be rid of it" | "nothing"
  /** It is to ask for the lock again as soon as it is rid of it. */
  again: boolean
  /** The token with which it waits in the queue, and when it retries; 0 and `NEVER` if it does not wait. */
  token: number
  asksAt: Micros
  /** The last token that it knows to be granted. */
  told: number
}

const NEVER: Micros = -1

function openLockService(world: World, settings: Workload): ServiceRun {
  const count = requestersOf(world, settings)
  const section = new Section(count, { starvation: settings.starvation, isUnfair: null }, world.end)
  const watch = new LeaderWatch(world)
  const ledger = new Ledger(world, settings.deadline)
  const clients: Client[] = Array.from({ length: count }, () => ({
    wants: "nothing",
    again: false,
    token: 0,
    asksAt: NEVER,
    told: NEVER,
  }))
  const sessions = new Clients(world, { ...settings, ask: "leader", node: 0 }, answered)
  const requesters = new Requesters(world, settings, count, ledger, {
    acquire(requester) {
      const client = clients[requester]!
      section.observe({ type: "requested", who: requester, at: world.now() })
      if (client.wants === "to be rid of it") client.again = true
      else ask(requester, "lock")
    },
    release(requester) {
      section.observe({ type: "left", who: requester, at: world.now() })
      ask(requester, "to be rid of it")
    },
    isUp: () => true,
  })
  for (let requester = 0; requester < count; requester++) sessions.open()

  /** Only one that is known by its number is notified of its turn. */
  function ownerOf(requester: number): string {
    return settings.waiting === "watch" ? String(requester) : `polling ${requester}`
  }

  function ask(requester: number, wants: "lock" | "to be rid of it"): void {
    clients[requester]!.wants = wants
    sessions.begin(requester, { op: wants === "lock" ? "acquire" : "release", key: LOCK, owner: ownerOf(requester) })
  }

  /** An answer from the log; one that did not come in time is asked for again. */
  function answered(requester: number, ending: Ending, result: Result | null): void {
    const client = clients[requester]!
    if (client.wants === "nothing") return
    if (ending !== "ok" || result === null) return ask(requester, client.wants)
    if (client.wants === "to be rid of it") return released(requester, client)
    if (result.done || Number(result.value) === client.told) return enter(requester, client, Number(result.value))
    client.token = Number(result.value)
    const delay = settings.waiting === "poll" ? settings.poll : settings.reask
    client.asksAt = world.now() + delay
    world.wakeAfter(delay, "reask", requester)
  }

  /** A node says that it is this client's turn. The news may come before the answer to the request, or far too late. */
  function granted(requester: number, token: number): void {
    const client = clients[requester]
    if (client === undefined) return
    client.told = Math.max(client.told, token)
    if (client.token === token) enter(requester, client, token)
  }

  /** The client has waited long enough, unless it has been let in meanwhile. */
  function reask(requester: number): void {
    const client = clients[requester]!
    if (client.asksAt !== world.now()) return
    stopWaiting(client)
    ask(requester, "lock")
  }

  function enter(requester: number, client: Client, token: number): void {
    stopWaiting(client)
    client.wants = "nothing"
    section.observe({ type: "entered", who: requester, timestamp: token, at: world.now() })
    requesters.granted(requester)
  }

  function stopWaiting(client: Client): void {
    client.token = 0
    client.asksAt = NEVER
  }

  function released(requester: number, client: Client): void {
    client.wants = "nothing"
    if (!client.again) return
    client.again = false
    ask(requester, "lock")
  }

  return {
    start: () => requesters.start(),
    reply(client, from, reply) {
      if (isLockGranted(reply)) granted(client, reply.token)
      else if (isLogReply(reply)) sessions.reply(client, from, reply)
    },
    timeout: { ...sessions.timeout, ...requesters.timeout, reask },
    observe: (node, fact) => watch.observe(node, fact),
    nodeDown: node => watch.nodeDown(node),
    nodeUp() {},
    faultOccurred(what) {
      watch.faultOccurred(what)
      section.observe({ type: "fault", at: world.now() })
      ledger.faultOccurred(what, world.now())
    },
    isIdle: () => requesters.isIdle,
    finish: () => ({ ...outcomeOf(world, ledger, section, requesters), ...watch.finish() }),
  }
}
