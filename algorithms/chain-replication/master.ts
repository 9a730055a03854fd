/**
 * The master (§3.2): it detects the failures of servers, numbers the chain anew without them, and has servers that are up
 * join as new tails. A process of its own; it has a disk, so that it knows after a crash which chain it made last.
 */
import { invariant, type NodeId, type Role } from "../../runtime/contract/algorithm.ts"
import { initialConfiguration, isSame } from "./chain.ts"
import type { ChainReplication, Configuration, Heartbeat, Master, Member, Received } from "./types.ts"

type MasterRole = Role<ChainReplication, ChainReplication["roles"]["master"]>

export const master: MasterRole = {
  doc: "detects failures, and says who is in the chain",
  count: 1,
  disk: ({ size }) => ({ configuration: initialConfiguration(size) }),
  state: ({ size, disk }) => ({
    lives: latestLives(size, disk.configuration),
    hasCaughtUp: Array<boolean>(size).fill(false),
  }),
  start(node) {
    const { chain, joining } = node.disk.configuration
    for (const { id } of joining === null ? chain : [...chain, joining]) awaitHeartbeat(node, id)
  },
  receive: { Heartbeat: handleHeartbeat, Received: handleReceived },
  timeout: { silence },
  standing: ({ disk: { configuration } }) => ({
    role: `chain ${configuration.chain.map(({ id }) => id).join("-")}`,
    rank: 0,
    epoch: configuration.number,
  }),
}

function latestLives(size: number, { chain }: Configuration): number[] {
  const lives = Array<number>(size).fill(0)
  for (const { id, life } of chain) lives[id] = life
  return lives
}

function awaitHeartbeat(node: Master, id: NodeId): void {
  node.setTimer("silence", node.parameters.detectionTimeout, id)
}

/** A server lives. If it has had to begin anew, the one that was in the chain does not. */
function handleHeartbeat(node: Master, message: Heartbeat, from: NodeId): void {
  const { life, standing, sentAt } = message
  const { lives, hasCaughtUp } = node.state
  if (life < lives[from]!) return
  hasCaughtUp[from] = standing === "member" || (life === lives[from] && hasCaughtUp[from]!)
  lives[from] = life
  awaitHeartbeat(node, from)
  const sender: Member = { id: from, life }
  const { number } = node.disk.configuration
  count(node, sender, standing)
  const { configuration } = node.disk
  if (configuration.chain.some(member => isSame(member, sender))) {
    node.send(from, { type: "Granted", sentAt }, "heartbeat")
  }
  // A change has just been sent to all.
  if (configuration.number === number && message.configuration < number) {
    node.send(from, { type: "Reconfigure", configuration }, "retransmission")
  }
}

/** Has a server that is outside join; if an earlier life of it was in the chain, that is over. */
function count(node: Master, sender: Member, standing: Heartbeat["standing"]): void {
  const { chain, joining } = node.disk.configuration
  if (standing === "linked" || standing === "member" || chain.some(member => isSame(member, sender))) return
  const others = chain.filter(({ id }) => id !== sender.id)
  if (!mayRemain(node, others)) return
  if (isSame(joining, sender)) {
    if (standing === "ready") reconfigure(node, [...others, sender], null)
  } else if (joining === null || joining.id === sender.id) reconfigure(node, others, sender)
  else if (others.length < chain.length) reconfigure(node, others, joining)
}

/** A server has been silent for the detection timeout: it has failed, as far as the master can know. */
function silence(node: Master, id = 0): void {
  const { chain, joining } = node.disk.configuration
  if (joining?.id === id) return reconfigure(node, chain, null)
  const others = chain.filter(member => member.id !== id)
  if (others.length === chain.length) return
  if (mayRemain(node, others)) reconfigure(node, others, joining)
  else awaitHeartbeat(node, id)
}

/** True if servers have all that the chain had: one of them had it when it was the tail. What nobody has is gone. */
function mayRemain({ state: { hasCaughtUp } }: Master, chain: readonly Member[]): boolean {
  return chain.some(({ id }) => hasCaughtUp[id])
}

/** Numbers a new configuration, and tells everybody once it is on the disk. */
function reconfigure(node: Master, chain: readonly Member[], joining: Member | null): void {
  invariant(chain.length > 0, "a chain has a server (§3)")
  const { configuration: old } = node.disk
  const number = old.number + 1
  const headSince = isSame(chain[0]!, old.chain[0]!) ? old.headSince : number
  const tailSince = isSame(chain.at(-1)!, old.chain.at(-1)!) ? old.tailSince : number
  const configuration: Configuration = { number, chain, joining, headSince, tailSince }
  node.save({ configuration })
  node.broadcast({ type: "Reconfigure", configuration })
  if (joining !== null && !isSame(joining, old.joining)) awaitHeartbeat(node, joining.id)
}

/** Hands over the Sent list (§3.2.3): tells the predecessor of a server what that has. */
function handleReceived(node: Master, { configuration: number, received }: Received, from: NodeId): void {
  const { configuration } = node.disk
  if (number < configuration.number) {
    return node.send(from, { type: "Reconfigure", configuration }, "retransmission")
  }
  const place = configuration.chain.findIndex(({ id }) => id === from)
  const predecessor = configuration.chain[place - 1]
  if (predecessor !== undefined) node.send(predecessor.id, { type: "Resume", configuration: number, received })
}
