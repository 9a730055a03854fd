/** Short histories: five clients read, write and compare-and-set a register of few values, and miss some answers. */
import { Random } from "../../runtime/lib/random.ts"
import { checkHistory } from "../../services/linearizability/check.ts"
import { type KeyValueAnswer, keyValueModel } from "../../services/linearizability/key-value.ts"
import type { HistoryOperation } from "../../services/linearizability/model.ts"
import type { KeyValueOperation } from "../../services/machines/key-value.ts"

type Operation = HistoryOperation<KeyValueOperation, KeyValueAnswer>

const HISTORIES = 40
const CLIENTS = 5
const [MIN_OPERATIONS, MAX_OPERATIONS] = [100, 170]
const VALUES = 5
const KEY = "register"

/** The histories: linearizable, or with one value read that another replaces, which makes them violated. */
export function shortHistories(isLinearizable: boolean): readonly (readonly Operation[])[] {
  const random = new Random(1)
  const histories: (readonly Operation[])[] = []
  while (histories.length < HISTORIES) {
    const history = linearizableHistory(random)
    if (isLinearizable) histories.push(history)
    else {
      const changed = withOneReadChanged(history, random)
      // The wrong value may be right at another moment.
      if (checkHistory(keyValueModel, changed).verdict === "violated") histories.push(changed)
    }
  }
  return histories
}

/** Each operation takes effect at a moment between its call and its return; one in twenty-five has no answer. */
function linearizableHistory(random: Random): readonly Operation[] {
  const count = random.integer(MIN_OPERATIONS, MAX_OPERATIONS)
  const isFreeAt = Array.from({ length: CLIENTS }, () => random.integer(0, 50))
  const drafts = Array.from({ length: count }, (_, index) => {
    const client = index % CLIENTS
    const call = isFreeAt[client]!
    const effect = call + random.integer(1, 20)
    const end = effect + random.integer(1, 20)
    isFreeAt[client] = end + random.integer(1, 100)
    return { client, call, effect, end }
  })
  let state: string | null = null
  const history = drafts
    .toSorted((a, b) => a.effect - b.effect)
    .map(({ client, call, end }): Operation => {
      const input = randomOperation(random)
      const output: KeyValueAnswer =
        input.op === "get" ? { done: true, value: state } : { done: input.op !== "cas" || input.expected === state }
      const after = keyValueModel.step(state, input, output)
      if (after === undefined) throw new Error("an answer from the state fits it")
      state = after
      const isLost = random.integer(1, 25) === 1
      return { client, input, output: isLost ? undefined : output, call, return: isLost ? Infinity : end }
    })
  return history.toSorted((a, b) => a.call - b.call)
}

function randomOperation(random: Random): KeyValueOperation {
  const value = (): string => String(random.integer(0, VALUES - 1))
  switch (random.integer(0, 2)) {
    case 0:
      return { op: "get", key: KEY }
    case 1:
      return { op: "put", key: KEY, value: value() }
    default:
      return { op: "cas", key: KEY, expected: value(), value: value() }
  }
}

function withOneReadChanged(history: readonly Operation[], random: Random): readonly Operation[] {
  const reads = history.flatMap(({ input, output }, place) =>
    input.op === "get" && output !== undefined ? [place] : [],
  )
  const place = reads[random.integer(0, reads.length - 1)]
  if (place === undefined) return history
  const output = { done: true, value: String(random.integer(0, VALUES - 1)) }
  return history.with(place, { ...history[place]!, output })
}
