/** Viewstamped Replication: the steps of Liskov and Cowling 2012, §4 and §5.2, and the rules of the hand-out. */
import type { BrokenRule } from "../broken-rule.ts"

const appends = "      if (op === state.log.length + 1) state.log.push(command)\n"
const gap = '      if (op > state.log.length + 1) return node.send(from, { type: "GetState", view })\n'
const isOld = 'if (state.status === "recovering" || view < state.view) return false'
const best = "b.lastNormal > a.lastNormal || (b.lastNormal === a.lastNormal && b.log.length > a.log.length) ? b : a"

export const rules: readonly BrokenRule[] = [
  {
    rule: "§4: the primary of view v is replica v mod n",
    mistake: "has replica 0 lead in every view",
    edits: [
      [
        'return status === "normal" && view % size === id',
        'return status === "normal" && id === 0 && size > 0 && view >= 0',
      ],
    ],
    loses: ["commands", "views", "recovery", "clients", "cost"],
  },
  {
    rule: "§4.1, step 1: backups drop requests",
    mistake: "has backups take requests up",
    edits: [
      [
        "      if (!isPrimary(node)) {\n        const leader",
        '      if (state.status !== "normal") {\n        const leader',
      ],
    ],
    loses: ["views", "recovery", "clients"],
  },
  {
    rule: "§4.1, step 1: clients learn who the primary is",
    mistake: "has backups say that nobody leads",
    edits: [['const leader = state.status === "normal" ? state.view % node.size : null', "const leader = null"]],
    loses: ["clients"],
  },
  {
    rule: "§4.1, step 2: a request is executed once",
    mistake: "executes requests without regard to the client-table",
    edits: [
      ["      if (sequence <= (state.machine.sessions[session]?.sequence ?? 0)) {", "      if (sequence < 0) {"],
      [
        "      if (state.log.slice(state.commit).some(other => other.session === session && other.sequence === sequence)) return\n",
        "",
      ],
      [
        "    const result = execute(state.machine, command)\n    node.report",
        "    delete state.machine.sessions[command.session]\n    const result = execute(state.machine, command)\n    node.report",
      ],
    ],
    loses: ["recovery", "clients"],
  },
  {
    rule: "§4.1, step 4: requests are appended in the order of their op-numbers",
    mistake: "appends requests in the order in which they come",
    edits: [
      [gap, ""],
      [appends, "      if (op > state.log.length) state.log.push(command)\n"],
    ],
    loses: ["backups", "views", "recovery"],
  },
  {
    rule: "§4.1, step 4: a request is appended once",
    mistake: "appends the second copy of a request, too",
    edits: [[appends, "      state.log.push(command)\n"]],
    loses: ["backups", "views", "recovery"],
  },
  {
    rule: "§4.1, step 4: PrepareOk says what the backup has without gaps",
    mistake: "acknowledges a request that it cannot append yet",
    edits: [
      [
        gap,
        '      if (op > state.log.length + 1) {\n        node.send(from, { type: "GetState", view })\n        return node.send(from, { type: "PrepareOk", view, op })\n      }\n',
      ],
    ],
    loses: ["views"],
  },
  {
    rule: "§4.1, step 5: committed is what f others have",
    mistake: "commits at once",
    edits: [["executeUpTo(node, ops[majority(node) - 1] ?? 0)", "executeUpTo(node, ops[0] ?? 0)"]],
    loses: ["views"],
  },
  {
    rule: "§4.1, step 5: committed is what f others have",
    mistake: "waits for all others",
    edits: [["executeUpTo(node, ops[majority(node) - 1] ?? 0)", "executeUpTo(node, ops[node.size - 1] ?? 0)"]],
    loses: ["commands", "views", "cost"],
  },
  {
    rule: "§4.1, step 5: committed is what f others have",
    mistake: "takes half for a majority",
    edits: [["  return (size >> 1) + 1\n", "  return (size + 1) >> 1\n"]],
    loses: ["views"],
  },
  {
    rule: "§4.1, step 6: the primary sends Commit where it has nothing to prepare",
    mistake: "sends no Commit",
    edits: [['    node.broadcast({ type: "Commit", view, commit }, "heartbeat")\n', "    void view\n"]],
    loses: ["commands", "clients", "cost"],
  },
  {
    rule: "§4.1, step 7: a backup executes what is committed",
    mistake: "executes what it prepares",
    edits: [
      [
        "      executeUpTo(node, commit)\n    },\n\n    PrepareOk",
        "      executeUpTo(node, Math.max(commit, state.log.length))\n    },\n\n    PrepareOk",
      ],
    ],
    loses: ["views"],
  },
  {
    rule: "§4.1: messages of an earlier view are dropped",
    mistake: "takes Prepares of earlier views",
    edits: [
      [
        isOld,
        'if (state.status === "recovering") return false\n  if (view < state.view && state.status === "normal") return true',
      ],
    ],
    loses: ["views"],
  },
  {
    rule: "§4.1: a replica in a view change takes no requests",
    mistake: "prepares while it changes the view",
    edits: [
      [
        '  if (view === state.view && state.status === "normal") return true\n  node.send',
        '  if (view === state.view || (view === state.lastNormal && state.status === "view-change")) return true\n  node.send',
      ],
      [isOld, 'if (state.status === "recovering" || (view < state.view && view !== state.lastNormal)) return false'],
    ],
    loses: ["views"],
  },
  {
    rule: "§4.2, step 1: a backup that misses its primary starts a view change",
    mistake: "waits for its primary for ever",
    edits: [
      [
        "    viewChange(node) {\n      startViewChange(node, node.state.view + 1)\n      doViewChange(node)\n",
        "    viewChange() {\n",
      ],
    ],
    loses: ["commands", "views", "recovery", "clients", "cost"],
  },
  {
    rule: "§4.2, step 1: StartViewChange has the others join",
    mistake: "changes the view only when its own time is over",
    edits: [
      [
        "      if (view > state.view) startViewChange(node, view)\n      state.startViewChanges.add(from)",
        "      if (view > state.view) return\n      state.startViewChanges.add(from)",
      ],
    ],
    loses: ["backups"],
  },
  {
    rule: "§4.2, step 3: f + 1 DoViewChanges make a view",
    mistake: "starts the view with the first DoViewChange",
    edits: [
      [
        "if (doViewChanges.size < majority(node) || !doViewChanges.has(node.id)) return",
        "if (!doViewChanges.has(node.id)) return",
      ],
    ],
    loses: ["views", "recovery"],
  },
  {
    rule: "§4.2, step 3: the log of the latest view, and the longest of these",
    mistake: "starts the view with its own log",
    edits: [["state.log = [...best.log]", "void best"]],
    loses: ["views", "recovery"],
  },
  {
    rule: "§4.2, step 3: the log of the latest view, and the longest of these",
    mistake: "takes the longest log, of whichever view",
    edits: [[best, "b.log.length > a.log.length ? b : a"]],
    loses: ["views"],
  },
  {
    rule: "§4.2, step 3: the log of the latest view, and the longest of these",
    mistake: "takes any log of the latest view",
    edits: [[best, "b.lastNormal > a.lastNormal ? b : a"]],
    loses: ["views", "recovery"],
  },
  {
    rule: "§4.2, step 3: the latest view in which its status was normal",
    mistake: "says the view that it has given up for the latest in which it was normal",
    edits: [
      [
        '  state.status = "view-change"\n  state.view = view\n',
        '  state.status = "view-change"\n  state.lastNormal = state.view\n  state.view = view\n',
      ],
    ],
    loses: ["views", "recovery"],
  },
  {
    rule: "§4.2, step 4: requests of the log that are not committed are prepared",
    mistake: "leaves uncommitted requests of earlier views as they are",
    edits: [
      [
        "      for (let op = Math.max(commit, state.prepared.get(peer) ?? 0) + 1; op <= log.length; op++) {",
        "      for (let op = log.length + 1; op <= log.length; op++) {",
      ],
      ['      node.send(from, { type: "PrepareOk", view, op: log.length })\n', ""],
    ],
    loses: ["clients"],
  },
  {
    rule: "§4.2, step 5: the others take over the log of StartView",
    mistake: "keeps its own log when a view starts",
    edits: [
      [
        '      state.log = [...log]\n      becomeNormal(node, view)\n      node.send(from, { type: "PrepareOk", view, op: log.length })',
        '      becomeNormal(node, view)\n      node.send(from, { type: "PrepareOk", view, op: log.length })',
      ],
    ],
    loses: ["views"],
  },
  {
    rule: "§4.2: a view change that is not through gives way to the next",
    mistake: "waits for the end of a view change for ever",
    edits: [
      [
        '  node.broadcast({ type: "StartViewChange", view })\n  awaitPrimary(node)\n',
        '  node.broadcast({ type: "StartViewChange", view })\n  node.cancelTimer("viewChange")\n',
      ],
    ],
    loses: ["views"],
  },
  {
    rule: "§5.2: who lacks something asks for it",
    mistake: "asks nobody for what it lacks",
    edits: [
      [gap, "      if (op > state.log.length + 1) return\n"],
      ['      if (commit > state.log.length) node.send(from, { type: "GetState", view })\n', ""],
      ['  node.send(from, { type: "GetState", view })\n  return false', "  return false"],
    ],
    loses: ["backups"],
  },
  {
    rule: "§4.3, step 1: a replica that has forgotten everything recovers",
    mistake: "takes part with nothing, as if it were new",
    edits: [
      ['    state.status = "recovering"\n    state.nonce = node.now() + 1\n', "    becomeNormal(node, 0)\n"],
      ['    node.report({ type: "believes", leader: null, epoch: 0 })\n    beat(node)', "    beat(node)"],
    ],
    loses: ["recovery"],
  },
  {
    rule: "§4.3, step 1: while it recovers it takes no part in views",
    mistake: "joins view changes while it recovers",
    edits: [
      [
        '      if (state.status === "recovering" || view < state.view) return\n      if (view === state.view && state.status === "normal") {\n        if (isPrimary',
        '      if (view < state.view) return\n      if (view === state.view && state.status === "normal") {\n        if (isPrimary',
      ],
    ],
    loses: ["recovery"],
  },
  {
    rule: "§4.3, step 1: who gets no answer asks again",
    mistake: "asks once",
    edits: [
      [
        '  if (state.status === "recovering") node.broadcast',
        '  if (state.status === "recovering" && node.now() < state.nonce) node.broadcast',
      ],
    ],
    loses: ["recovery"],
  },
  {
    rule: "cost: a Prepare and a PrepareOk for each other replica",
    mistake: "sends Commit after each request as well",
    edits: [
      [
        "      commitPrepared(node)\n    },\n\n    Commit",
        '      commitPrepared(node)\n      node.send(from, { type: "Commit", view, commit: state.commit })\n    },\n\n    Commit',
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "cost: a request takes 4d",
    mistake: "prepares requests with the next heartbeat",
    edits: [
      [
        '      node.broadcast({ type: "Prepare", view: state.view, op: state.log.length, command, commit: state.commit })\n',
        "",
      ],
    ],
    loses: ["cost"],
  },
]
