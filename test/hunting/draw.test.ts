// The runs of a hunt: every algorithm meets faults of the kinds that it claims to survive, and no others.
import { describe, expect, test } from "vitest"
import { algorithms } from "../../algorithms/registry.ts"
import { Hunt } from "../../hunting/hunt.ts"
import { changedRun } from "../../hunting/runs/change.ts"
import { drawRun, type Run } from "../../hunting/runs/draw.ts"
import { claimsOf } from "../../runtime/contract/algorithm.ts"
import { descriptorOf } from "../../runtime/faults/registry.ts"
import { Random } from "../../runtime/lib/random.ts"
import { processCount } from "../../runtime/process/parts.ts"
import { isBeyondClaims } from "../../runtime/scenario/claims.ts"
import { PLANTED, withMistake } from "../support/planted.ts"
import { quarryOf } from "../support/quarry.ts"

const SEED = 11
const DRAWS = 80

function breaking({ scenario }: Run, broken: string): readonly number[] {
  return scenario.faults.flatMap(fault => {
    if (descriptorOf(fault).breaks !== broken || !("target" in fault) || fault.target === undefined) return []
    return "nodes" in fault.target ? fault.target.nodes : [-1]
  })
}

function hitsRole({ target }: { readonly target?: object | undefined }, nodes: number): boolean {
  return target !== undefined && "nodes" in target && (target.nodes as readonly number[]).some(node => node >= nodes)
}

describe.each(Object.keys(algorithms))(`%s, seed ${SEED}`, name => {
  const algorithm = algorithms[name]!
  const random = Random.stream(SEED, "workload", 9)
  const quarry = quarryOf(algorithm, undefined, [3, 4, 5])
  const drawn = Array.from({ length: DRAWS }, () => drawRun(quarry, random))
  const runs = [...drawn, ...drawn.map((run, at) => changedRun(run, drawn[DRAWS - 1 - at]!, random))]

  test("runs have faults of the kind that it claims to survive, if any", () => {
    const { faults } = algorithm.tolerates
    expect(runs.some(run => run.scenario.faults.length > 0)).toBe(faults !== "none")
    expect(runs.some(run => breaking(run, "nodes").length > 0)).toBe(faults === "crash")
    expect(runs.some(run => breaking(run, "loyalty").length > 0)).toBe(faults === "byzantine")
  })

  test("what is no failure of a node strikes processes of roles, too, and crashes never do", () => {
    const { faults } = algorithm.tolerates
    const { links, timing } = algorithm.assumes ?? {}
    const struck = runs.flatMap(({ scenario }) =>
      scenario.faults.flatMap(fault =>
        "target" in fault && hitsRole(fault, scenario.nodes) ? [descriptorOf(fault).breaks] : [],
      ),
    )
    const hasRoles = processCount(algorithm, 3, quarry.parameters) > 3
    const mayStrike = hasRoles && faults === "crash" && (links === undefined || timing !== "synchronous")
    expect(struck.length > 0 || !mayStrike).toBe(true)
    expect(struck).not.toContain("nodes")
  })

  test("nothing goes beyond its claims", () => {
    expect(runs.filter(({ scenario }) => isBeyondClaims(scenario))).toEqual([])
    const crowded = runs.filter(run => {
      const { parameters, nodes } = run.scenario
      const { tolerates, assumes = {} } = claimsOf(algorithm, parameters)
      const { storage, links, timing } = assumes
      const isLimited = storage === "none" || links !== undefined || timing === "synchronous"
      return isLimited && new Set(breaking(run, "nodes")).size > tolerates.of(nodes)
    })
    expect(crowded).toEqual([])
  })
})

test("crashes show mistakes of algorithms whose links and times are reliable", async () => {
  const planted = PLANTED["bully"]!.find(({ mistake }) => mistake === "keeps nothing on its disk")!
  const hunt = new Hunt(quarryOf(await withMistake("bully", planted), undefined, [3]), 1)
  let found
  for (let turn = 0; turn < 20 && found === undefined; turn++) found = hunt.seek()
  expect(found).toMatchObject({ symptom: { name: expect.stringContaining("leader") } })
})

test("an operator moves the shards and groups that there are, and clients have transactions", () => {
  const random = Random.stream(SEED, "workload", 9)
  const quarry = quarryOf(algorithms["sharded-groups"]!, undefined)
  const drawn = Array.from({ length: DRAWS }, () => drawRun(quarry, random).scenario)
  for (const { parameters, workload } of drawn) {
    const { shards, groups } = parameters
    expect(workload).toMatchObject({ shards, groups })
  }
  expect(new Set(drawn.map(({ parameters }) => parameters["groups"])).size).toBeGreaterThan(1)
  expect(drawn.some(({ workload }) => Number(workload["transactions"]) > 0)).toBe(true)
})
