/**
 * The initial logs of nodes, as people write them: the epoch of each entry, `[1, 1, 4]`, with `1x500` for five hundred
 * entries of epoch 1.
 *
 * Plain functions, for specs and for scenario files, which pages read too.
 */

/** More entries than this are a typo. */
export const MAX_ENTRIES = 100_000

const RUN = /^([1-9][0-9]{0,8}) ?x ?([1-9][0-9]{0,8})$/

export const ENTRY_FORM = "the epoch of an entry, an integer from 1 to 999999999, or a run of them such as 1x500"

/** The epoch of an item of a log, and its number of repetitions; `undefined` if the item is invalid. */
export function parseRun(item: unknown): { readonly epoch: number; readonly times: number } | undefined {
  if (typeof item === "number") {
    return Number.isSafeInteger(item) && item >= 1 && item < 1e9 ? { epoch: item, times: 1 } : undefined
  }
  const match = typeof item === "string" ? RUN.exec(item.trim()) : null
  return match === null ? undefined : { epoch: Number(match[1]), times: Number(match[2]) }
}

/** The epoch of each entry; `undefined` if an item is invalid, or there are more than {@link MAX_ENTRIES} entries. */
export function parseLog(items: readonly unknown[]): readonly number[] | undefined {
  const log: number[] = []
  for (const item of items) {
    const run = parseRun(item)
    if (run === undefined || log.length + run.times > MAX_ENTRIES) return undefined
    for (let i = 0; i < run.times; i++) log.push(run.epoch)
  }
  return log
}

/** Writes a log, abbreviating runs of equal epochs. */
export function formatLog(log: readonly number[]): readonly (number | string)[] {
  const starts = log.flatMap((epoch, place) => (place === 0 || epoch !== log[place - 1] ? [place] : []))
  return starts.map((start, i) => {
    const times = (starts[i + 1] ?? log.length) - start
    return times === 1 ? log[start]! : `${log[start]}x${times}`
  })
}
