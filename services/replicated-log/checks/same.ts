import type { Command } from "../command.ts"

/** True if two commands ask for the same. */
export function isSameOperation(a: Command, b: Command): boolean {
  return JSON.stringify(a.operation) === JSON.stringify(b.operation)
}
