/**
 * Has the engine inline more than its defaults allow.
 *
 * An event of a run passes through small functions of four layers: the loop, the network, the algorithm's handler, the
 * service with its checks. V8 limits the total bytecode size of inlining, which they exceed, and by chance it stops at
 * a different function in each process. With higher limits, runs take about a tenth less time and vary less; but
 * compilation takes seconds longer in each thread. So it is for long work: sweeps of which a minute is left, and
 * benchmarks, which measure those.
 */
import { setFlagsFromString } from "node:v8"

/**
 * Bytes of bytecode that may be inlined into one function: in total, per function, and in total with the smallest
 * functions, which are inlined even beyond the first limit. V8's own limits are 920, 460 and 4600.
 */
const TOGETHER = 8_000
const EACH = 1_000
const WITH_SMALL = 20_000

/** Applies to code compiled from now on, in all threads of this process; code compiled before is unaffected. */
export function inlineMore(): void {
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${TOGETHER}`)
  setFlagsFromString(`--max-inlined-bytecode-size=${EACH}`)
  setFlagsFromString(`--max-inlined-bytecode-size-absolute=${WITH_SMALL}`)
}
