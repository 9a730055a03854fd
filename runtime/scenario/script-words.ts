/**
 * Steps of scripts as text, one line each:
 *
 *     client 0: propose 1
 *     deliver Prepare from 0 to 2
 *     deliver Prepare #2 from 0 to 2
 *     duplicate Prepare from 0 to 2
 *     lose Promise from 2 to 0
 *     timeout retry/1 of 0
 *     crash 2
 *     crash 2 and lose its disk
 *     crash 2 for good
 *     a tick passes
 *     a tick passes, two for 1
 *     operator: ask 2 for members 0, 1, 2
 */
import type { NodeId, Tagged } from "../contract/algorithm.ts"
import { clientName, OPERATOR } from "../faults/operator.ts"
import { type RolePlace, processesNamed, roleNameOf } from "../process/parts.ts"
import type { Addressed, Party, ScriptStep } from "./script.ts"

type Roles = readonly RolePlace[]

const CRASHES = { restart: "", amnesia: " and lose its disk", stop: " for good" } as const
const COUNTS = { 0: "none", 2: "two" } as const
const ENDINGS = ["restart", "amnesia", "stop"] as const

const MESSAGE = /^(deliver|duplicate|lose) (.+?)(?: as (\{.*\}))?$/
const ADDRESSED = /^(\S+)(?: #([1-9]\d*))? from (.+?) to (.+)$/
const TIMER = /^(\S+?)(?:\/(-?\d+))? of (.+)$/
const CRASH = /^crash (.+?)( and lose its disk| for good)?$/
const MOVE = /^client (\d+): (.+)$/
const TICK = /^a tick passes(?:, (none|two) for (.+))?$/
const CHANGE = /^operator: ask (\d+) for members (\d+(?:, \d+)*)$/

/** `node 3`, `client 0`, `operator`, or the name of a role's process. */
export function partyInWords(party: Party, roles: Roles = []): string {
  return "client" in party ? clientName(party.client) : (roleNameOf(roles, party.node) ?? `node ${party.node}`)
}

export function formatStep(step: ScriptStep, roles: Roles): string {
  switch (step.type) {
    case "deliver": {
      const { as } = step
      return `deliver ${formatAddress(step, roles)}${as === undefined ? "" : ` as ${JSON.stringify(as)}`}`
    }
    case "duplicate":
    case "lose":
      return `${step.type} ${formatAddress(step, roles)}`
    case "timeout":
      return `timeout ${formatTimer(step)} of ${formatNode(step.node, roles)}`
    case "crash":
      return `crash ${formatNode(step.node, roles)}${CRASHES[step.and]}`
    case "move":
      return `client ${step.client}: ${step.move}`
    case "tick":
      return step.node === undefined
        ? "a tick passes"
        : `a tick passes, ${COUNTS[step.counts ?? 0]} for ${formatNode(step.node, roles)}`
    case "change":
      return `operator: ask ${step.node} for members ${step.members.join(", ")}`
  }
}

/** @returns `undefined` if it is not a step, or concerns a process that does not exist */
export function parseStep(text: string, nodes: number, roles: Roles): ScriptStep | undefined {
  const move = MOVE.exec(text)
  if (move !== null) return { type: "move", client: Number(move[1]), move: move[2]! }
  const change = CHANGE.exec(text)
  if (change !== null) return parseChange(change, nodes)
  const nodeOf = (written: string): NodeId | undefined => parseNode(written, nodes, roles)
  const timer = text.startsWith("timeout ") ? parseTimer(text.slice("timeout ".length)) : undefined
  if (timer !== undefined) {
    const node = nodeOf(timer.of)
    return node === undefined ? undefined : { type: "timeout", ...timer.which, node }
  }
  const tick = TICK.exec(text)
  if (tick !== null) return parseTick(tick, nodeOf)
  const crash = CRASH.exec(text)
  if (crash !== null) {
    const node = nodeOf(crash[1]!)
    const and = ENDINGS.find(each => CRASHES[each] === (crash[2] ?? ""))!
    return node === undefined ? undefined : { type: "crash", node, and }
  }
  return parseMessage(MESSAGE.exec(text), nodes, roles)
}

function parseTick([, counts, of]: RegExpExecArray, nodeOf: (written: string) => NodeId | undefined) {
  if (of === undefined) return { type: "tick" } as const
  const node = nodeOf(of)
  return node === undefined ? undefined : ({ type: "tick", node, counts: counts === "two" ? 2 : 0 } as const)
}

function parseChange([, asked, listed = ""]: RegExpExecArray, nodes: number): ScriptStep | undefined {
  const members = listed.split(", ").map(Number)
  const isGroup = new Set(members).size === members.length && [Number(asked), ...members].every(id => id < nodes)
  return isGroup ? { type: "change", node: Number(asked), members } : undefined
}

function parseMessage(parts: RegExpExecArray | null, nodes: number, roles: Roles): ScriptStep | undefined {
  const [, verb, message = "", said] = parts ?? []
  const addressed = parseAddressed(message, nodes, roles)
  if (addressed === undefined) return undefined
  if (verb !== "deliver")
    return said === undefined ? { type: verb === "lose" ? verb : "duplicate", ...addressed } : undefined
  const as = said === undefined ? undefined : parseMessageText(said)
  if (said !== undefined && as === undefined) return undefined
  return { type: "deliver", ...addressed, ...(as === undefined ? {} : { as }) }
}

/** `Prepare #2 from 0 to client 1`. */
export function parseAddressed(text: string, nodes: number, roles: Roles): Addressed | undefined {
  const [, message, nth, sender, receiver] = ADDRESSED.exec(text) ?? []
  const from = parseParty(sender ?? "", nodes, roles)
  const to = parseParty(receiver ?? "", nodes, roles)
  if (message === undefined || from === undefined || to === undefined) return undefined
  return { message, from, to, ...(nth === undefined ? {} : { nth: Number(nth) }) }
}

function parseParty(written: string, nodes: number, roles: Roles): Party | undefined {
  if (written === clientName(OPERATOR)) return { client: OPERATOR }
  const client = /^client (\d+)$/.exec(written)
  if (client !== null) return { client: Number(client[1]) }
  const node = parseNode(written, nodes, roles)
  return node === undefined ? undefined : { node }
}

interface TimerWords {
  readonly which: { readonly timer: string; readonly key?: number }
  readonly of: string
}

/** `retry/1 of 0`. */
export function parseTimer(text: string): TimerWords | undefined {
  const [, timer, key, of] = TIMER.exec(text) ?? []
  if (timer === undefined || of === undefined) return undefined
  return { which: { timer, ...(key === undefined ? {} : { key: Number(key) }) }, of }
}

/** `retry/1`. */
export function formatTimer({ timer, key }: { readonly timer: string; readonly key?: number }): string {
  return key === undefined ? timer : `${timer}/${key}`
}

function parseMessageText(text: string): Tagged | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isTagged = typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"
    return isTagged ? { ...value, type: String(value.type) } : undefined
  } catch {
    return undefined
  }
}

export function formatAddress({ message, nth, from, to }: Addressed, roles: Roles): string {
  const which = nth === undefined ? message : `${message} #${nth}`
  return `${which} from ${formatParty(from, roles)} to ${formatParty(to, roles)}`
}

function formatParty(party: Party, roles: Roles): string {
  return "client" in party ? clientName(party.client) : formatNode(party.node, roles)
}

export function formatNode(node: NodeId, roles: Roles): string {
  return roleNameOf(roles, node) ?? String(node)
}

/** @returns `undefined` if it is none of these processes */
export function parseNode(written: string, nodes: number, roles: Roles): NodeId | undefined {
  if (/^\d+$/.test(written)) return Number(written) < nodes ? Number(written) : undefined
  const [id, ...others] = processesNamed(roles, written)
  return others.length === 0 ? id : undefined
}
