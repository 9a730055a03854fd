/** Every lab, by name. A new lab is one line here. */
import { lab as brokenPaxos } from "./broken-paxos/lab.ts"
import { lab as brokenRaft } from "./broken-raft/lab.ts"
import { lab as bully } from "./bully/lab.ts"
import { lab as chainReplication } from "./chain-replication/lab.ts"
import { lab as floodset } from "./floodset/lab.ts"
import { lab as leaseLeadership } from "./lease-leadership/lab.ts"
import { lab as multiPaxos } from "./multi-paxos/lab.ts"
import { lab as oralMessages } from "./oral-messages/lab.ts"
import { lab as primaryBackup } from "./primary-backup/lab.ts"
import { lab as raftElection } from "./raft-election/lab.ts"
import { lab as raftPersistence } from "./raft-persistence/lab.ts"
import { lab as raftReplication } from "./raft-replication/lab.ts"
import { lab as ringElection } from "./ring-election/lab.ts"
import { lab as ricartAgrawala } from "./ricart-agrawala/lab.ts"
import { lab as tokenRing } from "./token-ring/lab.ts"
import { lab as viewstampedReplication } from "./viewstamped-replication/lab.ts"
import type { Lab } from "./engine/lab.ts"

const all: readonly Lab[] = [
  bully,
  ringElection,
  ricartAgrawala,
  tokenRing,
  leaseLeadership,
  floodset,
  oralMessages,
  raftElection,
  raftReplication,
  raftPersistence,
  multiPaxos,
  primaryBackup,
  chainReplication,
  viewstampedReplication,
  brokenRaft,
  brokenPaxos,
]

export const labs: Readonly<Record<string, Lab>> = Object.fromEntries(all.map(lab => [lab.name, lab]))
