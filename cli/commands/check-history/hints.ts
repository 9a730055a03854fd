/** Hints on ambiguities of a recording: another reading under which the verdict would differ. */
import { checkHistory, type HistoryVerdict } from "../../../services/linearizability/check.ts"
import {
  optionValue,
  type ReadingOptions,
  type Recording,
  withRecording,
} from "../../../services/linearizability/history-file.ts"
import type { RecordingText } from "../../../services/linearizability/recordings/text.ts"
import { concerning } from "../../../services/linearizability/zones.ts"

type Violation<I, O> = Extract<HistoryVerdict<I, O>, { readonly verdict: "violated" }>

/** The maximal number of values tried as the initial value of a key. */
const MAX_CANDIDATES = 8
const BUDGET = { budget: 2_000_000, shrinkBudget: 1 }

/**
 * A hint for a history that is not linearizable, if another initial value of a key would explain it.
 *
 * @param judgement the violation
 */
export function initialHint<S, I, O>(
  { model, history, object, meaning }: Recording<S, I, O>,
  { partition, values }: Violation<I, O>,
  text: RecordingText,
  options: ReadingOptions,
): string | undefined {
  const { observed } = object
  if (observed === undefined || meaning.initial !== null || options.missing !== undefined) return undefined
  const part = history.filter(({ input }) => model.partition(input) === partition)
  // If these operations alone violate, so do all together: checking them first is cheaper.
  const cause = values === undefined ? part : concerning(model, part, values)
  const seen = part.flatMap(({ input, output }) => (output === undefined ? [] : observed(input, output)))
  const candidates = [...new Set(seen)].filter(value => value !== null).slice(0, MAX_CANDIDATES)
  for (const initial of candidates) {
    const from = object.model({ ...meaning, initial })
    if (values !== undefined && !values.includes(from.identify(from.init()))) continue
    if (cause.length < part.length && checkHistory(from, cause, BUDGET).verdict === "violated") continue
    if (checkHistory(from, part, BUDGET).verdict !== "holds") continue
    const written = optionValue(initial) === initial ? initial : JSON.stringify(initial)
    const option = initial === "" ? "--missing ''" : `--initial ${shellQuote(written)}`
    const known = initial === "" ? { missing: "" } : { initial: written }
    const holds = verdictWith(text, { ...options, ...known }) === "holds"
    const start = `hint: explained if ${partition} held ${JSON.stringify(initial)} at first`
    return holds ? `${start}; ${option} says that of every key` : `${start}; other keys are not explained by that`
  }
  return undefined
}

/** A hint for a linearizable history with failed compare-and-sets, if it would not be with all of them refused. */
export function failedCasHint<S, I, O>(
  { history, recorded }: Recording<S, I, O>,
  text: RecordingText,
  options: ReadingOptions,
): string | undefined {
  // If no recorded operation was left out, none failed without an answer.
  if (options.failedCas !== undefined || history.length === recorded) return undefined
  if (verdictWith(text, { ...options, failedCas: "refused" }) !== "violated") return undefined
  return (
    "hint: a failed compare-and-set without a reason counts as not executed; the history is not linearizable if every " +
    "failure means that the expected value did not match: --failed-cas refused"
  )
}

function verdictWith(text: RecordingText, options: ReadingOptions): string {
  const result = withRecording(text, options, ({ model, history }) => checkHistory(model, history, BUDGET).verdict)
  return typeof result === "string" ? result : "unreadable"
}

/** A value quoted for a shell. */
function shellQuote(value: string): string {
  return /^[\w.:-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`
}
