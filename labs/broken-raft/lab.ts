/** Stages and tests of the lab on a Raft that forgets. */
import { raft } from "../../algorithms/raft/raft.ts"
import { SECOND } from "../../runtime/contract/units.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import type { FindBugLab } from "../engine/lab.ts"
import { forgetsLastEntry, forgetsLog, forgetsTerms } from "./variants.ts"

export const lab: FindBugLab = {
  kind: "find-bug",
  name: "broken-raft",
  title: "Find the bug: a Raft that forgets",
  summary: "A Raft passes every test without crashes: write the schedule of faults that shows what it forgets.",
  file: "schedule.yaml",
  service: replicatedLog,
  sound: raft,
  stages: [
    {
      name: "log",
      title: "a server that restarts has lost its log",
      tests: [
        {
          name: "acknowledged writes are gone",
          points: 25,
          algorithm: forgetsLog,
          violates: "acknowledged-writes-kept",
        },
        { name: "even if only the last entry is gone", points: 20, algorithm: forgetsLastEntry, violates: null },
      ],
    },
    {
      name: "terms",
      title: "a server that restarts has forgotten its term, and how it voted",
      tests: [
        // Raft's own assertion of Election Safety may see it before the check does.
        { name: "two servers lead in one term", points: 35, algorithm: forgetsTerms, violates: null },
      ],
    },
    {
      name: "small",
      title: "no more than it takes",
      tests: [
        {
          name: "the lost log, with at most 12 faults, 5 nodes and 5 s",
          points: 20,
          algorithm: forgetsLog,
          violates: null,
          atMost: { faults: 12, nodes: 5, duration: 5 * SECOND },
        },
      ],
    },
  ],
}
