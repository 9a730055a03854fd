/** FloodSet's decision rules, and what a process makes of late messages. */
import { expect, it } from "vitest"
import { decisionOf, distinct } from "../../../algorithms/floodset/decision.ts"
import { floodSet } from "../../../algorithms/floodset/floodset.ts"
import { createCluster } from "../../support/cluster.ts"

it.each([
  ["min", [3, null, 1, 3], 1],
  ["majority", [3, null, 1, 3], 3],
  ["majority", [2, 1], 1],
  ["unanimous", [3, null, 1, 3], 0],
  ["unanimous", [3, null, 3], 3],
  ["min", [null, null], null],
] as const)("by the rule %s, %j is decided as %j", (rule, inputs, value) => {
  expect(decisionOf(inputs, { rule, variant: "plain" })).toBe(value)
})

it("the optimised variant decides the default where there are two inputs, whatever the rule", () => {
  expect(decisionOf([3, 1], { rule: "min", variant: "optimised" })).toBe(0)
  expect(decisionOf([3, 3], { rule: "min", variant: "optimised" })).toBe(3)
})

it("the different values come the least first", () => {
  expect(distinct([9, null, 10, 2, 9])).toEqual([2, 9, 10])
})

it("where nobody proposes nothing is decided; whoever only waits is answered nothing", () => {
  const cluster = createCluster(floodSet, { nodes: 3, clientLatency: "0ms", parameters: {} })
  for (const node of [0, 1, 2]) cluster.request(node, node, { type: "Await", instance: 1, commander: 0 })
  cluster.runFor("10s")
  expect([cluster.facts, cluster.replies]).toEqual([[], []])
  cluster.request(0, 0, { type: "Propose", instance: 2, value: 4 })
  for (const node of [1, 2]) cluster.request(node, node, { type: "Await", instance: 2, commander: 0 })
  cluster.runFor("10s")
  expect(cluster.facts.map(({ node, fact }) => [node, fact.type])).toEqual([0, 1, 2].map(node => [node, "decided"]))
  expect(cluster.replies.map(({ client }) => client)).toEqual([0])
})

it("with f rounds, of which there are none for f = 0, everybody decides its own at once", () => {
  const cluster = createCluster(floodSet, { nodes: 3, clientLatency: "0ms", parameters: { f: "0", rounds: "f" } })
  for (const node of [0, 1, 2]) cluster.request(node, node, { type: "Propose", instance: 1, value: node + 5 })
  cluster.runFor(0)
  expect([cluster.count(), cluster.replies.map(({ reply }) => reply.type === "Decision" && reply.value)]).toEqual([
    0,
    [5, 6, 7],
  ])
})

it("in the early variant, one that hears of somebody who decides is certain, too", () => {
  const cluster = createCluster(floodSet, { nodes: 5, clientLatency: "0ms", parameters: { variant: "early" } })
  cluster.intercept(() => "drop")
  cluster.request(0, 0, { type: "Propose", instance: 1, value: 5 })
  cluster.runFor(0)
  const flood = { type: "Flood", instance: 1, round: 1, inputs: [null, null, null, null, null] } as const
  cluster.inject(1, 0, { ...flood, decides: false })
  expect(cluster.state(0).isCertain).toBe(false)
  cluster.inject(2, 0, { ...flood, decides: true })
  expect(cluster.state(0).isCertain).toBe(true)
})

it("a message of another instance or round, or a second one of a process, says nothing; whoever asked is answered", () => {
  const cluster = createCluster(floodSet, { nodes: 3, clientLatency: "0ms", parameters: {} })
  cluster.request(0, 0, { type: "Propose", instance: 1, value: 5 })
  cluster.runFor(0)
  const flood = { type: "Flood", instance: 1, round: 1, inputs: [null, 7, null], decides: false } as const
  cluster.inject(1, 0, { ...flood, instance: 2 })
  cluster.inject(1, 0, { ...flood, round: 2 })
  expect(cluster.state(0)).toMatchObject({ heard: [0], inputs: [5, null, null] })
  cluster.inject(1, 0, flood)
  cluster.inject(1, 0, { ...flood, inputs: [null, 7, 8] })
  expect(cluster.state(0)).toMatchObject({ heard: [0, 1], inputs: [5, 7, null] })
  cluster.runFor("10s")
  expect(cluster.replies.map(({ reply }) => reply)).toEqual([{ type: "Decision", instance: 1, value: 5 }])
})
