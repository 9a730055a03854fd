/** Expectations of the labs on replicated logs. */
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { MILLISECOND, type Micros } from "../../../runtime/contract/units.ts"
import { isApplied, isRestored } from "../../../services/replicated-log/shape.ts"
import { countsInWords, figure, isSafe, moment, sentInAll } from "../../engine/expectations.ts"
import type { Expectation, LabRun } from "../../engine/lab.ts"

/** The fate of operations none of which succeeded, for who has not written what answers them yet. */
const NONE = "no operation was answered: no node replied with a `Result` in time"

/** Every operation succeeds. */
export const answersEverything: Expectation = ({ result: { outcome } }) => {
  const { attempted, ok } = outcome
  if (ok === attempted && ok > 0) return undefined
  return {
    expected: `all ${attempted} operations answered with their results`,
    happened: ok === 0 ? NONE : `${ok} were`,
  }
}

/** At least one operation succeeds: safety is more than silence. */
export const answersSomething: Expectation = ({ result: { outcome } }) =>
  outcome.ok > 0 ? undefined : { expected: "results for clients", happened: NONE }

/** The last operation to begin succeeds: what has failed before is over. */
export const answersInTheEnd: Expectation = ({ events }) => {
  const last = events.findLast(event => event.type === "operation" && event.phase === "begun")
  if (last?.type !== "operation") return { expected: "operations", happened: "none was begun" }
  const { client, time } = last
  const isAnswered = events.some(
    event => event.type === "operation" && event.client === client && event.phase === "ok" && event.time >= time,
  )
  if (isAnswered) return undefined
  const expected = "in the end, when all faults are over, clients are answered"
  return { expected, happened: `the operation that began at ${moment(time)} was not`, at: time }
}

/** Every server executes the entries of the log one after the other, from where a boot or a snapshot has set it. */
export const appliesInOrder: Expectation = ({ scenario, events }) => {
  const last: number[] = Array.from({ length: scenario.nodes }, () => 0)
  for (const event of events) {
    if (event.type === "boot") last[event.node] = 0
    if (event.type !== "fact") continue
    const { node, fact, time } = event
    if (isRestored(fact)) last[node] = fact.index
    if (!isApplied(fact)) continue
    if (fact.index !== last[node]! + 1) {
      const expected = `node ${node} executes entry ${last[node]! + 1} next`
      return { expected, happened: `it executed entry ${fact.index}`, at: time }
    }
    last[node] = fact.index
  }
  return undefined
}

/** Nobody executes what was not executed before while no majority can agree on it; what is on its way may arrive. */
export function nothingNew(from: Micros, to: Micros): Expectation {
  return ({ events }) => {
    let last = 0
    for (const event of events) {
      if (event.type !== "fact" || !isApplied(event.fact)) continue
      const { node, time, fact } = event
      const isMeant = time > from + 100 * MILLISECOND && time <= to
      if (isMeant && fact.index > last) {
        const expected = `nobody executes entry ${last + 1} as long as no majority can have it`
        return { expected, happened: `node ${node} executed entry ${fact.index}`, at: time }
      }
      last = Math.max(last, fact.index)
    }
    return undefined
  }
}

/** Nobody has to ask twice: every answer comes to the client's first request, redirected or not. */
export const asksOnce = figure("retries", { atMost: 0 })

/** The checks that replication itself has to see to; executing commands once is a matter of its own. */
export const logsAgree = isSafe("log-agreement", "one-leader-per-term", "acknowledged-writes-kept", "asked-for")

/** At the end every live server has executed the log as far as any has. */
export const allHaveApplied: Expectation = allHaveAppliedBut(0)

/** The same but for the last few entries, of which some servers may not know yet that the others have them. */
export function allHaveAppliedBut(few: number): Expectation {
  return run => {
    const applied = appliedBy(run)
    const furthest = Math.max(...applied)
    if (furthest === 0) return { expected: "servers that execute commands", happened: "nobody executed any" }
    const behind = run.live.find(node => applied[node]! < furthest - few)
    if (behind === undefined) return undefined
    return {
      expected: `in the end every server has executed the log up to entry ${furthest - few}`,
      happened: `node ${behind} has up to entry ${applied[behind]}`,
    }
  }
}

/** The last entry that each server has executed. */
function appliedBy({ scenario, events }: LabRun): number[] {
  const applied: number[] = Array.from({ length: scenario.nodes }, () => 0)
  const at = (node: NodeId, index: number): void => void (applied[node] = index)
  for (const event of events) {
    if (event.type === "boot") at(event.node, 0)
    if (event.type === "fact" && (isApplied(event.fact) || isRestored(event.fact))) at(event.node, event.fact.index)
  }
  return applied
}

/** A budget for all messages between nodes after the warm-up, whatever they are for. */
export function messagesAtMost(most: (run: LabRun) => number, because: string): Expectation {
  return run => {
    const { messagesByType, outcome } = run.result
    if (outcome.ok === 0) return { expected: "results for clients", happened: NONE }
    const sent = sentInAll(run)
    if (sent <= most(run)) return undefined
    const happened = `${sent} (${countsInWords(messagesByType)})`
    return { expected: `at most ${most(run)} messages: ${because}`, happened }
  }
}
