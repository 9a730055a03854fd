/** The promises of Raft's servers about terms and votes, whatever they have been through; for all labs on Raft. */
import type { NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { Fault } from "../../runtime/scenario/scenario.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { isBelief } from "../engine/expectations.ts"
import type { Expectation } from "../engine/lab.ts"

/** The fields that tests read of the messages; students may add fields. */
interface TermMessage extends Tagged {
  readonly term: number
  readonly voteGranted?: boolean
}

function hasTerm(message: Tagged): message is TermMessage {
  return "term" in message && typeof message.term === "number"
}

/**
 * Timeouts as short as the links are slow, so that candidates meet all the time, and servers that are down for a moment,
 * again and again, while others ask for their votes.
 */
export function duels(vary: Random) {
  const faults = Array.from({ length: 60 }, (): Fault => {
    const at = vary.integer(0, SECOND)
    return { kind: "crash", target: { nodes: [vary.integer(0, 2)] }, at, for: vary.integer(100, 800) }
  })
  return {
    nodes: 3,
    parameters: { electionTimeoutMin: "3ms", electionTimeoutMax: "4ms", heartbeatInterval: "2ms" },
    latency: { model: "uniform", min: 0, max: 3 * MILLISECOND } as const,
    faults,
    duration: "1s",
  }
}

/** Raft §5.2: "Each server will vote for at most one candidate in a given term, on a first-come-first-served basis." */
export const votesOnceATerm: Expectation = ({ events }) => {
  const votes = new Map<string, NodeId>()
  let answers = 0
  for (const event of events) {
    if (event.type !== "send" || event.message.type !== "RequestVoteReply") continue
    answers++
    const { message, node, to } = event
    if (!hasTerm(message) || message.voteGranted !== true) continue
    const earlier = votes.get(`${node} ${message.term}`)
    if (earlier !== undefined && earlier !== to) {
      return {
        expected: `node ${node} votes for one candidate in term ${message.term}`,
        happened: `it voted for node ${earlier}, and then for node ${to}`,
        at: event.time,
      }
    }
    votes.set(`${node} ${message.term}`, to)
  }
  return answers > 0 ? undefined : { expected: "answers to RequestVote", happened: "nobody sent RequestVoteReply" }
}

/** RequestVote RPC: whoever is asked answers, be it with a refusal. */
export const everyQuestionIsAnswered: Expectation = ({ events }) => {
  const owed = new Map<string, number>()
  for (const event of events) {
    if (event.type === "deliver" && event.message.type === "RequestVote") {
      const who = `${event.node} to node ${event.from}`
      owed.set(who, (owed.get(who) ?? 0) + 1)
    } else if (event.type === "send" && event.message.type === "RequestVoteReply") {
      const who = `${event.node} to node ${event.to}`
      owed.set(who, (owed.get(who) ?? 0) - 1)
    }
  }
  for (const [who, count] of owed) {
    if (count <= 0) continue
    return { expected: "a RequestVoteReply to each RequestVote", happened: `${count} too few from node ${who}` }
  }
  return undefined
}

/** Raft §5.2: a candidate wins "if it receives votes from a majority of the servers in the full cluster for the same term". */
export const leadsByVotes: Expectation = ({ scenario, events }) => {
  const votes = new Map<string, Set<NodeId>>()
  for (const event of events) {
    if (event.type === "deliver" && event.message.type === "RequestVoteReply" && hasTerm(event.message)) {
      const key = `${event.node} ${event.message.term}`
      if (event.message.voteGranted !== true) continue
      votes.set(key, (votes.get(key) ?? new Set([event.node])).add(event.from))
    }
    if (event.type !== "fact" || !isBelief(event.fact) || event.fact.leader !== event.node) continue
    const { node, time, fact } = event
    const { size } = votes.get(`${node} ${fact.epoch}`) ?? { size: 1 }
    if (2 * size > scenario.nodes) continue
    const expected = `node ${node} leads in term ${fact.epoch} once a majority of ${scenario.nodes} has voted for it in it`
    return { expected, happened: `${size} had, itself included`, at: time }
  }
  return undefined
}

/** Raft §5.2, Election Safety, by what servers do: one of them at most sends AppendEntries with a term. */
export const oneSpeakerATerm: Expectation = ({ events }) => {
  const speakers = new Map<number, NodeId>()
  for (const event of events) {
    if (event.type !== "send" || event.message.type !== "AppendEntries" || !hasTerm(event.message)) continue
    const { node, time } = event
    const { term } = event.message
    const speaker = speakers.get(term) ?? node
    speakers.set(term, speaker)
    if (speaker === node) continue
    const expected = `node ${speaker}, which leads in term ${term}, sends AppendEntries with that term, and nobody else`
    return { expected, happened: `node ${node} sent one`, at: time }
  }
  return undefined
}

/** The messages whose term is the sender's; those of a pre-vote, for one, speak of a term that may never come. */
const OWN_TERM = [
  "RequestVote",
  "RequestVoteReply",
  "AppendEntries",
  "AppendEntriesReply",
  "InstallSnapshot",
  "InstallSnapshotReply",
]

/** Raft §5.1: "Current terms [...] increase monotonically", whatever a server has been through. */
export const termsOnlyGrow: Expectation = ({ scenario, events }) => {
  const terms: number[] = Array.from({ length: scenario.nodes }, () => 0)
  for (const event of events) {
    if (event.type !== "send" || !hasTerm(event.message) || !OWN_TERM.includes(event.message.type)) continue
    const { term } = event.message
    if (term < terms[event.node]!) {
      return {
        expected: `node ${event.node} stays in term ${terms[event.node]} or goes to a later one`,
        happened: `it sent ${event.message.type} with term ${term}`,
        at: event.time,
      }
    }
    terms[event.node] = term
  }
  return terms.some(term => term > 0) ? undefined : { expected: "messages with terms", happened: "nobody sent one" }
}

/** Whoever is taken for the leader of a term has begun to lead in it. */
export const followsLeaders: Expectation = ({ events }) => {
  const leaders = new Map<number, NodeId>()
  for (const event of events) {
    if (event.type !== "fact" || !isBelief(event.fact) || event.fact.leader === null) continue
    const { node, time, fact } = event
    if (fact.leader === node) leaders.set(fact.epoch, node)
    else if (leaders.get(fact.epoch) !== fact.leader) {
      const expected = `nobody believes in a leader of term ${fact.epoch} that has not itself begun to lead in it`
      return { expected, happened: `node ${node} believes in node ${fact.leader}`, at: time }
    }
  }
  return undefined
}
