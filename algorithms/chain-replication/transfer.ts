/** New tails (§3.2.4): the present tail sends its state and serves on; what came since follows once the master has linked it. */
import type { Purpose } from "../../runtime/contract/algorithm.ts"
import { copyOfMachine } from "../../services/replicated-log/machine.ts"
import { isActingTail, isSame, placeOf } from "./chain.ts"
import { sendHeartbeat } from "./heartbeats.ts"
import { lengthOf } from "./history.ts"
import type { Member, Server, Transfer } from "./types.ts"

/** The tail sends its state to whoever is to join; once, unless that is resent. */
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

/** It has the state of the tail; or, in the chain, what its predecessor does not keep any more. */
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
