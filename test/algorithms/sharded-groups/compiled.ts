/** Sharded groups over the logs that the registry has them host, and no other algorithm: what mutants are compiled from. */
import { chainReplication } from "../../../algorithms/chain-replication/chain-replication.ts"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { shardedGroups } from "../../../algorithms/sharded-groups/sharded-groups.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"

export const compiled = shardedGroups([raft, multiPaxos, viewstampedReplication, chainReplication])
