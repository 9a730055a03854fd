/**
 * Stable storage of one node: registers and logs, written in place, with the writes that are not yet durable kept as
 * undo records.
 *
 * A write becomes durable with the next sync. While one sync is under way, all further writes share the one after it
 * (group commit). With a sync latency of 0 every write is durable at once, and nothing needs undoing. What a sync makes
 * durable at some time survives a crash at that time: within one microsecond the sync ends first.
 */
import type { Micros } from "../contract/units.ts"

type Contents = Record<string, unknown>

/** The way to take one write back. */
type Undo =
  /** The registers as they were; `undefined` where there was none. */
  | { readonly kind: "save"; readonly before: Contents; readonly durableAt: Micros }
  | { readonly kind: "append"; readonly log: string; readonly durableAt: Micros }
  | { readonly kind: "truncate"; readonly log: string; readonly cut: readonly unknown[]; readonly durableAt: Micros }
  | { readonly kind: "discard"; readonly log: string; readonly dropped: readonly unknown[]; readonly durableAt: Micros }

/** Engines take lists that have held objects for a kind of their own: a log is of that kind from the beginning. */
function holdObjects(log: unknown): void {
  if (!Array.isArray(log) || log.length > 0) return
  log.push({})
  log.pop()
}

export class Disk {
  // Declared only: engines know no type of a field that was undefined before its value came.
  /** The contents of the disk, as last written. */
  declare contents: Contents
  /** When everything written so far is durable; messages leave the node no earlier. */
  durableAt: Micros = 0
  /** The duration of a sync that begins now. */
  declare syncLatency: Micros
  /** True if syncs fail: nothing that is written becomes durable any more. */
  isFailing = false
  #undo: Undo[] = []
  #pruneAt = 64
  /** The sync begun last covers the writes up to its start; those during it wait for the next. */
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
   * Takes back what is not durable at `now`, the newest write first.
   *
   * @param kept which part of it, 0..1, is on the disk nevertheless: the earliest writes, each whole or not at all
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

  /** When a write made now will be durable: with the sync that starts now, or with the one after that under way. */
  #schedule(now: Micros): Micros {
    if (this.syncLatency === 0 && this.durableAt <= now && !this.isFailing) return now
    if (this.isFailing) this.durableAt = Infinity
    if (this.durableAt === Infinity) return Infinity
    if (this.#nextIsDue && now >= this.#syncEnd) this.#startSync(this.#syncEnd)
    if (now >= this.#syncEnd) this.#startSync(now)
    if (now > this.#syncStart) this.#nextIsDue = true
    // A disk that gets faster does not overtake itself.
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
