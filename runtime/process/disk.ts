/**
 * Stable storage of one node: registers and logs, written in place, with the writes that are not yet durable kept as
 * undo records.
 *
 * A write becomes durable with the next sync. While a sync is under way, all further writes share the next one (group
 * commit). With a sync latency of 0 every write is durable at once, and nothing needs undoing. A sync that ends at the
 * time of a crash ends first: its writes survive.
 */
import type { Micros } from "../contract/units.ts"

type Contents = Record<string, unknown>

/** The undo record of one write. */
type Undo =
  /** The previous registers; `undefined` if there was none. */
  | { readonly kind: "save"; readonly before: Contents; readonly durableAt: Micros }
  | { readonly kind: "append"; readonly log: string; readonly durableAt: Micros }
  | { readonly kind: "truncate"; readonly log: string; readonly cut: readonly unknown[]; readonly durableAt: Micros }
  | { readonly kind: "discard"; readonly log: string; readonly dropped: readonly unknown[]; readonly durableAt: Micros }

/** Engines represent lists that have held objects differently: a log gets that representation from the beginning. */
function holdObjects(log: unknown): void {
  if (!Array.isArray(log) || log.length > 0) return
  log.push({})
  log.pop()
}

export class Disk {
  // Declared only: engines infer no type for a field that is undefined at first.
  /** The contents of the disk, as last written. */
  declare contents: Contents
  /** The time at which everything written so far is durable; messages leave the node no earlier. */
  durableAt: Micros = 0
  /** The duration of a sync that begins now. */
  declare syncLatency: Micros
  /** True if syncs fail: no write becomes durable any more. */
  isFailing = false
  #undo: Undo[] = []
  #pruneAt = 64
  /** The start of the last sync: it covers the writes up to then; later writes wait for the next sync. */
  #syncStart: Micros = -1
  #syncEnd: Micros = 0
  #nextIsDue = false

  constructor(contents: object, syncLatency: Micros) {
    this.contents = contents as Contents
    for (const register in this.contents) holdObjects(this.contents[register])
    this.syncLatency = syncLatency
  }

  save(registers: object, now: Micros): void {
    const written = registers as Contents
    const durableAt = this.#schedule(now)
    if (durableAt > now) {
      const before: Contents = {}
      for (const register in written) before[register] = this.contents[register]
      this.#undo.push({ kind: "save", before, durableAt })
    }
    for (const register in written) this.contents[register] = written[register]
  }

  append(log: string, entry: unknown, now: Micros): void {
    const durableAt = this.#schedule(now)
    this.#log(log).push(entry)
    if (durableAt > now) this.#undo.push({ kind: "append", log, durableAt })
  }

  truncate(log: string, length: number, now: Micros): void {
    const durableAt = this.#schedule(now)
    const entries = this.#log(log)
    if (durableAt > now) this.#undo.push({ kind: "truncate", log, cut: entries.slice(length), durableAt })
    entries.length = Math.min(entries.length, length)
  }

  discard(log: string, count: number, now: Micros): void {
    const durableAt = this.#schedule(now)
    const dropped = this.#log(log).splice(0, count)
    if (durableAt > now) this.#undo.push({ kind: "discard", log, dropped, durableAt })
  }

  /**
   * Undoes the writes that are not durable at `now`, newest first.
   *
   * @param kept the share of them, 0..1, that survives nevertheless: the earliest writes, each entirely or not at all
   */
  crash(now: Micros, kept = 0): void {
    const lost = this.#undo.filter(({ durableAt }) => durableAt > now)
    for (const write of lost.slice(Math.floor(kept * (lost.length + 1))).toReversed()) this.#takeBack(write)
    this.#undo = []
    this.#syncStart = -1
    this.#syncEnd = now
    this.#nextIsDue = false
    this.durableAt = now
  }

  #log(name: string): unknown[] {
    return this.contents[name] as unknown[]
  }

  /**
   * The time at which a write made now will be durable: with the sync that starts now, or with the one after that under
   * way.
   */
  #schedule(now: Micros): Micros {
    if (this.syncLatency === 0 && this.durableAt <= now && !this.isFailing) return now
    if (this.isFailing) this.durableAt = Infinity
    if (this.durableAt === Infinity) return Infinity
    if (this.#nextIsDue && now >= this.#syncEnd) this.#startSync(this.#syncEnd)
    if (now >= this.#syncEnd) this.#startSync(now)
    if (now > this.#syncStart) this.#nextIsDue = true
    // Even if the disk gets faster, a sync does not end before an earlier one.
    this.durableAt = Math.max(this.durableAt, this.#syncEnd + (this.#nextIsDue ? this.syncLatency : 0))
    if (this.#undo.length >= this.#pruneAt) this.#forgetDurableWrites(now)
    return this.durableAt
  }

  #startSync(start: Micros): void {
    this.#syncStart = start
    this.#syncEnd = start + this.syncLatency
    this.#nextIsDue = false
  }

  #forgetDurableWrites(now: Micros): void {
    this.#undo = this.#undo.filter(write => write.durableAt > now)
    this.#pruneAt = Math.max(64, 2 * this.#undo.length)
  }

  #takeBack(write: Undo): void {
    switch (write.kind) {
      case "save":
        for (const register in write.before) {
          if (write.before[register] === undefined) delete this.contents[register]
          else this.contents[register] = write.before[register]
        }
        break
      case "append":
        this.#log(write.log).pop()
        break
      case "truncate":
        this.#log(write.log).push(...write.cut)
        break
      case "discard":
        this.#log(write.log).unshift(...write.dropped)
        break
    }
  }
}
