/** The exhaustive checker: every order of events of small groups, with the clients and the checks of their services. */
import { algorithms, serviceFor } from "../../algorithms/registry.ts"
import { modelOf } from "../../checking/request.ts"
import { resolveParameters } from "../../runtime/contract/parameters.ts"
import { MILLISECOND } from "../../runtime/contract/units.ts"
import { type Budgets, NO_BUDGETS } from "../../runtime/checker/model.ts"
import { Explorer } from "../../runtime/checker/search/explorer.ts"
import type { Task } from "../task.ts"

const NODES = 3

export const explorer: readonly Task[] = [
  task("check Paxos", "paxos", 2, {}),
  task("check Raft", "raft", 1, { timeouts: { election: 1 } }),
]

function task(name: string, algorithmName: string, operations: number, budgets: Partial<Budgets>): Task {
  return {
    name,
    unit: "transitions",
    prepare: async () => {
      const algorithm = algorithms[algorithmName]!
      const service = serviceFor(algorithm, algorithm.serves[0]!.name)
      const resolved = resolveParameters(algorithm.parameters, {}, MILLISECOND)
      if (service === undefined || "problems" in resolved) throw new Error(`${algorithmName} cannot be checked`)
      const model = modelOf({
        algorithm,
        service,
        nodes: NODES,
        operations,
        parameters: resolved.values,
        budgets: { ...NO_BUDGETS, ...budgets },
        traitors: [],
      })
      return () => {
        const { generated, isComplete } = new Explorer(model).explore()
        if (!isComplete) throw new Error(`${algorithmName}: a check that holds`)
        return generated - 1
      }
    },
  }
}
