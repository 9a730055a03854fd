/**
 * Mutation runs: plants every mistake that Stryker knows (a comparison inverted, a condition fixed, a block removed, a sign
 * changed) into the code, one at a time, and runs the tests of that room against it.
 *
 *     npm run mutation                                            all rooms, one after the other: most of a day
 *     npm run mutation -- algorithms/raft runtime/network         some rooms
 *     npm run mutation -- services/agreement --sample 150 --seed 2    150 mutants of a room, drawn at random
 *
 * Mutants that no test kills are printed, kept in `results/mutation/<room>.txt`, and make the exit code 1 unless
 * `test/mutation/harmless.yaml` says of them why they change nothing that can be seen. Counts go to
 * `test/mutation/summary.json`, which is committed, with a table for readers in `test/mutation/README.md`.
 *
 * A sample says how well the tests do only before its survivors have led to new tests. Measure with a new seed after that.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { parseArgs } from "node:util"
import { Stryker } from "@stryker-mutator/core"
import { parse } from "yaml"
import {
  draw,
  type FileScore,
  type Harmless,
  isHarmless,
  type Mutant,
  type RoomScore,
  shown,
  summaryPage,
} from "../test/mutation/score.ts"
import { LEFT_OUT_FILE, TESTS } from "./mutation/in-process.ts"
import { SAMPLE } from "./mutation/sample.ts"

const ROOT = join(import.meta.dirname, "..")
const SUMMARY = join(ROOT, "test/mutation/summary.json")
const README = join(ROOT, "test/mutation/README.md")
const RESULTS = join(ROOT, "results/mutation")

/** Remarks on a mutant that was not killed, by its status. */
const REMARKS: Readonly<Record<string, string>> = {
  Survived: "",
  NoCoverage: " (no test comes here)",
  Timeout: " (timed out)",
}

/** Files that are mutated together, and the tests that must detect it. */
interface Room {
  readonly mutate: readonly string[]
  readonly tests: readonly string[]
}

/** Quick tests of whole runs, which go through all of `runtime/`. */
const RUNS = [
  "test/runtime/faults/faults.test.ts",
  "test/runtime/faults/overlapping-faults.test.ts",
  "test/runtime/faults/offices.test.ts",
  "test/runtime/network/{client-links,network}.test.ts",
  "test/runtime/process/{disk,process}.test.ts",
  "test/runtime/scenario/*.test.ts",
  "test/runtime/simulation/{busy-nodes,counters,service-timers,simulation,streams,timers}.test.ts",
  "test/runtime/simulation/broken-*.test.ts",
]

/**
 * Tests that plant mistakes themselves, and hundreds of random runs, which take minutes per mutant: without them scores are
 * too low, never too high.
 */
const LEFT_OUT = [
  "**/mutants.test.ts",
  "test/algorithms/contract.test.ts",
  "test/algorithms/{active-replication,raft}/faults.test.ts",
  "test/algorithms/raft/parallel-write.test.ts",
  "test/algorithms/*/safety.test.ts",
  "test/runtime/faults/{random-faults,renewal-availability}.test.ts",
  "test/services/mutual-exclusion/dead-clients.test.ts",
  "test/services/replicated-log/lost-writes.test.ts",
]

/** Tests of behaviour common to algorithms with leaders, and the algorithms that they test. */
const ALIKE = ["test/algorithms/common/{equal-terms,preferred-leader}.test.ts"]
const LEADERS: ReadonlySet<string> = new Set(["algorithms/multi-paxos", "algorithms/raft"])

/** Algorithms whose tests also cover a service: nothing else has clients of it. */
const USERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["services/sharded-store", ["test/algorithms/sharded-groups/{messages,stories,transactions}.test.ts"]],
  [
    "services/recovery",
    [
      "test/algorithms/{causal,optimistic,pessimistic,sender-based}-logging/*.test.ts",
      "test/algorithms/{blocking,uncoordinated}-checkpoints/*.test.ts",
      "test/algorithms/{chandy-lamport,communication-induced}/*.test.ts",
    ],
  ],
])

/** Folders that algorithms share, and quick tests of these algorithms, with single messages. */
const SHARED: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "algorithms/common",
    [
      "test/algorithms/{bully,ring-election,oral-messages,multi-paxos}/*.test.ts",
      "test/algorithms/lease-leadership/{late,logged-store}.test.ts",
      "test/algorithms/signed-messages/signed-messages.test.ts",
    ],
  ],
  [
    "algorithms/common/logging",
    ["test/algorithms/*-logging/{stories,log,memory,determinants,incarnations,theory}.test.ts"],
  ],
  [
    "algorithms/common/recovery",
    [
      "test/algorithms/*-logging/{stories,log,memory,determinants}.test.ts",
      "test/algorithms/*-checkpoints/{stories,phases,checkpoints,recovery-line}.test.ts",
      "test/algorithms/{chandy-lamport,communication-induced}/{stories,snapshots,checkpoints}.test.ts",
    ],
  ],
  [
    "algorithms/common/sequenced",
    [
      "test/algorithms/active-replication/{behaviours,counts,front-ends,logged-order,stories}.test.ts",
      "test/algorithms/semi-active-replication/*.test.ts",
    ],
  ],
])

function rooms(): ReadonlyMap<string, Room> {
  const folders = (parent: string): string[] =>
    readdirSync(join(ROOT, parent), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => `${parent}/${entry.name}`)
  const found = new Map<string, Room>()
  for (const folder of folders("algorithms")) {
    found.set(folder, {
      mutate: [`${folder}/**/*.ts`],
      tests: [`test/${folder}/**/*.test.ts`, "test/algorithms/*.test.ts", ...(LEADERS.has(folder) ? ALIKE : [])],
    })
  }
  for (const [folder, tests] of SHARED) {
    found.set(folder, { mutate: [`${folder}/*.ts`], tests: [`test/${folder}/*.test.ts`, ...tests] })
  }
  // Only the tests that mirror a folder, and quick ones of whole runs: others may detect more, but take hours.
  for (const folder of folders("services")) {
    const tests = [`test/${folder}/**/*.test.ts`, ...(USERS.get(folder) ?? [])]
    found.set(folder, { mutate: [`${folder}/**/*.ts`], tests })
  }
  for (const folder of folders("runtime")) {
    const runs = folder === "runtime/checker" ? [] : RUNS
    found.set(folder, { mutate: [`${folder}/**/*.ts`], tests: [`test/${folder}/**/*.test.ts`, ...runs] })
  }
  found.set("services", {
    mutate: ["services/*.ts"],
    tests: ["test/services/*.test.ts", "test/services/{agreement,leader-election,mutual-exclusion}/*.test.ts"],
  })
  return found
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    concurrency: { type: "string", default: "2" },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
  },
})
const sample = values.sample === undefined ? undefined : { size: Number(values.sample), seed: Number(values.seed) }
const all = rooms()
const unknown = positionals.find(name => !all.has(name))
if (unknown !== undefined) {
  console.error(`room: found ${unknown}, expected one of ${[...all.keys()].join(", ")}`)
  process.exit(2)
}
const harmless: readonly Harmless[] = parse(readFileSync(join(ROOT, "test/mutation/harmless.yaml"), "utf8")) ?? []

let survivors = 0
for (const name of positionals.length > 0 ? positionals : all.keys()) survivors += await mutate(name, all.get(name)!)
process.exitCode = survivors === 0 ? 0 : 1

/** Runs a room, prints and records what it found, and returns how many mutants survived without an excuse. */
async function mutate(name: string, { mutate: files, tests }: Room): Promise<number> {
  process.env[TESTS] = JSON.stringify({ include: tests, exclude: LEFT_OUT })
  const leftOut = join(RESULTS, `${name.replaceAll("/", "-")}-left-out.txt`)
  process.env[LEFT_OUT_FILE] = leftOut
  mkdirSync(RESULTS, { recursive: true })
  if (sample !== undefined) process.env[SAMPLE] = JSON.stringify(sample)
  const results = await new Stryker({
    testRunner: "in-process",
    mutate: [...files],
    // The type checker, which does not run here, guards strings of union types; other strings are for people.
    mutator: { excludedMutations: ["StringLiteral"] },
    // Assertions hold, so no test can detect that one is missing; planted mistakes show that they fire (`mutants.test.ts`).
    appendPlugins: ["assertions", "in-process", "sample"].map(plugin =>
      join(import.meta.dirname, `mutation/${plugin}.ts`),
    ),
    ignorers: ["assertions"],
    checkers: sample === undefined ? [] : ["sample"],
    coverageAnalysis: "perTest",
    // Code that runs only while a module loads would need a process per mutant.
    ignoreStatic: true,
    // Stryker would rewrite the tsconfig for a compiler whose API it does not know.
    tsconfigFile: "tsconfig.none.json",
    concurrency: Number(values.concurrency),
    // Generous, since the machine may be busy; endless loops usually exceed their iteration limit long before.
    timeoutMS: 30_000,
    timeoutFactor: 2,
    dryRunTimeoutMinutes: 60,
    reporters: ["progress-append-only"],
    tempDirName: ".cache/mutation",
    ignorePatterns: ["results", "docs", "dist"],
    cleanTempDir: "always",
  }).runMutationTest()
  for (const test of readFileSync(leftOut, "utf8").split("\n")) {
    if (test !== "") console.log(`${name}: left out, as it does not pass twice in one process: ${test}`)
  }
  const planted = results.filter(({ status }) => status !== "Ignored")
  const tried = sample === undefined ? planted : draw(planted, sample, ({ fileName }) => relative(ROOT, fileName))
  const mutants: Mutant[] = tried.map(({ fileName, location, mutatorName, replacement, status, statusReason }) => ({
    ...shown(readFileSync(fileName, "utf8"), location, replacement ?? ""),
    file: relative(ROOT, fileName),
    line: location.start.line,
    mutator: mutatorName,
    // Stopped by the iteration limit, not by the clock.
    status: status === "Timeout" && statusReason?.startsWith("Hit limit") === true ? "Killed" : status,
  }))
  return record(name, planted.length, mutants)
}

function record(name: string, planted: number, mutants: readonly Mutant[]): number {
  const left: Mutant[] = []
  const files: Record<string, FileScore> = {}
  for (const mutant of mutants) {
    const score = (files[mutant.file] ??= { killed: 0, timedOut: 0, harmless: 0, survived: 0 })
    if (mutant.status === "Killed") score.killed++
    else if (isHarmless(harmless, mutant)) score.harmless++
    else {
      score[mutant.status === "Timeout" ? "timedOut" : "survived"]++
      left.push(mutant)
    }
  }
  // Concurrent runs may have written their scores meanwhile.
  const scores: Record<string, RoomScore> = existsSync(SUMMARY) ? JSON.parse(readFileSync(SUMMARY, "utf8")) : {}
  scores[name] = { mutants: planted, ...(sample === undefined ? {} : { seed: sample.seed }), files: sorted(files) }
  const lines = left.map(
    ({ file, line, mutator, status, original, mutated }) =>
      `${file}:${line} ${mutator}${REMARKS[status] ?? ` (${status})`}\n- ${original}\n+ ${mutated}\n`,
  )
  writeFileSync(join(RESULTS, `${name.replaceAll("/", "-")}.txt`), lines.join("\n"))
  for (const line of lines) console.log(line)
  const known = sorted(Object.fromEntries(Object.entries(scores).filter(([room]) => all.has(room))))
  writeFileSync(SUMMARY, `${JSON.stringify(known, null, 2)}\n`)
  writeFileSync(
    README,
    summaryPage(
      known,
      [...all.keys()].filter(room => !Object.hasOwn(known, room)),
    ),
  )
  console.log(`${name}: ${mutants.length} mutants, ${left.length} survived`)
  return left.length
}

function sorted<T>(entries: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
