/** Assembles the parts of a simulation. Each has its own file, and knows only the parts before it. */
import type { Beginning } from "../contract/algorithm.ts"
import { FaultInjector } from "../faults/faults.ts"
import { handlerNames } from "../contract/parts.ts"
import { processCount, rolePlaces } from "../process/parts.ts"
import { beginningOf, problemOf } from "../scenario/beginning.ts"
import type { Scenario } from "../scenario/scenario.ts"
import { RunDigest } from "./events/run-digest.ts"
import { EventQueue } from "./events/event-queue.ts"
import { Facts } from "./facts.ts"
import { Halting } from "./nodes/halting.ts"
import { Handlers } from "./handlers.ts"
import { Loop } from "./loop.ts"
import { Meter } from "./meter.ts"
import { Nodes } from "./nodes/nodes.ts"
import { Output } from "./output.ts"
import { RunPool } from "./pool.ts"
import { RoleMeter } from "./nodes/role-meter.ts"
import { Processes } from "./nodes/processes.ts"
import { Shared } from "./shared.ts"
import { Timers } from "./nodes/timers.ts"
import { Interventions } from "./by-hand/interventions.ts"
import type { Interceptor, Observer } from "./trace.ts"
import { directed } from "./scripted/director.ts"
import { withoutDurations } from "./scripted/durations.ts"
import { Transport } from "./transport.ts"
import { SimulatedWorld } from "./world.ts"

export interface SimulationOptions {
  /** Receives every event; for traces and tests. It does not affect the run. */
  readonly observer?: Observer
  /** Decides about messages in place of the network; for tests and adversaries. */
  readonly interceptor?: Interceptor
  /** Resources that runs pass to later runs; for callers that make many. */
  readonly pool?: RunPool
  /** Omits the fingerprint and the record of the last events: to measure their cost. */
  readonly unrecorded?: boolean
}

export interface Parts {
  readonly pool: RunPool
  readonly shared: Shared
  readonly beginning: Beginning | undefined
  readonly digest: RunDigest
  readonly meter: Meter
  /** Absent if the algorithm has no roles. */
  readonly roleMeter: RoleMeter | undefined
  readonly transport: Transport
  readonly timers: Timers
  readonly facts: Facts
  readonly output: Output
  readonly processes: Processes
  readonly nodes: Nodes
  readonly halting: Halting
  readonly world: SimulatedWorld
  /** Absent if the run is not interactive. */
  readonly interventions: Interventions | undefined
  readonly loop: Loop
}

/**
 * The parts of a run that has not begun.
 *
 * @param measures called when measuring begins
 * @throws Error if the algorithm cannot begin as the scenario says
 */
export function assemble(given: Scenario, seed: number, options: SimulationOptions, measures: () => void): Parts {
  const scenario = given.script === undefined ? given : withoutDurations(given)
  const { algorithm, service, workload, script } = scenario
  const beginning = beginningOf(scenario)
  const impossible = problemOf(algorithm, scenario, scenario.parameters)
  if (impossible !== undefined) throw new Error(`a scenario that cannot begin: ${impossible.message}`)
  const pool = options.pool ?? new RunPool()
  const shared = new Shared(scenario, seed, pool.takeQueue(), options)
  const digest = new RunDigest(options.unrecorded !== true)
  const meter = new Meter(handlerNames(algorithm, "receive"), digest, pool)
  const transport = new Transport(shared, meter, pool)
  const places = rolePlaces(algorithm, scenario.nodes, scenario.parameters)
  const roleMeter = places.length === 0 ? undefined : new RoleMeter(places, transport.links)
  // Timers of a scripted run fire when the script says so: this queue is never read.
  const clock = script === undefined ? shared.queue : new EventQueue<object>()
  const timers = new Timers(
    handlerNames(algorithm, "timeout"),
    processCount(algorithm, scenario.nodes, scenario.parameters),
    clock,
  )
  const facts = new Facts(shared)
  const output = new Output(shared, { transport, meter, facts, timers, digest })
  const handlers = new Handlers(shared, beginning, meter, output, timers)
  const acting = { transport, timers, facts, output, handlers }
  const processes = new Processes(shared, beginning, acting)
  const nodes = new Nodes(shared, processes, acting)
  const halting = new Halting(shared, processes, nodes)
  handlers.warden = halting
  const world = new SimulatedWorld(shared, transport, meter, processes)
  shared.faults = new FaultInjector(nodes, seed)
  if (script === undefined) shared.service = service.open(world, workload)
  else shared.service = directed(script, shared, world, { transport, timers, nodes })
  const { dispatcher } = processes
  const planned = scenario.interventions
  const stage = { shared, digest, transport, timers, nodes, types: meter.types }
  const interventions = planned && new Interventions(planned, stage)
  const loop = new Loop(shared, { digest, meter, output, dispatcher, nodes: processes.nodes, interventions }, measures)
  return {
    pool,
    shared,
    beginning,
    digest,
    meter,
    roleMeter,
    transport,
    timers,
    facts,
    output,
    processes,
    nodes,
    halting,
    world,
    interventions,
    loop,
  }
}
