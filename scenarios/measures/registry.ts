/** The measures of every run. To add a measure or metric, add one entry to a file beside this one. */
import { LATENCY } from "./latency.ts"
import { LEVELS } from "./levels.ts"
import { LOAD } from "./load.ts"
import type { Measure } from "./measure.ts"
import { MESSAGES } from "./messages.ts"
import { OPERATIONS } from "./operations.ts"
import { OUTAGES } from "./outages.ts"

const ALL = [...OPERATIONS, ...MESSAGES, ...LATENCY, ...OUTAGES, ...LOAD, ...LEVELS] as const

export type MeasureName = (typeof ALL)[number]["name"]

/** The measures, in the order of the columns of `runs.csv`. */
export const MEASURES: readonly (Measure & { readonly name: MeasureName })[] = ALL
