/** Runs as files and as links: the same scenario file that the command line opens, or its compressed text in a URL's fragment. */
import * as registry from "../../../algorithms/registry.ts"
import { MILLISECOND, type Micros } from "../../../runtime/contract/units.ts"
import type { RunResult } from "../../../runtime/scenario/scenario.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { toScenario } from "../../../scenarios/cell.ts"
import { decodeScenario, type RunnableScenario, scenarioText } from "../../../scenarios/scenario-file.ts"

/** The run up to a time: clients begin no operation after it, and what is in flight then ends. */
export function runUntil(run: RunnableScenario, time: Micros): RunnableScenario {
  const { scenario } = run
  const end = Math.ceil(Math.max(time, scenario.warmup + 1) / MILLISECOND) * MILLISECOND
  if (time === 0 || end >= scenario.duration) return run
  const interventions = (scenario.interventions ?? []).filter(({ at }) => at <= end)
  const faults = scenario.faults.filter(({ at }) => at <= end)
  return { ...run, scenario: { ...scenario, duration: end, faults, interventions } }
}

/** A saved run, with its violation. */
export interface SavedRun {
  readonly text: string
  readonly result: RunResult
  /** The first check that it violates. */
  readonly violates: string | undefined
}

/** The scenario file of a run, which is first run to its end to find what it violates. */
export function savedRun(run: RunnableScenario): SavedRun {
  const result = simulate(toScenario(run.scenario, registry), run.seed)
  const verdicts = result.status === "completed" ? Object.entries(result.outcome.verdicts) : []
  const violates = verdicts.find(([, { verdict }]) => verdict === "violated")?.[0]
  const { violates: _, ...rest } = run
  const text = scenarioText(violates === undefined ? rest : { ...rest, violates }, registry)
  return { text, result, violates }
}

/** Reads a scenario file. @throws Error with a description if it is not one */
export function runFromText(text: string): RunnableScenario {
  let written: unknown
  try {
    written = JSON.parse(text)
  } catch {
    throw new Error("not a scenario in JSON as the playground and quorate write it")
  }
  const run = decodeScenario(written, registry)
  if ("problems" in run) {
    const problems = run.problems.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": "))
    throw new Error(`this scenario cannot be run: ${problems.join("; ")}`)
  }
  return run
}

const FRAGMENT = "#run="

/** The fragment of a link to a run. */
export async function fragmentOf(run: RunnableScenario): Promise<string> {
  const compact = JSON.stringify(JSON.parse(scenarioText(run, registry)))
  const packed = await through(new TextEncoder().encode(compact), new CompressionStream("deflate-raw"))
  const letters = Array.from(packed, byte => String.fromCharCode(byte)).join("")
  return FRAGMENT + btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

/** The run in a fragment; undefined if there is none. @throws Error with a description if it is damaged */
export async function runFromFragment(fragment: string): Promise<RunnableScenario | undefined> {
  if (!fragment.startsWith(FRAGMENT)) return undefined
  let text: string
  try {
    const letters = atob(fragment.slice(FRAGMENT.length).replaceAll("-", "+").replaceAll("_", "/"))
    const packed = Uint8Array.from(letters, letter => letter.codePointAt(0) ?? 0)
    text = new TextDecoder().decode(await through(packed, new DecompressionStream("deflate-raw")))
  } catch {
    throw new Error("the link is damaged: a part of it is missing")
  }
  return runFromText(text)
}

async function through(bytes: Uint8Array<ArrayBuffer>, transform: CompressionStream | DecompressionStream) {
  const stream = new Blob([bytes]).stream().pipeThrough(transform)
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
