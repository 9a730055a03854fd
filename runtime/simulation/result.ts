/** The result of a run: its measurements, or its failure. */
import type { ServiceOutcome, Verdict } from "../contract/service.ts"
import { showError, showState } from "../lib/show.ts"
import type { CompletedRun, FailedRun } from "../scenario/scenario.ts"
import type { RunDigest } from "./events/run-digest.ts"
import { digestedKind } from "./events/event-kinds.ts"
import { type EventNames, eventInWords } from "./events/event-words.ts"
import type { Meter } from "./meter.ts"
import type { RoleMeter } from "./nodes/role-meter.ts"
import type { Shared } from "./shared.ts"
import type { SimulatedNode } from "./nodes/simulated-node.ts"
import type { UpTime } from "./nodes/up-time.ts"

/** The number of events shown before the one in which a run failed. */
const SHOWN_BEFORE = 8

/** The result of a completed run. @param verdicts those of the simulation itself, in addition to the service's */
export function completedRun(
  { queue, service }: Shared,
  {
    meter,
    roleMeter,
    digest,
    upTime,
  }: {
    readonly meter: Meter
    readonly roleMeter: RoleMeter | undefined
    readonly digest: RunDigest
    readonly upTime: UpTime
  },
  verdicts: Readonly<Record<string, Verdict>>,
): CompletedRun {
  const outcome: ServiceOutcome = service.finish()
  return {
    status: "completed",
    messages: meter.messages,
    bytes: meter.bytes,
    messagesByType: meter.byType,
    protocolByType: meter.protocolByType,
    ...(roleMeter === undefined ? {} : { messagesByRole: roleMeter.messages }),
    delivered: meter.delivered,
    events: digest.events,
    diskSyncs: meter.diskSyncs,
    majorityUpShare: upTime.majorityShare(),
    ended: queue.time,
    digest: digest.text,
    outcome: { ...outcome, verdicts: { ...outcome.verdicts, ...verdicts } },
  }
}

/** The folder of the workbench, whose code is not the author's: two folders above this function's file. */
function ownFolder(): string {
  const { stack = "" } = new Error("where")
  return /\bfile:\/\/\S*?\/(?=[^/\s]+\/[^/\s]+\/[^/\s]+:\d+:\d+\)?$)/m.exec(stack)?.[0] ?? ""
}

/** ` (my-raft.ts:88:13)`: the place in an external algorithm's source at which an error was thrown. */
function placeOf(error: unknown): string {
  const stack = error instanceof Error && typeof error.stack === "string" ? error.stack : ""
  const frames = [...stack.matchAll(/\bfile:\/\/\S*?([^/\s]+):(\d+):(\d+)\)?$/gm)]
  const [first] = frames
  const own = ownFolder()
  if (first === undefined || (own !== "" && first[0].startsWith(own))) return ""
  return ` (${first[1]}:${first[2]}:${first[3]})`
}

/**
 * The result of a run that ended with an error.
 *
 * @param node the node whose state is reported
 */
export function failedRun(
  error: unknown,
  { queue }: Shared,
  {
    digest,
    names,
    node,
  }: {
    readonly digest: RunDigest
    readonly names: EventNames
    readonly node: SimulatedNode | undefined
  },
): FailedRun {
  const { time, kind, source, target, payload } = queue
  const event = { time, kind: digestedKind(kind), source, target }
  return {
    status: "failed",
    reason: `${showError(error)}${placeOf(error)}`,
    at: time,
    events: digest.events,
    event: eventInWords(event, names, payload === null ? "" : showState(payload)),
    before: digest
      .last(SHOWN_BEFORE + 1)
      .slice(0, -1)
      .map(past => eventInWords(past, names)),
    state: node === undefined ? "" : showState(node.state),
  }
}
