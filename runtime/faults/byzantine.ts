/**
 * Byzantine faults: traitors run the algorithm like everyone else, but their output may be withheld or falsified.
 *
 * Only the algorithm knows which false messages make sense, so it declares its lies: for each type of message, how to
 * change its content. A behaviour decides which receiver gets which lie. The host calls {@link corrupt} on every
 * message that a traitor sends to another node, before it is counted, and {@link corruptReply} on every answer to a
 * client.
 */
import type { Liar, Lie, Lies, Tell } from "../contract/lies.ts"
import { type ClientId, endOf, type NodeId, type Tagged } from "../contract/ids.ts"
import { GOLDEN, mix, Random, streamKey } from "../lib/random.ts"

/** The named behaviours. */
export const BEHAVIOURS = ["silent", "lying", "equivocating", "colluding", "random"] as const

/**
 * The behaviour of a traitor with its messages.
 *
 * - `silent`: sends nothing.
 * - `lying`: says the opposite of the truth, the same to everyone.
 * - `equivocating`: tells every second node the truth, the others the opposite.
 * - `colluding`: all traitors tell every second node the same thing, and the others another, regardless of the truth.
 * - `random`: withholds one message in four; says anything in the others.
 * - `script`: the k-th message that could lie says `script[k]` (`null`: is withheld); the truth after the script's end.
 * - `tells`: every message that could lie to node j says `tells[j]` (`null`: is withheld); the truth to all others.
 */
export type Behaviour =
  | (typeof BEHAVIOURS)[number]
  | { readonly script: readonly (number | null)[] }
  | { readonly tells: Readonly<Record<string, number | null>> }

/** A node that has become a traitor. */
export interface Traitor {
  readonly behaviour: Behaviour
  /** This traitor's own random stream, independent of all others of the run. */
  readonly random: Random
  /** The secret shared by all traitors of a run: 0 or 1. */
  readonly plot: number
  /** The number of messages that could lie that it has sent. */
  occasions: number
}

/** Makes a node a traitor in the run of the given seed. */
export function makeTraitor(behaviour: Behaviour, node: NodeId, seed: number): Traitor {
  return {
    behaviour,
    random: new Random(mix(streamKey(seed, "faults", node) + GOLDEN)),
    plot: mix(streamKey(seed, "faults") ^ GOLDEN) & 1,
    occasions: 0,
  }
}

/**
 * The message that a traitor sends in place of `message`.
 *
 * @param liar the traitor's node
 * @param lies the algorithm's declared lies; without any, a traitor flips the yes/no answers that messages carry
 * @returns the message to send (`message` itself if it tells the truth), or `null` if it sends nothing
 */
export function corrupt(
  traitor: Traitor,
  lies: Lies | undefined,
  message: Tagged,
  to: NodeId,
  liar?: Liar,
): Tagged | null {
  const { behaviour } = traitor
  if (behaviour === "silent") return null
  const lie = lies === undefined ? flipAnswers : lies[message.type]
  if (lie === undefined) return message
  const occasion = traitor.occasions++
  if (typeof behaviour === "object") {
    return follow("script" in behaviour ? behaviour.script[occasion] : behaviour.tells[to], message, lie, liar)
  }
  if (behaviour === "random" && traitor.random.integer(1, 4) === 1) return null
  return lie(
    message,
    (truth, alternatives) => {
      switch (behaviour) {
        case "lying":
          return (truth + 1) % alternatives
        case "equivocating":
          return (truth + (to & 1)) % alternatives
        case "colluding":
          return ((to + traitor.plot) & 1) % alternatives
        case "random":
          return traitor.random.integer(0, alternatives - 1)
      }
    },
    liar,
  )
}

/**
 * The answer that a traitor gives a client; `null`: none. An equivocating traitor tells the truth to half of the
 * clients, as to half of the nodes. `tells` applies only to nodes.
 *
 * @param lies the algorithm's declared lies; without any, its answers are true
 */
export function corruptReply(
  traitor: Traitor,
  lies: Lies | undefined,
  reply: object,
  client: ClientId,
  liar?: Liar,
): object | null {
  if (lies === undefined || !isTagged(reply)) return reply
  return corrupt(traitor, lies, reply, endOf(client), liar)
}

function isTagged(reply: object): reply is Tagged {
  return "type" in reply
}

function follow(said: number | null | undefined, message: Tagged, lie: Lie<Tagged>, liar?: Liar): Tagged | null {
  if (said === undefined) return message
  return said === null ? null : lie(message, () => said, liar)
}

/** Without declared lies: swaps yes and no. Other contents stay, so that the message remains well-formed. */
function flipAnswers(message: Tagged, tell: Tell): Tagged {
  const flipped: Record<string, unknown> & Tagged = { ...message }
  for (const [field, value] of Object.entries(message)) {
    if (typeof value === "boolean") flipped[field] = tell(value ? 1 : 0, 2) === 1
  }
  return flipped
}
