/** Runs the service's checks, and counts reused epochs. */
import type { Oracle, Verdict } from "../../runtime/contract/service.ts"
import type { Beliefs } from "./beliefs.ts"
import { leaderClaimed } from "./checks/leader-claimed.ts"
import { oneLeaderPerEpoch } from "./checks/one-leader-per-epoch.ts"
import { epochsReused } from "./epochs.ts"
import type { BeliefEvent, ElectionContext } from "./events.ts"

/** The checks, in the order in which they are listed. */
export const checks = [oneLeaderPerEpoch, leaderClaimed] as const

export class EpochChecks {
  readonly #context: ElectionContext
  readonly #epochs
  readonly #claimed

  /** @param beliefs the beliefs of all nodes, before the observed change is adopted */
  constructor(oracle: Oracle, beliefs: Beliefs) {
    this.#context = {
      isLoyal: node => oracle.isLoyal(node),
      oneLeaderPerEpoch: oracle.oneLeaderPerEpoch,
      leadsIn: node => beliefs.leadsIn(node),
    }
    this.#epochs = oneLeaderPerEpoch.initial(this.#context)
    this.#claimed = leaderClaimed.initial(this.#context)
  }

  observe(event: BeliefEvent): void {
    oneLeaderPerEpoch.observe(this.#epochs, event, this.#context)
    leaderClaimed.observe(this.#claimed, event, this.#context)
  }

  /** The number of epochs in which more than one node led, at once or one after the other. */
  get reused(): number {
    return epochsReused(this.#epochs.leaders)
  }

  verdicts(): Readonly<Record<string, Verdict>> {
    return {
      [oneLeaderPerEpoch.name]: oneLeaderPerEpoch.verdict(this.#epochs, this.#context),
      [leaderClaimed.name]: leaderClaimed.verdict(this.#claimed, this.#context),
    }
  }
}
