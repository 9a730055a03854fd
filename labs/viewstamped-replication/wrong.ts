/** Typical mistakes in Viewstamped Replication, and the points that each must lose. */
import type { WrongSolution } from "../engine/lab.ts"

const folder = "algorithms/viewstamped-replication"
const normal = `${folder}/normal.ts`
const changes = `${folder}/view-change.ts`
const recovery = `${folder}/recovery.ts`

export const wrong: readonly WrongSolution[] = [
  {
    mistake: "has backups leave clients without an answer",
    edits: [
      {
        file: normal,
        from: "if (!isPrimary(node)) return redirect(node, client, sequence)",
        to: "if (!isPrimary(node)) return void redirect",
      },
    ],
    loses: ["clients"],
  },
  {
    mistake: "waits for all others",
    edits: [
      {
        file: normal,
        from: "const quorum = majority(state.configuration.members.length)",
        to: "const quorum = Math.max(majority(1), state.configuration.members.length)",
      },
    ],
    loses: ["commands", "views", "cost"],
  },
  {
    mistake: "does not fetch requests that a Commit is about and it lacks",
    edits: [
      {
        file: normal,
        from: "if (commitNumber > opNumber(node.state)) return askForState(node, view, from)",
        to: "if (commitNumber > opNumber(node.state)) return",
      },
      { file: normal, from: "  if (!isInView) askForState(node, view, from)\n", to: "" },
    ],
    loses: ["backups"],
  },
  {
    mistake: "starts a view with the longest log, of whichever view it is",
    edits: [
      {
        file: changes,
        from: "if (a.lastNormalView !== b.lastNormalView) return",
        to: "if (a.lastNormalView < -1) return",
      },
    ],
    loses: ["views"],
  },
  {
    mistake: "starts a view with its own log",
    edits: [
      {
        file: changes,
        from: "  adoptLog(node, log)\n  becomeNormal(node, view)\n  sendToGroup",
        to: "  void log\n  becomeNormal(node, view)\n  sendToGroup",
      },
    ],
    loses: ["backups", "views", "recovery"],
  },
  {
    mistake: "waits for its primary for ever",
    edits: [
      {
        file: changes,
        from: "  startViewChange(node, node.state.viewNumber + 1)\n}\n\n/** Asked",
        to: "  void node.state.viewNumber\n}\n\n/** Asked",
      },
    ],
    loses: ["commands", "views", "recovery", "clients", "cost"],
  },
  {
    mistake: "takes part after a crash as if it had never been away",
    edits: [
      {
        file: recovery,
        from: '  state.status = "recovering"\n',
        to: "  becomeNormal(node, 0)\n  if (node.size > 0) return\n",
      },
    ],
    loses: ["recovery"],
  },
  {
    mistake: "asks once when it recovers",
    edits: [{ file: recovery, from: '  node.setTimer("resend", node.parameters.heartbeatInterval)\n', to: "" }],
    loses: ["recovery"],
  },
  {
    mistake: "sends every Prepare twice, to be on the safe side",
    edits: [
      {
        file: normal,
        from: "  prepareRequest(node, request)\n  commitPrepared",
        to: "  prepareRequest(node, request)\n  node.broadcast(prepareOf(node))\n  commitPrepared",
      },
    ],
    loses: ["cost"],
  },
]
