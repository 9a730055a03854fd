/**
 * Fault injection: turns the faults of a scenario into steps at fixed times and carries them out.
 *
 * Random targets are drawn when the run begins, from the faults' own stream and in the order of the scenario, so that
 * a seed has the same fault schedule for every algorithm.
 */
import type { NodeId } from "./algorithm.ts"
import type { Random } from "./random.ts"
import type { Fault, Target } from "./scenario.ts"
import type { Simulation } from "./simulation.ts"

/** One step of the schedule. */
interface Step {
  readonly run: () => void
}

export class FaultInjector {
  readonly #simulation: Simulation
  readonly #faults: readonly Fault[]
  readonly #random: Random

  constructor(simulation: Simulation, faults: readonly Fault[], random: Random) {
    this.#simulation = simulation
    this.#faults = faults
    this.#random = random
  }

  /** Schedules all faults. */
  begin(): void {
    for (const fault of this.#faults) {
      switch (fault.kind) {
        case "crash":
          this.#crash(fault)
          break
        case "partition":
          this.#partition(fault)
          break
        case "isolate":
          this.#isolate(fault)
          break
        case "loss":
          this.#loss(fault)
          break
        case "byzantine":
          this.#byzantine(fault)
          break
      }
    }
  }

  /** Carries out a step that has come due. */
  take(step: object): void {
    ;(step as Step).run()
  }

  #at(time: number, run: () => void): void {
    const step: Step = { run }
    this.#simulation.scheduleFault(time, step)
  }

  #crash(fault: Fault & { kind: "crash" }): void {
    const targets = this.#targets(fault.target)
    this.#at(fault.at, () => {
      const nodes = targets().filter(id => this.#simulation.isUp(id))
      if (nodes.length === 0) return
      for (const id of nodes) this.#simulation.crash(id)
      this.#simulation.announceFault(`crash of ${nodesInWords(nodes)}`, nodes)
      if (fault.for === undefined) return
      this.#at(fault.at + fault.for, () => {
        for (const id of nodes) this.#simulation.restart(id)
        this.#simulation.announceFault(`restart of ${nodesInWords(nodes)}`, nodes)
      })
    })
  }

  #partition(fault: Fault & { kind: "partition" }): void {
    const sideOf = new Int32Array(this.#simulation.size).fill(-1)
    for (const [side, nodes] of fault.sides.entries()) for (const id of nodes) sideOf[id] = side
    const sides = fault.sides.map(nodes => nodes.join(",")).join(" | ")
    const apart = (from: NodeId, to: NodeId): boolean => sideOf[from] !== sideOf[to]
    this.#cutWhile(fault, apart, `partition ${sides}`, "partition healed", fault.sides.flat())
  }

  #isolate(fault: Fault & { kind: "isolate" }): void {
    const targets = this.#targets(fault.target)
    this.#at(fault.at, () => {
      const nodes = targets()
      if (nodes.length === 0) return
      const apart = (from: NodeId, to: NodeId): boolean => nodes.includes(from) || nodes.includes(to)
      const names = nodesInWords(nodes)
      this.#cutWhile(fault, apart, `isolation of ${names}`, `${names} reconnected`, nodes)
    })
  }

  /** Cuts all links for which `apart` holds, from `at` on, and mends them after `for`. */
  #cutWhile(
    fault: { readonly at: number; readonly for?: number },
    apart: (from: NodeId, to: NodeId) => boolean,
    begun: string,
    ended: string,
    nodes: readonly NodeId[],
  ): void {
    const { links } = this.#simulation
    this.#at(fault.at, () => {
      this.#forLinks(apart, (from, to) => links.cut(from, to))
      this.#simulation.announceFault(begun, nodes)
    })
    if (fault.for === undefined) return
    this.#at(fault.at + fault.for, () => {
      this.#forLinks(apart, (from, to) => links.mend(from, to))
      this.#simulation.announceFault(ended, nodes)
    })
  }

  #forLinks(apart: (from: NodeId, to: NodeId) => boolean, act: (from: NodeId, to: NodeId) => void): void {
    const { size } = this.#simulation
    for (let from = 0; from < size; from++) {
      for (let to = 0; to < size; to++) if (from !== to && apart(from, to)) act(from, to)
    }
  }

  #loss(fault: Fault & { kind: "loss" }): void {
    const { links, scenario } = this.#simulation
    this.#at(fault.at, () => {
      links.setLoss(fault.share)
      this.#simulation.announceFault(`loss of ${fault.share * 100} % of messages`, [])
    })
    if (fault.for === undefined) return
    this.#at(fault.at + fault.for, () => {
      links.setLoss(scenario.network.loss)
      this.#simulation.announceFault("loss over", [])
    })
  }

  #byzantine(fault: Fault & { kind: "byzantine" }): void {
    const targets = this.#targets(fault.target)
    this.#at(fault.at, () => {
      const nodes = targets()
      for (const id of nodes) this.#simulation.corruptNode(id, fault.behaviour)
      const { behaviour } = fault
      const how = typeof behaviour === "string" ? behaviour : "scripted"
      this.#simulation.announceFault(`${nodesInWords(nodes)} turned traitor (${how})`, nodes)
    })
  }

  /** The nodes a fault hits. Only "the leader" has to wait for the moment it strikes. */
  #targets(target: Target): () => readonly NodeId[] {
    if ("nodes" in target) return () => target.nodes
    if ("random" in target) {
      const nodes = this.#random.choose(target.random, this.#simulation.size)
      return () => nodes
    }
    return () => {
      const leader = this.#simulation.leader()
      return leader === undefined ? [] : [leader]
    }
  }
}

function nodesInWords(nodes: readonly NodeId[]): string {
  return nodes.length === 1 ? `node ${nodes[0]}` : `nodes ${nodes.toSorted((a, b) => a - b).join(", ")}`
}
