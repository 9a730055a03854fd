/**
 * The workload: instances of agreement, each with its proposers and its deadline. In a closed loop each begins when the
 * one before has ended; in an open loop they arrive at a given rate, independently of earlier ones.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Ending, ServiceRun, ServiceTimers, World } from "../../runtime/contract/service.ts"
import { MILLISECOND, type Micros, SECOND } from "../../runtime/contract/units.ts"
import { Ledger } from "../ledger.ts"
import { Arrivals } from "../timing.ts"
import { valuesIn, type Workload } from "./description.ts"
import { type Instance, InstanceList, Instances } from "./instances.ts"
import type { Value } from "./shape.ts"

/** Delivers proposals to the group; decisions come back through {@link AgreementRun.decided}. */
export interface Proposals {
  propose(node: NodeId, instance: number, value: Value): void
  /** Announces an instance in which `commander` proposes to a node that does not propose. */
  await(node: NodeId, instance: number, commander: NodeId): void
}

/** A run of instances; how proposals travel is left to the caller. */
export interface AgreementRun
  extends Pick<ServiceRun, "start" | "nodeDown" | "faultOccurred" | "isIdle" | "finish" | "ask" | "soFar"> {
  decided(node: NodeId, instance: number, value: Value): void
  readonly timeout: ServiceTimers
}

/** With fewer loyal live nodes, a node has nobody to agree with. */
const MIN_LOYAL = 2

/** Opens a run of instances whose proposals go out through `proposals`. */
export function runInstances(world: World, settings: Workload, proposals: Proposals): AgreementRun {
  const { rate, arrivals } = settings
  const schedule = rate === 0 ? null : new Arrivals(world.warmup, rate, arrivals, world.random)
  const instances = new Instances(world)
  const ledger = new Ledger(world, settings.deadline)
  const nodes = Array.from({ length: world.size }, (_, id) => id)
  /** Instances under way, by number. */
  const open = new InstanceList()
  /** The instances started by hand; their end does not start another. */
  const byHand = new Set<number>()
  let asked = 0
  let turnedAway = 0
  /** Instances not begun for lack of anybody to agree with. */
  let vacuous = 0
  let wrong = 0
  /** Instances that every loyal live node decided, and the sum of their durations. */
  let complete = 0
  let untilFirst: Micros = 0
  let untilLast: Micros = 0

  function start(): void {
    if (schedule !== null) return awaitArrival(schedule)
    for (let i = 0; i < settings.concurrent; i++) ask()
  }

  function awaitArrival(times: Arrivals): void {
    world.wakeAfter(times.next() - world.now(), "instance")
  }

  /** The next instance arrives. Its proposals are drawn even if it is turned away, so that later ones do not change. */
  function ask(): void {
    const limited = settings.instances > 0 && asked >= settings.instances
    if (limited || world.now() >= world.end) return
    const live = nodes.filter(node => world.isUp(node))
    const proposers = chooseProposers(world, settings, live)
    const values = chooseValues(world, settings, proposers.length)
    asked++
    // The decision of the only loyal node shows nothing.
    const isVacuous = live.filter(node => world.isLoyal(node)).length < MIN_LOYAL && world.size >= MIN_LOYAL
    if (isVacuous) return leaveOut()
    const arrival = ledger.begin(world.now())
    if (schedule !== null && open.size >= settings.maxInFlight) turnAway(arrival)
    else begin(arrival, live, new Map(proposers.map((node, place) => [node, values[place]!])))
    if (schedule !== null) awaitArrival(schedule)
  }

  function leaveOut(): void {
    vacuous++
    if (schedule === null) world.wakeAfter(Math.max(settings.gap, MILLISECOND), "instance")
    else awaitArrival(schedule)
  }

  function turnAway(arrival: number): void {
    turnedAway++
    ledger.end(arrival, "failed", world.now())
  }

  function begin(arrival: number, live: readonly NodeId[], proposed: ReadonlyMap<NodeId, Value>): void {
    const learners = settings.learners === "all" ? live : [...proposed.keys()]
    const awaited = new Set(learners.filter(node => world.isLoyal(node)))
    const [commander = 0] = proposed.keys()
    world.observeOperation({ type: "begun", client: commander, operation: { instance: asked, proposed } })
    open.add(instances.begin(asked, world.now(), proposed, awaited, arrival))
    world.wakeAfter(settings.deadline, "deadline", asked)
    for (const node of live) {
      const value = proposed.get(node)
      if (value === undefined) proposals.await(node, asked, commander)
      else proposals.propose(node, asked, value)
    }
  }

  /** Starts one more instance, in which the given node proposes. */
  function askBy(node: NodeId): boolean {
    const live = nodes.filter(id => world.isUp(id))
    if (!live.includes(node) || world.now() >= world.end) return false
    const [value = 0] = chooseValues(world, settings, 1)
    asked++
    byHand.add(asked)
    begin(ledger.begin(world.now()), live, new Map([[node, value]]))
    return true
  }

  /** Ends an open instance once all who have to decide have done so. */
  function endIfDecided(instance: Instance): void {
    if (instance.awaited.size > 0) return
    if (instance.decisions.size === 0 || instance.firstDecision === null) return end(instance, "unknown")
    complete++
    untilFirst += instance.firstDecision - instance.begun
    untilLast += world.now() - instance.begun
    end(instance, instance.wrong ? "failed" : "ok")
  }

  function end(instance: Instance, ending: Ending): void {
    const { number } = instance
    const [commander = 0] = instance.proposals.keys()
    if (instance.wrong) wrong++
    ledger.end(instance.arrival, ending, world.now())
    world.observeOperation({ type: "ended", client: commander, ending })
    open.delete(number)
    instances.ended(number)
    if (!byHand.delete(number) && schedule === null) world.wakeAfter(settings.gap, "instance")
  }

  function timeOut(number: number): void {
    const instance = open.get(number)
    if (instance !== undefined) end(instance, "unknown")
  }

  return {
    start,
    decided(node, number, value) {
      const instance = instances.decided(node, number, value, world.now())
      if (instance !== null && open.get(number) !== undefined) endIfDecided(instance)
    },
    timeout: { instance: ask, deadline: timeOut },
    nodeDown(node) {
      for (const instance of open.all) {
        instance.awaited.delete(node)
        endIfDecided(instance)
      }
    },
    faultOccurred(what) {
      ledger.faultOccurred(what, world.now())
      for (const instance of open.all) {
        for (const node of instance.awaited) if (!world.isLoyal(node)) instance.awaited.delete(node)
        endIfDecided(instance)
      }
    },
    isIdle: () => open.size === 0,
    ask: askBy,
    soFar: () => ({ ...ledger.soFar, verdicts: instances.verdicts() }),
    finish() {
      ledger.finish(world.now())
      const { counts, availability, completed } = ledger
      const measured = world.end - world.warmup
      return {
        ...ledger.outcome(schedule !== null),
        // Unknown if all instances were vacuous.
        availability: vacuous > 0 && counts.attempted === 0 ? Number.NaN : availability,
        verdicts: instances.verdicts(),
        figures: {
          ...ledger.loadFigures(measured),
          turned_away: turnedAway,
          vacuous,
          decided: counts.ok,
          wrong,
          decisions_per_second: (completed * SECOND) / measured,
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

function chooseValues(world: World, settings: Workload, count: number): Value[] {
  const draw = (): Value => world.random.integer(0, settings.values - 1)
  switch (settings.proposal) {
    case "random": {
      const values: Value[] = []
      while (values.length < count) values.push(draw())
      return values
    }
    case "same":
      return Array.from<Value>({ length: count }).fill(draw())
    case "different": {
      const first = draw()
      return Array.from({ length: count }, (_, place) => (first + place) % settings.values)
    }
    case "retreat":
      return Array.from<Value>({ length: count }).fill(0)
    case "attack":
      return Array.from<Value>({ length: count }).fill(1)
    default:
      // A crash may have left fewer proposers than values.
      return valuesIn(settings.proposal).slice(0, count)
  }
}
