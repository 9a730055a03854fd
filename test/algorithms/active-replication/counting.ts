/** The cost of one request: messages among replicas and with the front end, and delays, in milliseconds of one per link. */
import type { Operation } from "../../../services/replicated-log/command.ts"
import { answers, ask, type Group, put, type SemiActiveGroup } from "./support.ts"

export interface Message {
  readonly type: string
  readonly from: number
  readonly to: number
}

export function costOf(group: Group | SemiActiveGroup, operation: Operation = put("1")) {
  group.runFor("10ms")
  group.clearCounts()
  const asked = group.now
  ask(group, operation)
  group.runFor("10ms")
  const sent = group.sent.filter(({ purpose }) => purpose === "protocol")
  const messages = sent.map(({ from, to, message }): Message => ({ type: message.type, from, to }))
  const isOfFrontEnd = ({ from, to }: Message): boolean => from >= group.size || to >= group.size
  const arrivals = group.trace.flatMap(event =>
    // The client's request takes 1 ms to the front end.
    event.type === "deliver" && event.time > asked && event.message.type === "Answer"
      ? [(event.time - asked) / 1_000 - 1]
      : [],
  )
  return {
    among: messages.filter(message => !isOfFrontEnd(message)),
    withFrontEnd: messages.filter(isOfFrontEnd),
    arrivals,
    answered: answers(group, asked).find(([, at]) => at > 0)?.[1],
  }
}
