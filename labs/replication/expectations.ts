/** What the labs on replicated logs expect of runs. */
import type { NodeId } from "../../runtime/algorithm.ts"
import { SECOND } from "../../runtime/units.ts"
import { isApplied, isRestored } from "../../services/replicated-log/shape.ts"
import { countsInWords, figure, isSafe, moment, sentInAll } from "../expectations.ts"
import type { Expectation, LabRun } from "../lab.ts"

/** Every operation succeeds. */
export const answersEverything: Expectation = ({ result: { outcome } }) => {
  const { attempted, ok } = outcome
  if (ok === attempted && ok > 0) return undefined
  return { expected: `all ${attempted} operations answered with their results`, happened: `${ok} were` }
}

/** At least one operation succeeds: safety is more than silence. */
export const answersSomething: Expectation = ({ result: { outcome } }) =>
  outcome.ok > 0 ? undefined : { expected: "results for clients", happened: "no operation was answered" }

/** The last operations succeed: what has failed before is over. */
export const answersInTheEnd: Expectation = ({ events, scenario }) => {
  const since = scenario.duration - SECOND / 2
  const ok = events.some(event => event.type === "operation" && event.phase === "ok" && event.time >= since)
  if (ok) return undefined
  return { expected: `answers in the end, after ${moment(since)}`, happened: "nobody was answered any more", at: since }
}

/** Nobody has to ask twice: every answer comes to the client's first request, redirected or not. */
export const asksOnce = figure("retries", { atMost: 0 })

/** What replication itself has to see to; executing commands once is a matter of its own. */
export const logsAgree = isSafe("log-agreement", "one-leader-per-term", "acknowledged-writes-kept", "asked-for")

/** At the end every live server has executed the log as far as any has. */
export const allHaveApplied: Expectation = run => {
  const applied = appliedBy(run)
  const furthest = Math.max(...applied)
  if (furthest === 0) return { expected: "servers that execute commands", happened: "nobody executed any" }
  const behind = run.live.find(node => applied[node]! < furthest)
  if (behind === undefined) return undefined
  return {
    expected: `in the end every server has executed the log up to entry ${furthest}`,
    happened: `node ${behind} has up to entry ${applied[behind]}`,
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
    if (outcome.ok === 0) return { expected: "results for clients", happened: "no operation was answered" }
    const sent = sentInAll(run)
    if (sent <= most(run)) return undefined
    const happened = `${sent} (${countsInWords(messagesByType)})`
    return { expected: `at most ${most(run)} messages: ${because}`, happened }
  }
}
