/** Rules for the arguments of a node's operations; the simulation itself does not check them. */

/** The node that is called. */
interface Called {
  readonly id: number
  readonly size: number
  readonly disk: object
  /** The part that it plays; with `request` if clients may send it requests. */
  readonly part: { readonly request?: object }
}

/** @param others number of processes of roles */
type Rule = (node: Called, values: readonly unknown[], others: number) => string | undefined

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

/** A value as a message shows it. */
const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value))

const logRule =
  (name: string, ofCount: boolean): Rule =>
  ({ disk }, [log, count]) => {
    const isLog = typeof log === "string" && Object.hasOwn(disk, log) && Array.isArray(Reflect.get(disk, log))
    if (!isLog) return `calls node.${name} of ${shown(log)}, which is not a log of its disk`
    return !ofCount || isCount(count) ? undefined : `calls node.${name} with ${shown(count)} entries`
  }

const PURPOSES: readonly unknown[] = ["protocol", "heartbeat", "retransmission", undefined]

function wrongPurpose(purpose: unknown): string | undefined {
  if (PURPOSES.includes(purpose)) return undefined
  return `sends for the purpose ${shown(purpose)}; expected "protocol", "heartbeat" or "retransmission"`
}

function wrongRelease(release: unknown): string | undefined {
  if (release === "durable" || release === "now" || release === undefined) return undefined
  return `releases something ${shown(release)}; expected "durable" or "now"`
}

function ofMember({ id, size }: Called, what: string): string | undefined {
  return id < size ? undefined : `${what} as a process of a role, of which these know nothing`
}

function ofServing({ part }: Called, what: string): string | undefined {
  return part.request === undefined ? `${what} as a process of a role that serves none` : undefined
}

/** The rules by operation; each describes what is wrong with a call. */
const RULES: Readonly<Partial<Record<string, Rule>>> = {
  send: ({ size }, [to, , purpose, release], others) =>
    isCount(to) && to < size + others
      ? (wrongPurpose(purpose) ?? wrongRelease(release))
      : `sends to node ${shown(to)}; nodes are 0 to ${size + others - 1}`,
  reply: (node, [, , release]) => ofServing(node, "replies to a client") ?? wrongRelease(release),
  report: (node, [, release]) => ofMember(node, "reports to services") ?? wrongRelease(release),
  broadcast: (_, [, purpose]) => wrongPurpose(purpose),
  random: (_, [low, high]) =>
    Number.isSafeInteger(low) && Number.isSafeInteger(high) && Number(low) <= Number(high)
      ? undefined
      : `calls node.random(${shown(low)}, ${shown(high)}); expected two integers, the lower one first`,
  append: logRule("append", false),
  truncate: logRule("truncate", true),
  discard: logRule("discard", true),
}

/**
 * A description of the rule that a call of one of a node's operations breaks.
 *
 * @param others number of processes of roles
 */
export function wrongCall(
  node: Called,
  others: number,
  operation: string,
  values: readonly unknown[],
): string | undefined {
  return RULES[operation]?.(node, values, others)
}
