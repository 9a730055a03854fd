import type { Coordinate } from "../../../scenarios/cell.ts"
import type { LatencySpec } from "../schema/latency-schema.ts"
import type { Written } from "../schema/scalars.ts"

/** One value of a dimension: as written, and as a coordinate. */
export interface Choice {
  readonly written: Written | LatencySpec
  readonly coordinate: Coordinate
}
