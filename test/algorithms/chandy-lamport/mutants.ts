/** Mistakes planted on purpose in Chandy and Lamport's snapshots, one for each of their rules. */
import type { RecoveryMutant } from "../../support/recovery-mutants.ts"

export const file = "algorithms/chandy-lamport/chandy-lamport.ts"

export const mutants: readonly RecoveryMutant[] = [
  {
    mistake: "marker-sending rule: sends no markers unless it is the initiator",
    edit: {
      file,
      from: '  node.broadcast({ type: "Marker", epoch: state.epoch, index })',
      to: '  if (node.id === INITIATOR) node.broadcast({ type: "Marker", epoch: state.epoch, index })',
    },
    caughtBy: "end",
    options: { workload: { steps: 40, step: "10ms", outputs: "30%", deadline: "5s" } },
  },
  {
    mistake: "marker-receiving rule: records its state with the last marker",
    edit: {
      file,
      from: "      const { snapshot } = state\n      if (snapshot?.index !== index) return\n",
      to: "      const { snapshot } = state\n      if (snapshot?.index !== index) return\n      snapshot.open.clear()\n",
    },
    caughtBy: "end",
  },
  {
    mistake: "marker-receiving rule: records nothing in channels",
    edit: { file, from: "snapshot.channels[from]!.push(message.content)", to: "snapshot.open.has(from)" },
    caughtBy: "end",
  },
  {
    mistake: "marker-receiving rule: records in channels after their markers, too",
    edit: { file, from: "snapshot?.open.has(from) === true) snapshot", to: "snapshot) snapshot" },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "does not receive the messages of channels after a recovery",
    edit: { file, from: "    state.inbox.unshift(...inChannels)\n", to: "" },
    caughtBy: "end",
  },
  {
    mistake: "receives the messages of channels twice",
    edit: {
      file,
      from: "state.inbox.unshift(...inChannels)",
      to: "state.inbox.unshift(...inChannels, ...inChannels)",
    },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "takes a snapshot for complete with the first part of it",
    edit: { file, from: "  if (state.recorded.size < node.size) return\n", to: "" },
    caughtBy: "failure",
  },
]
