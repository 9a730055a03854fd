/** Serves a queue until the user stops it. */
import * as Effect from "effect/Effect"
import { queueName, serveQueue } from "../../../experiments/run/queue.ts"
import { threads } from "../../../experiments/run/prepare.ts"
import type { StoreError } from "../../../lib/errors.ts"
import { type Outcome, runEffect } from "../../effects.ts"
import type { SweepSettings } from "./sweep-options.ts"
import type { Terminal } from "../../terminal/terminal.ts"

export interface Serving extends SweepSettings {
  readonly patienceMs: number
}

export async function serve(
  url: string,
  { workers, limit, memory, patienceMs }: Serving,
  terminal: Terminal,
): Promise<Outcome<never, StoreError>> {
  const onReady = (): void => {
    terminal.err.write(`serving ${queueName()} at ${url}; Ctrl-C ends it after the runs at hand\n`)
  }
  const onTrouble = (reason: string): void => {
    terminal.err.write(`quorate: ${url}: the queue cannot be reached (${reason}); trying again\n`)
  }
  const pool = threads({
    ...(workers === undefined ? {} : { workers }),
    ...(limit === undefined ? {} : { limitMs: limit }),
    ...(memory === undefined ? {} : { memoryMb: memory }),
  })
  return runEffect(serveQueue(url, { patienceMs, onReady, onTrouble }).pipe(Effect.provide(pool)), terminal)
}
