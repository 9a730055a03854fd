/** The view of a run at a moment: nodes, messages in flight, checks, and notices. */
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { roleNameOf } from "../../../runtime/process/parts.ts"
import type { Party } from "../../../runtime/scenario/script.ts"
import { PURPOSES, type Trace } from "../../../debugger/tracing/trace.ts"
import type { Session } from "./session.ts"
import { noticesOf } from "./notices.ts"
import type { SeenMessage, SeenNode, Sight } from "./seen.ts"

export function sightOf(session: Session): Sight {
  const { simulation } = session
  const trace = session.recorder.traceUntil(simulation.time)
  const nodes = simulation.nodes.map(({ id }) => seenNode(session, id))
  const messages = seenMessages(session, trace)
  const { protocol, heartbeat, retransmission } = simulation.meter.messages
  const seen = {
    now: simulation.time,
    nodes,
    messages,
    cuts: cutLinks(session),
    soFar: simulation.soFar,
    sent: { protocol, heartbeat, retransmission },
    isOver: session.isOver,
  }
  return { ...seen, notices: noticesOf(seen, session, trace) }
}

function seenNode(session: Session, id: NodeId): SeenNode {
  const { simulation, recorder, roles } = session
  const { up, paused, traitor, backlog } = simulation.nodes[id]!
  const band = up ? recorder.standingOf(id) : undefined
  return {
    id,
    name: roleNameOf(roles, id) ?? `node ${id}`,
    isRole: id >= simulation.size,
    up,
    paused,
    isTraitor: traitor !== null,
    role: band?.role ?? "",
    rank: band?.rank ?? 0,
    epoch: band?.epoch ?? null,
    leader: band?.leader ?? null,
    isInside: recorder.inside.has(id),
    waiting: backlog.size,
    timers: up ? simulation.timersOf(id).toSorted((a, b) => a.at - b.at) : [],
  }
}

function seenMessages({ simulation }: Session, trace: Trace): readonly SeenMessage[] {
  const taken = new Set<number>()
  return simulation.underWay.map(({ message, from, to, nth = 1, arrives, content }) => {
    const number = numberOf(trace, content, endOf(from), endOf(to), taken)
    if (number !== undefined) taken.add(number)
    const { sent, type, purpose } = trace.messages
    return {
      key: number === undefined ? `copy ${message} ${endOf(from)} ${endOf(to)} ${arrives}` : `${number}`,
      message,
      from,
      to,
      nth,
      sent: number === undefined ? simulation.time : sent[number]!,
      arrives,
      content,
      type: number === undefined ? trace.types.indexOf(message) : type[number]!,
      purpose: number === undefined ? "protocol" : PURPOSES[purpose[number]!]!,
    }
  })
}

/** Only this many of the last messages are searched. */
const LOOKED_AT = 3_000

/** The number in the trace of a message in flight. A copy has that of the message while that is in flight. */
function numberOf(
  { messages }: Trace,
  content: object,
  from: number,
  to: number,
  taken: ReadonlySet<number>,
): number | undefined {
  const last = messages.content.length - 1
  for (let number = last; number > last - LOOKED_AT && number >= 0; number--) {
    const isIt = messages.content[number] === content && messages.from[number] === from && messages.to[number] === to
    if (isIt && !taken.has(number)) return number
  }
  return undefined
}

/** As numbered in columns of traces. */
export function endOf(party: Party): number {
  return "node" in party ? party.node : -1 - party.client
}

function cutLinks({ simulation }: Session): readonly (readonly [NodeId, NodeId])[] {
  if (simulation.links.isCalm) return []
  const ids = simulation.nodes.map(({ id }) => id)
  return ids.flatMap(from =>
    ids
      .filter(to => to > from && !(simulation.links.works(from, to) && simulation.links.works(to, from)))
      .map(to => [from, to] as const),
  )
}
