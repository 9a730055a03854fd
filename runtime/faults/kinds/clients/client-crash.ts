/**
 * A client dies: alone, or with the node that it lives on. The service decides what happens to the things it held or
 * waited for: its session expires.
 */
import { CLIENT_STATES, type DeadClient } from "../../../contract/service.ts"
import { optional, word } from "../../../contract/settings.ts"
import { holdDown } from "../../holds.ts"
import { faultKind, type Ended, type TellCrash } from "../../kind.ts"
import { clientName } from "../../operator.ts"
import { nodesInWords } from "../../words.ts"

export const clientCrash = faultKind({
  kind: "clientCrash",
  name: "crash of a client",
  doc:
    "A client dies and tells nobody: the `holder` of the lock, the `waiter` that asked first, or a `bystander`, which " +
    "wants nothing; if there is none, whoever is next to be one. With `takes: node` the node that it lives on dies with it; " +
    "clients of lock services live on none. After `for` it begins anew, with another session. Only in " +
    "`mutual-exclusion`.",
  target: "clients",
  settings: {
    who: word(CLIENT_STATES, "what the client does", { title: "Client that dies" }),
    takes: optional(word(["client", "node"], "what dies with the client", { title: "What dies" })),
  },
  needs: "mortal clients",
  breaksBy: ({ takes }) => (takes === "node" ? "nodes" : undefined),
  strike(run, { who, takes }) {
    const { clients } = run
    if (clients === undefined) return undefined
    let dead: DeadClient | undefined
    let lift: (() => Ended | undefined) | undefined
    let callOff = (): void => {}
    let tell: TellCrash = () => {}
    const died = (found: DeadClient): void => {
      dead = found
      const nodes = takes === "node" && found.node !== null ? [found.node] : []
      lift = holdDown(run, nodes, "crash", id => run.crash(id))?.end
      const withNode = nodes.length === 0 ? "" : `, and of ${nodesInWords(run, nodes)} with it`
      tell("begins", `crash of ${clientName(found.client)}, a ${who}${withNode}`, nodes)
    }
    return {
      begun: `the next ${who} will crash`,
      nodes: [],
      proceed: (_, crash) => {
        tell = crash
        callOff = clients.kill(who, died)
      },
      end: () => {
        callOff()
        if (dead === undefined) return { what: `no ${who} crashed`, nodes: [] }
        const ended = lift?.()
        if (ended !== undefined) tell("ends", ended.what, ended.nodes)
        clients.revive(dead.client)
        return { what: `${clientName(dead.client)} is back`, nodes: [] }
      },
    }
  },
})
