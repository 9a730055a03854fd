/** Primary-backup: the rules of Budhiraja, Marzullo, Schneider and Toueg 1993, and those of the hand-out. */
import type { BrokenRule } from "../broken-rule.ts"

const redirects =
  '      if (!isPrimary(node)) {\n        const leader = state.view.number > 0 && state.view.primary !== node.id ? state.view.primary : null\n        return node.reply(client, { type: "Redirect", sequence, leader })\n      }\n'
const fromPrimary =
  "      if (since !== state.reign || since !== state.view.since || from !== state.view.primary) return\n"
const waits = "for (const { acked } of backups.values()) all = Math.min(all, acked)"
const known =
  "        state.backups.set(id, { life, acked: view.number === 1 ? 0 : -1, lastAck: node.now(), isMember: true })\n        if (view.number > 1) sendState(node, id, life)\n"

export const rules: readonly BrokenRule[] = [
  {
    rule: "Pb2: clients' requests go to the primary",
    mistake: "has backups say that nobody leads",
    edits: [[redirects, redirects.replace("? state.view.primary : null", "? null : null")]],
    loses: ["commands"],
  },
  {
    rule: "Pb3: a backup takes nothing up",
    mistake: "has backups execute commands, and answer, on their own",
    edits: [
      [
        redirects,
        '      if (!isPrimary(node)) return node.reply(client, { type: "Result", sequence, result: execute(state.machine, command) })\n',
      ],
    ],
    loses: ["commands", "backups", "takeover", "joining"],
  },
  {
    rule: "Pb3: a backup takes nothing up",
    mistake: "has backups leave clients without an answer",
    edits: [[redirects, "      if (!isPrimary(node)) return\n"]],
    loses: ["commands"],
  },
  {
    rule: "a command is executed once",
    mistake: "executes commands without regard to their session",
    edits: [
      [
        "      if (state.log.slice(state.committed).some(other => other.session === session && other.sequence === sequence))\n        return\n",
        "",
      ],
      ["if (sequence <= (state.machine.sessions[session]?.sequence ?? 0)) {", "if (sequence < 0) {"],
      [
        "    const result = execute(state.machine, command)\n",
        "    delete state.machine.sessions[command.session]\n    const result = execute(state.machine, command)\n",
      ],
    ],
    loses: ["backups", "takeover", "joining"],
  },
  {
    rule: "answered means that all have it",
    mistake: "answers at once",
    edits: [[waits, "void backups"]],
    loses: ["backups", "takeover", "joining"],
  },
  {
    rule: "answered means that all have it",
    mistake: "answers when half of the backups have it",
    edits: [
      [
        waits,
        "const counts = [...backups.values()].map(({ acked }) => acked).toSorted((a, b) => b - a)\n  if (counts.length > 0) all = Math.min(all, counts[(counts.length - 1) >> 1]!)",
      ],
    ],
    loses: ["backups", "takeover"],
  },
  {
    rule: "answered means that all have it",
    mistake: "takes an update that it has sent for one that has arrived",
    edits: [
      [
        "        if (acked >= 0)\n          node.send(peer,",
        "        if (acked >= 0) state.backups.get(peer)!.acked = index\n        if (acked >= 0)\n          node.send(peer,",
      ],
    ],
    loses: ["backups", "takeover", "joining"],
  },
  {
    rule: "an update that is not acknowledged is sent again",
    mistake: "ships every update once",
    edits: [
      [
        "for (let index = backup.acked + 1; index <= state.log.length; index++) {",
        "for (let index = backup.acked + 1; index < 0; index++) {",
      ],
    ],
    loses: ["backups", "takeover", "joining"],
  },
  {
    rule: "updates are installed in the order of their numbers",
    mistake: "installs updates in the order in which they come",
    edits: [
      [
        "      if (index > state.log.length + 1) return\n      if (index === state.log.length + 1) state.log.push(command)\n",
        "      if (!state.log.some(other => other.session === command.session && other.sequence === command.sequence)) state.log.push(command)\n",
      ],
    ],
    loses: ["backups", "takeover", "joining"],
  },
  {
    rule: "an update that comes twice is installed once",
    mistake: "installs the second copy of an update, too",
    edits: [["      if (index === state.log.length + 1) state.log.push(command)\n", "      state.log.push(command)\n"]],
    loses: ["backups", "takeover", "joining"],
  },
  {
    rule: "a backup acknowledges what it has without gaps",
    mistake: "acknowledges the update that it got, whatever is missing before it",
    edits: [
      ["      if (index > state.log.length + 1) return\n", ""],
      [
        '      node.send(from, { type: "Ack", since, life: state.life, count: state.log.length })\n      commit(node, Math.min(committed, state.log.length))\n    },\n\n    Ack',
        '      node.send(from, { type: "Ack", since, life: state.life, count: index })\n      commit(node, Math.min(committed, state.log.length))\n    },\n\n    Ack',
      ],
    ],
    loses: ["backups", "takeover", "joining"],
  },
  {
    rule: "a backup learns what all have",
    mistake: "leaves backups without word of what is safe",
    edits: [
      [
        "      commit(node, Math.min(committed, state.log.length))\n    },\n\n    Ack",
        "      void committed\n    },\n\n    Ack",
      ],
    ],
    loses: ["commands", "takeover", "joining"],
  },
  {
    rule: "a backup that is silent is in the next view no more",
    mistake: "has the primary wait for dead backups for ever",
    edits: [
      [
        "if (first === undefined || alive.length === view.members.length) return",
        "if (first === undefined || alive.some(({ id }) => id === view.primary)) return",
      ],
    ],
    loses: ["backups", "joining"],
  },
  {
    rule: "Pb1: there is one primary",
    mistake: "has the primary drop backups by itself when they are silent",
    edits: [
      [
        "if (!backup.isMember && backup.acked < 0 && isLate) {",
        "if (node.now() - backup.lastAck > node.parameters.detectionTimeout && backup.acked < state.log.length) {",
      ],
    ],
    loses: ["takeover"],
  },
  {
    rule: "Pb1: there is one primary",
    mistake: "has backups acknowledge the updates of a primary that was replaced",
    edits: [[fromPrimary, "      if (since < state.reign - 2) return\n"]],
    loses: ["takeover"],
  },
  {
    rule: "a deposed primary stops",
    mistake: "does not hear of the view that replaced it",
    edits: [
      [
        "if (view.number > node.state.view.number) enter(node, view)",
        "if (view.number > node.state.view.number && (!isPrimary(node) || view.primary === node.id)) enter(node, view)",
      ],
    ],
    loses: ["takeover"],
  },
  {
    rule: "a new primary has all take over its state",
    mistake: "takes the others to have what it has",
    edits: [
      [
        known,
        known
          .replace("view.number === 1 ? 0 : -1", "state.log.length")
          .replace("        if (view.number > 1) sendState(node, id, life)\n", ""),
      ],
    ],
    loses: ["backups", "takeover", "joining", "cost"],
  },
  {
    rule: "a read is answered when all have it",
    mistake: "answers reads alone",
    edits: [
      [
        "      state.log.push(command)\n      const index",
        '      if (command.operation.op === "get") {\n        return node.reply(client, { type: "Result", sequence, result: { done: true, value: state.machine.values.get(command.operation.key) ?? null } })\n      }\n      state.log.push(command)\n      const index',
      ],
    ],
    loses: ["backups", "takeover", "joining"],
  },
  {
    rule: "the view service takes over from a primary that is silent",
    mistake: "keeps its primary for ever",
    edits: [
      ["  else beginView(service, { number, since: number, primary: first.id, members: alive })", "  void first"],
    ],
    loses: ["backups", "joining", "cost"],
  },
  {
    rule: "a member of the last view takes over",
    mistake: "makes the first replica that is alive the primary, member or not",
    edits: [
      [
        "  else beginView(service, { number, since: number, primary: first.id, members: alive })",
        "  else {\n    const id = isSilent.indexOf(false)\n    const members = alive.some(other => other.id === id) ? alive : [{ id, life: lives[id]! }, ...alive]\n    beginView(service, { number, since: number, primary: id, members })\n  }",
      ],
    ],
    loses: ["takeover", "joining"],
  },
  {
    rule: "a replica that was down begins another life",
    mistake: "returns as if it had never been away",
    edits: [["  state.life = Math.max(state.life, node.now()) + 1\n", ""]],
    loses: ["joining"],
  },
  {
    rule: "a replica that has lost its state is no member any more",
    mistake: "has the view service overlook who died, and was back in time",
    edits: [["!isSilent[id] && lives[id]! <= life", "!isSilent[id] && life >= 0"]],
    loses: ["joining"],
  },
  {
    rule: "who joins is waited for before it is a member",
    mistake: "has the view service admit it before it has the state",
    edits: [
      ["  if (acked < committed) return\n", ""],
      [
        "      sendState(node, from, life)\n    },\n\n    State",
        "      admit(node, from, state.backups.get(from)!)\n      sendState(node, from, life)\n    },\n\n    State",
      ],
    ],
    loses: ["joining"],
  },
  {
    rule: "who joins gets the whole state",
    mistake: "sends those who join what comes from now on",
    edits: [
      [
        'node.send(to, { type: "State", view, life, log: [...log], committed })',
        'node.send(to, { type: "State", view, life, log: view.number === 1 ? [...log] : [], committed })',
      ],
    ],
    loses: ["backups", "takeover"],
  },
  {
    rule: "who joins is let in",
    mistake: "never has anybody admitted",
    edits: [
      [
        "        Admit(service, { view: number, member }) {\n",
        "        Admit(service, { view: number, member }) {\n          if (number > 0) return\n",
      ],
    ],
    loses: ["joining"],
  },
  {
    rule: "the view service keeps its view on its disk",
    mistake: "begins with the first view whenever it boots",
    edits: [["if (service.disk.view === null) service.save", "service.save"]],
    loses: ["joining"],
  },
  {
    rule: "the view service waits for signs of life from its boot on",
    mistake: "forgets whom it was waiting for when it dies",
    edits: [
      [
        "        for (const replica of service.peers) service.setTimer",
        "        if (service.disk.view!.number === 1 && service.now() < 1000) for (const replica of service.peers) service.setTimer",
      ],
    ],
    loses: ["joining"],
  },
  {
    rule: "cost: an Update and an Ack for each backup",
    mistake: "acknowledges every update twice",
    edits: [
      [
        '      node.send(from, { type: "Ack", since, life: state.life, count: state.log.length })\n      commit(node, Math.min(committed, state.log.length))\n    },\n\n    Ack',
        '      for (const _ of [1, 2]) node.send(from, { type: "Ack", since, life: state.life, count: state.log.length })\n      commit(node, Math.min(committed, state.log.length))\n    },\n\n    Ack',
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "cost: a command takes 4d",
    mistake: "ships updates with the next heartbeat",
    edits: [["        if (acked >= 0)\n          node.send(peer,", "        if (acked < -1) node.send(peer,"]],
    loses: ["cost"],
  },
  {
    rule: "cost: a dead primary costs its detection",
    mistake: "waits four times as long as it has to",
    edits: [
      [
        '          service.setTimer("silence", service.parameters.detectionTimeout, from)\n          removeDead',
        '          service.setTimer("silence", 4 * service.parameters.detectionTimeout, from)\n          removeDead',
      ],
    ],
    loses: ["cost"],
  },
]
