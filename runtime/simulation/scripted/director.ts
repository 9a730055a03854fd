/** Executes the script of a run, one step per millisecond. */
import { partyInWords } from "../../scenario/script-words.ts"
import type { Tagged } from "../../contract/ids.ts"
import type { Micros } from "../../contract/units.ts"
import { CHANGE_MEMBERSHIP, type ChangeMembership } from "../../contract/membership.ts"
import type { ServiceRun, World } from "../../contract/service.ts"
import { OPERATOR } from "../../faults/operator.ts"
import { type Addressed, isInRounds, type Script, type ScriptStep, STEP, untimedGroup } from "../../scenario/script.ts"
import { TIMEOUT } from "../events/event-kinds.ts"
import type { Nodes } from "../nodes/nodes.ts"
import type { Timers } from "../nodes/timers.ts"
import type { Shared } from "../shared.ts"
import type { Transport } from "../transport.ts"
import { TickingClock } from "./ticking-clock.ts"
import type { Held } from "./held.ts"
import { encode } from "../../process/value.ts"
import { UntimedRun } from "./untimed-run.ts"

interface Stage {
  readonly shared: Shared
  readonly held: Held
  readonly transport: Transport
  readonly timers: Timers
  readonly nodes: Nodes
  readonly clients: UntimedRun
  readonly world: World
}

/**
 * Opens the service of a scripted run, and schedules the script.
 *
 * @throws Error if the service has no form without time
 */
export function directed(
  script: Script,
  shared: Shared,
  world: World,
  parts: Pick<Stage, "transport" | "timers" | "nodes">,
): ServiceRun {
  const { algorithm, service, nodes: size, parameters } = shared.scenario
  const untimed = service.untimed?.(untimedGroup(algorithm, size, parameters, script.operations, script.traitors))
  if (untimed === undefined || shared.held === undefined) throw new Error(`${service.name} cannot follow a script`)
  const { held } = shared
  const isQuiet = (): boolean => {
    return held.isEmpty && parts.nodes.nodes.every(({ id }) => parts.timers.armed(id).length === 0)
  }
  const clients = new UntimedRun(world, untimed, script.operations, isQuiet)
  new Director(script, { ...parts, shared, held, clients, world }).begin()
  return clients
}

/** The ticks by which a clock is ahead after a reboot: longer than any duration, as in a checker. */
const REBOOT: Micros = 2 ** 20

class Director {
  readonly #script: Script
  readonly #stage: Stage
  /** The state before the first step of the loop. */
  #beforeLoop: string | undefined
  /** The number of membership changes that the operator has requested. */
  #changes = 0

  constructor(script: Script, stage: Stage) {
    this.#script = script
    this.#stage = stage
  }

  /** Schedules all steps. A step that is impossible ends the run. */
  begin(): void {
    const { shared, nodes } = this.#stage
    const { steps, repeatsFrom, clock } = this.#script
    if (clock !== undefined) for (const node of nodes.nodes) node.clock = new TickingClock()
    for (const [place, step] of steps.entries()) {
      shared.faults.schedule(shared.scenario.warmup + (place + 1) * STEP, () => {
        if (place + 1 === repeatsFrom) this.#beforeLoop = this.#picture()
        const problem = this.#perform(step)
        if (problem !== undefined) throw new Error(`step ${place + 1} of the script: ${problem}`)
      })
    }
    if (repeatsFrom === undefined) return
    shared.faults.schedule(shared.scenario.warmup + steps.length * STEP + STEP / 2, () => {
      if (this.#picture() === this.#beforeLoop) this.#stage.clients.repeat(repeatsFrom, steps.length)
    })
  }

  /** The state of all processes and clients, and the messages in flight, as text. */
  #picture(): string {
    const { nodes, timers, held, clients } = this.#stage
    const processes = nodes.nodes.map(({ id, state, disk, up }) => {
      return { state, disk, up, armed: timers.armed(id).map(({ timer, key }) => [timer, key ?? null]) }
    })
    return encode([processes, held.waiting.map(message => encode(message)).toSorted(), clients.states])
  }

  /** @returns the reason if it is impossible */
  #perform(step: ScriptStep): string | undefined {
    const { held, clients } = this.#stage
    switch (step.type) {
      case "deliver":
        return held.deliver(step, step.as, false) ? undefined : missing(step)
      case "duplicate":
        return held.deliver(step, undefined, true) ? undefined : missing(step)
      case "lose":
        return this.#lose(step)
      case "timeout":
        return this.#timeout(step)
      case "crash":
        return this.#crash(step)
      case "move":
        return clients.move(step.client, step.move) ? undefined : `client ${step.client} cannot ${step.move}`
      case "tick":
        return this.#tick(step)
      case "change":
        return this.#change(step)
    }
  }

  /** Without ticks, a script sets no clock forward. */
  #tick({ node: erring, counts = 0 }: ScriptStep & { readonly type: "tick" }): string | undefined {
    if (this.#script.clock === undefined) return "there are no ticks without a clock"
    for (const { id, clock } of this.#stage.nodes.nodes) clock?.jump(id === erring ? counts : 1)
    return undefined
  }

  #change({ node, members }: ScriptStep & { readonly type: "change" }): string | undefined {
    const { shared, world } = this.#stage
    const { name, request: taken } = shared.scenario.algorithm
    if (!(CHANGE_MEMBERSHIP in taken)) return `${name} does not change its members`
    const request: ChangeMembership = { type: CHANGE_MEMBERSHIP, sequence: ++this.#changes, members }
    world.request(OPERATOR, node, request)
    return undefined
  }

  #lose(step: Addressed): string | undefined {
    const lost = this.#stage.held.lose(step)
    if (lost === undefined) return missing(step)
    const { from, to } = step
    // The same object, by which observers identify the message.
    if ("node" in from && "node" in to && isTagged(lost)) {
      this.#stage.transport.drop(from.node, to.node, lost, "lost")
    }
    return undefined
  }

  #timeout({ node, timer, key }: ScriptStep & { readonly type: "timeout" }): string | undefined {
    const { timers, shared } = this.#stage
    const { queue } = shared
    const index = timers.indexOf(timer)
    const named = key === undefined ? timer : `${timer}/${key}`
    const isArmed = index >= 0 && timers.expire(node, index, key, queue.time)
    if (!isArmed) return `timer ${named} of node ${node} is not armed`
    queue.push(queue.time, TIMEOUT, index, node, key === undefined ? null : timers.keyed.find(node, index, key)!)
    return undefined
  }

  #crash({ node, and }: ScriptStep & { readonly type: "crash" }): string | undefined {
    const { nodes, clients, shared } = this.#stage
    if (!nodes.nodes[node]!.up) return `${nodes.nameOf(node)} is down already`
    nodes.crash(node)
    nodes.announceFault("crash", "begins", `crash of ${nodes.nameOf(node)}`, [node])
    if (and === "stop") {
      if (!isInRounds(shared.scenario.algorithm)) clients.nodeStopped(node)
      return undefined
    }
    if (this.#script.clock !== undefined) nodes.nodes[node]!.clock?.jump(REBOOT)
    if (and === "amnesia") nodes.loseDisk(node)
    nodes.restart(node)
    const disk = and === "amnesia" ? " without its disk" : ""
    nodes.announceFault("crash", "ends", `restart of ${nodes.nameOf(node)}${disk}`, [node])
    return undefined
  }
}

function missing({ message, from, to, nth }: Addressed): string {
  const which = nth === undefined ? message : `${message} number ${nth}`
  return `no ${which} is on its way from ${partyInWords(from)} to ${partyInWords(to)}`
}

function isTagged(payload: object): payload is Tagged {
  return "type" in payload && typeof payload.type === "string"
}
