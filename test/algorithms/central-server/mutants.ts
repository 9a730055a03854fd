/** Mistakes planted on purpose in the central server, one for each of its rules. */
import type { SectionMutant } from "../../support/section-mutants.ts"

export const file = "algorithms/central-server/central-server.ts"

export const mutants: readonly SectionMutant[] = [
  {
    mistake: "server: grants although somebody has the grant",
    edit: {
      file,
      from: "if (state.holder === null) return grantNext(server)",
      to: "state.holder = null; return grantNext(server)",
    },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "server: does not note whom it has granted the section",
    edit: { file, from: "state.holder = next\n", to: "\n" },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "server: last come, first served",
    edit: { file, from: "state.queue.shift()", to: "state.queue.pop()" },
    caughtBy: "no-starvation",
    options: { workload: { hold: "2ms", deadline: "1h", starvation: 12 } },
  },
  {
    mistake: "server: does not queue a request that it cannot grant at once",
    edit: {
      file,
      from: "state.queue.push({ from, request })",
      to: "if (state.holder === null) state.queue.push({ from, request })",
    },
    caughtBy: "availability",
  },
  {
    mistake: "server: does not grant the section to the next at a release",
    edit: { file, from: "state.holder = null\n          grantNext(server)", to: "state.holder = null" },
    caughtBy: "availability",
  },
  {
    mistake: "server: takes no release",
    edit: { file, from: "if (!isSame(state.holder, from, request)) return", to: "if (server.size > 0) return" },
    caughtBy: "availability",
  },
  {
    mistake: "server: queues a request that was sent again once more",
    edit: { file, from: "const isNew = request > state.latest[from]!", to: "const isNew = true" },
    caughtBy: "cost",
    options: { parameters: { answers: "queued", detectionTimeout: "2ms", heartbeatInterval: "1s" } },
  },
  {
    mistake: "server: tells nobody that it is queued, who asks again and again",
    edit: {
      file,
      from: `server.parameters.answers === "queued") {`,
      to: `server.parameters.answers === "grants") {`,
    },
    caughtBy: "cost",
    options: { workload: { hold: "2ms", deadline: "1h" } },
  },
  {
    mistake: "node: does not tell the server that it has left",
    edit: {
      file,
      from: `state.phase = "outside"\n      sendToServers(node, { type: "Release", request: state.request })`,
      to: `state.phase = "outside"`,
    },
    caughtBy: "availability",
  },
  {
    mistake: "node: is inside as soon as it has asked",
    edit: {
      file,
      from: "awaitServer(node)\n    },\n\n    Release",
      to: `node.report({ type: "entered", timestamp: null })\n    },\n\n    Release`,
    },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "node: numbers all of its requests alike",
    edit: { file, from: "state.request++\n", to: "state.request = 1\n" },
    caughtBy: "availability",
  },
  {
    mistake: "node: gives back the section that it is in, as a second copy of the grant arrives",
    edit: { file, from: `if (state.phase === "inside" && state.request === request) return`, to: "" },
    caughtBy: "mutual-exclusion",
    options: { duplication: 0.3 },
  },
  {
    mistake: "node: leaves before its client does",
    edit: {
      file,
      from: 'node.reply(state.client, { type: "Granted" })',
      to: 'node.reply(state.client, { type: "Granted" })\n      sendToServers(node, { type: "Release", request })',
    },
    caughtBy: "mutual-exclusion",
  },
]
