/** What the runs of one test file hand on to each other. */
import { RunPool } from "../../runtime/simulation/pool.ts"

export const POOL = new RunPool()
