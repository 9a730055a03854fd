/** Mistakes planted on purpose in uncoordinated checkpoints, and in what protocols share that roll back. */
import type { RecoveryMutant } from "../../support/recovery-mutants.ts"
import { rollbackMutants, surveyMutants } from "../common/recovery/rollback-mutants.ts"

const LINE = "algorithms/uncoordinated-checkpoints/recovery-line.ts"

export const mutants: readonly RecoveryMutant[] = [
  {
    mistake: "takes the latest states for the line, whatever was received in them",
    edit: { file: LINE, from: "count > at(from).sent[process]!", to: "false" },
    caughtBy: "consistent-recovery-line",
  },
  {
    mistake: "looks for orphans once only",
    edit: {
      file: LINE,
      from: "    places[process]!--\n",
      to: "    places[process]!--\n    return places.map((_, each) => at(each).index)\n",
    },
    caughtBy: "consistent-recovery-line",
  },
  {
    mistake: "accepts one orphan on each channel",
    edit: { file: LINE, from: "count > at(from)", to: "count > 1 + at(from)" },
    caughtBy: "consistent-recovery-line",
  },
  ...rollbackMutants,
  ...surveyMutants,
]
