/**
 * Finds typos in the names of handlers before a run fails because of them: a request of the service without a handler,
 * and a handler of messages that nobody sends next to messages that nobody handles.
 */
import { readFileSync } from "node:fs"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { nearestOf } from "../../lib/suggestions.ts"
import type { OutsideProblem } from "./explain.ts"
import { localImports } from "./fingerprint.ts"

/** The requests that clients of a service send to nodes. */
const REQUESTS: Readonly<Record<string, readonly string[]>> = {
  "replicated-log": ["Command"],
  "mutual-exclusion": ["Acquire", "Release"],
  "leader-election": ["Elect"],
  agreement: ["Propose"],
}

/** The first misnamed handler of an algorithm, with its place in the sources of its module. */
export function misnamedHandler(algorithm: Algorithm, path: string): OutsideProblem | undefined {
  const sources = [path, ...localImports(path)].map(file => ({ file, text: readFileSync(file, "utf8") }))
  return misnamedRequest(algorithm, path, sources) ?? misnamedMessage(algorithm, path, sources)
}

type Sources = readonly { readonly file: string; readonly text: string }[]

function misnamedRequest({ name, serves, request, roles = {} }: Algorithm, path: string, sources: Sources) {
  const isServedByRole = Object.values<object>(roles).some(role => "request" in role)
  if (isServedByRole) return undefined
  for (const service of serves) {
    const missing = REQUESTS[service.name]?.find(wanted => !Object.hasOwn(request, wanted))
    if (missing === undefined) continue
    const meant = nearestOf(missing, Object.keys(request))
    const hint = meant === undefined ? "" : `; is ${meant} meant?`
    return {
      message: `${name} serves ${service.name} and handles no request ${missing}${hint}`,
      place: placeOf(meant ?? "request", path, sources),
    }
  }
  return undefined
}

function misnamedMessage({ name, receive }: Algorithm, path: string, sources: Sources) {
  const sent = new Set(
    sources.flatMap(({ text }) => [...text.matchAll(/\btype:\s*["'`](\w+)["'`]/g)].map(([, type]) => type!)),
  )
  const handled = Object.keys(receive)
  const isWritten = (type: string): boolean => sources.some(({ text }) => new RegExp(`["'\`]${type}["'\`]`).test(text))
  for (const type of handled) {
    if (isWritten(type)) continue
    const meant = nearestOf(
      type,
      [...sent].filter(other => !handled.includes(other)),
    )
    if (meant === undefined) continue
    return {
      message: `${name} handles messages ${type}, which nothing sends, and none ${meant}; is that meant?`,
      place: placeOf(type, path, sources),
    }
  }
  return undefined
}

/** The first line that begins with a name, as a handler or a key does; else the start of the module. */
function placeOf(name: string, path: string, sources: Sources): NonNullable<OutsideProblem["place"]> {
  for (const { file, text } of sources) {
    const lines = text.split("\n")
    const line = lines.findIndex(each => new RegExp(`^\\s*(?:async\\s+)?["']?${name}["']?\\s*[(:,]`).test(each))
    if (line >= 0) return { file, line: line + 1, column: lines[line]!.search(/\S/) + 1 }
  }
  return { file: path, line: 1, column: 1 }
}
