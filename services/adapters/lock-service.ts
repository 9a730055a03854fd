/**
 * The `mutual-exclusion` service on top of any `replicated-log`: a lock table on the log, as in etcd or ZooKeeper.
 *
 * Its clients are outside the group. To acquire the lock, a client appends a request to the log; executing it puts the
 * client into the lock's queue and tells it whether it is first. If not, it waits to be notified of its turn by the
 * node that executes the preceding release; a client that waits for long, or that is set to poll, retries through the
 * log. A request carries a fencing token, and locks are granted in the order of tokens.
 *
 * A client that dies leaves its claim in the table. With a session timeout, the other clients expire it
 * (`lock-clients.ts`).
 */
import { service, type ServiceRun, type World } from "../../runtime/contract/service.ts"
import { LeaderWatch } from "../leader-election/leader-watch.ts"
import { Ledger } from "../ledger.ts"
import { figures, workload, type Workload } from "../mutual-exclusion/description.ts"
import { Requesters, requestersOf } from "../mutual-exclusion/requesters.ts"
import { checks, Section } from "../mutual-exclusion/section.ts"
import { contextOf, outcomeOf } from "../mutual-exclusion/service.ts"
import { isLockGranted, isLogReply } from "../replicated-log/shape.ts"
import { LockClients } from "./lock-clients.ts"

export const lockService = service({
  name: "mutual-exclusion",
  title: "Mutual exclusion (lock service)",
  availability: "a client is granted the lock before its deadline",
  operation: "one stay in the critical section: acquire, hold, release",
  workload,
  checks,
  figures,
  hasMortalClients: true,
  open: openLockService,
})

function openLockService(world: World, settings: Workload): ServiceRun {
  const count = requestersOf(world, settings)
  const section = new Section(count, contextOf(world, settings), world.end)
  const watch = new LeaderWatch(world)
  const ledger = new Ledger(world, settings.deadline)
  const clients = new LockClients(world, settings, count, {
    entered(client, token) {
      section.observe({ type: "entered", who: client, timestamp: token, at: world.now() })
      requesters.granted(client)
    },
    expired: client => requesters.expired(client),
  })
  const requesters = new Requesters(world, settings, count, ledger, {
    acquire(client) {
      section.observe({ type: "requested", who: client, at: world.now() })
      clients.acquire(client)
    },
    release(client) {
      section.observe({ type: "left", who: client, at: world.now() })
      clients.release(client)
    },
    isUp: () => true,
    homeOf: () => null,
    died(client) {
      section.observe({ type: "died", who: client, at: world.now() })
      section.observe({ type: "vanished", who: client, at: world.now() })
      clients.died(client)
    },
  })

  return {
    start: () => requesters.start(),
    reply(client, from, reply) {
      if (isLockGranted(reply)) clients.granted(client, reply.token)
      else if (isLogReply(reply)) clients.reply(client, from, reply)
    },
    timeout: { ...clients.commandTimeout, ...requesters.timeout, ...clients.timeout },
    mortals: requesters.mortals,
    observe: (node, fact) => watch.observe(node, fact),
    nodeDown: node => watch.nodeDown(node),
    nodeUp() {},
    faultOccurred(what, ofClients = false) {
      watch.faultOccurred(what)
      section.observe({ type: "fault", ofClients, at: world.now() })
      ledger.faultOccurred(what, world.now())
    },
    isIdle: () => requesters.isIdle,
    // Its clients live on no node.
    ask: node => requesters.ask(node % count),
    soFar: () => ({ ...ledger.soFar, verdicts: section.verdicts() }),
    finish: () => ({ ...outcomeOf(world, ledger, section, requesters), ...watch.finish() }),
  }
}
