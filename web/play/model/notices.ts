/** Notices that should catch the eye: several leaders, several nodes in the critical section, a violated check, a stall. */
import type { Trace } from "../../../debugger/tracing/trace.ts"
import type { Session } from "./session.ts"
import type { Notice, SeenNode, Sight } from "./seen.ts"

type Seen = Omit<Sight, "notices">

export function noticesOf(seen: Seen, session: Session, trace: Trace): readonly Notice[] {
  const { result } = session.simulation
  const violated = Object.entries(seen.soFar?.verdicts ?? {}).flatMap(([check, verdict]): Notice[] =>
    verdict.verdict === "violated"
      ? [{ kind: "violated", text: `${check} is violated: ${verdict.witness}`, isBad: true }]
      : [],
  )
  return [
    ...twoLeaders(seen.nodes, session),
    ...twoInside(seen.nodes),
    ...violated,
    ...(isStalled(seen.nodes, session, trace)
      ? [
          {
            kind: "stalled" as const,
            text: "Stalled: nothing is under way, no timer is armed, and somebody waits",
            isBad: true,
          },
        ]
      : []),
    ...(result?.status === "failed"
      ? [{ kind: "failed" as const, text: `The algorithm failed: ${result.reason}`, isBad: true }]
      : []),
    ...(result?.status === "completed" ? [{ kind: "over" as const, text: "The run is over", isBad: false }] : []),
  ]
}

/** The members that are up and believe that they lead. */
export function leadersOf(nodes: readonly SeenNode[]): readonly SeenNode[] {
  return nodes.filter(({ id, up, leader, isRole, isTraitor }) => up && !isRole && !isTraitor && leader === id)
}

/**
 * Two leaders at once. If each epoch has one leader by design, an old leader unaware of the new one is no mistake; two
 * in one epoch are.
 */
function twoLeaders(nodes: readonly SeenNode[], { scenario }: Session): readonly Notice[] {
  const leaders = leadersOf(nodes)
  if (leaders.length < 2) return []
  const isOneEpoch = new Set(leaders.map(({ epoch }) => epoch)).size < leaders.length
  const isBad = isOneEpoch || scenario.algorithm.oneLeaderPerEpoch !== true
  const roles = new Set(leaders.map(({ role }) => role))
  const [role = ""] = roles
  const what = roles.size === 1 && role !== "" ? `${role}s`.replace(/ys$/, "ies") : "leaders"
  const epochs = isBad ? "" : ", in different epochs"
  return [{ kind: "two leaders", text: `${countOf(leaders)} ${what}: nodes ${namesOf(leaders)}${epochs}`, isBad }]
}

function twoInside(nodes: readonly SeenNode[]): readonly Notice[] {
  const inside = nodes.filter(({ isInside, up }) => isInside && up)
  if (inside.length < 2) return []
  return [
    {
      kind: "two inside",
      text: `${countOf(inside)} nodes are in the critical section: ${namesOf(inside)}`,
      isBad: true,
    },
  ]
}

/**
 * True if nothing will happen any more though an operation is pending: no node is in the critical section, which it
 * would leave.
 */
function isStalled(nodes: readonly SeenNode[], session: Session, { operations }: Trace): boolean {
  if (operations.every(({ ended }) => ended >= 0) || nodes.some(({ isInside }) => isInside)) return false
  return session.simulation.isQuiet
}

function countOf({ length }: readonly SeenNode[]): string {
  return ["No", "One", "Two", "Three", "Four"][length] ?? `${length}`
}

function namesOf(nodes: readonly SeenNode[]): string {
  return nodes.map(({ id }) => id).join(" and ")
}
