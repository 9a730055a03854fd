/** What theory says where it has a closed form; charts draw it dashed beside what was measured. */
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import type { Cell } from "../../scenarios/cell.ts"
import type { MetricName } from "../../analysis/metrics.ts"

/** What theory says about a cell. */
export interface Prediction {
  /** As in the papers: `2(n-1)`. */
  readonly formula: string
  readonly value: number
}

/** The prediction of a metric for a cell; `undefined` where no formula's assumptions hold. */
export function predict(metric: MetricName, cell: Cell, algorithm: Algorithm): Prediction | undefined {
  switch (metric) {
    case "messages_per_operation":
      return predictMessages(cell)
    case "latency_p50_ms":
      return predictLatency(cell)
    case "availability":
      return predictAvailability(cell, algorithm)
    case "throughput_per_s":
      return predictThroughput(cell)
    default:
      return undefined
  }
}

/** Of several values any one will do. */
type Settings = Readonly<Record<string, string | boolean | number | readonly string[]>>

/** Protocol messages of one operation in the steady state: no faults, no loss, one operation after the other. */
interface MessageForm {
  readonly algorithm: string
  readonly service: string
  /** Parameters, and settings of the workload, that it holds for; all others are of no consequence. */
  readonly parameters?: Settings
  readonly workload?: Settings
  readonly formula: string
  messages(n: number): number
}

const LOG = { service: "replicated-log" }
/** Elections that the lowest node starts, everybody alive. */
const ELECTION = { service: "leader-election", workload: { initiators: ["lowest", "lowestFollower"] } }
const LOCK = { service: "mutual-exclusion", workload: { waiting: "watch" } }
const ONE_PROPOSAL = { service: "agreement", workload: { proposers: 1 } }

const twice = { formula: "2(n-1)", messages: (n: number) => 2 * (n - 1) }
const thrice = { formula: "3(n-1)", messages: (n: number) => 3 * (n - 1) }
const fourTimes = { formula: "4(n-1)", messages: (n: number) => 4 * (n - 1) }

const MESSAGE_FORMS: readonly MessageForm[] = [
  // Append and acknowledgement; the commit index travels with the next append, or at once by an append of its own.
  { algorithm: "raft", ...LOG, parameters: { notifyCommit: false, reads: "log" }, ...twice },
  { algorithm: "raft", ...LOG, parameters: { notifyCommit: true, reads: "log" }, ...fourTimes },
  { algorithm: "multi-paxos", ...LOG, parameters: { ...piggybacked(), thrifty: false }, ...twice },
  {
    algorithm: "multi-paxos",
    ...LOG,
    parameters: { ...piggybacked(), thrifty: true },
    formula: "2⌊n/2⌋",
    messages: n => 2 * Math.floor(n / 2),
  },
  { algorithm: "multi-paxos", ...LOG, parameters: { learning: "broadcast", thrifty: false }, ...thrice },
  {
    algorithm: "multi-paxos",
    ...LOG,
    parameters: { learning: "everyone", thrifty: false },
    formula: "n²-1",
    messages: n => n ** 2 - 1,
  },
  // A request to every other node, and its answer.
  { algorithm: "raft", ...ELECTION, parameters: { preVote: false }, ...twice },
  { algorithm: "multi-paxos", ...ELECTION, ...twice },
  // n(n-1)/2 Election and as many Answer messages, and n-1 Coordinator messages.
  {
    algorithm: "bully",
    ...ELECTION,
    parameters: { announceAtOnce: false },
    formula: "n²-1",
    messages: n => n ** 2 - 1,
  },
  // From the lowest node n-1 hops to the highest, n hops home, n to announce it.
  {
    algorithm: "ring-election",
    ...ELECTION,
    parameters: { order: "increasing", repair: false },
    formula: "3n-1",
    messages: n => 3 * n - 1,
  },
  { algorithm: "ricart-agrawala", service: "mutual-exclusion", ...twice },
  { algorithm: "lamport-mutex", service: "mutual-exclusion", parameters: { acknowledge: "always" }, ...thrice },
  // On a replicated log: a stay is two commands, acquire and release, and a decision is one, each appended and
  // acknowledged; who waits for a lock is told of its turn.
  { algorithm: "raft", ...LOCK, parameters: { notifyCommit: false }, ...fourTimes },
  { algorithm: "multi-paxos", ...LOCK, parameters: { ...piggybacked(), thrifty: false }, ...fourTimes },
  { algorithm: "raft", ...ONE_PROPOSAL, parameters: { notifyCommit: false }, ...twice },
  { algorithm: "raft", ...ONE_PROPOSAL, parameters: { notifyCommit: true }, ...fourTimes },
  { algorithm: "multi-paxos", ...ONE_PROPOSAL, parameters: { ...piggybacked(), thrifty: false }, ...twice },
  {
    algorithm: "multi-paxos",
    ...ONE_PROPOSAL,
    parameters: { learning: "broadcast", proposers: "distinguished", thrifty: false },
    ...thrice,
  },
  // Prepare, promise, accept, accepted, and the news of it.
  {
    algorithm: "paxos",
    ...ONE_PROPOSAL,
    parameters: { learning: "broadcast" },
    formula: "5(n-1)",
    messages: n => 5 * (n - 1),
  },
  ...(["plain", "early"] as const).map(variant => ({
    algorithm: "floodset",
    service: "agreement",
    parameters: { variant, f: "minority", rounds: "f+1" },
    formula: variant === "plain" ? "(f+1) n(n-1)" : "2n(n-1)",
    messages: (n: number) => (variant === "plain" || n < 3 ? Math.floor((n + 1) / 2) : 2) * n * (n - 1),
  })),
  {
    algorithm: "oral-messages",
    service: "agreement",
    parameters: { m: "largest" },
    formula: "(n-1) + (n-1)(n-2) + ... in m+1 rounds",
    messages: n => oralMessages(n),
  },
]

function piggybacked(): Settings {
  return { learning: "piggyback", proposers: "distinguished" }
}

/** Messages of OM(m) (Lamport, Shostak and Pease 1982); by default with as many traitors provided for as n allows. */
export function oralMessages(n: number, m = Math.floor((n - 1) / 3)): number {
  const rounds = m + 1
  let inRound = 1
  let total = 0
  for (let round = 1; round <= Math.min(rounds, n - 1); round++) {
    inRound *= n - round
    total += inRound
  }
  return total
}

function predictMessages(cell: Cell): Prediction | undefined {
  const { algorithm, service, nodes, parameters, workload } = cell.scenario
  if (!isSteady(cell) || nodes < 2) return undefined
  const form = MESSAGE_FORMS.find(
    candidate =>
      candidate.algorithm === algorithm &&
      candidate.service === service &&
      agrees(candidate.parameters ?? {}, parameters) &&
      agrees(candidate.workload ?? {}, workload),
  )
  return form && { formula: form.formula, value: form.messages(nodes) }
}

function agrees(wanted: Settings, given: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(wanted).every(([name, value]) =>
    typeof value === "object" ? value.includes(String(given[name])) : given[name] === value,
  )
}

function isSteady({ scenario }: Cell): boolean {
  const { faults, network } = scenario
  return faults.length === 0 && network.loss === 0 && network.duplication === 0
}

/** Algorithms whose leader appends with one round trip to every follower. */
const LEADER_BASED = new Set(["raft", "multi-paxos"])

/** A client that asks the leader: request, append, acknowledgement and reply, each one link delay. */
function predictLatency(cell: Cell): Prediction | undefined {
  const { algorithm, service, nodes, network, disk, workload, parameters } = cell.scenario
  const client = network.clientLatency ?? network.latency
  if (!LEADER_BASED.has(algorithm) || service !== "replicated-log" || !isSteady(cell) || nodes < 2) return undefined
  if (network.latency.model !== "constant" || client.model !== "constant" || disk.syncLatency > 0) return undefined
  const { links, regions, bandwidth, serviceTime } = network
  if ([links, regions, bandwidth, serviceTime].some(setting => setting !== undefined)) return undefined
  const isRoundTrip = workload["ask"] === "leader" && !["index", "lease"].includes(String(parameters["reads"]))
  if (!isRoundTrip) return undefined
  return { formula: "4d", value: (2 * network.latency.delay + 2 * client.delay) / MILLISECOND }
}

/** While no more nodes are down than the algorithm claims to survive nothing is lost, and everything afterwards. */
function predictAvailability({ scenario }: Cell, { tolerates }: Algorithm): Prediction | undefined {
  const { faults, network, nodes, warmup, duration, service } = scenario
  const formula = "share of the time with no more than f nodes down"
  const [crash, ...others] = faults
  if (service !== "replicated-log" || others.length > 0 || network.loss > 0) return undefined
  if (crash === undefined) return { formula, value: 1 }
  if (crash.kind !== "crash") return undefined
  const survives = tolerates.of(nodes)
  if (crash.schedule?.kind === "renewal") {
    const { mtbf, mttr } = crash.schedule
    const isOfAll = "nodes" in crash.target && crash.target.nodes.length === nodes
    if (!isOfAll || crash.schedule.until !== undefined) return undefined
    const value = shareOfTimeWithAtMost(survives, nodes, mttr / (mtbf + mttr))
    return { formula: "Σ C(n,k) pᵏ (1-p)ⁿ⁻ᵏ up to k = f, p = MTTR / (MTBF + MTTR)", value }
  }
  if (crash.schedule !== undefined || crash.for !== undefined || !("random" in crash.target)) return undefined
  if (crash.target.random <= survives) return { formula, value: 1 }
  return { formula, value: (Math.max(crash.at, warmup) - warmup) / (duration - warmup) }
}

/** The binomial distribution: the probability that at most so many of n nodes are down, each with probability p. */
function shareOfTimeWithAtMost(most: number, n: number, p: number): number {
  let total = 0
  let choices = 1
  for (let down = 0; down <= most; down++) {
    total += choices * p ** down * (1 - p) ** (n - down)
    choices = (choices * (n - down)) / (down + 1)
  }
  return total
}

/** Clients who do not wait for answers: as long as the group keeps up, it does what it is asked for. */
function predictThroughput({ scenario }: Cell): Prediction | undefined {
  const { algorithm, service, nodes, network, workload, parameters } = scenario
  const { mode, rate } = workload
  if (service !== "replicated-log" || mode !== "open" || typeof rate !== "number") return undefined
  const { serviceTime = 0 } = network
  if (serviceTime === 0) return { formula: "all that is asked for", value: rate }
  // A leader that runs every command by itself gets the request and n-1 acknowledgements, one message after the other.
  const capacity = SECOND / (nodes * serviceTime)
  const isAlone = algorithm === "multi-paxos" && agrees(piggybacked(), parameters)
  if (!isAlone && rate > capacity) return undefined
  return { formula: "all that is asked for, at most 1/(n s)", value: Math.min(rate, capacity) }
}
