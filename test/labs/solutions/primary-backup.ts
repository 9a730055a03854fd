/**
 * Primary-backup as a student may write it. Unlike the workbench's, replicas keep all commands in a log and execute them once all
 * members have them; a new primary has everybody take over its log, and nobody is asked beforehand how far he has come.
 */
import {
  algorithm,
  type Command,
  duration,
  emptyMachine,
  execute,
  type Machine,
  type Node,
  type NodeId,
  type ParameterValues,
  type ReplicatedLog,
  replicatedLog,
  type RoleNode,
} from "quorate"

const parameters = {
  heartbeatInterval: duration("max(75ms, 5d)", "Replicas tell the view service this often that they live.", { min: 1 }),
  detectionTimeout: duration("max(225ms, 15d)", "Who has not been heard of for this long is dead.", { min: 1 }),
}

/** A replica since it last began with nothing. */
interface Member {
  readonly id: NodeId
  readonly life: number
}

/** `since`: the view in which its primary took over. */
interface View {
  readonly number: number
  readonly since: number
  readonly primary: NodeId
  readonly members: readonly Member[]
}

type Message =
  | { readonly type: "View"; readonly view: View }
  | {
      readonly type: "Update"
      readonly since: number
      readonly index: number
      readonly command: Command
      readonly committed: number
    }
  | { readonly type: "Ack"; readonly since: number; readonly life: number; readonly count: number }
  | { readonly type: "Join"; readonly life: number }
  | {
      readonly type: "State"
      readonly view: View
      readonly life: number
      readonly log: readonly Command[]
      readonly committed: number
    }

type ToService =
  | { readonly type: "Ping"; readonly view: number; readonly life: number }
  | { readonly type: "Admit"; readonly view: number; readonly member: Member }

/** Somebody whose acknowledgements the primary waits for; -1: he has not even the state. */
interface Backup {
  readonly life: number
  acked: number
  lastAck: number
  isMember: boolean
}

interface PrimaryBackup {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  readonly state: {
    view: View
    /** The view in which the primary took over whose log this is; 0: it has none. */
    reign: number
    life: number
    log: Command[]
    committed: number
    machine: Machine
    readonly backups: Map<NodeId, Backup>
  }
  readonly message: Message
  readonly timer: "beat"
  readonly service: ReplicatedLog
  readonly roles: {
    readonly "view-service": {
      readonly disk: { readonly view: View | null }
      readonly state: { readonly isSilent: boolean[]; readonly lives: number[] }
      readonly message: ToService
      readonly timer: "silence"
    }
  }
}

type Self = Node<PrimaryBackup>
type Service = RoleNode<PrimaryBackup, "view-service">

const NONE: View = { number: 0, since: 0, primary: 0, members: [] }

function firstView(size: number): View {
  return { number: 1, since: 1, primary: 0, members: Array.from({ length: size }, (_, id) => ({ id, life: 0 })) }
}

export const solution = algorithm<PrimaryBackup>({
  name: "my-primary-backup",
  title: "My primary-backup",
  source: "Alsberg and Day 1976",
  summary: "One replica decides, and all have it before anybody is told.",
  tolerates: { faults: "crash", of: n => n - 1 },
  assumes: { storage: "none" },
  serves: [replicatedLog],
  parameters,

  disk: () => ({}),
  state: () => ({ view: NONE, reign: 0, life: 0, log: [], committed: 0, machine: emptyMachine(), backups: new Map() }),

  start(node) {
    node.state.reign = 1
    enter(node, firstView(node.size))
    beat(node)
  },

  recover(node) {
    node.report({ type: "believes", leader: null, epoch: 0 })
    forget(node)
    beat(node)
  },

  receive: {
    View(node, { view }) {
      if (view.number > node.state.view.number) enter(node, view)
    },

    Update(node, { since, index, command, committed }, from) {
      const { state } = node
      if (since !== state.reign || since !== state.view.since || from !== state.view.primary) return
      if (index > state.log.length + 1) return
      if (index === state.log.length + 1) state.log.push(command)
      node.send(from, { type: "Ack", since, life: state.life, count: state.log.length })
      commit(node, Math.min(committed, state.log.length))
    },

    Ack(node, { since, life, count }, from) {
      const { state } = node
      const backup = state.backups.get(from)
      if (!isPrimary(node) || since !== state.view.since || backup?.life !== life) return
      backup.acked = Math.max(backup.acked, count)
      backup.lastAck = node.now()
      if (!backup.isMember) admit(node, from, backup)
      commitAcked(node)
    },

    /** Whoever joins is waited for from here on: whatever is answered, he has. */
    Join(node, { life }, from) {
      const { state } = node
      const known = state.backups.get(from)
      if (!isPrimary(node) || (known !== undefined && known.life >= life)) return
      if (known?.isMember === true) return
      state.backups.set(from, { life, acked: -1, lastAck: node.now(), isMember: false })
      sendState(node, from, life)
    },

    State(node, { view, life, log, committed }, from) {
      const { state } = node
      if (life !== state.life || view.since < state.view.since) return
      if (view.number > state.view.number) {
        state.view = view
        node.report({ type: "believes", leader: view.primary, epoch: view.number })
      }
      if (state.reign < view.since || log.length > state.log.length) state.log = [...log]
      state.reign = view.since
      state.backups.clear()
      node.send(from, { type: "Ack", since: view.since, life, count: state.log.length })
      commit(node, Math.min(committed, state.log.length))
    },
  },

  timeout: {
    beat(node) {
      beat(node)
      const { state } = node
      const { view } = state
      if (isPrimary(node)) return resend(node)
      if (state.reign !== view.since || !isMember(node)) askForState(node)
    },
  },

  request: {
    Command(node, command, client) {
      const { state } = node
      const { session, sequence } = command
      if (!isPrimary(node)) {
        const leader = state.view.number > 0 && state.view.primary !== node.id ? state.view.primary : null
        return node.reply(client, { type: "Redirect", sequence, leader })
      }
      if (state.log.slice(state.committed).some(other => other.session === session && other.sequence === sequence))
        return
      if (sequence <= (state.machine.sessions[session]?.sequence ?? 0)) {
        return node.reply(client, { type: "Result", sequence, result: execute(state.machine, command) })
      }
      state.log.push(command)
      const index = state.log.length
      for (const [peer, { acked }] of state.backups) {
        if (acked >= 0)
          node.send(peer, { type: "Update", since: state.view.since, index, command, committed: state.committed })
      }
      commitAcked(node)
    },
  },

  roles: {
    "view-service": {
      doc: "says who is the primary",
      count: 1,
      disk: () => ({ view: null }),
      state: ({ size }) => ({ isSilent: Array<boolean>(size).fill(false), lives: Array<number>(size).fill(0) }),
      start(service) {
        if (service.disk.view === null) service.save({ view: firstView(service.size) })
        for (const replica of service.peers) service.setTimer("silence", service.parameters.detectionTimeout, replica)
      },
      receive: {
        Ping(service, { view: number, life }, from) {
          const { state } = service
          if (life < state.lives[from]!) return
          state.lives[from] = life
          state.isSilent[from] = false
          service.setTimer("silence", service.parameters.detectionTimeout, from)
          removeDead(service)
          const view = service.disk.view!
          if (number < view.number) service.send(from, { type: "View", view })
        },
        Admit(service, { view: number, member }) {
          const view = service.disk.view!
          if (number !== view.number || view.members.some(({ id }) => id === member.id)) return
          const isOld = service.state.lives[member.id]! > member.life
          beginView(service, { ...view, number: number + 1, members: isOld ? view.members : [...view.members, member] })
        },
      },
      timeout: {
        silence(service, replica = 0) {
          service.state.isSilent[replica] = true
          removeDead(service)
        },
      },
    },
  },
})

// --- Replicas --------------------------------------------------------------------------------------------------------

function isPrimary({ id, state: { view, reign } }: Self): boolean {
  return view.number > 0 && view.primary === id && reign === view.since
}

function isMember({ id, state: { view, life } }: Self): boolean {
  return view.members.some(member => member.id === id && member.life === life)
}

/** A view begins. Whoever is in none any more has nothing. */
function enter(node: Self, view: View): void {
  const { state } = node
  const wasPrimary = isPrimary(node)
  const hasTakenOver = view.primary === node.id && view.since > state.view.since
  state.view = view
  node.report({ type: "believes", leader: view.primary, epoch: view.number })
  if (view.primary === node.id && isMember(node)) {
    if (!wasPrimary) state.backups.clear()
    if (hasTakenOver) state.reign = view.since
    for (const peer of state.backups.keys()) {
      if (!view.members.some(({ id, life }) => id === peer && life === state.backups.get(peer)!.life))
        state.backups.delete(peer)
    }
    for (const { id, life } of view.members) {
      if (id === node.id) continue
      const known = state.backups.get(id)
      if (known !== undefined) known.isMember = true
      else {
        state.backups.set(id, { life, acked: view.number === 1 ? 0 : -1, lastAck: node.now(), isMember: true })
        if (view.number > 1) sendState(node, id, life)
      }
    }
    return commitAcked(node)
  }
  state.backups.clear()
  if (!isMember(node)) {
    forget(node)
    askForState(node)
  }
}

function forget(node: Self): void {
  const { state } = node
  state.life = Math.max(state.life, node.now()) + 1
  state.reign = 0
  state.log = []
  state.committed = 0
  state.machine = emptyMachine()
  state.backups.clear()
  node.report({ type: "restored", index: 0 })
}

function beat(node: Self): void {
  const { view, life } = node.state
  node.send(node.role("view-service")[0]!, { type: "Ping", view: view.number, life }, "heartbeat")
  node.setTimer("beat", node.parameters.heartbeatInterval)
}

function askForState(node: Self): void {
  const { view, life } = node.state
  if (view.number > 0 && view.primary !== node.id) node.send(view.primary, { type: "Join", life })
}

function sendState(node: Self, to: NodeId, life: number): void {
  const { view, log, committed } = node.state
  node.send(to, { type: "State", view, life, log: [...log], committed })
}

/** Has the view service make a member of one who has all that is committed. */
function admit(node: Self, id: NodeId, { life, acked }: Backup): void {
  const { view, committed } = node.state
  if (acked < committed) return
  node.send(node.role("view-service")[0]!, { type: "Admit", view: view.number, member: { id, life } })
}

function resend(node: Self): void {
  const { state } = node
  for (const [peer, backup] of state.backups) {
    const isLate = node.now() - backup.lastAck > 3 * node.parameters.detectionTimeout
    if (!backup.isMember && backup.acked < 0 && isLate) {
      state.backups.delete(peer)
      commitAcked(node)
    } else if (backup.acked < 0) sendState(node, peer, backup.life)
    else {
      if (!backup.isMember) admit(node, peer, backup)
      for (let index = backup.acked + 1; index <= state.log.length; index++) {
        const command = state.log[index - 1]!
        node.send(
          peer,
          { type: "Update", since: state.view.since, index, command, committed: state.committed },
          "retransmission",
        )
      }
    }
  }
}

function commitAcked(node: Self): void {
  const { backups, log } = node.state
  let all = log.length
  for (const { acked } of backups.values()) all = Math.min(all, acked)
  if (isPrimary(node)) commit(node, all)
}

function commit(node: Self, upTo: number): void {
  const { state } = node
  while (state.committed < upTo) {
    const command = state.log[state.committed]!
    state.committed++
    const result = execute(state.machine, command)
    node.report({ type: "applied", index: state.committed, command })
    if (isPrimary(node)) node.reply(command.session, { type: "Result", sequence: command.sequence, result })
  }
}

// --- The view service ------------------------------------------------------------------------------------------------

/** Members that are silent, or have begun another life, are in the next view no more. */
function removeDead(service: Service): void {
  const { isSilent, lives } = service.state
  const view = service.disk.view!
  const alive = view.members.filter(({ id, life }) => !isSilent[id] && lives[id]! <= life)
  const [first] = alive
  if (first === undefined || alive.length === view.members.length) return
  const number = view.number + 1
  if (alive.some(({ id }) => id === view.primary)) beginView(service, { ...view, number, members: alive })
  else beginView(service, { number, since: number, primary: first.id, members: alive })
}

function beginView(service: Service, view: View): void {
  service.save({ view })
  for (const { id } of view.members) service.send(id, { type: "View", view })
}
