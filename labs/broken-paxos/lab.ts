/** Stages and tests of the lab on a Multi-Paxos that loses what was chosen. */
import { multiPaxos } from "../../algorithms/multi-paxos/multi-paxos.ts"
import { SECOND } from "../../runtime/contract/units.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import type { FindBugLab } from "../engine/lab.ts"
import { forgetsAccepted, heedsOneSlot, ignoresAccepted } from "./variants.ts"

export const lab: FindBugLab = {
  kind: "find-bug",
  name: "broken-paxos",
  title: "Find the bug: a Multi-Paxos that chooses twice",
  summary:
    "A Multi-Paxos is right as long as its leader lives: write the schedule of faults in which a slot gets two values.",
  file: "schedule.yaml",
  service: replicatedLog,
  sound: multiPaxos,
  stages: [
    {
      name: "proposer",
      title: "a new leader does not heed what acceptors have accepted",
      tests: [
        { name: "a slot gets two values", points: 30, algorithm: ignoresAccepted, violates: "log-agreement" },
        { name: "even if it heeds the first slot", points: 15, algorithm: heedsOneSlot, violates: null },
      ],
    },
    {
      name: "acceptor",
      title: "an acceptor that restarts has forgotten what it accepted",
      tests: [
        {
          name: "acknowledged writes are gone",
          points: 35,
          algorithm: forgetsAccepted,
          violates: "acknowledged-writes-kept",
        },
      ],
    },
    {
      name: "small",
      title: "no more than it takes",
      tests: [
        {
          name: "the new leader's mistake, with at most 12 faults, 5 nodes and 5 s",
          points: 20,
          algorithm: ignoresAccepted,
          violates: null,
          atMost: { faults: 12, nodes: 5, duration: 5 * SECOND },
        },
      ],
    },
  ],
}
