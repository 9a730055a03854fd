/**
 * New tails (§3.2.4): the current tail sends its state and continues to serve; later updates follow once the master has
 * linked the new one.
 */
import type { Purpose } from "../../runtime/contract/algorithm.ts"
import { copyOfMachine } from "../../services/replicated-log/machine.ts"
import { isActingTail, isSame, placeOf } from "./chain.ts"
import { sendHeartbeat } from "./heartbeats.ts"
import { lengthOf } from "./history.ts"
import type { Member, Server, Transfer } from "./types.ts"

/** The tail sends its state to the joining server: once, except for retransmissions. */
export function sendState(node: Server, purpose: Purpose): void {
  const { state } = node
  const joining = state.configuration?.joining ?? null
  if (joining === null || !isActingTail(node)) return
  if (purpose === "protocol" && isTransferTo(node, joining)) return
  const { committed: index } = state
  state.transfer = { to: { ...joining }, index }
  const { number: configuration } = state.configuration!
  const machine = copyOfMachine(state.machine)
  node.send(joining.id, { type: "Transfer", configuration, life: joining.life, index, machine }, purpose)
  node.setTimer("transfer", node.parameters.resendAfter)
}

export function isTransferTo({ state: { transfer } }: Server, member: Member | null): boolean {
  return transfer !== null && isSame(transfer.to, member)
}

export function transferTimedOut(node: Server): void {
  sendState(node, "retransmission")
}

/** Adopts the tail's state; or, in the chain, that of a predecessor that has dropped the updates it lacks. */
export function handleTransfer(node: Server, { configuration, life, index, machine }: Transfer): void {
  const { state } = node
  if (life !== state.life) return
  if (index > lengthOf(state)) {
    state.machine = copyOfMachine(machine)
    state.committed = index
    state.base = index
    state.entries = []
    node.report({ type: "restored", index })
  }
  if (placeOf(node) >= 0 || configuration <= state.readyIn) return
  state.readyIn = configuration
  sendHeartbeat(node)
}
