/** Words of stories for what clients of a replicated log ask, and for what its nodes hold. */
import type { ClientId } from "../../runtime/contract/algorithm.ts"
import type { Command, Operation } from "../../services/replicated-log/command.ts"
import type { Machine } from "../../services/replicated-log/machine.ts"

/** `put x=1`, `get x`, `draw x`, `stamp x`. */
export function commandOf(words: string, session: ClientId, sequence: number): Command | undefined {
  const operation = operationOf(words)
  return operation === undefined ? undefined : { type: "Command", session, sequence, operation }
}

function operationOf(words: string): Operation | undefined {
  const put = /^put (\w+)=(\w+)$/.exec(words)
  if (put !== null) return { op: "put", key: put[1]!, value: put[2]! }
  const [, op, key = ""] = /^(get|draw|stamp) (\w+)$/.exec(words) ?? []
  return op === "get" || op === "draw" || op === "stamp" ? { op, key } : undefined
}

export function wordsOfCommand({ operation }: Command): string {
  const { op, key } = operation
  return "value" in operation ? `${op} ${key}=${operation.value}` : `${op} ${key}`
}

export function wordsOfMachine({ values }: Pick<Machine, "values">): string {
  return `{${[...values].map(([key, value]) => `${key}=${value}`).join(", ")}}`
}

export function isCommand(value: object): value is Command {
  return "type" in value && value.type === "Command"
}
