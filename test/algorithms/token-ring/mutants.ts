/** Mistakes planted on purpose in the token ring, one for each of its rules. */
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import type { SectionMutant } from "../../support/section-mutants.ts"
import type { ServiceRunOptions } from "../../support/service-run.ts"

export const file = "algorithms/token-ring/token-ring.ts"
const passing = "algorithms/token-ring/passing.ts"

const SECOND = 1_000_000
const losses: readonly Fault[] = [{ kind: "loss", share: 0.02, at: 0, for: 4 * SECOND }]
/** The token gets lost now and then, and elections are held whether it is or not. */
const lossy: Partial<ServiceRunOptions> = {
  faults: losses,
  parameters: { regenerationTimeout: "20ms" },
  workload: { hold: "2ms", think: "10ms", deadline: "3s" },
  duration: "5s",
}
const crashes = (...nodes: readonly number[]): readonly Fault[] =>
  nodes.map((node, index) => ({ kind: "crash", target: { nodes: [node] }, at: (index + 1) * 300_000, for: 300_000 }))
/** Requesters are the nodes that do not crash. */
const crashing: Partial<ServiceRunOptions> = {
  nodes: 5,
  faults: crashes(3, 4, 3, 4, 3),
  parameters: { repair: true, regenerationTimeout: "100ms" },
  workload: { requesters: 3, hold: "2ms", think: "10ms", deadline: "600ms" },
  duration: "3s",
}

/** Clients that queue: each asks for a bit more than the critical section carries. */
const crowded = (discipline: string): Partial<ServiceRunOptions> => ({
  nodes: 2,
  latency: { model: "constant", delay: 10_000 },
  parameters: { discipline },
  // Of exhaustive service it is no mistake that somebody waits for long.
  workload: { rate: "210/s", hold: "10ms", deadline: "1h", starvation: discipline === "exhaustive" ? 1_000 : 80 },
  duration: "1s",
})
/** One client, on a node that is soon the last one alive. */
const alone: Partial<ServiceRunOptions> = {
  nodes: 2,
  faults: [{ kind: "crash", target: { nodes: [1] }, at: 300_000 }],
  parameters: { discipline: "gated", repair: true },
  workload: { requesters: 1, rate: "90/s", arrivals: "poisson", hold: "10ms", deadline: "2s" },
  duration: "1s",
}

export const mutants: readonly SectionMutant[] = [
  {
    mistake: "enters as soon as its client asks",
    edit: { file, from: "if (state.token !== null && isOfThisVisit(node, queued)) enter", to: "enter" },
    caughtBy: "invariant",
  },
  {
    mistake: "passes the token on from the critical section",
    edit: {
      file,
      from: "if (state.requesting) beginVisit(node)\n  else if",
      to: "if (state.requesting) beginVisit(node)\n  if",
    },
    caughtBy: "invariant",
  },
  {
    mistake: "keeps a token that it has passed to the next node",
    edit: { file, from: "state.token = null\n  forward", to: "forward" },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "keeps the token when it leaves",
    edit: {
      file,
      from: 'if (node.parameters.discipline === "limited") passToken(node, state.token)',
      to: 'if (node.parameters.discipline === "limited") return',
    },
    caughtBy: "availability",
  },
  {
    mistake: "limited: a client that asks again at once enters again",
    edit: { file, from: 'if (node.parameters.discipline === "limited")', to: "if (node.parameters.repair)" },
    caughtBy: "no-starvation",
    options: crowded("limited"),
  },
  {
    mistake: "gated: the gate never closes",
    edit: { file, from: 'if (node.parameters.discipline === "gated") node', to: "if (node.parameters.repair) node" },
    caughtBy: "no-starvation",
    options: crowded("gated"),
  },
  {
    mistake: "gated: those that came before the token have to wait for its next visit, too",
    edit: { file, from: "gateClosedAt + queued + 1", to: "gateClosedAt + 1" },
    caughtBy: "cost",
    options: crowded("gated"),
  },
  {
    mistake: "gated: the gate stays closed when the token has left",
    edit: { file, from: "state.gateClosedAt = null\n", to: "\n" },
    caughtBy: "availability",
    options: alone,
  },
  {
    mistake: "gated: a node that is alone forgets who came after the gate had closed",
    edit: { file, from: "if (state.requesting) enterCriticalSection(node)\n", to: "\n" },
    caughtBy: "availability",
    options: alone,
  },
  {
    mistake: "exhaustive: keeps the token when its client has nothing more to ask",
    edit: { file, from: 'else node.setTimer("served", 0)', to: "" },
    caughtBy: "availability",
    options: crowded("exhaustive"),
  },
  {
    mistake: "exhaustive: passes the token on although its client has entered again",
    edit: {
      file,
      from: 'node.cancelTimer("idle")\n  node.cancelTimer("served")\n  node.report',
      to: 'node.cancelTimer("idle")\n  node.report',
    },
    caughtBy: "invariant",
    options: crowded("exhaustive"),
  },
  {
    mistake: "exhaustive: passes the token on before its client could ask again",
    edit: { file, from: 'discipline === "limited"', to: 'discipline !== "gated"' },
    caughtBy: "cost",
    options: crowded("exhaustive"),
  },
  {
    mistake: "keeps the token when nobody wants in",
    edit: {
      file,
      from: 'node.setTimer("idle", node.parameters.idlePause)\n  else passToken(node, token)',
      to: 'node.setTimer("idle", node.parameters.idlePause)',
    },
    caughtBy: "availability",
    options: { workload: { requesters: 2, think: "50ms", deadline: "100ms" } },
  },
  {
    mistake: "passes the token to the next node but one",
    edit: {
      file: passing,
      from: "return state.successors[state.place]!",
      to: "return state.successors[(state.place + 1) % state.successors.length]!",
    },
    caughtBy: "availability",
  },
  {
    mistake: "does not tell a copy of the token from the token",
    edit: {
      file,
      from: "if (isNewer(message, node.state.seen)) takeToken(node, message)",
      to: "if (node.state.token === null) takeToken(node, message)",
    },
    caughtBy: "mutual-exclusion",
    options: { duplication: 0.2 },
  },
  {
    mistake: "a lost token is not missed",
    edit: { file, from: 'if (regenerationTimeout > 0) node.setTimer("regeneration", regenerationTimeout)', to: "" },
    caughtBy: "availability",
    options: lossy,
  },
  {
    mistake: "makes a new token at once, without an election",
    edit: {
      file,
      from: "regeneration(node) {\n      standForElection(node)",
      to: "regeneration(node) {\n      makeToken(node)",
    },
    caughtBy: "mutual-exclusion",
    options: lossy,
  },
  {
    mistake: "lets candidates pass while it has the token",
    edit: { file, from: "if (state.token !== null) return\n", to: "\n" },
    caughtBy: "mutual-exclusion",
    options: { ...lossy, workload: { hold: "20ms", think: "10ms", deadline: "3s" } },
  },
  {
    mistake: "wins by an election although it has seen the token since",
    edit: { file, from: "state.candidacy = null\n  node.cancelTimer", to: "node.cancelTimer" },
    caughtBy: "mutual-exclusion",
    options: { ...lossy, parameters: { regenerationTimeout: "5ms" } },
  },
  {
    mistake: "wins by a candidacy of its that is not the last",
    edit: {
      file,
      from: "else if (candidacy === state.candidacy) makeToken(node)",
      to: "else if (state.candidacy !== null) makeToken(node)",
    },
    caughtBy: "mutual-exclusion",
    options: { ...lossy, duplication: 0.2, latency: { model: "exponential", floor: 100, mean: 8_000 } },
  },
  {
    mistake: "swallows larger candidates",
    edit: { file, from: "if (candidate > node.id) {", to: "if (candidate > node.id && !state.participant) {" },
    caughtBy: "availability",
    options: lossy,
  },
  {
    mistake: "passes smaller candidates on",
    edit: {
      file,
      from: "if (!state.participant) standForElection(node)",
      to: 'forward(node, { type: "Election", candidate, candidacy, generation: state.generation })',
    },
    caughtBy: "mutual-exclusion",
    options: lossy,
  },
  {
    mistake: "the new token is of a generation that others have seen",
    edit: { file, from: "(Math.floor(state.generation / size) + 1) * size + id", to: "id" },
    caughtBy: "availability",
    options: lossy,
  },
  {
    mistake: "repair: does not acknowledge",
    edit: {
      file: passing,
      from: "if (node.parameters.repair && sender !== node.id) node.send",
      to: "if (node.parameters.repair && sender === -1) node.send",
    },
    caughtBy: "mutual-exclusion",
    options: crashing,
  },
  {
    mistake: "repair: does not skip a silent successor",
    edit: { file: passing, from: "state.place++\n", to: "\n" },
    caughtBy: "availability",
    options: { ...crashing, faults: [{ kind: "crash", target: { nodes: [3] }, at: 300_000 }] },
  },
  {
    mistake: "repair: what a silent successor was sent is forgotten",
    edit: {
      file: passing,
      from: "const passed = state.unacknowledged\n",
      to: "const passed = state.unacknowledged.slice(0, 0)\n",
    },
    caughtBy: "availability",
    options: { ...crashing, parameters: { repair: true, regenerationTimeout: "0s" } },
  },
  {
    mistake: "repair: never looks whether those that it skips are back",
    edit: { file: passing, from: 'node.setTimer("probe", parameters.probeInterval)\n', to: "\n" },
    caughtBy: "availability",
    options: { ...crashing, faults: crashes(3), workload: { rate: "100/s", deadline: "600ms" } },
  },
]
