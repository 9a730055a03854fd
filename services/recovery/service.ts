/**
 * The `recovery` service: a computation of processes that fail and recover from what they have saved.
 *
 * Each node runs one process of a program (`program.ts`). A client that lives on the node starts the process, and
 * represents the outside world, too: their messages take no time and are not counted. There is one operation, the
 * computation.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { service, type ServiceRun, type World } from "../../runtime/contract/service.ts"
import { MILLISECOND } from "../../runtime/contract/units.ts"
import { Ledger } from "../ledger.ts"
import { beginCheck, verdictsOf } from "../running-check.ts"
import { consistentRecoveryLine } from "./checks/consistent-recovery-line.ts"
import { noOrphanMessage } from "./checks/no-orphan-message.ts"
import { outputOnce } from "./checks/output-once.ts"
import { sameResult } from "./checks/same-result.ts"
import { figures, programOf, workload, type Workload } from "./description.ts"
import type { ComputationEvent } from "./events.ts"
import { Measures } from "./measures.ts"
import { OutsideWorld } from "./outside-world.ts"
import { type Expected, undisturbed } from "./program.ts"
import { type Fact, isFact, isOutput, type Recovery } from "./shape.ts"
import { untimedRecovery } from "./untimed.ts"

const checks = [noOrphanMessage, consistentRecoveryLine, sameResult, outputOnce]

export const recovery = service({
  name: "recovery",
  title: "Recovery of computations",
  availability: "the computation ends before its deadline",
  operation: "one computation: all steps of all processes, all messages received, all output committed",
  workload,
  checks,
  figures,
  open: openRecovery,
  untimed: untimedRecovery,
})

function openRecovery(world: World, settings: Workload): ServiceRun {
  const program = programOf(world, settings)
  const ledger = new Ledger(world, settings.deadline)
  const measures = new Measures(world.size, world.warmup)
  const outside = new OutsideWorld(world.size)
  let expected: Expected | undefined
  const context = { processes: world.size, expected: () => (expected ??= undisturbed(program)) }
  const running = [
    beginCheck(noOrphanMessage, context),
    beginCheck(consistentRecoveryLine, context),
    beginCheck(sameResult, context),
    beginCheck(outputOnce, context),
  ]
  /** By process, the messages that it had received when it took its last step; absent: it has not yet. */
  const finished = new Map<NodeId, readonly number[]>()
  let phase: "before" | "under way" | "over" = "before"
  let arrival = 0
  let messages = 0
  let determinants = 0
  let protocolMessages = 0
  let runTime = Number.NaN

  function observe(event: ComputationEvent): void {
    if (phase === "over") return
    for (const check of running) check.observe(event)
    measures.observe(event)
  }

  function begin(process: NodeId): void {
    const request: Recovery["request"] = { type: "Begin", program }
    world.request(process, process, request)
  }

  function endIfOver(): void {
    if (phase !== "under way" || finished.size < world.size) return
    const { received, outputs } = context.expected()
    const isReceived = received.every((counts, process) =>
      counts.every((count, from) => finished.get(process)![from]! >= count),
    )
    if (!isReceived || !outputs.every((count, process) => outside.taken(process) >= count)) return
    observe({ type: "ended", at: world.now() })
    runTime = world.now() - world.warmup
    protocolMessages = world.protocolMessages()
    phase = "over"
    ledger.end(arrival, "ok", world.now())
    world.observeOperation({ type: "ended", client: 0, ending: "ok" })
  }

  function take(process: NodeId, fact: Fact): void {
    if (fact.type === "sent" && !fact.isSuppressed) {
      messages++
      determinants += fact.determinants ?? 0
    }
    if (fact.type === "produced") outside.produced(process, fact.number, world.now())
    if (fact.type === "finished") finished.set(process, fact.received)
    if (fact.type === "restored") finished.delete(process)
    observe({ type: "reported", process, fact, at: world.now() })
    if (fact.type === "finished") endIfOver()
  }

  for (let process = 0; process < world.size; process++) world.colocate(process, process)

  return {
    start() {
      phase = "under way"
      arrival = ledger.begin(world.now())
      world.observeOperation({ type: "begun", client: 0, operation: { program } })
      world.wakeAfter(settings.deadline, "deadline")
      for (let process = 0; process < world.size; process++) if (world.isUp(process)) begin(process)
    },
    reply(process, _, reply) {
      if (!isOutput(reply) || phase === "over") return
      outside.commit(process, reply, world.now())
      observe({ type: "committed", process, output: reply, at: world.now() })
      endIfOver()
    },
    timeout: {
      deadline() {
        if (phase !== "under way") return
        phase = "over"
        ledger.end(arrival, "unknown", world.now())
        world.observeOperation({ type: "ended", client: 0, ending: "unknown" })
      },
    },
    observe(process, fact) {
      if (phase === "under way" && isFact(fact)) take(process, fact)
    },
    nodeDown(process) {
      if (phase !== "under way") return
      finished.delete(process)
      observe({ type: "crashed", process, at: world.now() })
    },
    nodeUp(process) {
      if (phase !== "before") begin(process)
    },
    faultOccurred: what => ledger.faultOccurred(what, world.now()),
    isIdle: () => phase === "over",
    soFar: () => ({ ...ledger.soFar, verdicts: verdictsOf(running) }),
    finish() {
      ledger.finish(world.now())
      const elapsed = Number.isNaN(runTime) ? world.now() - world.warmup : runTime
      const control = (Number.isNaN(runTime) ? world.protocolMessages() : protocolMessages) - messages
      return {
        ...ledger.outcome(false),
        verdicts: verdictsOf(running),
        figures: {
          run_time: runTime / MILLISECOND,
          slowdown: runTime / Math.max(...context.expected().work),
          ...measures.figures(elapsed),
          computation_messages: messages,
          control_messages: control,
          determinants: determinants / messages,
          ...outside.figures(),
        },
      }
    },
  }
}
