/**
 * The Byzantine generals: your solution. The hand-out is README.md; check it with `quorate lab test`.
 *
 * Handlers run one at a time and to their end, and act only through `node`: `node.send(to, message)`,
 * `node.broadcast(message)` to all others, `node.setTimer(name, delay)`, `node.cancelTimer(name)`, and
 * `node.report(...)`, by which the world learns what this general has decided. `node.state` is yours to change.
 */
import { type Agreement, agreement, algorithm, choice, duration, type Node, type ParameterValues } from "quorate"

/** Fixed by the lab: tests set them. */
const parameters = {
  m: choice(["largest", "0", "1", "2", "3", "4", "5", "6"], "largest", "Traitors to withstand; largest: (n-1)/3."),
  roundLength: duration("1d + 1ms", "Length of a round: a message that is not there at its end will not come."),
}

/** "The last general on the path told me that the one before him told him that ... the commander said `value`." */
interface Oral {
  readonly type: "Oral"
  readonly instance: number
  /** The commander, then everybody who repeated it, the sender last. */
  readonly path: readonly number[]
  readonly value: number
}

interface Generals {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  /** Add what you need. */
  readonly state: { instance: number; commander: number; round: number }
  readonly message: Oral
  readonly timer: "round"
  readonly service: Agreement
}

type General = Node<Generals>

/** The action of a general who hears nothing, or nothing that has a majority. */
export const RETREAT = 0

export const generals = algorithm<Generals>({
  name: "my-generals",
  title: "My generals",
  source: "Lamport, Shostak and Pease 1982",
  summary: "Everybody repeats to everybody what he heard, and believes the majority.",
  tolerates: { faults: "byzantine", of: n => Math.floor((n - 1) / 3) },
  serves: [agreement],
  parameters,

  disk: () => ({}),
  state: () => ({ instance: 0, commander: 0, round: 0 }),
  start() {},

  request: {
    /** This general commands in an instance: everybody is to do `value`, himself included. */
    Propose(_node, _request) {
      // TODO: OM(m), step 1.
    },

    /** An instance begins in which `commander` commands: the first round starts now. */
    Await(_node, _request) {
      // TODO
    },
  },

  receive: {
    Oral(_node, _message, _from) {
      // TODO
    },
  },

  timeout: {
    /** A round is over. */
    round(_node) {
      // TODO: OM(m), step 2; after the last round, step 3.
    },
  },

  /** The lies of a traitor; fixed by the lab. */
  lies: {
    Oral: (message, tell) => ({ ...message, value: tell(message.value, Math.max(2, message.value + 1)) }),
  },
})

/** The world learns what this general has decided, once an instance. */
export function decide(node: General, instance: number, value: number): void {
  node.report({ type: "decided", instance, value })
}
