/** Mistakes planted on purpose in Suzuki-Kasami, one for each of its rules. */
import type { SectionMutant } from "../../support/section-mutants.ts"

export const file = "algorithms/suzuki-kasami/suzuki-kasami.ts"
const duplicating = { duplication: 0.3, latency: { model: "exponential", floor: 100, mean: 4_000 } } as const

export const mutants: readonly SectionMutant[] = [
  {
    mistake: "P1: asks with the same number again",
    edit: { file, from: "state.RN[node.id]! + 1", to: "1" },
    caughtBy: "availability",
  },
  {
    mistake: "P1: leaves LN as it was",
    edit: { file, from: "privilege.LN.with(node.id, state.RN[node.id]!)", to: "privilege.LN" },
    caughtBy: "invariant",
  },
  {
    mistake: "P1: does not append to Q those who wait",
    edit: { file, from: "[...privilege.Q, ...waiting]", to: "[...privilege.Q]" },
    caughtBy: "availability",
  },
  {
    mistake: "P1: appends to Q who is in it already",
    edit: { file, from: " && !privilege.Q.includes(j)", to: "" },
    caughtBy: "invariant",
  },
  {
    mistake: "P1: newcomers go before those in Q",
    edit: { file, from: "[...privilege.Q, ...waiting]", to: "[...waiting, ...privilege.Q]" },
    caughtBy: "no-starvation",
    options: { nodes: 6, workload: { hold: "2ms", deadline: "1h", starvation: 12 } },
  },
  {
    mistake: "P1: keeps Q although it passes the token to its first",
    edit: {
      file,
      from: "const [next, ...Q] = [...privilege.Q, ...waiting]",
      to: "const Q = [...privilege.Q, ...waiting]; const [next] = Q",
    },
    caughtBy: "invariant",
  },
  {
    mistake: "P2: does not remember requests",
    edit: { file, from: "state.RN[from] = Math.max(state.RN[from]!, n)\n", to: "\n" },
    caughtBy: "availability",
  },
  {
    mistake: "P2: forgets later requests for earlier ones",
    edit: { file, from: "state.RN[from] = Math.max(state.RN[from]!, n)\n", to: "state.RN[from] = n\n" },
    caughtBy: "availability",
    options: {
      ...duplicating,
      nodes: 2,
      workload: { hold: "10ms", think: "5ms", deadline: "1s" },
      duration: "5s",
    },
  },
  {
    mistake: "P2: gives the token away in the critical section",
    edit: { file, from: "privilege !== null && !requesting &&", to: "privilege !== null &&" },
    caughtBy: "invariant",
  },
  {
    mistake: "P2: grants requests that it granted before",
    edit: { file, from: "!requesting && isOutstanding(state.RN, privilege.LN, from)", to: "!requesting" },
    caughtBy: "invariant",
    options: duplicating,
  },
  {
    mistake: "keeps the token that it gives away",
    edit: { file, from: "node.state.privilege = null\n", to: "\n" },
    caughtBy: "invariant",
  },
  {
    mistake: "does not tell a copy of the token from the token",
    edit: {
      file,
      from: "if (privilege.passes <= state.passes) return",
      to: "if (!state.requesting || state.inCriticalSection) return",
    },
    caughtBy: "mutual-exclusion",
    options: duplicating,
  },
  {
    mistake: "every node begins with a token",
    edit: { file, from: "node.id === 0 && !disk.hasBooted", to: "!disk.hasBooted" },
    caughtBy: "mutual-exclusion",
  },
]
