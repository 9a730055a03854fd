/**
 * The questions that `quorate ask` knows: the values that each needs, and the spec that answers it.
 *
 * The specs are those of docs/recipes.md with the user's own nodes, regions and times in them.
 */
import { didYouMean } from "../../../lib/problems.ts"
import { followsLinkDelay, formatDuration, parseDuration } from "../../../runtime/contract/units.ts"
import { regionTables } from "../../../scenarios/regions.ts"

/** The situation of a user. All values have defaults except regions, which not every question needs. */
export interface Situation {
  readonly nodes: readonly number[]
  readonly regions: readonly string[]
  readonly clients: readonly string[]
  /** One-way delay of a link where there are no regions. */
  readonly latency: string
  /** The delay that one message in a hundred exceeds. */
  readonly p99: string
  readonly fsync: string
  readonly requesters: number
  readonly mtbf: string
  readonly mttr: string
}

export type Key = keyof Situation

export const KEYS = [
  "nodes",
  "regions",
  "clients",
  "latency",
  "p99",
  "fsync",
  "requesters",
  "mtbf",
  "mttr",
] as const satisfies readonly Key[]

export interface Question {
  /** The question as a user asks it. */
  readonly title: string
  /** The values that it asks for, in this order. */
  readonly needs: readonly Key[]
  /** Its own defaults. */
  readonly defaults?: Partial<Situation>
  /** The problem with a situation for this question, naming the option to change. */
  problem?(situation: Situation): string | undefined
  spec(situation: Situation): string
}

export const DEFAULTS: Situation = {
  nodes: [3, 5],
  regions: [],
  clients: [],
  latency: "1ms",
  p99: "80ms",
  fsync: "5ms",
  requesters: 20,
  mtbf: "24h",
  mttr: "3min",
}

const list = (values: readonly (string | number)[]): string => `[${values.join(", ")}]`

/** The network: places of nodes and clients, or the delay of a message. */
function network({ regions, clients, latency }: Situation): string {
  if (regions.length === 0) return `network: { latency: ${latency} }`
  const from = clients.length === 0 ? "" : `, clients: ${list(clients)}`
  return `# Nodes take these regions in turn; round trips are measured ones.\nnetwork: { regions: { nodes: ${list(regions)}${from}, jitter: 5% } }`
}

const places = ({ regions }: Situation): string => (regions.length === 0 ? "" : ` over ${regions.join(", ")}`)

const placement: Question = {
  title: "In which region should the leader be?",
  needs: ["regions", "clients", "nodes"],
  defaults: { nodes: [] },
  problem: ({ regions, nodes }) => {
    if (new Set(regions).size < 2)
      return "--regions: placement takes two different regions or more, e.g. --regions eu-west-1,us-east-1,ap-northeast-1"
    if (nodes.length > 1) return `--nodes: placement takes one number, found ${nodes.join(",")}`
    const [size] = nodes
    if (size !== undefined && size < new Set(regions).size)
      return `--nodes: ${size} are too few for a node in each of the regions`
    return undefined
  },
  spec: situation => `question: In which region should the leader be${places(situation)}?
service: replicated-log
algorithms: [raft]
nodes: ${situation.nodes[0] ?? situation.regions.length}
${network(situation)}
# The leader is placed in one region after the other and stays there.
sweep: { leader: ${list([...new Set(situation.regions)])} }
parameters: { preferredLeader: leader }
workload: { rate: 50/s, arrivals: poisson, clients: 30 }
compare: { along: leader, to: ${situation.regions[0]} }
answer: [latency along leader, values of latency]
charts: [latency-by-leader, tail-latency-by-leader, latency-difference-by-leader]
duration: 20s
repeat: 10
`,
}

const size: Question = {
  title: "How many nodes: what do more of them change?",
  needs: ["nodes", "regions", "clients"],
  problem: ({ nodes }) =>
    new Set(nodes).size < 2 ? "--nodes: size takes two different numbers or more, e.g. --nodes 3,5" : undefined,
  spec: situation => {
    const [first = 3] = situation.nodes
    const survived = Math.floor((Math.min(...situation.nodes) - 1) / 2)
    return `question: ${situation.nodes.join(" or ")} nodes${places(situation)}?
service: replicated-log
algorithms: [raft]
sweep: { nodes: ${list(situation.nodes)} }
${network(situation)}
workload: { rate: 50/s, arrivals: poisson }
faults:
  # Nobody fails; or one node more than the smallest group survives, for ten of the thirty seconds.
  - crash: { count: [0, ${survived + 1}], at: 10s, for: 10s }
duration: 30s
compare: { along: nodes, to: ${first}, margin: { latency: 10% } }
answer:
  - availability along nodes where crashes = ${survived + 1}
  - latency along nodes where crashes = 0
  - messages along nodes where crashes = 0
charts: [availability-by-nodes, latency-by-nodes, outage-timeline]
repeat: 20
`
  },
}

const timeouts: Question = {
  title: "Which election timeout?",
  needs: ["p99", "nodes"],
  defaults: { nodes: [5] },
  problem: ({ nodes }) =>
    nodes.length > 1 ? `--nodes: timeouts takes one number, found ${nodes.join(",")}` : undefined,
  spec: ({ p99, nodes }) => {
    const micros = parseDuration(p99)!
    const times = (factor: number): string => formatDuration(Math.round(micros * factor))
    return `question: Which election timeout, where one message in a hundred takes ${p99} or longer?
service: replicated-log
algorithms: [raft]
nodes: ${nodes[0] ?? 5}
# Put the quantiles that you measured in place of these: here half of the messages take a quarter of that, the slowest 2.5 times it.
network:
  latency: { model: empirical, quantiles: { 0%: ${times(1 / 16)}, 50%: ${times(1 / 4)}, 99%: ${p99}, 100%: ${times(2.5)} } }
parameters:
  electionTimeoutMax: 2 * electionTimeoutMin
  heartbeatInterval: electionTimeoutMin / 2
sweep:
  parameters.electionTimeoutMin: { from: ${times(1 / 2)}, to: ${times(32)}, steps: 7, log: true }
workload: { rate: 50/s, arrivals: poisson, deadline: 2s, retryAfter: ${times(2.5)} }
faults:
  # The leader crashes every ten seconds.
  - crash: { leader: true, every: 10s, for: 5s }
warmup: 2s
duration: 63s
answer: [values of availability, values of recovery]
charts: [availability-by-electionTimeoutMin, recovery-by-electionTimeoutMin]
repeat: 5
`
  },
}

const disk: Question = {
  title: "What does a durable write cost?",
  needs: ["fsync", "nodes", "latency"],
  defaults: { nodes: [3] },
  problem: ({ nodes }) => (nodes.length > 1 ? `--nodes: disk takes one number, found ${nodes.join(",")}` : undefined),
  spec: situation => `question: What does a disk cost that takes ${situation.fsync} for a write to be durable?
service: replicated-log
algorithms: [raft, multi-paxos]
nodes: ${situation.nodes[0] ?? 3}
${network(situation)}
sweep: { syncLatency: [0ms, ${situation.fsync}] }
workload: { rate: 100/s, arrivals: poisson }
compare: { along: syncLatency, to: 0ms }
answer: [latency along syncLatency, values of latency]
charts: [latency-by-syncLatency, tail-latency-by-syncLatency]
repeat: 20
`,
}

const locks: Question = {
  title: "A lock on a log, or Ricart-Agrawala?",
  needs: ["requesters", "latency"],
  problem: ({ requesters }) =>
    requesters < 4 || requesters > 50 ? `--requesters: expected 4 to 50, found ${requesters}` : undefined,
  spec: situation => `question: Is a lock on a log cheaper than Ricart-Agrawala, with ${situation.requesters} who want it?
service: mutual-exclusion
# Whoever wants Ricart-Agrawala's lock is one of its nodes; a lock table on 3 nodes of Raft serves any number of clients.
algorithms:
  - { use: ricart-agrawala, label: Ricart-Agrawala, parameters: {} }
  - { use: raft, label: Lock table on Raft }
sweep: { nodes: [3, ${situation.requesters}] }
workload: { requesters: n, rate: 10/s, hold: 5ms }
${network(situation)}
answer: [winner by messages, winner by latency, values of messages]
charts: [messages-by-nodes, latency-by-nodes]
repeat: 10
`,
}

const failures: Question = {
  title: "How many nines?",
  needs: ["nodes", "mtbf", "mttr"],
  defaults: { nodes: [3, 5] },
  spec: situation => `question: How many nines, if a node fails every ${situation.mtbf} and is back after ${situation.mttr}?
service: replicated-log
algorithms: [raft]
sweep: { nodes: ${list(situation.nodes)} }
network: { latency: ${situation.latency} }
workload: { rate: 2/s, arrivals: poisson, linearizability: off }
faults:
  # Nodes fail independently. Common causes (a region, a rollout) make fewer nines: add them as faults, and leave out rare.
  - crash: { mtbf: ${situation.mtbf}, mttr: ${situation.mttr} }
# Runs are cycles of failure and repair, weighed by how often they come.
rare: { settle: 10s }
answer: [values of availability, availability against majority-up]
charts: [availability-by-nodes, majority-up-by-nodes]
repeat: 60
`,
}

export const QUESTIONS = { placement, size, timeouts, disk, locks, failures } as const satisfies Readonly<
  Record<string, Question>
>
export type QuestionName = keyof typeof QUESTIONS
export const QUESTION_NAMES = Object.keys(QUESTIONS)

export function isQuestion(name: string): name is QuestionName {
  return Object.hasOwn(QUESTIONS, name)
}

/** The spec of a question, with what was asked in the comment above it. */
export function specFor(name: QuestionName, situation: Situation): string {
  const question: Question = QUESTIONS[name]
  return `# ${question.title}\n#\n# Written by quorate ask --question ${name}. Change what is not yours; docs/spec.md has every key.\n${question.spec(situation)}`
}

type Read<K extends Key> = (written: string) => Situation[K] | { readonly problem: string }

const time =
  (example: string) =>
  (written: string): string | { readonly problem: string } => {
    const text = written.trim()
    const parsed = parseDuration(text)
    if (parsed === undefined || followsLinkDelay(text) || parsed <= 0)
      return { problem: `expected a time such as ${example}, found ${JSON.stringify(written)}` }
    return text
  }

const count =
  (least: number, most: number) =>
  (written: string): number | undefined => {
    const value = /^\d+$/.test(written.trim()) ? Number(written) : Number.NaN
    return value >= least && value <= most ? value : undefined
  }

const MAX_NODES = 25

/** Parsers of the values that a user enters, with the problem if a value is invalid. */
export const READ: { readonly [K in Key]: Read<K> } = {
  nodes: written => {
    const numbers = written.split(",").map(count(1, MAX_NODES))
    if (numbers.every(number => number !== undefined)) return numbers
    return { problem: `expected numbers from 1 to ${MAX_NODES} such as 3,5, found ${JSON.stringify(written)}` }
  },
  regions: regionsIn,
  clients: regionsIn,
  latency: time("1ms"),
  p99: time("80ms"),
  fsync: time("5ms"),
  requesters: written =>
    count(1, 1_000)(written) ?? { problem: `expected a number such as 20, found ${JSON.stringify(written)}` },
  mtbf: time("24h"),
  mttr: time("3min"),
}

/** Names of regions, all of one provider. */
function regionsIn(written: string): readonly string[] | { readonly problem: string } {
  if (written.trim() === "") return []
  const names = written.split(",").map(name => name.trim())
  const tables = regionTables().map(({ regions }) => regions)
  const known = [...new Set(tables.flat())]
  const unknown = names.find(name => !known.includes(name))
  if (unknown !== undefined) {
    return {
      problem: `there is no region ${JSON.stringify(unknown)}${didYouMean(unknown, known) || `; there are ${known.slice(0, 6).join(", ")}, ...`}`,
    }
  }
  if (tables.some(regions => names.every(name => regions.includes(name)))) return names
  return { problem: `${names.join(", ")} are in no table of round trips together` }
}
