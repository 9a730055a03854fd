/** How stories speak of replicas that execute one order: processes after the replicas are front ends. */
import type { FrontEndState, Sequenced, State } from "../../../algorithms/common/sequenced/types.ts"
import type { Cluster } from "../../support/cluster.ts"
import type { Telling } from "../../support/story.ts"
import { commandOf, isCommand, wordsOfCommand, wordsOfMachine } from "../../support/words.ts"

export const telling: Omit<Telling<Sequenced>, "algorithm" | "state"> = {
  parameters: { heartbeatInterval: "1h", detectionTimeout: "10h", collectTime: "10h" },
  request: (words, client, sequence) => commandOf(words, client, sequence),

  brief(value) {
    if (isCommand(value)) return wordsOfCommand(value)
    if ("done" in value && "value" in value)
      return value.done === true ? String(value.value) : `refused, ${String(value.value)}`
    return "values" in value ? "state" : undefined
  },
}

export function wordsOfState(state: State | FrontEndState): string {
  if (!("machine" in state)) return `epoch=${state.epoch}`
  const { epoch, executed, machine, pending } = state
  const registers = [...(machine.registers ?? [])].map(([name, value]) => `${name}=${value}`)
  const set = registers.length === 0 ? "" : ` registers={${registers.join(", ")}}`
  const waiting = pending.size === 0 ? "" : ` waiting=${pending.size}`
  return `epoch=${epoch} executed=${executed} ${wordsOfMachine(machine)}${set}${waiting}`
}

/** The state of a process in words; members and front ends of either algorithm. */
export function stateInWords(cluster: Pick<Cluster<Sequenced>, "state">, node: number): string {
  return wordsOfState(cluster.state(node))
}
