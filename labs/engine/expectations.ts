/** Expectations that labs share, and helpers for writing more. */
import { inPercent } from "../../lib/percent.ts"
import type { NodeId, Purpose, Tagged } from "../../runtime/contract/algorithm.ts"
import type { Belief, Verdict } from "../../runtime/contract/service.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"
import { formatDuration, type Micros } from "../../runtime/contract/units.ts"
import type { Expectation, Failure, LabRun } from "./lab.ts"

/** The purposes of messages. */
const PURPOSES: readonly Purpose[] = ["protocol", "heartbeat", "retransmission"]

/** No check of the service is violated, or none of the named ones. */
export function isSafe(...names: readonly string[]): Expectation {
  return ({ scenario, result }) => {
    const { checks } = scenario.service
    for (const { name, doc } of checks) {
      if (names.length > 0 && !names.includes(name)) continue
      const failure = violationOf(result.outcome.verdicts[name], doc)
      if (failure !== undefined) return failure
    }
    return undefined
  }
}

function violationOf(verdict: Verdict | undefined, doc: string): Failure | undefined {
  if (verdict?.verdict !== "violated") return undefined
  return { expected: withoutStop(doc), happened: verdict.witness, at: verdict.at }
}

/** A figure of the service lies within bounds; see `quorate algorithms`' services for the names. */
export function figure(name: string, bounds: { readonly atLeast?: number; readonly atMost?: number }): Expectation {
  return ({ scenario, result }) => {
    const value = result.outcome.figures[name]!
    const { atLeast = -Infinity, atMost = Infinity } = bounds
    if (value >= atLeast && value <= atMost) return undefined
    const { doc, unit } = scenario.service.figures[name]!
    const amount = unit === name ? within(bounds) : `${within(bounds)} ${unit}`
    return { expected: `${name}: ${amount} (${withoutStop(doc)})`, happened: `${value}` }
  }
}

/** The service was available for this share of the time, or of the operations (0..1). */
export function available(atLeast: number): Expectation {
  return ({ scenario, result: { outcome } }) => {
    if (outcome.availability >= atLeast) return undefined
    const longest = outcome.outages.toSorted((a, b) => b.end - b.start - (a.end - a.start))[0]
    const since = longest === undefined ? "" : `; not from ${moment(longest.start)} to ${moment(longest.end)}`
    return {
      expected: `available at least ${100 * atLeast} % (${scenario.service.availability})`,
      happened: `${inPercent(outcome.availability)} %${since}`,
      ...(longest === undefined ? {} : { at: longest.start }),
    }
  }
}

/** The number of messages between nodes after the warm-up, whatever their names and declared purposes. */
export function sentInAll({ result }: LabRun): number {
  return Object.values(result.messagesByType).reduce((sum, count) => sum + count, 0)
}

/** The number of messages of some types between nodes after the warm-up. */
export function sentOf(types: readonly string[], { result: { messagesByType } }: LabRun): number {
  return types.reduce((sum, type) => sum + (messagesByType[type] ?? 0), 0)
}

/** Every message has a purpose that the contract defines, so that all are counted. */
export const purposesAreKnown: Expectation = always(
  `a message's purpose is ${PURPOSES.slice(0, -1).join(", ")} or ${PURPOSES.at(-1)}`,
  event =>
    event.type === "send" && !PURPOSES.includes(event.purpose)
      ? `node ${event.node} sent ${event.message.type} for ${JSON.stringify(event.purpose)}`
      : undefined,
)

/** A budget for all messages between nodes after the warm-up, except some types that are counted separately. */
export function otherMessages(types: readonly string[], most: (run: LabRun) => number, because: string): Expectation {
  return run => {
    const sent = sentInAll(run) - sentOf(types, run)
    if (sent <= most(run)) return undefined
    const happened = `${sent} (${countsInWords(run.result.messagesByType)})`
    const what = types.length === 0 ? "messages in all" : `messages besides ${types.join(" and ")}`
    return { expected: `at most ${most(run)} ${what}: ${because}`, happened }
  }
}

/**
 * A budget: the number of messages of some types (default: all) sent after the warm-up, whatever their declared
 * purposes.
 *
 * @param bounds the bounds, or a function of the run that gives them; `exactly` instead of both bounds
 */
export function messages(
  types: readonly string[],
  bounds: (run: LabRun) => { readonly exactly?: number; readonly atLeast?: number; readonly atMost?: number },
  because: string,
): Expectation {
  return run => {
    const { exactly, atLeast = exactly ?? 0, atMost = exactly ?? Infinity } = bounds(run)
    const { messagesByType } = run.result
    const sent = types.length === 0 ? sentInAll(run) : sentOf(types, run)
    if (sent >= atLeast && sent <= atMost) return undefined
    const amount = exactly === undefined ? within({ atLeast, atMost }) : `exactly ${exactly}`
    const noun = amount.endsWith(" 1") ? "message" : "messages"
    const what = types.length === 0 ? `${noun} in all` : `${types.join(" and ")} ${noun}`
    return {
      expected: `${amount} ${what}: ${because}`,
      happened: `${sent} (${countsInWords(messagesByType)})`,
    }
  }
}

/** A budget in virtual time: the maximum latency of successful operations. */
export function latencyAtMost(limit: (run: LabRun) => Micros, because: string): Expectation {
  return run => {
    const { latency, ok } = run.result.outcome
    const most = limit(run)
    if (ok > 0 && latency.max <= most) return undefined
    const expected = `at most ${formatDuration(most)}: ${because}`
    return { expected, happened: ok === 0 ? "no operation succeeded" : formatDuration(latency.max) }
  }
}

/** The delay of a network with constant delays. */
export function delayOf({ scenario: { network } }: LabRun): Micros {
  return network.latency.model === "constant" ? network.latency.delay : 0
}

/** At the end of the run every live node believes in one leader: the one that `leader` returns, or any live node. */
export function allFollow(leader?: (run: LabRun) => NodeId): Expectation {
  return run => {
    const { live, leaders } = run
    const chosen = leader?.(run) ?? live.find(node => leaders[node] === node)
    if (chosen === undefined)
      return { expected: "a leader in the end", happened: "no live node believes that it leads" }
    const stray = live.find(node => leaders[node] !== chosen)
    if (stray === undefined) return undefined
    const believed = leaders[stray] ?? null
    const happened = `node ${stray} believes in ${believed === null ? "no leader" : `node ${believed}`}`
    return { expected: `in the end every live node believes in node ${chosen}`, happened }
  }
}

/** For every event of a kind, `violated` has no complaint; the first complaint is reported. */
export function always(
  expected: string,
  violated: (event: TraceEvent, run: LabRun) => string | undefined,
): Expectation {
  return run => {
    for (const event of run.events) {
      const happened = violated(event, run)
      if (happened !== undefined) return { expected, happened, at: event.time }
    }
    return undefined
  }
}

export function isBelief(fact: Tagged): fact is Belief {
  return fact.type === "believes"
}

/** A time in a run as failures show it: seconds with microseconds, as in traces. */
export function moment(time: Micros): string {
  return `${(time / 1_000_000).toFixed(6)} s`
}

export function countsInWords(counts: Readonly<Record<string, number>>): string {
  const sent = Object.entries(counts).filter(([, count]) => count > 0)
  return sent.length === 0 ? "no messages at all" : sent.map(([type, count]) => `${count} ${type}`).join(", ")
}

function within({ atLeast, atMost }: { readonly atLeast?: number; readonly atMost?: number }): string {
  if (atMost === 0) return "no"
  const parts = [
    ...(atLeast === undefined || atLeast <= 0 ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined || atMost === Infinity ? [] : [`at most ${atMost}`]),
  ]
  return parts.length === 0 ? "any number of" : parts.join(" and ")
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, "")
}
