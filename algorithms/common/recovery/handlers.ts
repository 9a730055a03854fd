/** The handlers that checkpointing protocols share, as parts of their tables. */
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Begin } from "../../../services/recovery/shape.ts"
import { handleWritten } from "./checkpoints.ts"
import { handleAsk, handleSafe, handleStable } from "./output.ts"
import {
  begin,
  handleLoaded,
  handleResume,
  handleRollBack,
  handleRolledBack,
  handleStop,
  handleStopped,
  retryRecovery,
} from "./rollback.ts"
import type { Protocol, RecoveryMessageOf, Saver, SurveyMessageOf, Surveyor } from "./types.ts"

/** Checkpoints and recoveries by a line of them. */
export function recoveryHandlers<N extends Saver>(protocol: Protocol<N>) {
  return {
    receive: {
      Stop: (node: N, message: RecoveryMessageOf<"Stop">, from: NodeId) => handleStop(node, message, from, protocol),
      Stopped: (node: N, message: RecoveryMessageOf<"Stopped">, from: NodeId) =>
        handleStopped(node, message, from, protocol),
      RollBack: (node: N, message: RecoveryMessageOf<"RollBack">) => handleRollBack(node, message, protocol),
      RolledBack: (node: N, message: RecoveryMessageOf<"RolledBack">, from: NodeId) =>
        handleRolledBack(node, message, from, protocol),
      Resume: (node: N, message: RecoveryMessageOf<"Resume">) => handleResume(node, message, protocol),
      Written: (node: N, message: RecoveryMessageOf<"Written">) => handleWritten(node, message, protocol),
    },
    timeout: {
      retry: (node: N) => retryRecovery(node),
      loaded: (node: N) => handleLoaded(node, protocol),
    },
    request: { Begin: (node: N, request: Begin) => begin(node, request, protocol) },
  }
}

/** Output commit by asking all processes for their checkpoints. */
export function surveyHandlers<N extends Surveyor>(protocol: Protocol<N>) {
  return {
    Ask: (node: N, message: SurveyMessageOf<"Ask">, from: NodeId) => handleAsk(node, message, from),
    Stable: (node: N, message: SurveyMessageOf<"Stable">, from: NodeId) => handleStable(node, message, from, protocol),
    Safe: (node: N, message: SurveyMessageOf<"Safe">) => handleSafe(node, message),
  }
}
