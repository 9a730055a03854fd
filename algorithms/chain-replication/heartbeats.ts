/** Heartbeats of a server to the master, and the lease that it has from them. */
import { placeOf } from "./chain.ts"
import type { Granted, Heartbeat, Server } from "./types.ts"

export function heartbeat(node: Server): void {
  sendHeartbeat(node)
  node.setTimer("heartbeat", node.parameters.heartbeatInterval)
}

export function sendHeartbeat(node: Server): void {
  const { life, configuration } = node.state
  const number = configuration?.number ?? 0
  for (const master of node.role("master")) {
    const standing = standingOf(node)
    node.send(master, { type: "Heartbeat", life, configuration: number, standing, sentAt: node.now() }, "heartbeat")
  }
}

function standingOf(node: Server): Heartbeat["standing"] {
  const { configuration, readyIn, hasCaughtUp } = node.state
  if (placeOf(node) >= 0) return hasCaughtUp ? "member" : "linked"
  return configuration !== null && readyIn >= configuration.tailSince ? "ready" : "outside"
}

/** The master counts on this server until a detection timeout after it had that heartbeat: for longer than the lease. */
export function handleGranted({ state, parameters }: Server, { sentAt }: Granted): void {
  state.leaseUntil = Math.max(state.leaseUntil, sentAt + parameters.lease)
}
