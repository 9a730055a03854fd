/** Every algorithm and every service of the workbench, by name. A new algorithm is one line here. */
import type { Algorithm } from "../runtime/contract/algorithm.ts"
import type { Service } from "../runtime/contract/service.ts"
import { withAdapters } from "../services/adapters/adapters.ts"
import { agreement } from "../services/agreement/service.ts"
import { leaderElection } from "../services/leader-election/service.ts"
import { mutualExclusion } from "../services/mutual-exclusion/service.ts"
import { recovery } from "../services/recovery/service.ts"
import { replicatedLog } from "../services/replicated-log/service.ts"
import { shardedStore } from "../services/sharded-store/service.ts"
import { activeReplicationOn } from "./active-replication/active-replication.ts"
import { blockingCheckpoints } from "./blocking-checkpoints/blocking-checkpoints.ts"
import { bully } from "./bully/bully.ts"
import { causalLogging } from "./causal-logging/causal-logging.ts"
import { centralServer } from "./central-server/central-server.ts"
import { chainReplication, chainReplicationOn } from "./chain-replication/chain-replication.ts"
import { chandyLamport } from "./chandy-lamport/chandy-lamport.ts"
import { communicationInduced } from "./communication-induced/communication-induced.ts"
import { floodSet } from "./floodset/floodset.ts"
import { lamportMutex } from "./lamport-mutex/lamport-mutex.ts"
import { leaseLeadershipOn } from "./lease-leadership/lease-leadership.ts"
import { maekawa } from "./maekawa/maekawa.ts"
import { multiPaxos } from "./multi-paxos/multi-paxos.ts"
import { optimisticLogging } from "./optimistic-logging/optimistic-logging.ts"
import { oralMessages } from "./oral-messages/oral-messages.ts"
import { paxos } from "./paxos/paxos.ts"
import { pessimisticLogging } from "./pessimistic-logging/pessimistic-logging.ts"
import { primaryBackupOn } from "./primary-backup/primary-backup.ts"
import { raft } from "./raft/raft.ts"
import { raymond } from "./raymond/raymond.ts"
import { ricartAgrawala } from "./ricart-agrawala/ricart-agrawala.ts"
import { ringElection } from "./ring-election/ring-election.ts"
import { semiActiveReplicationOn } from "./semi-active-replication/semi-active-replication.ts"
import { senderBasedLogging } from "./sender-based-logging/sender-based-logging.ts"
import { shardedGroups } from "./sharded-groups/sharded-groups.ts"
import { signedMessages } from "./signed-messages/signed-messages.ts"
import { suzukiKasami } from "./suzuki-kasami/suzuki-kasami.ts"
import { tokenRing } from "./token-ring/token-ring.ts"
import { uncoordinatedCheckpoints } from "./uncoordinated-checkpoints/uncoordinated-checkpoints.ts"
import { viewstampedReplication } from "./viewstamped-replication/viewstamped-replication.ts"

/** The logs that other algorithms may host: those without roles. */
const logs = [raft, multiPaxos, viewstampedReplication]

export const algorithms: Readonly<Record<string, Algorithm>> = byName<Algorithm>([
  activeReplicationOn(logs),
  blockingCheckpoints,
  bully,
  causalLogging,
  centralServer,
  chainReplicationOn(logs),
  chandyLamport,
  communicationInduced,
  floodSet,
  lamportMutex,
  leaseLeadershipOn(logs),
  maekawa,
  multiPaxos,
  optimisticLogging,
  oralMessages,
  paxos,
  pessimisticLogging,
  primaryBackupOn(logs),
  raft,
  raymond,
  ricartAgrawala,
  ringElection,
  semiActiveReplicationOn(logs),
  senderBasedLogging,
  shardedGroups([...logs, chainReplication]),
  signedMessages,
  suzukiKasami,
  tokenRing,
  uncoordinatedCheckpoints,
  viewstampedReplication,
])

export const services: Readonly<Record<string, Service>> = byName([
  replicatedLog,
  leaderElection,
  mutualExclusion,
  agreement,
  recovery,
  shardedStore,
])

/** The services through which an algorithm can be measured: its own first, then those that adapters make of them. */
export function servicesOf(algorithm: Algorithm): readonly Service[] {
  return withAdapters(algorithm.serves)
}

/**
 * The service through which an algorithm is measured under a service's name.
 *
 * @returns `undefined` if the algorithm does not offer that service
 */
export function serviceFor(algorithm: Algorithm, service: string): Service | undefined {
  return servicesOf(algorithm).find(({ name }) => name === service)
}

function byName<T extends { readonly name: string }>(entries: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries.map(entry => [entry.name, entry]))
}
