import type { Check } from "../../../runtime/contract/service.ts"
import { formatDuration } from "../../../runtime/contract/units.ts"
import { type KeyValueAnswer, keyValueModel } from "../../linearizability/key-value.ts"
import { type Called, newStream, StreamChecker, type StreamState } from "../../linearizability/stream.ts"
import { isChanceOperation } from "../../machines/chance.ts"
import type { KeyValueOperation } from "../../machines/key-value.ts"
import { HOLDS } from "../../running-check.ts"
import type { LogContext, LogEvent } from "../events.ts"

export interface State {
  readonly stream: StreamState<string | null, KeyValueOperation, KeyValueAnswer>
  /** The last operation of each session. */
  readonly called: Called<string | null, KeyValueOperation, KeyValueAnswer>[]
}

const checker = new StreamChecker(keyValueModel, { formatTime: formatDuration })

/** The maximum number of parts that are named if the search ran out of steps. */
const MAX_NAMED = 5

export const linearizable: Check<State, LogEvent, LogContext> = {
  name: "linearizable",
  doc:
    "Every operation seems to take effect at one moment between its call and its answer; one that timed out, before " +
    "its session's next write, or never.",
  initial: () => ({ stream: newStream(), called: [] }),
  observe(state, event) {
    if (event.type === "executed") return
    const { stream } = state
    if (event.type === "begun") {
      const { session, operation } = event.command
      // A key-value model cannot specify chance; another check verifies that replicas agree on it.
      if (isChanceOperation(operation)) return
      state.called[session] = checker.call(stream, session, operation, event.at)
    } else if (event.type === "ended") {
      if (isChanceOperation(event.command.operation)) return
      const called = state.called[event.command.session]!
      if (event.result !== null) checker.succeed(stream, called, event.result, event.at)
      else if (event.ending === "failed") checker.fail(stream, called)
      else checker.giveUp(stream, called)
    } else if (event.type === "finished") checker.finish(stream)
  },
  verdict({ stream: { violation, givenUp } }) {
    if (violation !== undefined) return { verdict: "violated", at: violation.at, witness: violation.witness }
    if (givenUp.size === 0) return HOLDS
    return {
      verdict: "undecided",
      reason: `the search ran out of steps at ${[...givenUp].slice(0, MAX_NAMED).join(", ")}`,
    }
  },
}
