/** Heartbeats of a server to the master, and the lease that they give it. */
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

/** The master suspects this server only a detection timeout after that heartbeat reached it, when the lease is over. */
export function handleGranted({ state, parameters }: Server, { sentAt }: Granted): void {
  state.leaseUntil = Math.max(state.leaseUntil, sentAt + parameters.lease)
}
