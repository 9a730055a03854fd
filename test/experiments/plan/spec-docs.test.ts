// docs/spec.md: its examples are specs, and it leaves no key out.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { fault } from "../../../experiments/plan/schema/fault-schema.ts"
import { network } from "../../../experiments/plan/schema/network-schema.ts"
import { specSchema } from "../../../experiments/plan/schema/schema.ts"

const text = readFileSync(join(import.meta.dirname, "../../../docs/spec.md"), "utf8")
const examples = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, example]) => example!)

/** A whole spec around an example that is only a part of one. */
const BASE = "question: q\nalgorithms: [raft]\nnodes: 5\nduration: 60s\n"

/** The base with an algorithm that offers the service of the example. */
function baseFor(example: string): string {
  const service = /^service: (\S+)$/m.exec(example)?.[1] ?? "replicated-log"
  const all = Object.values(registry.algorithms)
  const one = [...all.filter(({ name }) => name === "raft"), ...all].find(each => registry.serviceFor(each, service))
  return BASE.replace("raft", one?.name ?? "")
}
/** Charts need something to be drawn against. */
const SWEPT =
  "question: q\nalgorithms: [raft]\nsweep: { nodes: [3, 5] }\nfaults: [{ crash: { count: 0..1, at: 5s } }]\n"

function whole(example: string): string {
  if (example.startsWith("question:")) return example
  if (example.startsWith("charts:")) return SWEPT + example
  const base = baseFor(example)
  return (/^duration:/m.test(example) ? base.replace(/duration.*\n/, "") : base) + example
}

test.each(examples)("an example is a valid spec: %s", example => {
  expect(parseExperiment("example.yaml", whole(example), registry)).not.toHaveProperty("problems")
})

describe("no key is left out:", () => {
  const settings = Object.values(fault.fields).flatMap(({ schema }) => Object.keys(schema.fields))
  test.each([
    ["spec", Object.keys(specSchema({ parameters: [], workload: [] }).fields)],
    ["network", Object.keys(network.fields)],
    ["kind of fault", Object.keys(fault.fields)],
    ["setting of faults", [...new Set(settings)]],
  ])("%s", (_, keys) => {
    const missing = keys.filter(key => !new RegExp(`[\`{ ]${key}[\`:]`).test(text))
    expect(missing).toEqual([])
  })
})
