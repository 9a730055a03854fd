/**
 * Interventions as text, one line each:
 *
 *     crash 2, restart 2, pause 2, resume 2
 *     wipe 2                                  it dies, and boots without its disk
 *     traitor 2 lying
 *     cut 0-1, mend 0-1, heal
 *     partition 0, 1 | 2, 3, 4
 *     deliver Prepare from 0 to 2
 *     duplicate Prepare from 0 to 2
 *     lose Promise #2 from 2 to 0             the second to arrive
 *     delay Promise from 2 to 0 by 50ms
 *     timeout retry/1 of 0
 *     ask 2
 */
import { formatDuration, parseDuration } from "../contract/units.ts"
import type { NodeId } from "../contract/ids.ts"
import { BEHAVIOURS } from "../faults/byzantine.ts"
import type { RolePlace } from "../process/parts.ts"
import { type Act, NODE_ACTS } from "./interventions.ts"
import { formatAddress, formatNode, formatTimer, parseAddressed, parseNode, parseTimer } from "./script-words.ts"

type Roles = readonly RolePlace[]

const MESSAGE_ACTS = ["deliver", "duplicate", "lose"] as const
const LINK_ACTS = ["cut", "mend"] as const

export function formatAct(act: Act, roles: Roles = []): string {
  switch (act.type) {
    case "deliver":
    case "duplicate":
    case "lose":
      return `${act.type} ${formatAddress(act, roles)}`
    case "delay":
      return `delay ${formatAddress(act, roles)} by ${exactly(act.by)}`
    case "timeout":
      return `timeout ${formatTimer(act)} of ${formatNode(act.node, roles)}`
    case "traitor":
      return `traitor ${formatNode(act.node, roles)} ${act.behaviour}`
    case "cut":
    case "mend":
      return `${act.type} ${act.between.map(node => formatNode(node, roles)).join("-")}`
    case "partition":
      return `partition ${act.sides.map(side => side.map(node => formatNode(node, roles)).join(", ")).join(" | ")}`
    case "heal":
      return "heal"
    default:
      return `${act.type} ${formatNode(act.node, roles)}`
  }
}

/** In a unit that loses no precision. */
function exactly(span: number): string {
  const text = formatDuration(span)
  return parseDuration(text) === span ? text : `${span}us`
}

/** @returns `undefined` if it is not an intervention, or concerns a process that does not exist */
export function parseAct(text: string, nodes: number, roles: Roles = []): Act | undefined {
  const [verb, rest = ""] = splitAtSpace(text)
  const nodeOf = (written: string): NodeId | undefined => parseNode(written, nodes, roles)
  const onNode = NODE_ACTS.find(each => each === verb) ?? (verb === "ask" ? verb : undefined)
  if (onNode !== undefined) return withNode(nodeOf(rest), node => ({ type: onNode, node }))
  const onMessage = MESSAGE_ACTS.find(each => each === verb)
  if (onMessage !== undefined) {
    const addressed = parseAddressed(rest, nodes, roles)
    return addressed && { type: onMessage, ...addressed }
  }
  const onLink = LINK_ACTS.find(each => each === verb)
  if (onLink !== undefined) return parseLink(onLink, rest, nodeOf)
  switch (verb) {
    case "delay":
      return parseDelay(rest, nodes, roles)
    case "timeout": {
      const timer = parseTimer(rest)
      return timer && withNode(nodeOf(timer.of), node => ({ type: "timeout", node, ...timer.which }))
    }
    case "traitor":
      return parseTraitor(rest, nodeOf)
    case "partition":
      return parsePartition(rest, nodeOf)
    case "heal":
      return rest === "" ? { type: "heal" } : undefined
    default:
      return undefined
  }
}

function withNode(node: NodeId | undefined, act: (node: NodeId) => Act): Act | undefined {
  return node === undefined ? undefined : act(node)
}

function splitAtSpace(text: string): readonly [string, string?] {
  const place = text.indexOf(" ")
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + 1)]
}

function parseLink(
  type: "cut" | "mend",
  rest: string,
  nodeOf: (written: string) => NodeId | undefined,
): Act | undefined {
  // Names of roles may contain dashes.
  for (let place = rest.indexOf("-"); place >= 0; place = rest.indexOf("-", place + 1)) {
    const [one, other] = [nodeOf(rest.slice(0, place)), nodeOf(rest.slice(place + 1))]
    if (one !== undefined && other !== undefined && one !== other) return { type, between: [one, other] }
  }
  return undefined
}

function parseDelay(rest: string, nodes: number, roles: Roles): Act | undefined {
  const [, message = "", span = ""] = /^(.+) by (\S+)$/.exec(rest) ?? []
  const addressed = parseAddressed(message, nodes, roles)
  const by = parseDuration(span)
  return addressed === undefined || by === undefined ? undefined : { type: "delay", ...addressed, by }
}

function parseTraitor(rest: string, nodeOf: (written: string) => NodeId | undefined): Act | undefined {
  const [, written = "", word] = /^(.+) (\S+)$/.exec(rest) ?? []
  const behaviour = BEHAVIOURS.find(name => name === word)
  if (behaviour === undefined) return undefined
  return withNode(nodeOf(written), node => ({ type: "traitor", node, behaviour }))
}

function parsePartition(rest: string, nodeOf: (written: string) => NodeId | undefined): Act | undefined {
  const sides = rest.split(" | ").map(side => side.split(", ").map(nodeOf))
  const known = sides.map(side => side.filter(node => node !== undefined))
  const all = known.flat()
  const isPartition = all.length === sides.flat().length && new Set(all).size === all.length
  return isPartition ? { type: "partition", sides: known } : undefined
}
