/**
 * The service without time: one computation, in which each process takes as many steps as there are operations. A
 * client that lives on its node starts it, and represents the outside world, too. A step ends when its timer fires: at
 * any moment.
 */
import type { NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import {
  CRASHED,
  problemOf,
  type Untimed,
  type UntimedClient,
  type UntimedGroup,
  type UntimedWatch,
} from "../../runtime/contract/untimed.ts"
import { consistentRecoveryLine } from "./checks/consistent-recovery-line.ts"
import { noOrphanMessage } from "./checks/no-orphan-message.ts"
import { outputOnce } from "./checks/output-once.ts"
import { sameResult } from "./checks/same-result.ts"
import type { ComputationContext, ComputationEvent } from "./events.ts"
import { type Program, undisturbed } from "./program.ts"
import { type Begin, isFact, isOutput, type Output } from "./shape.ts"

/** A client reports that the outside world has accepted output. */
interface Committed {
  readonly type: "committed"
  readonly output: Output
}

interface State {
  readonly orphans: ReturnType<typeof noOrphanMessage.initial>
  readonly line: ReturnType<typeof consistentRecoveryLine.initial>
  readonly result: ReturnType<typeof sameResult.initial>
  readonly outputs: ReturnType<typeof outputOnce.initial>
  /** By process, the messages that it had received when it took its last step; absent: it has not yet. */
  readonly finished: Map<NodeId, readonly number[]>
  hasRolledBack: boolean
  isOver: boolean
}

export function untimedRecovery({ size, operations }: UntimedGroup): Untimed {
  const program = programOf(size, operations)
  const processes = Array.from({ length: size }, (_, process) => process)
  return { clients: processes.map(process => clientOf(process, program)), watch: watchOver(program) }
}

/** Four steps in five end with a message, the others with output. */
function programOf(processes: number, steps: number): Program {
  const work = {
    step: 1,
    stepTimes: "constant",
    firstStep: 0,
    messages: 0.8,
    outputs: 0.2,
    receivers: "random",
  } as const
  return { seed: 1, processes, steps, ...work, image: 1, payload: 1, block: 1, restart: 0 }
}

function clientOf(process: NodeId, program: Program): UntimedClient<null> {
  const request: Begin = { type: "Begin", program }
  const begin = () => ({ state: null, requests: [{ to: process, request }] })
  return {
    id: process,
    home: process,
    initial: null,
    started: begin,
    moves: () => [],
    move: begin,
    reply(state, _, reply) {
      if (!isOutput(reply)) return { state }
      const committed: Committed = { type: "committed", output: reply }
      return { state, facts: [committed] }
    },
    crashed: begin,
  }
}

function watchOver(program: Program): UntimedWatch<State> {
  const expected = undisturbed(program)
  const context: ComputationContext = { processes: program.processes, expected: () => expected }
  const verdicts = (state: State) => ({
    [noOrphanMessage.name]: noOrphanMessage.verdict(state.orphans, context),
    [consistentRecoveryLine.name]: consistentRecoveryLine.verdict(state.line, context),
    [sameResult.name]: sameResult.verdict(state.result, context),
    [outputOnce.name]: outputOnce.verdict(state.outputs, context),
  })
  const record = (state: State, event: ComputationEvent): void => {
    noOrphanMessage.observe(state.orphans, event, context)
    consistentRecoveryLine.observe(state.line, event, context)
    sameResult.observe(state.result, event, context)
    outputOnce.observe(state.outputs, event, context)
  }
  const isComplete = ({ finished, outputs }: State): boolean =>
    expected.received.every((counts, process) =>
      counts.every((count, from) => (finished.get(process)?.[from] ?? -1) >= count),
    ) && expected.outputs.every((count, process) => outputs.taken[process]!.length >= count)
  return {
    initial: {
      orphans: noOrphanMessage.initial(context),
      line: consistentRecoveryLine.initial(context),
      result: sameResult.initial(context),
      outputs: outputOnce.initial(context),
      finished: new Map(),
      hasRolledBack: false,
      isOver: false,
    },
    observe(state, { node, fact }) {
      const event = eventOf(node, fact)
      if (state.isOver || event === undefined) return state
      record(state, event)
      if (event.type === "crashed") state.finished.delete(node)
      if (event.type === "reported" && event.fact.type === "restored") {
        state.finished.delete(node)
        state.hasRolledBack = true
      }
      if (event.type === "reported" && event.fact.type === "finished") state.finished.set(node, event.fact.received)
      if (!isComplete(state)) return state
      record(state, { type: "ended", at: 0 })
      state.isOver = true
      return state
    },
    problem: state => problemOf(verdicts(state)),
    ended: ({ isOver }) => (isOver ? 1 : 0),
    verdicts,
    goals: {
      "a process restores a state": ({ hasRolledBack }) => hasRolledBack,
      "the computation ends": ({ isOver }) => isOver,
    },
    isDone: ({ isOver }) => isOver,
  }
}

function eventOf(process: NodeId, fact: Tagged): ComputationEvent | undefined {
  if (fact.type === CRASHED) return { type: "crashed", process, at: 0 }
  if (isCommitted(fact)) return { type: "committed", process, output: fact.output, at: 0 }
  return isFact(fact) ? { type: "reported", process, fact, at: 0 } : undefined
}

function isCommitted(fact: Tagged): fact is Committed {
  return fact.type === "committed"
}
