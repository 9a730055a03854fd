/** Mistakes planted on purpose in Raymond's tree, one for each of its rules. */
import type { SectionMutant } from "../../support/section-mutants.ts"

export const file = "algorithms/raymond/raymond.ts"
const duplicating = { duplication: 0.3, latency: { model: "exponential", floor: 100, mean: 4_000 } } as const

export const mutants: readonly SectionMutant[] = [
  {
    mistake: "ASSIGN_PRIVILEGE: gives the privilege away in the critical section",
    edit: {
      file,
      from: "if (state.holder !== node.id || state.using) return",
      to: "if (state.holder !== node.id) return",
    },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "ASSIGN_PRIVILEGE: assigns the privilege without having it",
    edit: { file, from: "if (state.holder !== node.id || state.using) return", to: "if (state.using) return" },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "ASSIGN_PRIVILEGE: stays its own holder",
    edit: { file, from: "state.holder = next\n", to: "\n" },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "ASSIGN_PRIVILEGE: keeps ASKED set",
    edit: { file, from: "state.asked = false\n", to: "\n" },
    caughtBy: "availability",
  },
  {
    mistake: "ASSIGN_PRIVILEGE: leaves in its queue whom it serves",
    edit: { file, from: "state.requestQueue.shift()", to: "state.requestQueue[0]" },
    caughtBy: "availability",
  },
  {
    mistake: "ASSIGN_PRIVILEGE: serves the last to come first",
    edit: { file, from: "state.requestQueue.shift()", to: "state.requestQueue.pop()" },
    caughtBy: "no-starvation",
    options: { parameters: { tree: "star" }, workload: { hold: "2ms", deadline: "1h", starvation: 20 } },
  },
  {
    mistake: "MAKE_REQUEST: asks again though it has asked",
    edit: {
      file,
      from: " || requestQueue.length === 0 || asked) return",
      to: " || requestQueue.length === 0) return",
    },
    caughtBy: "availability",
  },
  {
    mistake: "MAKE_REQUEST: asks although nobody wants the privilege",
    edit: { file, from: " || requestQueue.length === 0 || asked) return", to: " || asked) return" },
    caughtBy: "cost",
  },
  {
    mistake: "on a request: does not ask on behalf of the neighbour",
    edit: {
      file,
      from: "state.requestQueue.push(from)\n      assignPrivilege(node)\n      makeRequest(node)",
      to: "state.requestQueue.push(from)\n      assignPrivilege(node)",
    },
    caughtBy: "availability",
  },
  {
    mistake: "on a request: does not assign the privilege though it is idle",
    edit: {
      file,
      from: "state.requestQueue.push(from)\n      assignPrivilege(node)",
      to: "state.requestQueue.push(from)",
    },
    caughtBy: "availability",
    options: { nodes: 2, workload: { think: "100ms", deadline: "20ms" } },
  },
  {
    mistake: "on the privilege: does not ask to have it back for the rest of the queue",
    edit: {
      file,
      from: "state.holder = node.id\n      assignPrivilege(node)\n      makeRequest(node)",
      to: "state.holder = node.id\n      assignPrivilege(node)",
    },
    caughtBy: "availability",
  },
  {
    mistake: "on leaving: does not ask to have the privilege back for the rest of the queue",
    edit: {
      file,
      from: "node.state.using = false\n      assignPrivilege(node)\n      makeRequest(node)",
      to: "node.state.using = false\n      assignPrivilege(node)",
    },
    caughtBy: "availability",
  },
  {
    mistake: "on leaving: keeps the privilege",
    edit: { file, from: "node.state.using = false\n      assignPrivilege(node)", to: "node.state.using = false" },
    caughtBy: "availability",
  },
  {
    mistake: "does not tell a copy of a request from a new one",
    edit: { file, from: "if (number <= state.latestRequest[from]!) return", to: "" },
    caughtBy: "availability",
    options: duplicating,
  },
  {
    mistake: "does not tell a copy of the privilege from the privilege",
    edit: { file, from: "if (passes <= state.passes) return", to: "if (state.holder === node.id) return" },
    caughtBy: "mutual-exclusion",
    options: duplicating,
  },
]
