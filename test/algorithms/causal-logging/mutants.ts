/** Mistakes planted on purpose in causal logging: each breaks a rule of Alvisi and Marzullo's (1998), or of Manetho's. */
import type { RecoveryMutant } from "../../support/recovery-mutants.ts"

export const file = "algorithms/causal-logging/causal-logging.ts"
const HOSTING = "algorithms/causal-logging/hosting.ts"
const SHARED = "algorithms/common/logging/determinants.ts"
/** Two of four processes fail, one shortly after the other. */
const together = {
  nodes: 4,
  latency: { model: "uniform", min: 100, max: 3_000 },
  faults: [0, 1].map(node => ({
    kind: "crash" as const,
    target: { nodes: [node] },
    at: 150_000 + 4_000 * node,
    for: 30_000,
  })),
} as const

export const mutants: readonly RecoveryMutant[] = [
  {
    mistake: "sends no determinants",
    edit: { file, from: "determinants, first }, purpose", to: "determinants: [], first }, purpose" },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "stops sending a determinant once f processes have it",
    edit: { file: HOSTING, from: "hosts.size <= parameters.f", to: "hosts.size < parameters.f" },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "keeps no determinants of others",
    edit: { file, from: "      host(node, determinants)\n", to: "" },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "restarts before all have answered",
    edit: { file, from: "unanswered.size === 0", to: "unanswered.size <= 1" },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "answers with its own determinants only",
    edit: {
      file: HOSTING,
      from: "  return state.hosted.map(({ determinant, hosts })",
      to: "  return state.hosted.filter(({ hosts }) => hosts.size < 2).map(({ determinant, hosts })",
    },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "commits output whose determinants are in memories alone",
    edit: { file, from: "steps, saveDeterminants(node))", to: "steps)" },
    caughtBy: "output-once",
    options: { workload: { steps: 40, step: "10ms", messages: "50%", outputs: "40%" } },
  },
  {
    mistake: "forgets determinants that its sender may have to repeat",
    edit: {
      file,
      from: "      forgetBefore(node, from, first)\n",
      to: "      forgetBefore(node, from, first + 3)\n",
    },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "receives a new message before it has sent again what others have to repeat",
    edit: { file: SHARED, from: "from !== node.id || number < sent[process]!", to: "true" },
    caughtBy: "no-orphan-message",
    options: {
      ...together,
      parameters: { interval: "200ms", f: 2 },
      workload: { steps: 40, step: "10ms", messages: "80%" },
    },
  },
  {
    mistake: "ends a step before it has received again what came before its end",
    edit: {
      file: "algorithms/common/logging/computing.ts",
      from: "  if (isHeldUp(node)) {\n",
      to: "  if (false) {\n",
    },
    caughtBy: "end",
  },
]
