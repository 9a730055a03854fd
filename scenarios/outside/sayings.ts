/** The vocabulary of an algorithm's reports and replies: the facts and replies of the services that it offers. */

type Field = (value: unknown, nodes: number) => boolean

const isCount: Field = value => Number.isSafeInteger(value) && Number(value) >= 0
const isIndex: Field = value => isCount(value, 0) && Number(value) >= 1
const isNumber: Field = value => typeof value === "number" && Number.isFinite(value)
const isObject: Field = value => typeof value === "object" && value !== null
const isString: Field = value => typeof value === "string"
const isNode: Field = (value, nodes) => isCount(value, nodes) && Number(value) < nodes
const orNull =
  (field: Field): Field =>
  (value, nodes) =>
    value === null || field(value, nodes)

/** The nodes to which clients send each kind of operation, if that depends on the kind. */
const isByKind: Field = (value, nodes) => {
  if (value === undefined) return true
  const queries: unknown = isObject(value, nodes) ? Reflect.get(Object(value), "queries") : undefined
  return (
    isNode(Reflect.get(Object(value), "updates"), nodes) &&
    Array.isArray(queries) &&
    queries.length > 0 &&
    queries.every(node => isNode(node, nodes))
  )
}

/** Fields by name, by type. */
type Forms = Readonly<Record<string, Readonly<Record<string, Field>>>>

const BELIEVES: Forms = { believes: { leader: orNull(isNode), epoch: isNumber } }

/** By service: the facts that `node.report` accepts, and the replies that `node.reply` accepts. */
const SAYINGS: Readonly<Record<string, { readonly report: Forms; readonly reply: Forms }>> = {
  "leader-election": { report: BELIEVES, reply: {} },
  "mutual-exclusion": { report: { entered: { timestamp: orNull(isNumber) }, left: {} }, reply: { Granted: {} } },
  agreement: {
    report: { decided: { instance: isIndex, value: isCount } },
    reply: { Decision: { instance: isIndex, value: isCount } },
  },
  "replicated-log": {
    report: {
      ...BELIEVES,
      office: { office: isString, holder: orNull(isNode), epoch: isNumber },
      applied: { index: isIndex, command: orNull(isObject) },
      restored: { index: isCount },
    },
    reply: {
      Result: { sequence: isIndex, result: isObject, ask: isByKind },
      Redirect: { sequence: isIndex, leader: orNull(isNode), ask: isByKind },
      LockGranted: { key: isString, token: isNumber },
    },
  },
}

/**
 * A description of the problem with a fact or a reply. An author's own services are unknown here, so that algorithms
 * offering one may report and reply anything.
 *
 * @param services the names of those that the algorithm offers
 */
export function wrongSaying(
  services: readonly string[],
  act: "report" | "reply",
  said: unknown,
  nodes: number,
): string | undefined {
  const known = services.map(name => SAYINGS[name]?.[act])
  if (known.some(forms => forms === undefined)) return undefined
  const forms: Forms = Object.assign({}, ...known)
  const types = Object.keys(forms)
  const expected = types.length === 0 ? "none" : types.join(", ")
  const type: unknown = isObject(said, nodes) ? Reflect.get(Object(said), "type") : undefined
  const verb = act === "report" ? "reports" : "replies"
  const fields = typeof type === "string" && Object.hasOwn(forms, type) ? forms[type]! : undefined
  if (fields === undefined) return `${verb} ${shown(type)}; its services know ${expected}`
  const [wrong] = Object.entries(fields).filter(([name, isRight]) => !isRight(Reflect.get(Object(said), name), nodes))
  if (wrong === undefined) return undefined
  return `${verb} ${String(type)} with ${wrong[0]}: ${shown(Reflect.get(Object(said), wrong[0]))}, which makes no sense`
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value)
}
