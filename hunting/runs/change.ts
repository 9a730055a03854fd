/** Changes to runs that have shown something new: another seed, or other faults. */
import { MILLISECOND } from "../../runtime/contract/units.ts"
import type { Random } from "../../runtime/lib/random.ts"
import { isBeyondClaims } from "../../runtime/scenario/claims.ts"
import type { Fault, Scenario } from "../../runtime/scenario/scenario.ts"
import { drawSeed, kindsOf, type Run, spanOf } from "./draw.ts"
import { drawFault, drawKinds, type Span, withOneDrift } from "./faults.ts"

/** A run with one change: its seed, or some of its faults, or faults taken from another run. */
export function changedRun({ scenario, seed }: Run, other: Run, random: Random): Run {
  if (scenario.faults.length === 0 || random.chance(0.3)) return { scenario, seed: drawSeed(random) }
  const faults = withOneDrift(changedFaults(scenario, other.scenario, random))
  const changed = { ...scenario, faults }
  return isBeyondClaims(changed) ? { scenario, seed: drawSeed(random) } : { scenario: changed, seed }
}

function changedFaults(scenario: Scenario, other: Scenario, random: Random): readonly Fault[] {
  const { faults, nodes } = scenario
  const span = spanOf(scenario, random)
  const place = random.integer(0, faults.length - 1)
  const one = faults[place]
  // If only some may crash, it is always the same ones.
  switch (random.integer(0, span.victims === null ? 5 : 3)) {
    case 0:
      return faults.filter((_, at) => at !== place)
    case 1:
      return one === undefined ? faults : faults.with(place, moved(one, span, random))
    case 2:
      return one === undefined ? faults : [...faults, moved(one, span, random)]
    case 3:
      return faults.map(fault => (random.chance(0.5) ? moved(fault, span, random) : fault))
    case 4:
      return isAlike(scenario, other) ? [...faults.slice(0, place), ...other.faults.slice(place)] : faults
    default: {
      const kinds = drawKinds(random, kindsOf(scenario))
      return kinds.length === 0 || nodes === 1 ? faults : [...faults, drawFault(random, kinds, span)]
    }
  }
}

function isAlike(scenario: Scenario, other: Scenario): boolean {
  return other.nodes === scenario.nodes && other.duration <= scenario.duration
}

/** Somewhat earlier or later, shorter or longer. */
function moved(fault: Fault, { from, to }: Span, random: Random): Fault {
  const by = random.integer(-20, 20) * (random.chance(0.5) ? MILLISECOND : 100)
  const at = Math.min(to - 1, Math.max(from, fault.at + by))
  if (fault.for === undefined) return { ...fault, at }
  const length = Math.max(1, Math.round(fault.for * (0.5 + random.share())))
  return { ...fault, at, for: Math.min(length, to - at) }
}
