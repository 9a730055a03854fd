/** Runs the effects of the experiments layer for a command: Ctrl-C interrupts them, their failures come back as data. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { Terminal } from "./terminal/terminal.ts"

/** The outcome of an effect; a bug in it (a defect) is thrown instead. */
export type Outcome<A, E> =
  | { readonly status: "done"; readonly value: A }
  | { readonly status: "failed"; readonly error: E }
  | { readonly status: "interrupted" }

/** Runs an effect to its end, finalizers included. */
export async function runEffect<A, E>(effect: Effect.Effect<A, E>, terminal: Terminal): Promise<Outcome<A, E>> {
  const controller = new AbortController()
  const ignore = terminal.onInterrupt(() => controller.abort())
  const exit = await Effect.runPromiseExit(effect, { signal: controller.signal }).finally(ignore)
  if (Exit.isSuccess(exit)) return { status: "done", value: exit.value }
  const error = Cause.findErrorOption(exit.cause)
  if (Option.isSome(error)) return { status: "failed", error: error.value }
  if (Cause.hasInterruptsOnly(exit.cause)) return { status: "interrupted" }
  throw Cause.squash(exit.cause)
}
