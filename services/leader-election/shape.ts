/** The types of the `leader-election` service. */
import type { Belief } from "../../runtime/contract/service.ts"

export interface LeaderElection {
  readonly request: Elect
  readonly reply: never
  readonly fact: Belief
}

/** Asks a node to start an election now, as if it had just noticed that the leader is gone. */
export interface Elect {
  readonly type: "Elect"
}

/** The same for algorithms whose nodes contend for leadership only on request. */
export interface CampaignedElection {
  readonly request: Elect | Campaign
  readonly reply: never
  readonly fact: Belief
}

/** Has a node contend for leadership until it goes down. Every node gets it when it boots. */
export interface Campaign {
  readonly type: "Campaign"
}
