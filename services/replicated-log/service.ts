/** The `replicated-log` service: a key-value store on a replicated state machine, its workload, metrics and checks. */
import { service } from "../../runtime/contract/service.ts"
import { beyondNodes } from "../node-settings.ts"
import { figures, workload } from "./description.ts"
import { checks } from "./log-checks.ts"
import { ReplicatedLogRun } from "./run.ts"
import { untimedLog } from "./untimed.ts"

export const replicatedLog = service({
  name: "replicated-log",
  title: "Replicated log",
  availability: "a client gets a correct reply before its deadline; counted by arrival",
  operation: "one command of a client, executed by the replicated state machine",
  workload,
  checks,
  figures,
  problem: (settings, nodes) => beyondNodes(settings, nodes, { ids: ["node"], counts: ["members"] }),
  open: (world, settings) => new ReplicatedLogRun(world, settings),
  untimed: untimedLog,
})
