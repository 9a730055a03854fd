/**
 * Wrong solutions of the labs, derived one by one from the rules of the papers: each is a right solution, as a student may
 * write it (`solutions/`), with one rule negated or left out (`rules/`).
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { transform } from "esbuild"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { BrokenRule } from "./broken-rule.ts"
import { rules as bully } from "./rules/bully.ts"
import { rules as chainReplication } from "./rules/chain-replication.ts"
import { rules as floodset } from "./rules/floodset.ts"
import { rules as leaseLeadership } from "./rules/lease-leadership.ts"
import { rules as multiPaxos } from "./rules/multi-paxos.ts"
import { rules as oralMessages } from "./rules/oral-messages.ts"
import { rules as primaryBackup } from "./rules/primary-backup.ts"
import { rules as raftElection } from "./rules/raft-election.ts"
import { rules as raftPersistence } from "./rules/raft-persistence.ts"
import { rules as raftReplication } from "./rules/raft-replication.ts"
import { rules as ricartAgrawala } from "./rules/ricart-agrawala.ts"
import { rules as ringElection } from "./rules/ring-election.ts"
import { rules as tokenRing } from "./rules/token-ring.ts"
import { rules as viewstampedReplication } from "./rules/viewstamped-replication.ts"

const library = pathToFileURL(join(import.meta.dirname, "../../index.ts")).href

/**
 * The text of a right solution of `solutions/` with a rule broken.
 *
 * @throws Error if the text to be changed is not there once
 */
export function editedSolution(file: string, edits: BrokenRule["edits"]): string {
  return edited(join(import.meta.dirname, "solutions", file), edits)
}

function edited(file: string, edits: BrokenRule["edits"]): string {
  let source = readFileSync(file, "utf8")
  for (const [from, to] of edits) {
    const parts = source.split(from)
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places to change, not one: ${from}`)
    source = parts.join(to)
  }
  return source
}

/** Compiles a right solution of `solutions/` with some of its text changed. */
export function compileSolution(file: string, edits: BrokenRule["edits"]): Promise<Algorithm> {
  return compileAlgorithm(join(import.meta.dirname, "solutions", file), edits)
}

/** Compiles the algorithm that a file exports, with some of its text changed; the file imports nothing but "quorate". */
export async function compileAlgorithm(file: string, edits: BrokenRule["edits"]): Promise<Algorithm> {
  const { code } = await transform(edited(file, edits).replace('from "quorate"', `from ${JSON.stringify(library)}`), {
    loader: "ts",
  })
  const url = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`
  const exported: Record<string, unknown> = await import(url)
  const found = Object.values(exported).find(isAlgorithm)
  if (found === undefined) throw new Error(`${file} exports no algorithm`)
  return found
}

function isAlgorithm(value: unknown): value is Algorithm {
  return typeof value === "object" && value !== null && "receive" in value
}

/** A lab, and a right solution of it whose rules are broken one by one. */
interface Corpus {
  readonly lab: string
  readonly solution: string
  readonly rules: readonly BrokenRule[]
}

export const corpora: readonly Corpus[] = [
  { lab: "bully", solution: "bully.ts", rules: bully },
  { lab: "ring-election", solution: "ring-election.ts", rules: ringElection },
  { lab: "ricart-agrawala", solution: "ricart-agrawala.ts", rules: ricartAgrawala },
  { lab: "token-ring", solution: "token-ring.ts", rules: tokenRing },
  { lab: "lease-leadership", solution: "lease-leadership.ts", rules: leaseLeadership },
  { lab: "oral-messages", solution: "oral-messages.ts", rules: oralMessages },
  { lab: "floodset", solution: "floodset.ts", rules: floodset },
  { lab: "raft-election", solution: "raft.ts", rules: raftElection },
  { lab: "raft-replication", solution: "raft.ts", rules: raftReplication },
  { lab: "raft-persistence", solution: "raft.ts", rules: raftPersistence },
  { lab: "multi-paxos", solution: "multi-paxos.ts", rules: multiPaxos },
  { lab: "primary-backup", solution: "primary-backup.ts", rules: primaryBackup },
  { lab: "chain-replication", solution: "chain-replication.ts", rules: chainReplication },
  { lab: "viewstamped-replication", solution: "viewstamped-replication.ts", rules: viewstampedReplication },
]
