// Prints the live data of runs of some algorithms after half of a number of messages and after all of them, as JSON.
import { measureMemory } from "../../bench/memory.ts"
import { ENDLESS_NAMES, endlessNamed } from "../../bench/suites/endless.ts"

const [messages, ...algorithms] = process.argv.slice(2)
const chosen = ENDLESS_NAMES.filter(name => algorithms.includes(endlessNamed(name).algorithm))
const found = chosen.map(name => {
  const { algorithm, service } = endlessNamed(name)
  return { algorithm, service, samples: measureMemory(endlessNamed(name), Number(messages), 2) }
})
process.stdout.write(JSON.stringify(found))
