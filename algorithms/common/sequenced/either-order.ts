/** Shared members of algorithms whose total order comes from a sequencer or from a replicated log, depending on `order`. */
import type { Algorithm, Beginning, Identity, NodeId } from "../../../runtime/contract/algorithm.ts"
import { isInnerUnsafe } from "../inner-log.ts"
import { type ChooseFirst, LoggedOrder } from "./logged-order.ts"
import { theoryOn } from "./logged-theory.ts"
import {
  conflictOn,
  isLogged,
  type LoggedReplica,
  type LoggedState,
  type OnLog,
  type OrderParameters,
  parametersOn,
} from "./logged-types.ts"
import type { Choose } from "./order.ts"
import { newState, receiveBy, standingOf, startUnder, timeoutBy } from "./replicas.ts"
import { rejoin } from "./status.ts"
import type { Request } from "./types.ts"

/** A replica before it has a state. */
type Self = Omit<Identity<OnLog>, "disk">

/**
 * The shared members of such an algorithm's definition.
 *
 * @param among the logs that the order may come from @param choose makes the choice for a nondeterministic command in a
 * sequencer's order @param chooseFirst the same in a log's order, before the command is in the log; default: such commands
 * are refused
 */
export function eitherOrder<N extends LoggedReplica>(
  among: readonly Algorithm[],
  choose: Choose<N>,
  chooseFirst?: ChooseFirst,
) {
  const log = new LoggedOrder(among, chooseFirst)
  const sequenced = receiveBy(choose)
  return {
    theory: theoryOn(among),
    parameters: parametersOn(among),
    conflict: conflictOn(among),
    isUnsafe: (given: OrderParameters, nodes: number) => isInnerUnsafe(among, given, "order", nodes),
    claims: ({ order }: OrderParameters) => among.find(({ name }) => name === order),
    disk: (self: Self) => (isLogged(self.parameters) ? log.disk(self) : {}),
    newState: (self: Identity<OnLog>): LoggedState => {
      return { ...newState(self), log: isLogged(self.parameters) ? log.newState(self) : null }
    },
    start: (node: N) => (node.state.log === null ? startUnder(node, 0) : log.start(node)),
    recover: (node: N) => (node.state.log === null ? rejoin(node) : log.recover(node)),
    begins: {
      disk: (self: Self, beginning: Beginning) => (isLogged(self.parameters) ? log.disk(self, beginning) : {}),
      start: (node: N, leader: NodeId, beginning: Beginning) =>
        node.state.log === null ? startUnder(node, leader) : log.begin(node, beginning),
    },
    receive: {
      ...sequenced,
      ...log.receive,
      Request(node: N, message: Request, from: NodeId) {
        if (node.state.log === null) sequenced.Request(node, message, from)
        else log.handleRequest(node, message, from)
      },
    },
    answers: ["Transfer", ...log.answers] as const,
    timeout: { ...timeoutBy(choose), ...log.timeout },
    standing: (node: N) => (node.state.log === null ? standingOf(node) : log.standing(node)),
  }
}
