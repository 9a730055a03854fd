/** Processes of roles: their ids, which follow the members', and their names. */
import { expect, it } from "vitest"
import { leaseLeadership } from "../../../algorithms/lease-leadership/lease-leadership.ts"
import { peersOf } from "../../../runtime/contract/parts.ts"
import { idsOfRole, processesNamed, roleIds, roleNameOf } from "../../../runtime/process/parts.ts"

it("processes of roles follow the members, one role after the other", () => {
  const ids = roleIds(leaseLeadership, 3, {})
  expect(["store", "resource"].map(role => idsOfRole(ids, role))).toEqual([[3], [4]])
  expect(() => idsOfRole(ids, "king")).toThrow('node.role("king"): there is no such role')
  expect(peersOf(1, 3)).toEqual([0, 2])
})

it("a process is named by its role, and by its number where there are several of it", () => {
  const places = [
    { name: "server", first: 3, count: 1 },
    { name: "store", first: 4, count: 2 },
  ]
  expect([2, 3, 4, 5, 6].map(id => roleNameOf(places, id))).toEqual([
    undefined,
    "server",
    "store 0",
    "store 1",
    undefined,
  ])
  expect(
    ["server", "store", "store 1", "store 2", "king", "my store 1"].map(name => processesNamed(places, name)),
  ).toEqual([[3], [4, 5], [5], [], [], []])
})
