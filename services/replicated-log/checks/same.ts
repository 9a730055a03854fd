import type { Command } from "../command.ts"

/** True if two commands request the same operation. */
export function isSameOperation(a: Command, b: Command): boolean {
  return JSON.stringify(a.operation) === JSON.stringify(b.operation)
}
