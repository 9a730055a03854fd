/**
 * Visits every state of a model in which an algorithm runs without time, and compares their number with the one that is
 * known. Without a name: of all models. `--plain`: by the host of a few lines that the checker is held to, with the same result.
 *
 *     npm run explore
 *     npm run explore -- "paxos, 2 proposers"
 *
 * "paxos, 2 proposers" is single-decree Paxos on three nodes, two of which propose, without timeouts: 261,698 states in
 * 1,239,285 steps, of which only 814 run a handler, 19 deep. (As long as nodes kept what means nothing any more, such as promises
 * after phase 1, there were 789,445; as long as they kept each record of their journal, 475,615.) It takes the checker half a second
 * of one core.
 */
import { Explorer } from "../runtime/checker/search/explorer.ts"
import { explore } from "../test/support/explore.ts"
import { EXPLORATIONS } from "../test/support/explorations.ts"

const isPlain = process.argv.includes("--plain")
const named = process.argv.slice(2).filter(argument => argument !== "--plain")
const unknown = named.find(name => EXPLORATIONS[name] === undefined)
if (unknown !== undefined) {
  console.error(`no model "${unknown}"; there are: ${Object.keys(EXPLORATIONS).join("; ")}`)
  process.exit(2)
}
for (const [name, { model, states, generated }] of Object.entries(EXPLORATIONS)) {
  if (named.length > 0 && !named.includes(name)) continue
  const before = process.cpuUsage().user
  const found = isPlain ? explore(model) : new Explorer(model).explore()
  const seconds = (process.cpuUsage().user - before) / 1e6
  const isKnown = found.states === states && found.generated === generated
  const verdict = found.violation === null ? "nothing is wrong" : found.violation.reason
  console.log(
    `${name}: ${found.states} states, ${found.generated} generated, ${found.handled} handlers run, ` +
      `depth ${found.depth}; ${verdict}; ${seconds.toFixed(1)} s`,
  )
  if (!isKnown) console.log(`  expected ${states} states, ${generated} generated`)
  if (!isKnown || found.violation !== null) process.exitCode = 1
}
