/**
 * The `mutual-exclusion` service: nodes that enter a critical section one at a time.
 *
 * One client lives on each node: messages between a client and its node take no time and are not counted, and a crash
 * of the node takes both. A client that dies alone leaves its node a session that expires (`local-sessions.ts`). Lock
 * services, whose clients are outside, are in `services/adapters/`.
 */
import type { Tagged } from "../../runtime/contract/algorithm.ts"
import { service, type ServiceOutcome, type ServiceRun, type World } from "../../runtime/contract/service.ts"
import { Ledger } from "../ledger.ts"
import { figures, workload, type Workload } from "./description.ts"
import { LocalSessions } from "./local-sessions.ts"
import { Requesters, requestersOf } from "./requesters.ts"
import { Reach } from "./reach.ts"
import type { SectionContext } from "./events.ts"
import { checks, Section } from "./section.ts"
import type { Acquire, MutualExclusion, Revoked } from "./shape.ts"
import { untimedExclusion } from "./untimed.ts"

const ACQUIRE: Acquire = { type: "Acquire" }

export const mutualExclusion = service({
  name: "mutual-exclusion",
  title: "Mutual exclusion",
  availability: "a requester is granted the critical section before its deadline",
  operation: "one entry into the critical section: acquire, hold, release",
  workload,
  checks,
  figures,
  hasMortalClients: true,
  problem: ({ requesters }, nodes) =>
    requesters > nodes
      ? {
          setting: "requesters",
          message:
            `found ${requesters} requesters, but here the nodes enter the critical section themselves, and there are ${nodes} ` +
            `of them; expected at most ${nodes} (0: as many as there are nodes)`,
        }
      : undefined,
  open: openMutualExclusion,
  untimed: untimedExclusion,
})

function openMutualExclusion(world: World, settings: Workload): ServiceRun {
  const requesters = Math.min(requestersOf(world, settings), world.size)
  const reach = new Reach(world)
  const isUnfair = (waits: number, entered: number): boolean => reach.couldHaveBeenServed(waits, entered)
  const isRunning = (who: number): boolean => world.isUp(who)
  const section = new Section(requesters, { ...contextOf(world, settings), isUnfair, isRunning }, world.end)
  const ledger = new Ledger(world, settings.deadline)
  const sessions = new LocalSessions(world, settings.sessionTimeout, requesters, {
    acquire(node, queued) {
      section.observe({ type: "requested", who: node, at: world.now() })
      const request: Acquire = queued === 0 ? ACQUIRE : { type: "Acquire", queued }
      world.request(node, node, request)
    },
    release: node => world.request(node, node, { type: "Release" }),
  })
  const workers = new Requesters(world, settings, requesters, ledger, {
    acquire: (requester, queued) => sessions.acquire(requester, queued),
    release: requester => world.request(requester, requester, { type: "Release" }),
    isUp: requester => world.isUp(requester),
    homeOf: requester => requester,
    died(requester, state) {
      const at = world.now()
      section.observe({ type: "died", who: requester, at })
      if (state === "bystander") return
      // The client no longer waits; if it was in the section, its node still is.
      if (state === "waiter") section.observe({ type: "vanished", who: requester, at })
      sessions.died(requester, state === "waiter" ? "a request" : "the section")
    },
  })
  for (let requester = 0; requester < requesters; requester++) world.colocate(requester, requester)

  return {
    start: () => workers.start(),
    reply(client, _, reply) {
      if (isRevocation(reply)) {
        if (!sessions.revoked(client)) workers.expired(client)
      } else if (!sessions.granted(client)) workers.granted(client)
    },
    timeout: { ...workers.timeout, ...sessions.timeout },
    mortals: workers.mortals,
    observe(node, fact) {
      if (!isSectionFact(fact) || !world.isLoyal(node)) return
      section.observe({ ...fact, who: node, at: world.now() })
    },
    nodeDown(node) {
      reach.changed()
      section.observe({ type: "vanished", who: node, at: world.now() })
      if (node >= requesters) return
      sessions.nodeDown(node)
      workers.crashed(node)
    },
    nodeUp(node) {
      reach.changed()
      if (node < requesters) workers.recovered(node)
    },
    faultOccurred(what, ofClients = false) {
      reach.changed()
      // A traitor's reports about itself prove nothing: whether it waits or is inside is unknown.
      for (let node = 0; node < world.size; node++) {
        if (!world.isLoyal(node)) section.observe({ type: "vanished", who: node, at: world.now() })
      }
      section.observe({ type: "fault", ofClients, at: world.now() })
      ledger.faultOccurred(what, world.now())
    },
    isIdle: () => workers.isIdle,
    ask: node => workers.ask(node),
    soFar: () => ({ ...ledger.soFar, verdicts: section.verdicts() }),
    finish: () => outcomeOf(world, ledger, section, workers),
  }
}

/** The context of the checks of a section. */
export function contextOf(world: World, { starvation, sessionTimeout, deadline }: Workload): SectionContext {
  const sessions = { timeout: sessionTimeout, deadline, areLinksLossy: world.losesMessages }
  return { starvation, isUnfair: null, isRunning: null, sessions }
}

/** The outcome of a run, from the ledger and the section. */
export function outcomeOf(world: World, ledger: Ledger, section: Section, workers: Requesters): ServiceOutcome {
  ledger.finish(world.now())
  section.observe({ type: "finished", at: world.now() })
  const measured = world.end - world.warmup
  return {
    ...ledger.outcome(workers.isOpenLoop),
    latencyByGroup: workers.latencyByGroup,
    verdicts: section.verdicts(),
    figures: {
      ...section.figures(measured),
      ...ledger.loadFigures(measured),
    },
  }
}

function isSectionFact(fact: Tagged): fact is MutualExclusion["fact"] {
  return fact.type === "entered" || fact.type === "left" || fact.type === "wrote"
}

function isRevocation(reply: object): reply is Revoked {
  return "type" in reply && reply.type === "Revoked"
}
