// The clients of a service without time ask whom they may: the nodes, or the processes of a role that serves clients.
import { expect, test } from "vitest"
import { activeReplication } from "../../../algorithms/active-replication/active-replication.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { untimedGroup } from "../../../runtime/scenario/script.ts"
import { untimedLog } from "../../../services/replicated-log/untimed.ts"

const movesOf = (algorithm: Parameters<typeof untimedGroup>[0], parameters: object): readonly string[] => {
  const [client] = untimedLog(untimedGroup(algorithm, 3, parameters, 1)).clients
  return client!.moves(client!.initial).map(({ name }) => name)
}

test("clients ask every node, or every front end where there are such", () => {
  expect(movesOf(raft, {})).toEqual(["ask 0", "ask 1", "ask 2"])
  expect(movesOf(activeReplication, { frontEnds: 2 })).toEqual(["ask 3", "ask 4"])
  expect(movesOf(activeReplication, { frontEnds: 1 })).toEqual(["ask 3"])
})
