/** The handlers that logging protocols share, as parts of their tables. */
import type { Begin } from "../../../services/recovery/shape.ts"
import type { Written } from "../recovery/types.ts"
import { handleBlock, handleCheckpointTimer, handleStep } from "./computing.ts"
import { begin, handleLoaded, handleRetry } from "./restart.ts"
import type { Logger, Logging } from "./types.ts"

export function loggingHandlers<N extends Logger>(protocol: Logging<N>) {
  return {
    receive: { Written: (node: N, message: Written) => handleBlock(node, message, protocol) },
    timeout: {
      step: (node: N) => handleStep(node, protocol),
      checkpoint: (node: N) => handleCheckpointTimer(node, protocol),
      loaded: (node: N) => handleLoaded(node, protocol),
      retry: (node: N) => handleRetry(node, protocol),
    },
    request: { Begin: (node: N, request: Begin) => begin(node, request, protocol) },
  }
}
