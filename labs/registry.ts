/** Every lab, by name. A new lab is one line here. */
import { lab as brokenPaxos } from "./broken-paxos/lab.ts"
import { lab as brokenRaft } from "./broken-raft/lab.ts"
import { lab as bully } from "./bully/lab.ts"
import { lab as oralMessages } from "./oral-messages/lab.ts"
import { lab as raftElection } from "./raft-election/lab.ts"
import { lab as ringElection } from "./ring-election/lab.ts"
import { lab as ricartAgrawala } from "./ricart-agrawala/lab.ts"
import type { Lab } from "./lab.ts"

export const labs: Readonly<Record<string, Lab>> = Object.fromEntries(
  [bully, ringElection, ricartAgrawala, oralMessages, raftElection, brokenRaft, brokenPaxos].map(lab => [
    lab.name,
    lab,
  ]),
)
