/**
 * Checks that an export of a module is an algorithm.
 *
 * Authors who check types know already; a module whose types are only stripped, or that is written in JavaScript, is
 * checked here, so that missing parts are described before a run fails because of them.
 */
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { expectedOf, readParameter } from "../../runtime/contract/parameters.ts"
import { showControls } from "../../runtime/lib/show.ts"
import { MILLISECOND } from "../../runtime/contract/units.ts"

/** Properties that together only algorithms have; some of them are enough to recognize an export that is meant to be one. */
const TELLTALES = ["serves", "receive", "request", "start", "state", "disk"] as const

/** True if an export is meant to be an algorithm, complete or not. */
export function isMeantAsAlgorithm(value: unknown): value is object {
  return isRecord(value) && TELLTALES.filter(key => key in value).length >= 3
}

/** True if an export is a complete algorithm, as far as can be determined without running it. */
export function isAlgorithm(value: object): value is Algorithm {
  return algorithmProblem(value) === undefined
}

/** A description of the problem with an algorithm; `undefined` if none. */
export function algorithmProblem(value: object): string | undefined {
  for (const [key, { expected, holds }] of Object.entries(MEMBERS)) {
    const member: unknown = Reflect.get(value, key)
    if (member === undefined) return `${key} is missing; expected ${expected}`
    if (!holds(member)) return `${key} is not ${expected}`
  }
  for (const [key, { expected, holds }] of Object.entries(OPTIONAL_MEMBERS)) {
    const member: unknown = Reflect.get(value, key)
    if (member !== undefined && !holds(member)) return `${key} is not ${expected}`
  }
  const parameters: unknown = Reflect.get(value, "parameters")
  return isRecord(parameters) ? parameterProblem(parameters) : undefined
}

interface Member {
  readonly expected: string
  readonly holds: (value: unknown) => boolean
}

const TEXT: Member = {
  expected: "text without control characters",
  holds: value => typeof value === "string" && value.trim() !== "" && showControls(value) === value,
}
const FUNCTION: Member = { expected: "a function", holds: isFunction }
const handlers = (of: string): Member => ({
  expected: `an object with a function for each ${of}`,
  holds: value => isRecord(value) && Object.values(value).every(isFunction),
})

const MEMBERS: Readonly<Record<string, Member>> = {
  name: {
    expected: "a name in lower case, its words joined by hyphens",
    holds: value => typeof value === "string" && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(value),
  },
  title: TEXT,
  source: TEXT,
  summary: TEXT,
  tolerates: {
    expected: '{ faults: "crash", "byzantine" or "none", of: a function of n }',
    holds: value =>
      isRecord(value) && ["crash", "byzantine", "none"].includes(String(value["faults"])) && isFunction(value["of"]),
  },
  serves: {
    expected: "a list of services",
    holds: value => Array.isArray(value) && value.length > 0 && value.every(isService),
  },
  parameters: { expected: "an object with a declaration for each parameter", holds: isRecord },
  disk: FUNCTION,
  state: FUNCTION,
  start: FUNCTION,
  receive: handlers("type of message"),
  timeout: handlers("timer"),
  request: handlers("type of request"),
}

const OPTIONAL_MEMBERS: Readonly<Record<string, Member>> = {
  recover: FUNCTION,
  colour: {
    expected: "a colour such as #0072B2",
    holds: value => typeof value === "string" && /^#[0-9A-Fa-f]{6}$/.test(value),
  },
  roles: {
    expected:
      "an object with { doc, count, disk, state, start, receive, timeout } for each role, named by a word in lower case " +
      "other than all; count is an integer from 1 to 100",
    holds: value => isRecord(value) && Object.entries(value).every(([name, role]) => isRole(name, role)),
  },
  theory: {
    expected: "closed forms such as { messages: [{ service, formula, messages: n => 2 * (n - 1) }] }",
    holds: isTheory,
  },
}

const MAX_PROCESSES = 100

function isRole(name: string, role: unknown): boolean {
  if (!/^[a-z]+(-[a-z]+)*$/.test(name) || name === "all" || !isRecord(role)) return false
  const { doc, count, disk, state, start, receive, timeout, request = {}, standing } = role
  const isCount = Number.isInteger(count) && Number(count) >= 1 && Number(count) <= MAX_PROCESSES
  const areHandlers = (table: unknown): boolean => isRecord(table) && Object.values(table).every(isFunction)
  const isStanding = standing === undefined || isFunction(standing)
  return (
    TEXT.holds(doc) &&
    isCount &&
    [disk, state, start].every(isFunction) &&
    [receive, timeout, request].every(areHandlers) &&
    isStanding
  )
}

/** The function that gives the value of a closed form, by the list that contains it. */
const FORM_VALUES: Readonly<Record<string, (form: Readonly<Record<string, unknown>>) => boolean>> = {
  messages: ({ messages }) => isFunction(messages),
  latency: ({ betweenNodes, withClients }) =>
    ["number", "function"].includes(typeof betweenNodes) && typeof withClients === "number",
  load: ({ handled }) => isFunction(handled),
  wait: ({ mean }) => isFunction(mean),
  totals: ({ messages }) => isFunction(messages),
  capacity: ({ perSecond }) => isFunction(perSecond),
  failover: ({ mean }) => isFunction(mean),
  heartbeats: ({ perSecond }) => isFunction(perSecond),
  availability: ({ serving }) => isFunction(serving),
}

function isTheory(theory: unknown): boolean {
  if (!isRecord(theory)) return false
  return Object.entries(theory).every(([list, forms]) => {
    const hasValue = Object.hasOwn(FORM_VALUES, list) ? FORM_VALUES[list] : undefined
    const isForm = (form: unknown): boolean =>
      isRecord(form) &&
      typeof form["service"] === "string" &&
      typeof form["formula"] === "string" &&
      hasValue?.(form) === true
    return Array.isArray(forms) && forms.every(isForm)
  })
}

const KINDS: readonly unknown[] = ["duration", "integer", "number", "share", "rate", "size", "choice", "flag"]

function parameterProblem(parameters: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, declared] of Object.entries(parameters)) {
    if (!isParameter(declared)) {
      return `parameters.${name} is not a declaration such as duration("100ms", "How long to wait.")`
    }
    if (readParameter(declared, declared.default, MILLISECOND) === undefined) {
      return `parameters.${name}: the default ${JSON.stringify(declared.default)} is not ${expectedOf(declared)}`
    }
  }
  return undefined
}

function isParameter(value: unknown): value is Algorithm["parameters"][string] {
  if (!isRecord(value) || !KINDS.includes(value["kind"]) || !("default" in value)) return false
  return typeof value["doc"] === "string" && (value["kind"] !== "choice" || Array.isArray(value["values"]))
}

function isService(value: unknown): boolean {
  return isRecord(value) && typeof value["name"] === "string" && isFunction(value["open"])
}

function isFunction(value: unknown): boolean {
  return typeof value === "function"
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
