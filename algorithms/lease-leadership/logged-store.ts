/**
 * The store as several processes that keep the key in a replicated log. The acting process decides requests in turn, and a
 * decision takes effect only once it is committed in the log: only then is a request answered, and does a lease begin.
 *
 * A lease expires by the clock of the acting process, which then submits a log command that names the last renewal; a later
 * renewal already in the log makes it void, so that two processes that both believe to act do no harm. A process that begins
 * to act does not know when the lease was last renewed, and grants its holder the full lease again, as etcd (`Promote`) and
 * Chubby (Burrows 2006, §2.9) do.
 */
import type { Algorithm, NodeId, Role } from "../../runtime/contract/algorithm.ts"
import { LoggedRegister } from "../common/logged-register.ts"
import { awaitExpiry, carryOut, confirm, decideAtOnce, hasLockDelay, newWatch } from "./store.ts"
import { decide, EMPTY } from "./table.ts"
import type { Confirm, LeaseLeadership, Request, Store, Table } from "./types.ts"

type StoreShape = LeaseLeadership["roles"]["store"]

/** True if the key is in a replicated log. */
export function isLogged(parameters: object): boolean {
  return Reflect.get(parameters, "store") !== "process"
}

interface StoreRole {
  readonly role: Role<LeaseLeadership, StoreShape>
  /** The types of the log's messages that answer another one. */
  readonly answers: LoggedRegister<Store, Table>["answers"]
}

/** The role of the store, over logs of these algorithms. */
export function storeOn(among: readonly Algorithm[]): StoreRole {
  const register = new LoggedRegister<Store, Table>({
    among,
    chosen: parameters => String(Reflect.get(parameters, "store")),
    role: "store",
    state: state => Reflect.get(state, "register"),
    initial: () => ({ ...EMPTY }),
    resendAfter: parameters => Number(Reflect.get(parameters, "retryAfter")),
    acts(store) {
      store.state.table = register.valueOf(store)
      awaitExpiry(store)
      const { epoch } = store.state.register!
      store.broadcast({ type: "Acts", epoch })
    },
    rests(store) {
      Object.assign(store.state, newWatch({ ...EMPTY }), { queue: [], underWay: [] })
      store.cancelTimer("expiry")
    },
    wrote: store => carryOutAll(store),
    confirmed: store => carryOutAll(store),
  })

  /** Decides a request: at once, or through the log together with all that arrive meanwhile. */
  function take(store: Store, request: Request, from: NodeId): void {
    const { state } = store
    if (state.register === null) return decideAtOnce(store, request, from)
    if (!register.isActing(store)) return sendOn(store, from)
    state.queue.push({ request, from })
    propose(store)
  }

  function propose(store: Store): void {
    const { state } = store
    if (state.queue.length === 0 || !register.isReady(store)) return
    state.underWay = state.queue
    state.queue = []
    const decided = (table: Table, { request, from }: Store["state"]["underWay"][number]): Table =>
      decide(table, request, from, hasLockDelay(store)).table
    const table = state.underWay.reduce(decided, state.table)
    if (table === state.table) register.confirm(store)
    else register.write(store, table)
  }

  function carryOutAll(store: Store): void {
    const { state } = store
    const { underWay } = state
    state.underWay = []
    for (const { request, from } of underWay) {
      carryOut(store, request, from, decide(state.table, request, from, hasLockDelay(store)), () => {})
    }
    propose(store)
  }

  /** Redirects the sender: another process acts, as far as this one knows. */
  function sendOn(store: Store, from: NodeId): void {
    const { leader, epoch } = store.state.register!
    if (leader !== null && leader !== store.id) store.send(from, { type: "Elsewhere", store: leader, epoch })
  }

  const role: StoreRole["role"] = {
    doc: "grants the lease to whoever asks first, and takes it back when it expires",
    count: { parameter: "storeNodes", when: isLogged },
    disk: self => (isLogged(self.parameters) ? register.disk(self) : { lastToken: 0, lease: null }),
    state(self) {
      const { lastToken = 0, lease = null } = self.disk
      return {
        ...newWatch({ ...EMPTY, lastToken, lease }),
        register: isLogged(self.parameters) ? register.newState(self) : null,
        queue: [],
        underWay: [],
      }
    },
    start(store) {
      if (store.state.register !== null) register.start(store)
      else awaitExpiry(store)
    },
    receive: {
      ...register.receive,
      Acquire: take,
      Renew: take,
      Release: take,
      Confirm(store: Store, message: Confirm, from: NodeId) {
        if (store.state.register === null || register.isActing(store)) confirm(store, message, from)
      },
    },
    timeout: {
      ...register.timeout,
      expiry: (store: Store) => take(store, { type: "Expire", renewal: store.state.table.renewal }, store.id),
    },
    standing: ({ state: { table, waiters, register: onLog } }) => {
      const { lease, isDelayed } = table
      if (onLog !== null && onLog.phase !== "acting")
        return { role: `in the log: ${onLog.phase}`, rank: 0, epoch: null }
      if (lease === null) return { role: "free", rank: 0, epoch: null }
      const now = isDelayed ? "lock delay" : `leased to ${lease.holder}`
      return { role: waiters.length === 0 ? now : `${now}, ${waiters.length} watching`, rank: 1, epoch: lease.token }
    },
  }
  return { role, answers: register.answers }
}
