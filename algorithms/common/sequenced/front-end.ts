/**
 * The front end: takes a client's request to the replicas, compares what they answer, and answers the client. It has no
 * state that outlives a request, so a crash affects only the requests that it is handling: their clients ask another front
 * end, and replicas execute a request once however often it arrives.
 */
import type { ClientId, NodeId } from "../../../runtime/contract/algorithm.ts"
import { answerCommand } from "../../../services/replicated-log/answers.ts"
import type { Command } from "../../../services/replicated-log/command.ts"
import { type Answer, type FrontEnd, sequencerOf } from "./types.ts"
import { agreedResult, neededAnswers } from "./voting.ts"

/** A client asks, or retries. */
export function handleCommand(node: FrontEnd, command: Command, client: ClientId): void {
  const { awaited, sequencer } = node.state
  const isAgain = awaited.get(client)?.command.sequence === command.sequence
  if (!isAgain) awaited.set(client, { command, answers: [] })
  // If requests go to the sequencer only, a retry shows that another replica may be the sequencer by now.
  if (node.parameters.requests === "all" || isAgain) {
    node.broadcast({ type: "Request", command }, isAgain ? "retransmission" : "protocol")
  } else node.send(sequencer, { type: "Request", command })
}

/** A replica answers. Each counts once for a request. */
export function handleAnswer(node: FrontEnd, answer: Answer, from: NodeId): void {
  const { session, sequence, result } = answer
  learnEpoch(node, answer)
  const { awaited } = node.state
  const asked = awaited.get(session)
  if (asked === undefined || asked.command.sequence !== sequence) return
  if (asked.answers.some(other => other.from === from)) return
  asked.answers.push({ from, result })
  const agreed = agreedResult(asked.answers, neededAnswers(node.parameters.answers, node.size))
  if (agreed === undefined) return
  awaited.delete(session)
  answerCommand(node, asked.command, agreed)
}

/** Adopts a later epoch: another replica orders requests. */
export function learnEpoch(node: FrontEnd, { epoch, sequencer }: Pick<Answer, "epoch" | "sequencer">): void {
  const { state, size } = node
  if (epoch <= state.epoch) return
  state.epoch = epoch
  state.sequencer = sequencer ?? sequencerOf(epoch, size)
}
