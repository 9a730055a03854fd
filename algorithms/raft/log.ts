/**
 * Reading the log: the entries on the disk that follow the snapshot, by their log index.
 *
 * The snapshot stands for all entries up to its last included one, so that index 0 of a new disk is "included" too and
 * no case is special.
 */
import { invariant } from "../../runtime/contract/algorithm.ts"
import type { Disk, Entry } from "./types.ts"

export function lastLogIndex(disk: Disk): number {
  return disk.snapshot.lastIncludedIndex + disk.log.length
}

export function lastLogTerm(disk: Disk): number {
  return disk.log.length > 0 ? disk.log[disk.log.length - 1]!.term : disk.snapshot.lastIncludedTerm
}

/** The entry at an index after the snapshot. */
export function entryAt(disk: Disk, index: number): Entry {
  const entry = disk.log[index - disk.snapshot.lastIncludedIndex - 1]
  invariant(entry !== undefined && entry.index === index, "the log holds the entry asked for")
  return entry
}

/** The term of the entry at an index, from the snapshot's last included one to the last of the log. */
export function termAt(disk: Disk, index: number): number {
  return index === disk.snapshot.lastIncludedIndex ? disk.snapshot.lastIncludedTerm : entryAt(disk, index).term
}

/** Up to `most` entries from an index on. */
export function entriesFrom(disk: Disk, index: number, most: number): readonly Entry[] {
  const start = index - disk.snapshot.lastIncludedIndex - 1
  return disk.log.slice(start, start + most)
}

/** True if the log has this entry, or a snapshot (of committed entries, the same for all) in its place. */
export function contains(disk: Disk, index: number, term: number): boolean {
  if (index < disk.snapshot.lastIncludedIndex) return true
  return index <= lastLogIndex(disk) && termAt(disk, index) === term
}

/** True if a log that ends like this is at least as up-to-date as ours: by last term, then by length (§5.4.1). */
export function isUpToDate(disk: Disk, index: number, term: number): boolean {
  const ours = lastLogTerm(disk)
  return term > ours || (term === ours && index >= lastLogIndex(disk))
}

/** Why a follower refuses an AppendEntries whose previous entry it does not have: where its own log goes astray. */
export interface Conflict {
  /** Term of its entry at that index; 0 if its log ends before. */
  readonly term: number
  /** The first index it has of that term; the index after its last entry if its log ends before. */
  readonly index: number
}

export function conflictAt(disk: Disk, prevLogIndex: number): Conflict {
  if (prevLogIndex > lastLogIndex(disk)) return { term: 0, index: lastLogIndex(disk) + 1 }
  const term = termAt(disk, prevLogIndex)
  let index = prevLogIndex
  while (index - 1 > disk.snapshot.lastIncludedIndex && termAt(disk, index - 1) === term) index--
  return { term, index }
}

/**
 * The place up to which the leader's log may still agree with that of a follower that refused `prevLogIndex` (§5.3): it skips the
 * conflicting term at one go, or, if it has entries of that term itself, all that follows them.
 *
 * @returns the next index to send
 */
export function backtrack(disk: Disk, prevLogIndex: number, conflict: Conflict): number {
  // What the leader itself has dropped since, a snapshot will bring.
  if (conflict.term === 0 || prevLogIndex < disk.snapshot.lastIncludedIndex) return conflict.index
  let index = prevLogIndex
  while (index > disk.snapshot.lastIncludedIndex && termAt(disk, index) > conflict.term) index--
  return termAt(disk, index) === conflict.term ? index + 1 : conflict.index
}
