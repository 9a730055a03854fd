/** A thread that explores its part of a model, level by level, on the orders of the main thread. */
import { parentPort, workerData } from "node:worker_threads"
import { NotInterchangeable } from "../../runtime/checker/orbits.ts"
import { Explorer } from "../../runtime/checker/search/explorer.ts"
import { SharedFingerprints } from "../../runtime/checker/shared-fingerprints.ts"
import { registryWith } from "../../scenarios/outside/load.ts"
import { type CheckRequest, modelOf } from "../request.ts"
import type { Assignment, Order, Report, RequestInWords } from "./messages.ts"

const assignment: Assignment = workerData
const { memory, thread, of, snapshot, bySymmetry, maxStates } = assignment
const seen = new SharedFingerprints(memory, thread)

async function requestOf({
  outside,
  algorithm: name,
  service: served,
  ...rest
}: RequestInWords): Promise<CheckRequest> {
  const registry = await registryWith(outside)
  const algorithm = registry.algorithms[name]
  const service = algorithm && registry.serviceFor(algorithm, served)
  if (algorithm === undefined || service === undefined) throw new Error(`no ${name} that serves ${served}`)
  return { ...rest, algorithm, service }
}

const explorer = new Explorer(modelOf(await requestOf(assignment.request)), {
  bySymmetry,
  share: { seen, remainder: thread, of },
})
explorer.restore(snapshot, { states: maxStates })
const inherited = explorer.progress.generated

function tell(report: Report): void {
  parentPort?.postMessage(report, [])
}

/** Expands states of a level until none is left, something is wrong, or all threads must pause. */
function level(depth: number): void {
  seen.refresh()
  explorer.deepen(depth + 1)
  let isDone = false
  while (!isDone && !seen.isPaused) {
    isDone = !explorer.advance()
    seen.publish(explorer.progress.generated - inherited)
    if (!seen.hasRoomFor(seen.size)) seen.isPaused = true
  }
  tell({ type: "level", isDone, isEmpty: explorer.progress.isEmpty, isViolated: explorer.result.violation !== null })
}

function end(): void {
  const { result, progress } = explorer
  const { violation } = result
  const error = violation?.error
  const failure = error instanceof Error ? { name: error.name, message: error.message } : undefined
  const { error: _, ...rest } = violation ?? {}
  const told = violation === null ? null : ({ ...rest, reason: violation.reason, path: violation.path } as const)
  tell({
    type: "end",
    found: { ...result, violation: told, expanded: progress.expanded, ...(failure && { failure }) },
  })
}

parentPort?.on("message", (order: Order) => {
  try {
    if (order.type === "level") level(order.depth)
    else end()
  } catch (error) {
    if (!(error instanceof NotInterchangeable)) throw error
    tell({ type: "refused", why: error.message })
  }
})
tell({ type: "ready" })
