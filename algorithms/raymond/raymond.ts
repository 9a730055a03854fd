/**
 * Raymond's mutual exclusion: nodes form a tree, each knows in which direction the privilege is, and requests and the
 * privilege travel along its edges.
 *
 * Source: K. Raymond, "A Tree-Based Algorithm for Distributed Mutual Exclusion", ACM Transactions on Computer
 * Systems 7(1), 1989. The procedures and variables are those of §3; messages may overtake each other, as there.
 *
 * Not in the paper: numbers by which a node recognises duplicate messages. The recovery of a failed node (§5) is in
 * `recovery.ts`.
 */
import { algorithm, invariant } from "../../runtime/contract/algorithm.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import { advise, beginRecovery, concludeRecovery, sendRestarts } from "./recovery.ts"
import { theory } from "./theory.ts"
import { parentOf } from "./tree.ts"
import { parameters, type Raymond, type RaymondNode } from "./types.ts"

export const raymond = algorithm<Raymond>({
  name: "raymond",
  title: "Raymond's tree",
  source: "Raymond 1989, ACM Transactions on Computer Systems 7(1)",
  summary: "Nodes form a tree whose edges point to the privilege; requests follow them, and turn them round.",
  colour: "#AA4499",
  theory,
  tolerates: { faults: "none", of: () => 0 },
  assumes: { links: "reliable" },
  serves: [mutualExclusion],
  parameters,

  disk: () => ({ hasBooted: false, recoveries: 0 }),
  state: ({ id, size, disk, parameters: { tree } }) => ({
    holder: disk.hasBooted ? null : id === 0 ? id : parentOf(id, tree),
    using: false,
    requestQueue: [],
    asked: false,
    requests: 0,
    latestRequest: Array.from({ length: size }, () => 0),
    passes: 0,
    recovery: null,
    client: 0,
  }),
  start(node) {
    if (!node.disk.hasBooted) node.save({ hasBooted: true })
    else if (node.parameters.recovery) beginRecovery(node)
  },

  receive: {
    Request(node, { number }, from) {
      const { state } = node
      if (number <= state.latestRequest[from]!) return
      state.latestRequest[from] = number
      state.requestQueue.push(from)
      assignPrivilege(node)
      makeRequest(node)
    },

    Privilege(node, { passes }) {
      const { state } = node
      if (passes <= state.passes) return
      if (state.recovery !== null) {
        state.recovery.passes = Math.max(state.recovery.passes, passes)
        return
      }
      invariant(state.holder !== node.id, "there is one privilege")
      state.passes = passes
      state.holder = node.id
      assignPrivilege(node)
      makeRequest(node)
    },

    Restart(node, { recovery }, from) {
      // A node that has lost its own variables cannot report them: the request will be resent.
      if (node.state.holder !== null) advise(node, recovery, from)
    },

    Advise(node, message, from) {
      if (!concludeRecovery(node, message, from)) return
      assignPrivilege(node)
      makeRequest(node)
    },
  },

  answers: ["Advise"],

  standing: ({ id, state: { using, requestQueue, holder, recovery } }) => {
    if (recovery !== null) return { role: "recovering", rank: 0, epoch: null }
    if (using) return { role: "critical section", rank: 2, epoch: null }
    if (requestQueue.includes(id)) return { role: "requesting", rank: 1, epoch: null }
    return { role: holder === id ? "holder" : "outside", rank: 0, epoch: null }
  },

  timeout: {
    recover(node) {
      sendRestarts(node)
    },
  },

  request: {
    Acquire(node, _, client) {
      const { state } = node
      if (state.using || state.requestQueue.includes(node.id)) return
      state.client = client
      state.requestQueue.push(node.id)
      assignPrivilege(node)
      makeRequest(node)
    },

    Release(node) {
      if (!node.state.using) return
      node.report({ type: "left" })
      node.state.using = false
      assignPrivilege(node)
      makeRequest(node)
    },
  },
})

/** ASSIGN_PRIVILEGE: a holder that does not use the privilege passes it to the first of its queue, itself included. */
function assignPrivilege(node: RaymondNode): void {
  const { state } = node
  if (state.holder !== node.id || state.using) return
  const next = state.requestQueue.shift()
  if (next === undefined) return
  state.holder = next
  state.asked = false
  if (next === node.id) enterCriticalSection(node)
  else {
    state.passes++
    node.send(next, { type: "Privilege", passes: state.passes })
  }
}

/** MAKE_REQUEST: asks the holder once, for however many are in the queue. */
function makeRequest(node: RaymondNode): void {
  const { state } = node
  const { holder, requestQueue, asked } = state
  if (holder === null || holder === node.id || requestQueue.length === 0 || asked) return
  state.asked = true
  state.requests++
  node.send(holder, { type: "Request", number: state.requests })
}

function enterCriticalSection(node: RaymondNode): void {
  const { state } = node
  state.using = true
  node.report({ type: "entered", timestamp: null })
  node.reply(state.client, { type: "Granted" })
}
