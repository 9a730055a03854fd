/** The program of three processes, which tests of computations vary: messages go round a ring. */
import { SECOND } from "../../../../runtime/contract/units.ts"
import type { Program } from "../../../../services/recovery/program.ts"

/** Every step ends with a message to the next process. */
export const RING_PROGRAM: Program = {
  seed: 1,
  processes: 3,
  steps: 10,
  step: SECOND,
  stepTimes: "constant",
  firstStep: 0,
  messages: 1,
  outputs: 0,
  receivers: "next",
  image: 1_024,
  payload: 1,
  block: 1_024,
  restart: 0,
}
