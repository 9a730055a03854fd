/** Resolves the initial leader and the initial logs of a spec at one point of the sweep. */
import { problemOf } from "../../../runtime/scenario/beginning.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import type { Regions } from "../../../runtime/network/network.ts"
import { parseLog } from "../../../scenarios/logs.ts"
import { COUNT_FORM, evaluate, parseFormula, type Sizes } from "../schema/formula.ts"
import { didYouMean, shown } from "../../../lib/problems.ts"
import type { Written } from "../schema/scalars.ts"
import type { Spec } from "../schema/schema.ts"
import type { Path } from "../../../lib/source.ts"
import type { ResolvedVariant } from "./variants.ts"

type Report = (path: Path, message: string) => void
type Beginning = Pick<Scenario, "leader" | "initial">

/** The initial state as the spec describes it; reports what is wrong with it. */
export function beginningAt(spec: Spec, sizes: Sizes, nodes: number, placed: Placed, report: Report): Beginning {
  const leader = leaderAt(placed, sizes, nodes, report)
  const initial = logsAt(spec, nodes, report)
  return { ...(leader === undefined ? {} : { leader }), ...(initial === undefined ? {} : { initial }) }
}

/** The leader as the spec or its sweep gives it, and the regions of the nodes. */
export interface Placed {
  readonly leader: Written | undefined
  readonly path: Path
  readonly regions: Regions | undefined
}

function leaderAt({ leader, path, regions }: Placed, sizes: Sizes, nodes: number, report: Report): number | undefined {
  if (leader === undefined) return undefined
  const formula = parseFormula(leader)
  if (formula === undefined) return leaderIn(leader, path, regions, report)
  const id = evaluate(formula, sizes)
  if (id !== undefined && id >= 0 && id < nodes) return id
  const message =
    id === undefined
      ? `found ${shown(leader)}, but f is not given; sweep it or say f: 2`
      : `found node ${id}, but with n = ${nodes} nodes are 0 to ${nodes - 1}`
  report(path, message)
  return undefined
}

/** The first node of a region. */
function leaderIn(written: Written, path: Path, regions: Placed["regions"], report: Report): number | undefined {
  const places = regions?.nodes.flatMap(place => regions.names?.[place] ?? []) ?? []
  const id = places.indexOf(String(written))
  if (id >= 0) return id
  const names = [...new Set(places)]
  const region = names.length === 0 ? "" : `, or a region with a node: ${names.join(", ")}`
  report(path, `found ${shown(written)}, expected ${COUNT_FORM}${region}${didYouMean(String(written), names)}`)
  return undefined
}

function logsAt({ initial }: Spec, nodes: number, report: Report): Scenario["initial"] {
  if (initial === undefined) return undefined
  for (const key of Object.keys(initial)) {
    if (key === "all" || (/^(0|[1-9][0-9]*)$/.test(key) && Number(key) < nodes)) continue
    report(["initial", key], `found "${key}", expected a node from 0 to ${nodes - 1}, or all`)
    return undefined
  }
  const others = parseLog(initial["all"] ?? []) ?? []
  return Array.from({ length: nodes }, (_, id) => {
    const own = initial[String(id)]
    return own === undefined ? others : (parseLog(own) ?? [])
  })
}

/** Reports why an algorithm cannot begin in this state. */
export function checkBeginning(
  { definition }: ResolvedVariant,
  scenario: Pick<Scenario, "nodes" | "leader" | "initial" | "parameters">,
  report: Report,
): void {
  const problem = problemOf(definition, scenario, scenario.parameters)
  if (problem !== undefined) report([problem.about], problem.message)
}
