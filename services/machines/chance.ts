/**
 * Registers that are set by chance: a machine with nondeterministic operations. A random draw and a clock reading are
 * the literature's two examples (Powell, IEEE Micro 1994); a server that hands out session keys does both.
 */
import type { Result } from "./result.ts"
import type { ChanceMachine } from "./state-machine.ts"

export type ChanceOperation =
  /** Sets the register to a random number from 1 to {@link MAX_DRAWN}. */
  | { readonly op: "draw"; readonly key: string }
  /** Sets it to the time, in microseconds, on the clock of the node that executes it. */
  | { readonly op: "stamp"; readonly key: string }

const MAX_DRAWN = 1_000_000

/** The contents of registers, by name. */
export type Registers = Map<string, string>

/** Every result's value is the register's new value. */
export const chanceRegisters: ChanceMachine<Registers, ChanceOperation, Result, string> = {
  initial: () => new Map(),
  choose: ({ op }, source) => String(op === "draw" ? source.random(1, MAX_DRAWN) : source.now()),
  execute(registers, { key }, chosen) {
    registers.set(key, chosen)
    return { done: true, value: chosen }
  },
  copy: registers => new Map(registers),
}

/** True if an operation leaves something to chance. */
export function isChanceOperation(operation: { readonly op: string }): operation is ChanceOperation {
  return operation.op === "draw" || operation.op === "stamp"
}
