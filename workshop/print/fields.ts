/** The fields of a message as people write them on a card. */
import type { Card } from "../play.ts"

/** The value of a field; empty if the message has no field of this name. */
export function written({ content }: Card, field: string): string {
  let found: unknown = content
  for (const name of field.split(".")) {
    found = typeof found === "object" && found !== null ? Reflect.get(found, name) : undefined
  }
  return found === undefined ? "" : inWords(found)
}

function inWords(value: unknown): string {
  if (value === null) return "-"
  if (Array.isArray(value)) return value.length === 0 ? "-" : value.map(inWords).join(", ")
  if (value instanceof Map) return [...value].map(([key, put]) => `${key} = ${put}`).join(", ")
  if (typeof value !== "object") return JSON.stringify(value).replaceAll('"', "")
  const fields = new Map(Object.entries(value))
  // An entry of a log: its index and term, and its command.
  if (fields.has("index") && fields.has("term")) {
    const command = fields.get("command")
    return `${fields.get("index")}/${fields.get("term")} ${command === null ? "" : inWords(command)}`.trim()
  }
  // Members of a group, in Raft: one set, or two of C_old,new.
  const { members, next } = Object.fromEntries(fields)
  if (Array.isArray(members)) return `{${inWords(members)}}${Array.isArray(next) ? ` + {${inWords(next)}}` : ""}`
  const operation: unknown = fields.get("operation")
  if (typeof operation === "object" && operation !== null) {
    const { op, key, value: put } = Object.fromEntries(Object.entries(operation))
    return put === undefined ? `${op} ${key}` : `${op} ${key} = ${put}`
  }
  return [...fields].flatMap(([name, own]) => (name === "type" ? [] : [`${name} ${inWords(own)}`])).join(", ")
}
