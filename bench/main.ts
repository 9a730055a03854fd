/**
 * Benchmarks: how many messages a second of processor time, and how much memory.
 *
 *     npm run bench                      all suites
 *     npm run bench -- raft event-queue  those whose name contains one of the words; `memory` is one of them
 */
import { execFileSync } from "node:child_process"
import { measure, type Rate } from "./measure.ts"
import { measureMemory } from "./memory.ts"
import { SUITES } from "./suites.ts"

const MESSAGES = 10_000_000
const MEBIBYTE = 1_048_576

const [mode, ...words] = process.argv.slice(2)
if (mode === "--suite") process.stdout.write(JSON.stringify(measure(SUITES[words[0]!]!)))
else if (mode === "--memory") printMemory()
else compare([mode, ...words].filter(word => word !== undefined))

/** Times every suite in a process of its own, and prints one table. */
function compare(wanted: readonly string[]): void {
  const isWanted = (name: string): boolean => wanted.length === 0 || wanted.some(word => name.includes(word))
  console.log(row("", "M/s of cpu", "±", "x reference", "in one run", "ms a run"))
  for (const suite of Object.keys(SUITES).filter(isWanted)) {
    const rates: readonly Rate[] = JSON.parse(inProcess("--suite", suite))
    for (const rate of rates.slice(1)) console.log(describeRate(rate))
  }
  if (isWanted("memory")) process.stdout.write(`\n${inProcess("--memory")}`)
}

function inProcess(...args: readonly string[]): string {
  const main = import.meta.filename
  return execFileSync(process.execPath, [main, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })
}

function describeRate({ name, unit, perSecond, error, units, milliseconds, ratio }: Rate): string {
  const rate = (perSecond / 1e6).toFixed(2)
  return row(name, rate, `${(error * 100).toFixed(1)}%`, ratio.toFixed(3), `${units} ${unit}`, milliseconds.toFixed(2))
}

function row(name: string, ...cells: readonly string[]): string {
  return name.padEnd(30) + cells.map((cell, i) => cell.padStart(i === 3 ? 18 : 13)).join("")
}

function printMemory(): void {
  console.log(`memory of one Raft run, n=5\n${row("messages", "live MiB", "resident MiB")}`)
  for (const { messages, heap, resident } of measureMemory(MESSAGES)) {
    console.log(row(String(messages), (heap / MEBIBYTE).toFixed(1), (resident / MEBIBYTE).toFixed(1)))
  }
}
