/** The project's own bully election, as a solution of the lab: the highest process waits like the others. */
import { bully } from "../../algorithms/bully/bully.ts"

export const reference = bully
