/** The workload: instances of agreement, one after another, each with its proposers and its deadline. */
import type { NodeId } from "../../runtime/algorithm.ts"
import type { ServiceRun, World } from "../../runtime/service.ts"
import { MILLISECOND, type Micros, SECOND } from "../../runtime/units.ts"
import { type Ending, Ledger } from "../ledger.ts"
import type { Workload } from "./description.ts"
import { type Instance, Instances } from "./instances.ts"
import type { Value } from "./shape.ts"

/** How proposals reach the group; decisions come back through {@link AgreementRun.decided}. */
export interface Proposals {
  propose(node: NodeId, instance: number, value: Value): void
  /** Tells a node that proposes nothing that an instance begins, which `commander` proposes in. */
  await(node: NodeId, instance: number, commander: NodeId): void
}

/** What is left to a particular way of proposing. */
export interface AgreementRun extends Pick<ServiceRun, "start" | "nodeDown" | "faultOccurred" | "isIdle" | "finish"> {
  decided(node: NodeId, instance: number, value: Value): void
  /** A wake-up with one of the workload's own tokens, which are negative. */
  wake(token: number): void
}

/** Wake-up tokens: the next instance is to begin, or (below) instance k has reached its deadline. */
const NEXT = -1

/** Opens a run of instances whose proposals go out through `proposals`. */
export function runInstances(world: World, settings: Workload, proposals: Proposals): AgreementRun {
  const instances = new Instances(node => world.isLoyal(node))
  const ledger = new Ledger(world.warmup, settings.deadline)
  const nodes = Array.from({ length: world.size }, (_, id) => id)
  let current: Instance | null = null
  let begun = 0
  let wrong = 0
  let untilFirst: Micros = 0
  let untilLast: Micros = 0

  function beginNext(): void {
    const limited = settings.instances > 0 && begun >= settings.instances
    if (limited || world.now() >= world.end) return
    const live = nodes.filter(node => world.isUp(node))
    const proposers = chooseProposers(world, settings, live)
    const proposed = new Map(proposers.map(node => [node, chooseValue(world, settings)]))
    const awaited = new Set(live.filter(node => world.isLoyal(node)))
    begun++
    ledger.begin(world.now())
    world.noteOperation(proposers[0] ?? 0, "begun", { instance: begun, proposed })
    current = instances.begin(begun, world.now(), proposed, awaited)
    world.wakeAfter(settings.deadline, NEXT - begun)
    for (const node of live) {
      const value = proposed.get(node)
      if (value === undefined) proposals.await(node, begun, proposers[0]!)
      else proposals.propose(node, begun, value)
    }
  }

  /** Ends the instance under way once nobody has to decide any more. */
  function endIfDecided(): void {
    if (current === null || current.awaited.size > 0) return
    if (current.decisions.size === 0 || current.firstDecision === null) return end(current, "unknown")
    untilFirst += current.firstDecision - current.begun
    untilLast += world.now() - current.begun
    end(current, current.wrong ? "failed" : "ok")
  }

  function end(instance: Instance, ending: Ending): void {
    if (instance.wrong) wrong++
    ledger.end(instance.number - 1, ending, world.now())
    world.noteOperation(instance.proposals.keys().next().value ?? 0, ending)
    current = null
    world.wakeAfter(settings.gap, NEXT)
  }

  return {
    start: beginNext,
    decided(node, number, value) {
      const instance = instances.decided(node, number, value, world.now())
      if (instance === current) endIfDecided()
    },
    wake(token) {
      if (token === NEXT) beginNext()
      else if (current !== null && current.number === NEXT - token) end(current, "unknown")
    },
    nodeDown(node) {
      if (current === null) return
      current.awaited.delete(node)
      endIfDecided()
    },
    faultOccurred(what) {
      ledger.faultOccurred(what, world.now())
      if (current === null) return
      for (const node of current.awaited) if (!world.isLoyal(node)) current.awaited.delete(node)
      endIfDecided()
    },
    isIdle: () => current === null,
    finish() {
      ledger.finish(Math.min(world.now(), world.end))
      const { counts, availability, latency, outages } = ledger
      const complete = counts.ok + counts.failed
      return {
        ...counts,
        availability,
        latency,
        outages,
        verdicts: instances.verdicts(),
        figures: {
          decided: counts.ok,
          wrong,
          decisions_per_second: (counts.ok * SECOND) / (world.end - world.warmup),
          first_decision: untilFirst / complete / MILLISECOND,
          last_decision: untilLast / complete / MILLISECOND,
        },
      }
    },
  }
}

function chooseProposers(world: World, settings: Workload, live: readonly NodeId[]): NodeId[] {
  const count = Math.min(settings.proposers, live.length)
  if (settings.commander === "lowest") return live.slice(0, count)
  return world.random.choose(count, live.length).map(place => live[place]!)
}

function chooseValue(world: World, settings: Workload): Value {
  switch (settings.proposal) {
    case "random":
      return world.random.integer(0, settings.values - 1)
    case "retreat":
      return 0
    case "attack":
      return 1
  }
}
