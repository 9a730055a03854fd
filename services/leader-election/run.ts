/** One run of the `leader-election` service: requests elections, and observes all that nodes report. */
import type { NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import type { ServiceOutcome, ServiceRun, ServiceTimers, SoFar, World } from "../../runtime/contract/service.ts"
import { MILLISECOND, type Micros, SECOND } from "../../runtime/contract/units.ts"
import { Arrivals } from "../timing.ts"
import { Availability } from "./availability.ts"
import { Beliefs } from "./beliefs.ts"
import { EpochChecks } from "./epoch-checks.ts"
import type { Workload } from "./description.ts"
import { Elections } from "./elections.ts"
import { isBelief } from "./leader-watch.ts"
import { Searches } from "./searches.ts"
import { chooseInitiators } from "./initiators.ts"
import type { Campaign, Elect } from "./shape.ts"

const ELECT: Elect = { type: "Elect" }
const CAMPAIGN: Campaign = { type: "Campaign" }

export class LeaderElectionRun implements ServiceRun {
  readonly #world: World
  readonly #settings: Workload
  readonly #beliefs: Beliefs
  readonly #availability: Availability
  readonly #elections: Elections
  readonly #searches: Searches
  readonly #checks: EpochChecks
  /** The times of the rounds of requests after the first; null if there is only one. */
  readonly #rounds: Arrivals | null
  /** True if the measured time has begun: what nodes report when they first boot belongs to it if there is no warm-up. */
  #isMeasured: boolean
  /** True if nodes are to contend, each from its boot on. */
  readonly #isCampaigned: boolean

  constructor(world: World, settings: Workload, { isCampaigned = false } = {}) {
    this.#world = world
    this.#isCampaigned = isCampaigned
    this.#settings = settings
    this.#isMeasured = world.warmup === 0
    this.#beliefs = new Beliefs(world)
    this.#availability = new Availability(world)
    this.#elections = new Elections(world.size, world.warmup)
    this.#searches = new Searches(world.end, () => world.protocolMessages())
    this.#checks = new EpochChecks(world, this.#beliefs)
    const { interval, arrivals } = settings
    this.#rounds = interval === 0 ? null : new Arrivals(world.warmup, SECOND / interval, arrivals, world.random)
    // Each client is colocated with its node: the election begins at the request.
    for (let node = 0; node < world.size; node++) {
      world.colocate(node, node)
      this.nodeUp(node)
    }
    this.#updateAll()
  }

  start(): void {
    this.#isMeasured = true
    this.#updateLeader()
    const first = this.#rounds?.next() ?? this.#world.now()
    if (first === this.#world.now()) this.#beginRound()
    else this.#awaitRound(first)
  }

  readonly timeout = { round: () => this.#beginRound() } satisfies ServiceTimers

  observe(node: NodeId, fact: Tagged): void {
    if (!isBelief(fact)) return
    const now = this.#world.now()
    if (fact.leader === node && this.#beliefs.leadsIn(node) !== fact.epoch) {
      this.#elections.claim(node, now, this.#beliefs.lostSince(node), this.#availability.outageSince)
    }
    const isLoyal = this.#world.isLoyal(node)
    if (isLoyal) {
      this.#checks.observe({ node, leader: fact.leader, epoch: fact.epoch, at: now })
      this.#searches.reported(fact.epoch)
      if (fact.leader === node && this.#beliefs.leadsIn(node) !== fact.epoch) this.#searches.claimed(fact.epoch, now)
    }
    this.#beliefs.adopt(node, fact)
    this.#updateLeader()
    if (fact.leader !== null) this.#recordElection(fact.leader)
  }

  nodeDown(node: NodeId): void {
    if (this.#beliefs.hasLed(node)) this.#elections.leaderDown()
    this.#beliefs.forget(node)
    this.#updateAll()
  }

  // A node that comes up is surveyed with its first report, or with the announcement of the restart.
  nodeUp(node: NodeId): void {
    if (this.#isCampaigned) this.#world.request(node, node, CAMPAIGN)
  }

  faultOccurred(what: string): void {
    this.#availability.faultOccurred(this.#world.now(), what)
    this.#beliefs.survey()
    this.#updateAll()
  }

  // Nodes do not answer those who ask for an election.
  reply(): void {}

  // Elections in flight at the end are not waited for: one that nobody can win would never end.
  isIdle(): boolean {
    return true
  }

  ask(node: NodeId): boolean {
    if (!this.#world.isUp(node)) return false
    this.#askNodes([node])
    return true
  }

  soFar(): SoFar {
    const { completed } = this.#elections
    const availability = this.#availability.soFar(this.#world.now())
    return { availability, ended: completed, ok: completed, verdicts: this.#checks.verdicts() }
  }

  finish(): ServiceOutcome {
    this.#searches.finish()
    const needed = this.#availability.outageSince !== undefined
    this.#elections.finish(needed)
    const { first, stable, epochs, leaderless, messages } = this.#searches.means
    const { shares, phases, outages } = this.#availability.finish()
    const { rounds, completed, unfinished, declined, changes, latency } = this.#elections
    return {
      attempted: completed + unfinished,
      ok: completed,
      completed,
      failed: 0,
      unknown: unfinished,
      availability: shares.available,
      phases,
      ...(this.#settings.interval > 0 && this.#settings.initiators !== "none"
        ? { deadline: this.#settings.interval }
        : {}),
      latency,
      outages,
      leaderless: outages,
      verdicts: this.#checks.verdicts(),
      figures: {
        searches: this.#searches.count,
        first_leader: first / MILLISECOND,
        stable_leader: stable / MILLISECOND,
        epochs_passed: epochs,
        split_votes: leaderless,
        messages_to_leader: messages,
        rounds,
        declined,
        elections: completed,
        leader_changes: changes,
        reused_epochs: this.#checks.reused,
        agreement_share: shares.agreed,
        leaderless_share: shares.leaderless,
        split_brain_share: shares.splitBrain,
      },
    }
  }

  #beginRound(): void {
    this.#ask()
    if (this.#rounds !== null) this.#awaitRound(this.#rounds.next())
  }

  #awaitRound(time: Micros): void {
    if (time < this.#world.end) this.#world.wakeAfter(time - this.#world.now(), "round")
  }

  /** One round of requests. */
  #ask(): void {
    this.#askNodes(chooseInitiators(this.#world, this.#settings, node => this.#beliefs.leadsIn(node) !== undefined))
  }

  #askNodes(initiators: readonly NodeId[]): void {
    if (initiators.length > 0) {
      this.#elections.ask(this.#world.now(), this.#availability.outageSince !== undefined)
      this.#searches.begin(this.#world.now())
    }
    for (const node of initiators) this.#world.request(node, node, ELECT)
  }

  /** After a fault: availability may have changed, and any election may have become complete. */
  #updateAll(): void {
    this.#updateLeader()
    for (let node = 0; node < this.#world.size; node++) this.#recordElection(node)
  }

  #updateLeader(): void {
    const now = this.#world.now()
    const { opinion } = this.#beliefs
    this.#availability.update(now, opinion)
    if (this.#availability.outageSince !== undefined) this.#elections.leaderMissed()
    if (this.#isMeasured && opinion.leaders === 0) this.#searches.begin(now)
  }

  /** Records a node's election if it has just become complete. */
  #recordElection(leader: NodeId): void {
    const epoch = this.#beliefs.leadsIn(leader)
    if (epoch === undefined || this.#elections.isKnown(leader, epoch)) return
    const now = this.#world.now()
    if (now > this.#world.end || !this.#beliefs.isFollowedByAll(leader)) return
    this.#elections.complete(leader, epoch, now)
    this.#searches.completed(now)
  }
}
