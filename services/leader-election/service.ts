/**
 * The `leader-election` service: nodes that agree on which of them leads.
 *
 * The service asks every live node "who leads?" in continuous time: nodes report each change of what they believe, so
 * that nothing needs to be polled. An answer is right if the node it names is up, can be reached from the one that
 * answered, and believes that it leads itself. Under a partition, algorithms without quorums keep every answer right on
 * both sides: that is their availability, and `split_brain_share` is its price.
 */
import { service, type ServiceDefinition } from "../../runtime/contract/service.ts"
import { beyondNodes } from "../node-settings.ts"
import { figures, workload } from "./description.ts"
import { checks } from "./epoch-checks.ts"
import { LeaderElectionRun } from "./run.ts"
import { untimedCampaign, untimedElection } from "./untimed.ts"

const definition: ServiceDefinition<typeof workload> = {
  name: "leader-election",
  title: "Leader election",
  availability:
    'the share of live nodes that answer "who leads?" rightly, averaged over time: the node they name is up, within ' +
    "their reach, and believes that it leads itself; an outage is a span in which at most half of them do",
  operation:
    "one completed election: every live node connected with the leader believes in it, in an epoch it was not elected " +
    "in before",
  workload,
  checks,
  figures,
  problem: (settings, nodes) => beyondNodes(settings, nodes, { ids: ["initiator"], counts: ["count"] }),
  open: (world, settings) => new LeaderElectionRun(world, settings),
  untimed: untimedElection,
}

export const leaderElection = service(definition)

/** The same for algorithms whose nodes contend only on request: each node gets the request whenever it boots. */
export const campaignedElection = service({
  ...definition,
  untimed: untimedCampaign,
  open: (world, settings) => new LeaderElectionRun(world, settings, { isCampaigned: true }),
})
