/**
 * Cells: the points of a sweep, as plain data that files, workers and reports share.
 *
 * Nothing here needs Effect or Node.js: workers import it and must start in milliseconds.
 */
import type { Algorithm } from "../runtime/contract/algorithm.ts"
import { own } from "../runtime/lib/own.ts"
import type { Scenario } from "../runtime/scenario/scenario.ts"
import type { Service } from "../runtime/contract/service.ts"
import type { Cases } from "./case-space.ts"
import type { RareEvents } from "./rare-events.ts"

/** The algorithms and services that specs may name. A module that exports these three is a registry. */
export interface Registry {
  readonly algorithms: Readonly<Record<string, Algorithm>>
  readonly services: Readonly<Record<string, Service>>
  serviceFor(algorithm: Algorithm, service: string): Service | undefined
  /** Files of an outside algorithm: its version depends on them, too. */
  codeOf?(algorithm: string): readonly string[]
}

/** A scenario that names its algorithm and service. */
export interface CellScenario extends Omit<Scenario, "algorithm" | "service"> {
  readonly algorithm: string
  readonly service: string
  /** The cases that its runs enumerate: run k is case k (`caseOf`). Absent: its runs differ by their seeds. */
  readonly every?: Cases
  /** If given, its runs are cycles of failure and repair: run k is drawn from its seed (`cycleOf`). */
  readonly rare?: RareEvents
}

/** One of the algorithms that an experiment compares, with its settings there. */
export interface Variant {
  /** Part of run ids: the algorithm's name, or a key that distinguishes several uses of it. */
  readonly key: string
  /** The name in charts and tables. */
  readonly label: string
  readonly algorithm: string
  readonly service: string
}

/** Something that a sweep varies. */
export interface Dimension {
  /** `nodes`, `crashes`, `latency`, `parameters.electionTimeout`, ...; the column in result files, with its unit. */
  readonly name: string
  /** A description, for axes. */
  readonly title: string
  /** Unit of the values if they are numbers; empty for counts, shares and words. */
  readonly unit: string
  /** The meaning of its 0 if that is not a quantity: charts then write its values as words, in the order of the sweep. */
  readonly zero?: string
  /** Dimensions that change together with this one: they are among the coordinates of cells but have no axes. */
  readonly with?: readonly Dimension[]
}

/** Dimensions, each with its followers. */
export function withFollowers(dimensions: readonly Dimension[]): readonly Dimension[] {
  return dimensions.flatMap(dimension => [dimension, ...(dimension.with ?? [])])
}

/** The coordinate of a cell on a dimension. */
export interface Coordinate {
  readonly value: number | string
  /** As in ids and tables: `5`, `10ms`, `10%`. */
  readonly text: string
  /** The formula that gave the number of nodes, e.g. `2f+1`. */
  readonly rule?: string
}

/** One point of the sweep, for one algorithm. */
export interface Cell {
  /** E.g. `raft/nodes=5/crashes=2`; a run's id adds `/` and its number, from 1. */
  readonly id: string
  readonly variant: Variant
  readonly point: Readonly<Record<string, Coordinate>>
  /** The unit `d` of durations at this point, in microseconds. */
  readonly linkDelay: number
  readonly scenario: CellScenario
  /** The names of the parameters that the spec gives; others have their algorithm's defaults. */
  readonly given: readonly string[]
  /** The settings that the spec gives as expressions, by `parameters.<name>` and `workload.<name>`, with their values. */
  readonly worked?: Readonly<Record<string, { readonly expression: string; readonly value: string }>>
}

/** Replaces the names of the algorithm and the service by the things themselves. */
export function toScenario(scenario: CellScenario, registry: Registry): Scenario {
  const algorithm = own(registry.algorithms, scenario.algorithm)
  const service = algorithm && registry.serviceFor(algorithm, scenario.service)
  if (algorithm === undefined || service === undefined)
    throw new Error(`there is no ${scenario.algorithm} that offers ${scenario.service}`)
  return { ...scenario, algorithm, service }
}
