/** A registry for tests of the experiment runner: a service that wants its words back, and algorithms good and bad at it. */
import { fileURLToPath } from "node:url"
import { algorithm, type Algorithm, invariant, type Shape } from "../../../runtime/contract/algorithm.ts"
import { Histogram } from "../../../runtime/lib/histogram.ts"
import { choice, duration, integer, share } from "../../../runtime/contract/parameters.ts"
import type { Service, ServiceRun, Verdict, World } from "../../../runtime/contract/service.ts"

interface Echoing extends Shape {
  readonly parameters: { readonly copies: number; readonly patience: number; readonly lies: number }
  readonly disk: object
  readonly state: { asked: number }
  readonly message: { readonly type: "Note"; readonly word: number } | { readonly type: "Thanks" }
  readonly timer: never
  readonly service: {
    readonly request: { readonly type: "Ask"; readonly word: number }
    readonly reply: { readonly word: number }
    readonly fact: { readonly type: "asked" }
  }
}

/** Settings of a number as the runtime resolves them. */
function numberIn(settings: Readonly<Record<string, unknown>>, name: string): number {
  const value = settings[name]
  invariant(typeof value === "number", `${name} is a number`)
  return value
}

/** Every millisecond a client asks a random node to say a random word back. */
const echoing: Service = {
  name: "echoing",
  title: "Echoing",
  availability: "a word comes back",
  operation: "one word said back",
  workload: {
    words: integer(10, "How many words are asked for.", { min: 1 }),
    order: choice(["fast", "slow"], "fast", "How often they are asked for."),
  },
  checks: [{ name: "honest", doc: "The word that comes back is the one that was asked for." }],
  figures: { highest: { doc: "The highest word.", unit: "words" } },
  open: (world, settings) => openEchoing(world, numberIn(settings, "words")),
}

function openEchoing(world: World, words: number): ServiceRun {
  const asked = new Map<number, { readonly word: number; readonly at: number }>()
  const latency = new Histogram()
  let verdict: Verdict = { verdict: "holds" }
  let begun = 0
  let ok = 0
  let highest = 0
  const ask = (): void => {
    const word = world.random.integer(1, 1_000)
    highest = Math.max(highest, word)
    asked.set(begun, { word, at: world.now() })
    const request = { type: "Ask", word }
    world.request(begun, world.random.integer(0, world.size - 1), request)
    begun++
    if (begun < words) world.wakeAfter(1_000, "say")
  }
  return {
    start: ask,
    timeout: { say: ask },
    reply(client, from, reply) {
      const question = asked.get(client)!
      asked.delete(client)
      ok++
      latency.record(world.now() - question.at)
      const word: unknown = Reflect.get(reply, "word")
      if (word === question.word || verdict.verdict === "violated") return
      verdict = {
        verdict: "violated",
        at: world.now(),
        witness: `asked ${question.word}, node ${from} said ${String(word)}`,
      }
    },
    observe() {},
    nodeDown() {},
    nodeUp() {},
    faultOccurred() {},
    isIdle: () => begun >= words,
    finish: () => ({
      attempted: begun,
      ok,
      failed: 0,
      unknown: begun - ok,
      completed: ok,
      availability: begun === 0 ? 1 : ok / begun,
      latency,
      outages: [],
      verdicts: { honest: verdict },
      figures: { highest },
    }),
  }
}

type Ask = Algorithm<Echoing>["request"]["Ask"]

/** An algorithm that sends what it is asked for to all others, and answers in its own way. */
function echo(name: string, answer: Ask): Algorithm<Echoing> {
  return algorithm<Echoing>({
    name,
    title: name[0]!.toUpperCase() + name.slice(1),
    source: "none",
    summary: "Says words back.",
    tolerates: { faults: "crash", of: n => n - 1 },
    serves: [echoing],
    parameters: {
      copies: integer(1, "How often it is said to the others.", { min: 0, max: 9 }),
      patience: duration("2d + 1ms", "Not used.", { min: 1 }),
      lies: share("0%", "How often it says the wrong word."),
    },
    disk: () => ({}),
    state: () => ({ asked: 0 }),
    start() {},
    receive: {
      Note(node, _, from) {
        node.send(from, { type: "Thanks" })
      },
      Thanks() {},
    },
    timeout: {},
    request: {
      Ask(node, request, client) {
        node.state.asked++
        for (let copy = 0; copy < node.parameters.copies; copy++) node.broadcast({ type: "Note", word: request.word })
        answer(node, request, client)
      },
    },
  })
}

const parrot = echo("parrot", (node, { word }, client) => node.reply(client, { word }))

/** Says a wrong word now and then. */
const liar = echo("liar", (node, { word }, client) => {
  const lies = node.random(0, 999) < node.parameters.lies * 1_000
  node.reply(client, { word: lies ? -word : word })
})

/** Cannot stand words that end in 7. */
const choleric = echo("choleric", (node, { word }, client) => {
  if (word % 10 === 7) throw new Error(`node ${node.id} cannot stand ${word}`)
  node.reply(client, { word })
})

/** Thinks for ever about words that end in 7. */
const brooder = echo("brooder", (node, { word }, client) => {
  let doubts = word % 10 === 7 ? 1 : 0
  while (doubts > 0) doubts++
  node.reply(client, { word })
})

/** Forgets nothing that it ever thought about words that end in 7. */
const hoarder = echo("hoarder", (node, { word }, client) => {
  const thoughts: number[][] = []
  let left = word % 10 === 7 ? Infinity : 0
  while (left > 0) left -= thoughts.push(Array.from({ length: 1_000 }, () => word + thoughts.length))
  node.reply(client, { word })
})

export const algorithms: Readonly<Record<string, Algorithm>> = { parrot, liar, choleric, brooder, hoarder }
export const services: Readonly<Record<string, Service>> = { echoing }

export const codeOf = (): readonly string[] => [fileURLToPath(import.meta.url)]

export function serviceFor(candidate: Algorithm, service: string): Service | undefined {
  return candidate.serves.find(({ name }) => name === service)
}
