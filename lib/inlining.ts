/**
 * Has the engine inline more than its defaults allow.
 *
 * An event of a run passes through small functions of four layers: the loop, the network, the algorithm's handler, the
 * service with its checks. V8 stops inlining them at a bytecode size that they exceed together, and by chance at a
 * different one of them in each process. With more room, runs take about a tenth less time and differ less; but the code
 * takes seconds more to be made, in each thread. So it is for what takes long: sweeps of which a minute is left, and
 * benchmarks, which measure those.
 */
import { setFlagsFromString } from "node:v8"

/**
 * Bytes of bytecode that may be inlined into one function: all together, each, and with the smallest functions, which
 * are inlined beyond the first limit too. V8's own limits are 920, 460 and 4600.
 */
const TOGETHER = 8_000
const EACH = 1_000
const WITH_SMALL = 20_000

/** For what the engine makes from now on, in this process with all its threads: what is there already stays as it is. */
export function inlineMore(): void {
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${TOGETHER}`)
  setFlagsFromString(`--max-inlined-bytecode-size=${EACH}`)
  setFlagsFromString(`--max-inlined-bytecode-size-absolute=${WITH_SMALL}`)
}
