/**
 * The master (§3.2): it detects failed servers, forms a new configuration without them, and lets servers that are up join as
 * new tails. A single process keeps the latest configuration on its disk. Several keep it in a replicated log (the paper
 * uses Paxos) and all receive heartbeats; the leader of the log acts. It announces a configuration only once the log has it,
 * and grants a lease only once the log confirms that no other process had begun to act: a successor suspects nobody until a
 * detection timeout after it begins.
 */
import { type Algorithm, invariant, type NodeId, type Role } from "../../runtime/contract/algorithm.ts"
import { LoggedRegister } from "../common/logged-register.ts"
import { initialConfiguration, isSame } from "./chain.ts"
import type { ChainReplication, Configuration, Heard, Heartbeat, Master, Member, Received } from "./types.ts"

interface MasterRole {
  readonly role: Role<ChainReplication, ChainReplication["roles"]["master"]>
  /** The types of the log's messages that answer another one. */
  readonly answers: Register["answers"]
}

type Register = LoggedRegister<Master, Configuration>

/** The role of the master, over logs of these algorithms. */
export function masterOn(among: readonly Algorithm[]): MasterRole {
  const register: Register = new LoggedRegister<Master, Configuration>({
    among,
    chosen: parameters => String(Reflect.get(parameters, "master")),
    role: "master",
    state: state => Reflect.get(state, "register"),
    initial: ({ size }) => initialConfiguration(size),
    resendAfter: parameters => Number(Reflect.get(parameters, "resendAfter")),
    acts(node) {
      node.state.configuration = register.valueOf(node)
      watch(node)
    },
    rests: rest,
    wrote(node) {
      announce(node, register.valueOf(node))
      resume(register, node)
    },
    confirmed(node) {
      const { underWay } = node.state
      node.state.underWay = []
      for (const { sender, sentAt } of underWay) grant(node, sender, sentAt)
      resume(register, node)
    },
  })
  return {
    answers: register.answers,
    role: {
      doc: "detects failures, and says who is in the chain",
      count: { parameter: "masterNodes", when: isLogged },
      disk: self =>
        isLogged(self.parameters) ? register.disk(self) : { configuration: initialConfiguration(self.size) },
      state(self) {
        const configuration = self.disk.configuration ?? initialConfiguration(self.size)
        const onLog = isLogged(self.parameters) ? register.newState(self) : null
        const lists = { heard: [], underWay: [], silent: [] }
        return { configuration, ...nothingHeard(self.size, configuration), register: onLog, ...lists }
      },
      start(node) {
        if (node.state.register === null) watch(node)
        else register.start(node)
      },
      receive: {
        ...register.receive,
        Heartbeat: (node: Master, message: Heartbeat, from: NodeId) => handleHeartbeat(register, node, message, from),
        Received: (node: Master, message: Received, from: NodeId) => handleReceived(register, node, message, from),
      },
      timeout: { ...register.timeout, silence: (node: Master, id = 0) => silence(register, node, id) },
      standing({ state: { configuration, register: onLog } }) {
        if (onLog !== null && onLog.phase !== "acting")
          return { role: `in the log: ${onLog.phase}`, rank: 0, epoch: null }
        const servers = configuration.chain.map(({ id }) => id).join("-")
        return { role: `chain ${servers}`, rank: 0, epoch: configuration.number }
      },
    },
  }
}

/** True if the configuration is in a replicated log. */
function isLogged(parameters: object): boolean {
  return Reflect.get(parameters, "master") !== "process"
}

function nothingHeard(size: number, configuration: Configuration) {
  return { lives: latestLives(size, configuration), hasCaughtUp: Array<boolean>(size).fill(false) }
}

// --- In a log --------------------------------------------------------------------------------------------------------

/** True if it acts as the master: it is the only process, or leads the log. */
function isActing(register: Register, node: Master): boolean {
  return node.state.register === null || register.isActing(node)
}

/** True if the configuration may be changed now. */
function mayChange(register: Register, node: Master): boolean {
  return node.state.register === null || register.isReady(node)
}

/** Stops acting: another process acts, or may. */
function rest(node: Master): void {
  const { state, size } = node
  for (const id of node.peers) node.cancelTimer("silence", id)
  Object.assign(state, nothingHeard(size, state.configuration), { heard: [], underWay: [], silent: [] })
}

/** The log has answered: handles what was waiting for it. */
function resume(register: Register, node: Master): void {
  const { state } = node
  const { silent } = state
  state.silent = []
  for (const id of silent) silence(register, node, id)
  for (const heard of state.heard) if (register.isReady(node)) count(register, node, heard)
  if (state.heard.length === 0 || !register.isReady(node)) return
  const { heard } = state
  state.heard = []
  if (node.parameters.suspicions === "trusted") return
  state.underWay = heard
  register.confirm(node)
}

// --- Everywhere ------------------------------------------------------------------------------------------------------

/** Begins to act: every server in the chain has a detection timeout to send a heartbeat. */
function watch(node: Master): void {
  const { size, state } = node
  const { chain, joining } = state.configuration
  Object.assign(state, nothingHeard(size, state.configuration))
  for (const { id } of joining === null ? chain : [...chain, joining]) awaitHeartbeat(node, id)
}

function latestLives(size: number, { chain }: Configuration): number[] {
  const lives = Array<number>(size).fill(0)
  for (const { id, life } of chain) lives[id] = life
  return lives
}

function awaitHeartbeat(node: Master, id: NodeId): void {
  node.setTimer("silence", node.parameters.detectionTimeout, id)
}

/** A server is alive. If it is in a later life, the one that was in the chain is lost. */
function handleHeartbeat(register: Register, node: Master, message: Heartbeat, from: NodeId): void {
  const { life, standing, sentAt } = message
  const { state } = node
  const { lives, hasCaughtUp } = state
  if (!isActing(register, node) || life < lives[from]!) return
  hasCaughtUp[from] = standing === "member" || (life === lives[from] && hasCaughtUp[from]!)
  lives[from] = life
  state.silent = state.silent.filter(id => id !== from)
  awaitHeartbeat(node, from)
  const heard: Heard = { sender: { id: from, life }, configuration: message.configuration, standing, sentAt }
  const { number } = state.configuration
  if (state.register === null) {
    count(register, node, heard)
    grant(node, heard.sender, sentAt)
  } else {
    state.heard = [...state.heard.filter(other => other.sender.id !== from), heard]
    if (register.isReady(node)) resume(register, node)
  }
  const { configuration } = state
  // If the configuration has just changed, all have been sent it.
  if (configuration.number === number && message.configuration < number) {
    node.send(from, { type: "Reconfigure", configuration }, "retransmission")
  }
}

/** Grants a lease to a server of the chain, from when it sent its heartbeat. */
function grant(node: Master, server: Member, sentAt: number): void {
  if (node.state.configuration.chain.some(member => isSame(member, server))) {
    node.send(server.id, { type: "Granted", sentAt }, "heartbeat")
  }
}

/**
 * Lets a server from outside join; an earlier life of it that was in the chain is removed. It is ready if it has the state of
 * the present tail, and not of one before, as a heartbeat says that was under way when the tail changed.
 */
function count(register: Register, node: Master, { sender, configuration, standing }: Heard): void {
  const { chain, joining, tailSince } = node.state.configuration
  if (standing === "linked" || standing === "member" || chain.some(member => isSame(member, sender))) return
  const others = chain.filter(({ id }) => id !== sender.id)
  if (!mayRemain(node, others)) return
  if (isSame(joining, sender)) {
    if (standing === "ready" && configuration >= tailSince) reconfigure(register, node, [...others, sender], null)
  } else if (joining === null || joining.id === sender.id) reconfigure(register, node, others, sender)
  else if (others.length < chain.length) reconfigure(register, node, others, joining)
}

/** A server has been silent for the detection timeout: it has failed, as far as the master can know. */
function silence(register: Register, node: Master, id: NodeId): void {
  if (!mayChange(register, node)) return void node.state.silent.push(id)
  const { chain, joining } = node.state.configuration
  if (joining?.id === id) return reconfigure(register, node, chain, null)
  const others = chain.filter(member => member.id !== id)
  if (others.length === chain.length) return
  if (mayRemain(node, others)) reconfigure(register, node, others, joining)
  else awaitHeartbeat(node, id)
}

/** True if one of these servers has everything that the chain had; otherwise removing the others would lose updates. */
function mayRemain({ state: { hasCaughtUp } }: Master, chain: readonly Member[]): boolean {
  return chain.some(({ id }) => hasCaughtUp[id])
}

/** Numbers a new configuration. */
function reconfigure(register: Register, node: Master, chain: readonly Member[], joining: Member | null): void {
  invariant(chain.length > 0, "a chain has a server (§3)")
  const old = node.state.configuration
  const number = old.number + 1
  const headSince = isSame(chain[0]!, old.chain[0]!) ? old.headSince : number
  const tailSince = isSame(chain.at(-1)!, old.chain.at(-1)!) ? old.tailSince : number
  const configuration: Configuration = { number, chain, joining, headSince, tailSince }
  if (node.state.register !== null) return register.write(node, configuration)
  node.save({ configuration })
  announce(node, configuration)
}

/** Announces a new configuration to all, once it is on the disk or in the log. */
function announce(node: Master, configuration: Configuration): void {
  const { joining } = configuration
  const { joining: before } = node.state.configuration
  node.state.configuration = configuration
  node.broadcast({ type: "Reconfigure", configuration })
  if (joining !== null && !isSame(joining, before)) awaitHeartbeat(node, joining.id)
}

/** Helps to repair the Sent list (§3.2.3): forwards to a server's predecessor which updates that server has. */
function handleReceived(
  register: Register,
  node: Master,
  { configuration: number, received }: Received,
  from: NodeId,
): void {
  const { configuration } = node.state
  // Another process acts, and has made later configurations.
  if (!isActing(register, node) || number > configuration.number) return
  if (number < configuration.number) {
    return node.send(from, { type: "Reconfigure", configuration }, "retransmission")
  }
  const place = configuration.chain.findIndex(({ id }) => id === from)
  const predecessor = configuration.chain[place - 1]
  if (predecessor !== undefined) node.send(predecessor.id, { type: "Resume", configuration: number, received })
}
