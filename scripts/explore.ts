/**
 * Visits every state of a model in which an algorithm runs without time, and compares their number with the known one.
 * Prints speed and memory; the latter is most meaningful for one model in a process of its own. Without a name: all models.
 * `--plain`: with the reference host of a few lines, which must give the same result. `--race`: with both, twice in turns,
 * and the speed-up of the checker.
 *
 *     npm run explore
 *     npm run explore -- "paxos, 2 proposers" --race
 *     npm run explore -- "stateright's paxos, 3 clients"
 *
 * "paxos, 2 proposers" is single-decree Paxos on three nodes, two of which propose, without timeouts: 261,698 states in
 * 1,239,285 steps, of which only 814 run a handler, 19 deep. (When nodes kept obsolete state, such as promises after phase
 * 1, there were 789,445; when they kept every journal record, 475,615.) It takes the checker half a second of one core.
 */
import { Explorer } from "../runtime/checker/search/explorer.ts"
import { explore } from "../test/support/explore.ts"
import { EXPLORATIONS } from "../test/support/explorations.ts"

const ROUNDS = 2

type Model = (typeof EXPLORATIONS)[string]

const names = process.argv.slice(2).filter(argument => !argument.startsWith("--"))
const byPlainHost = process.argv.includes("--plain")
const isRace = process.argv.includes("--race")
const unknown = names.find(name => EXPLORATIONS[name] === undefined)
if (unknown !== undefined) {
  console.error(`no model "${unknown}"; there are: ${Object.keys(EXPLORATIONS).join("; ")}`)
  process.exit(2)
}
for (const [name, each] of Object.entries(EXPLORATIONS)) {
  if (names.length > 0 && !names.includes(name)) continue
  if (!isRace) measured(name, each, byPlainHost)
  else for (let round = 1; round <= ROUNDS; round++) race(name, each, round)
}

/** @returns the processor time that it takes, in seconds */
function measured(name: string, { model, states, generated }: Model, isPlain: boolean): number {
  const memory = process.resourceUsage().maxRSS
  const before = process.cpuUsage()
  const found = isPlain ? explore(model) : new Explorer(model).explore()
  const { user, system } = process.cpuUsage(before)
  const seconds = (user + system) / 1e6
  const bytes = ((process.resourceUsage().maxRSS - memory) * 1024) / found.states
  const verdict = found.violation === null ? "nothing is wrong" : found.violation.reason
  console.log(
    `${name}: ${found.states} states, ${found.generated} generated, ${found.handled} handlers run, ` +
      `depth ${found.depth}; ${verdict}; ${seconds.toFixed(2)} s, ${(found.generated / seconds / 1e6).toFixed(1)} million a second, ` +
      `${Math.round(bytes)} bytes a state`,
  )
  const isKnown = found.states === states && found.generated === generated
  if (!isKnown) console.log(`  expected ${states} states, ${generated} generated`)
  if (!isKnown || found.violation !== null) process.exitCode = 1
  return seconds
}

function race(name: string, model: Model, round: number): void {
  const plain = measured(`${name}, plain`, model, true)
  const checker = measured(name, model, false)
  console.log(`  round ${round}: the checker is ${(plain / checker).toFixed(1)} times as fast`)
}
