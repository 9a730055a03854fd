/**
 * The exact steps of the model that the checkers take for given histories, and what they find. A saving that is lost, or one
 * that goes too far, changes no verdict of most histories: it shows here. Whoever changes a search puts in the new numbers.
 */
import { expect, test } from "vitest"
import { Random } from "../../../runtime/lib/random.ts"
import { keyValueModel } from "../../../services/linearizability/key-value.ts"
import { findLinearizations } from "../../../services/linearizability/linearizations.ts"
import type { Model } from "../../../services/linearizability/model.ts"
import { isLinearizable } from "../../../services/linearizability/search.ts"
import { shrink } from "../../../services/linearizability/shrink.ts"
import { type Entry, feed, randomHistory, Stream, withOneAnswerChanged } from "./histories.ts"

const BUDGET = 30_000

/** A model that counts its steps. */
function counting<S, I, O>(model: Model<S, I, O>): { readonly model: Model<S, I, O>; readonly taken: () => number } {
  let count = 0
  const step: typeof model.step = (state, input, output) => {
    count++
    return model.step(state, input, output)
  }
  return { model: { ...model, step }, taken: () => count }
}

/** A search's verdict and the steps that it took. */
function searched(
  history: readonly Entry[],
  model: Model<string | null, Entry["input"], NonNullable<Entry["output"]>>,
) {
  const budget = { steps: BUDGET }
  const verdict = isLinearizable(model, history, budget)
  return `${verdict} ${BUDGET - budget.steps}`
}

/** The verdict of the streaming check, and the steps that it took. */
function streamed(history: readonly Entry[]): string {
  const { model, taken } = counting(keyValueModel)
  const stream = new Stream({ budget: BUDGET }, model)
  feed(stream, history, 30_500)
  const verdict = stream.givenUp.length > 0 ? "undecided" : stream.violation === undefined
  return `${verdict} ${taken()}`
}

/** The size of the witness, and the steps that it took. */
function shrunk(history: readonly Entry[]): string {
  if (isLinearizable(keyValueModel, history, { steps: BUDGET }) !== false) return ""
  const { model, taken } = counting(keyValueModel)
  const witness = shrink(model, history)
  return `${witness.length} of ${history.length} ${taken()}`
}

/** The verdict beside linearizations to look at, their number, and the length of the longest. */
function looked(history: readonly Entry[]): string {
  const { isLinearizable: verdict, sequences } = findLinearizations(keyValueModel, history, BUDGET)
  return `${verdict} ${sequences.length}: ${sequences[0]?.length}`
}

const { traceOf: _, ...plainModel } = keyValueModel

/** Of each kind of histories, what comes of four of them: appends and puts, and puts alone, drawn by seeds 1 and 2. */
const KINDS = [
  [
    { clients: 4, operations: 24, values: 2, unknown: 0, telling: false },
    [
      "true 32 | true 44 | true 221 |  | true 1: 24",
      "false 10 | false 28 | false 24 | 2 of 24 73 | false 1: 11",
      "true 24 | true 24 | true 143 |  | true 1: 24",
      "false 10 | false 28 | false 24 | 2 of 24 67 | false 1: 11",
    ],
  ],
  [
    { clients: 5, operations: 40, values: 3, unknown: 0.15, telling: false },
    [
      "true 49 | true 58 | true 337 |  | true 1: 39",
      "true 80 | true 100 | true 732 |  | true 1: 35",
      "true 49 | true 49 | true 316 |  | true 1: 39",
      "true 48 | true 48 | true 456 |  | true 1: 34",
    ],
  ],
  [
    { clients: 5, operations: 40, values: 0, unknown: 0.3, telling: true },
    [
      "false 61 | false 61 | false 59 | 1 of 40 239 | false 1: 14",
      "true 63 | true 63 | true 162 |  | true 1: 31",
      "false 33 | false 53 | false 52 | 1 of 40 81 | false 1: 12",
      "true 58 | true 63 | true 162 |  | true 1: 31",
    ],
  ],
  [
    { clients: 8, operations: 40, values: 2, unknown: 0.3, telling: false },
    [
      "false 457 | false 1219 | false 1337 | 2 of 40 154 | false 5: 23",
      "true 306 | true 612 | true 14039 |  | true 1: 34",
      "false 61 | false 233 | false 257 | 2 of 40 91 | false 2: 21",
      "true 49 | true 49 | true 3939 |  | true 1: 34",
    ],
  ],
  [
    { clients: 8, operations: 60, values: 0, unknown: 0.1, telling: false },
    [
      "true 307 | true 3785 | true 8408 |  | true 1: 56",
      "true 87 | true 87 | true 1557 |  | true 1: 54",
      "true 156 | true 341 | true 1890 |  | true 1: 56",
      "true 87 | true 87 | true 1382 |  | true 1: 54",
    ],
  ],
  [
    { clients: 8, operations: 50, values: 1, unknown: 0.4, telling: false },
    [
      "false 1155 | false 1189 | false 1322 | 2 of 50 380 | false 2: 23",
      "false 1560 | false 2045 | false 14082 | 2 of 50 324 | false 3: 17",
      "true 39 | true 39 | true 459 |  | true 1: 28",
      "false 512 | false 680 | false 819 | 2 of 50 313 | false 1: 13",
    ],
  ],
  [
    { clients: 10, operations: 50, values: 2, unknown: 0.1, telling: true },
    [
      "false 120 | false 129 | false 127 | 3 of 50 658 | false 1: 22",
      "false 395 | false 475 | false 459 | 2 of 50 1424 | false 1: 34",
      "false 338 | false 399 | false 377 | 9 of 50 1892 | false 2: 36",
      "true 112 | true 115 | true 1429 |  | true 1: 46",
    ],
  ],
  [
    { clients: 8, operations: 50, values: 1, unknown: 0, telling: false },
    [
      "true 50 | true 50 | true 4233 |  | true 1: 50",
      "false 926 | false 959 | false 840 | 2 of 50 594 | false 1: 48",
      "true 50 | true 50 | true 1676 |  | true 1: 50",
      "true 55 | true 55 | true 310 |  | true 1: 50",
    ],
  ],
  [
    { clients: 3, operations: 80, values: 1, unknown: 0.6, telling: false },
    [
      "true 34 | true 34 | true 1118 |  | true 1: 25",
      "false 1083 | false 1172 | false 1508 | 2 of 80 461 | false 10: 22",
      "true 30 | true 30 | true 269 |  | true 1: 24",
      "false 234 | false 262 | false 274 | 2 of 80 270 | false 1: 19",
    ],
  ],
] as const

test.each(KINDS)("%j", (kind, expected) => {
  const rows = [true, false].flatMap(appends =>
    [1, 2].map(seed => {
      const random = new Random(seed)
      const history = withOneAnswerChanged(random, randomHistory(random, { ...kind, keys: 1, appends }))
      const searches = [searched(history, keyValueModel), searched(history, plainModel)]
      return [...searches, streamed(history), shrunk(history), looked(history)].join(" | ")
    }),
  )
  expect(rows).toEqual(expected)
})
