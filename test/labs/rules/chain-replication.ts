/** Chain replication: the rules of van Renesse and Schneider 2004 (§3), and those of the hand-out. */
import type { BrokenRule } from "../broken-rule.ts"

const gap = "      if (first > state.log.length + 1) return\n"
const fresh = "      const fresh = commands.slice(state.log.length + 1 - first)\n"
const links = "      if (isNew || isStuck) forward(node, from, count + 1)\n"
const isAlive = "!isSilent[id] && lives[id]! <= life"

export const rules: readonly BrokenRule[] = [
  {
    rule: "§2: queries go to the tail",
    mistake: "has the head answer queries, too",
    edits: [
      [
        "? isTail(node) && !node.isOver(state.leaseUntil)",
        "? (isTail(node) || state.chain.members[0]?.id === node.id) && !node.isOver(state.leaseUntil)",
      ],
    ],
    loses: ["suspicions", "joining"],
  },
  {
    rule: "§2: queries go to the tail",
    mistake: "sends clients to the head with their queries",
    edits: [
      [
        "const asked = (isQuery ? state.chain.members.at(-1) : state.chain.members[0])?.id ?? null",
        "const asked = state.chain.members[0]?.id ?? null",
      ],
      ["queries: [chain.members.at(-1)!.id]", "queries: [head.id]"],
    ],
    loses: ["chain", "cost"],
  },
  {
    rule: "§2: updates go to the head",
    mistake: "lets every server take up updates",
    edits: [["        : state.chain.members[0]?.id === node.id && isMember(node)", "        : isMember(node)"]],
    loses: ["chain", "links", "failures", "suspicions", "joining"],
  },
  {
    rule: "§2: the tail answers updates",
    mistake: "has the head answer, once it has an update",
    edits: [
      [
        "      state.log.push(command)\n      advance(node, state.log.length)\n",
        '      state.log.push(command)\n      if (neighbour(node, 1) !== undefined) node.reply(session, { type: "Result", sequence, result: { done: true, value: null }, ...whomToAsk(node) })\n      advance(node, state.log.length)\n',
      ],
    ],
    loses: ["links", "failures", "suspicions", "joining"],
  },
  {
    rule: "§2: the tail answers updates",
    mistake: "leaves clients without an answer",
    edits: [["if (isAnswered) node.reply", "if (isAnswered && node.size === 1) node.reply"]],
    loses: ["chain", "suspicions", "cost"],
  },
  {
    rule: "a client that retries is answered, and its update executed once",
    mistake: "executes updates without regard to their session",
    edits: [
      [
        "    const result = execute(state.machine, command)\n    node.report",
        "    delete state.machine.sessions[command.session]\n    const result = execute(state.machine, command)\n    node.report",
      ],
      ["if (sequence <= (state.machine.sessions[session]?.sequence ?? 0)) {", "if (sequence < 0) {"],
      ["        state.again.add(session)\n        return\n", "        state.again.add(session)\n"],
    ],
    loses: ["suspicions"],
  },
  {
    rule: "§3: updates are taken in the order of the predecessor",
    mistake: "takes updates in the order in which they come",
    edits: [
      [gap, ""],
      [fresh, "      const fresh = commands\n"],
    ],
    loses: ["links", "failures", "suspicions", "joining"],
  },
  {
    rule: "§3: an update is taken once",
    mistake: "takes the second copy of an update for another one",
    edits: [[fresh, "      const fresh = commands\n"]],
    loses: ["links", "failures", "suspicions", "joining"],
  },
  {
    rule: "§3: Sent is sent again until it is acknowledged",
    mistake: "forwards updates once",
    edits: [[links, links.replace("isNew || isStuck", "isNew")]],
    loses: ["links", "suspicions"],
  },
  {
    rule: "§3: acknowledgements go up the chain",
    mistake: "leaves servers without word of what the tail has",
    edits: [
      [
        "      commit(node, Math.min(committed, state.log.length))\n    },\n\n    Update",
        "      void committed\n    },\n\n    Update",
      ],
    ],
    loses: ["chain", "joining"],
  },
  {
    rule: "§3: what the tail has is executed, not what it may get",
    mistake: "executes updates when it forwards them",
    edits: [
      [
        "  if (isTail(node)) commit(node, state.log.length)\n  else if",
        "  commit(node, state.log.length)\n  if (isTail(node)) return\n  if",
      ],
    ],
    loses: ["failures", "suspicions"],
  },
  {
    rule: "§3.2: the master takes out who fails",
    mistake: "takes nobody out of the chain",
    edits: [["  if (alive.length === members.length || !alive", "  if (alive.length > 0 || !alive"]],
    loses: ["failures", "joining", "cost"],
  },
  {
    rule: "§3.2.1: the next one is the head",
    mistake: "takes out all but the head",
    edits: [
      [
        "  if (alive.length === members.length || !alive",
        "  if (alive.length === members.length || alive[0] !== members[0] || !alive",
      ],
    ],
    loses: ["failures", "joining", "cost"],
  },
  {
    rule: "§3.2.2: the new tail has all there is",
    mistake: "does not commit what it has when it becomes the tail",
    edits: [["  if (isTail(node)) advance(node, state.log.length + 1)\n  sayHave", "  sayHave"]],
    loses: ["suspicions"],
  },
  {
    rule: "§3.2.3: the successor gets what it lacks",
    mistake: "sends its new successor only what comes from now on",
    edits: [[links, links.replace("count + 1", "state.log.length + 1")]],
    loses: ["links", "failures", "suspicions", "joining"],
  },
  {
    rule: "§3.2: the last server that has everything stays",
    mistake: "takes out the last one that has everything",
    edits: [[" || !alive.some(({ id }) => isComplete[id])) return", " || alive.length === 0) return"]],
    loses: ["suspicions"],
  },
  {
    rule: "§3.2.4: a new tail answers once it has everything",
    mistake: "acts as the tail from the moment at which it is linked",
    edits: [["return isMember(node) && node.state.isComplete && neighbour", "return isMember(node) && neighbour"]],
    loses: ["suspicions"],
  },
  {
    rule: "§3.2.4: who returns is let in",
    mistake: "lets nobody in again",
    edits: [["          } else link(master, {", "          } else if (chain.number < 0) link(master, {"]],
    loses: ["joining"],
  },
  {
    rule: "§3.2.4: who returns is the new tail",
    mistake: "puts who returns at the head",
    edits: [
      ["members: [...chain.members, { id: from, life }] })", "members: [{ id: from, life }, ...chain.members] })"],
    ],
    loses: ["links", "suspicions", "joining"],
  },
  {
    rule: "lives: a server that was down is another one",
    mistake: "returns as if it had never been away",
    edits: [["    node.state.life = node.now() + 1\n", ""]],
    loses: ["joining"],
  },
  {
    rule: "lives: a server that was down is another one",
    mistake: "has the master overlook who died, and was back in time",
    edits: [[isAlive, "!isSilent[id] && life >= 0"]],
    loses: ["joining"],
  },
  {
    rule: "lives: who was removed begins anew",
    mistake: "keeps what it has when it is removed",
    edits: [
      ["    if (wasMember) forget(node)\n", ""],
      ["master.state.lives[id] = Math.max(lives[id]!, life + 1)", "void life"],
    ],
    loses: ["suspicions"],
  },
  {
    rule: "leases: a tail that cannot know that it is one answers no query",
    mistake: "answers queries without a lease",
    edits: [["isTail(node) && !node.isOver(state.leaseUntil)", "isTail(node)"]],
    loses: ["suspicions"],
  },
  {
    rule: "leases: counted from the sending of the heartbeat",
    mistake: "counts its lease from the master's answer, and twice as long",
    edits: [
      [
        "Math.max(node.state.leaseUntil, sentAt + node.parameters.lease)",
        "Math.max(node.state.leaseUntil, node.now() + 2 * node.parameters.lease + 0 * sentAt)",
      ],
    ],
    loses: ["suspicions"],
  },
  {
    rule: "the master waits for signs of life from its boot on",
    mistake: "forgets whom it was waiting for when it dies",
    edits: [
      [
        "        for (const id of master.peers) master.setTimer",
        "        if (master.now() < 1_000) for (const id of master.peers) master.setTimer",
      ],
    ],
    loses: ["joining"],
  },
  {
    rule: "cost: n-1 messages an update",
    mistake: "acknowledges every update at once",
    edits: [
      [
        "      advance(node, state.log.length - fresh.length + 1)\n",
        "      advance(node, state.log.length - fresh.length + 1)\n      sayHave(node)\n",
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "cost: (n+1)d an update",
    mistake: "forwards updates with the next heartbeat",
    edits: [
      [
        "else if (behind !== undefined && state.successorHas >= 0) forward",
        "else if (behind !== undefined && state.successorHas < -1) forward",
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "cost: a failure costs its detection",
    mistake: "waits four times as long as it has to",
    edits: [
      [
        '          master.setTimer("silence", master.parameters.detectionTimeout, from)',
        '          master.setTimer("silence", 4 * master.parameters.detectionTimeout, from)',
      ],
    ],
    loses: ["cost"],
  },
]
