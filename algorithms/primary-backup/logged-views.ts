/**
 * The role of the view service, as one process with a disk, or as several that keep the views in a replicated log. The
 * leader of the log acts: it handles messages one at a time, each after the log has the previous decision, like a process
 * with a slow disk.
 */
import type { Algorithm, NodeId, Role } from "../../runtime/contract/algorithm.ts"
import { LoggedRegister } from "../common/logged-register.ts"
import type { PrimaryBackup, ToService, Views, ViewService, Waiting } from "./types.ts"
import {
  announce,
  handleAdmit,
  handleCount,
  handlePing,
  handleSuspect,
  newRound,
  silenceTimedOut,
  startService,
} from "./view-service.ts"

type ServiceShape = PrimaryBackup["roles"]["view-service"]

interface ViewServiceRole {
  readonly role: Role<PrimaryBackup, ServiceShape>
  /** The types of the log's messages that answer another one. */
  readonly answers: LoggedRegister<ViewService, Views>["answers"]
}

/** The role of the view service, over logs of these algorithms. */
export function viewServiceOn(among: readonly Algorithm[]): ViewServiceRole {
  const register = new LoggedRegister<ViewService, Views>({
    among,
    chosen: parameters => String(Reflect.get(parameters, "viewService")),
    role: "view-service",
    state: state => Reflect.get(state, "register"),
    initial: () => ({ ...NOTHING }),
    resendAfter: parameters => Number(Reflect.get(parameters, "heartbeatInterval")),
    acts(service) {
      service.state.views = register.valueOf(service)
      startService(service)
    },
    rests(service) {
      for (const replica of service.peers) service.cancelTimer("silence", replica)
      Object.assign(service.state, newRound(service.size), { waiting: [] })
    },
    wrote(service) {
      announce(service, register.valueOf(service))
      resume(service)
    },
    confirmed: () => {},
  })

  /** Stores views, and then announces them. */
  function keep(service: ViewService, views: Views): void {
    if (service.state.register !== null) return register.write(service, views)
    service.save({ ...views })
    announce(service, views)
  }

  function take(service: ViewService, message: ToService | null, from: NodeId): void {
    const { register: onLog, waiting } = service.state
    if (onLog !== null && !register.isActing(service)) return
    if (onLog === null || register.isReady(service)) handle(service, message, from)
    else waiting.push({ message, from })
  }

  function handle(service: ViewService, message: ToService | null, from: NodeId): void {
    switch (message?.type) {
      case "Ping":
        return handlePing(service, message, from, keep)
      case "Count":
        return handleCount(service, message, from, keep)
      case "Admit":
        return handleAdmit(service, message, from, keep)
      case "Suspect":
        return handleSuspect(service, message, from, keep)
      default:
        silenceTimedOut(service, from, keep)
    }
  }

  /** Handles the messages that arrived meanwhile, up to the next decision. */
  function resume(service: ViewService): void {
    const { state } = service
    while (register.isReady(service) && state.waiting.length > 0) {
      const [next, ...others]: readonly Waiting[] = state.waiting
      state.waiting = others
      handle(service, next!.message, next!.from)
    }
  }

  return {
    answers: register.answers,
    role: {
      doc: "decides who is the primary, and who is a backup",
      count: { parameter: "viewServiceNodes", when: isLogged },
      disk: self => (isLogged(self.parameters) ? register.disk(self) : { ...NOTHING }),
      state(self) {
        const { view = null, forming = null } = self.disk
        const onLog = isLogged(self.parameters) ? register.newState(self) : null
        return { views: { view, forming }, ...newRound(self.size), register: onLog, waiting: [] }
      },
      start(service) {
        if (service.state.register === null) startService(service)
        else register.start(service)
      },
      receive: { ...register.receive, Ping: take, Count: take, Admit: take, Suspect: take },
      timeout: { ...register.timeout, silence: (service: ViewService, replica = 0) => take(service, null, replica) },
      standing({ state: { views, register: onLog } }) {
        const { view, forming } = views
        if (onLog !== null && onLog.phase !== "acting")
          return { role: `in the log: ${onLog.phase}`, rank: 0, epoch: null }
        if (view === null) return { role: "idle", rank: 0, epoch: null }
        if (forming !== null) return { role: "forming a view", rank: 1, epoch: forming }
        return { role: `watching ${view.members.length}, primary ${view.primary}`, rank: 0, epoch: view.number }
      },
    },
  }
}

/** No view has begun. */
const NOTHING: Views = { view: null, forming: null }

/** True if the views are in a replicated log. */
function isLogged(parameters: object): boolean {
  return Reflect.get(parameters, "viewService") !== "process"
}
