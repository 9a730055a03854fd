/** Typical mistakes in primary-backup replication, and the points that each must lose. */
import type { WrongSolution } from "../engine/lab.ts"

const folder = "algorithms/primary-backup"
const updates = `${folder}/updates.ts`
const committing = `${folder}/committing.ts`
const service = `${folder}/view-service.ts`
const members = `${folder}/members.ts`

export const wrong: readonly WrongSolution[] = [
  {
    mistake: "has backups say that nobody leads",
    edits: [{ file: updates, from: "leader: isKnown ? view.primary : null", to: "leader: isKnown ? null : null" }],
    loses: ["commands"],
  },
  {
    mistake: "answers at once, and waits for nobody",
    edits: [
      {
        file: committing,
        from: 'if (backup !== null && backup.standing !== "joining") reached',
        to: "if (backup !== null && backup.acked < -1) reached",
      },
    ],
    loses: ["backups", "takeover", "joining"],
  },
  {
    mistake: "ships every update once",
    edits: [
      {
        file: updates,
        from: "if (update.number > acked && update.number <= due) node.send",
        to: "if (update.number > acked && update.number <= due && due < 0) node.send",
      },
    ],
    loses: ["backups"],
  },
  {
    mistake: "answers reads alone, and at once",
    edits: [
      { file: updates, from: '"get" && parameters.reads === "local"', to: '"get" && parameters.reads !== "local"' },
      {
        file: committing,
        from: "reads[0]!.after <= committed",
        to: "(reads[0]!.after <= committed || committed >= 0)",
      },
    ],
    loses: ["takeover"],
  },
  {
    mistake: "has the primary alone drop whoever does not answer",
    edits: [
      {
        file: members,
        from: "  if (isOut) state.backups[peer] = null\n",
        to: "  if (isOut || backup.acked >= 0) state.backups[peer] = null\n",
      },
    ],
    loses: ["takeover"],
  },
  {
    mistake: "keeps its primary for ever",
    edits: [{ file: service, from: "if (view.members.length > 1) keep", to: "if (view.members.length > 99) keep" }],
    loses: ["backups", "joining", "cost"],
  },
  {
    mistake: "overlooks that a replica has died, and was back in time",
    edits: [{ file: service, from: "?.life ?? life) < life", to: "?.life ?? life) < 0 * life" }],
    loses: ["joining"],
  },
  {
    mistake: "admits nobody any more",
    edits: [
      {
        file: service,
        from: "  if (view === undefined || memberOf(view, member.id) !== undefined) return\n  if",
        to: "  if (view !== null) return\n  if",
      },
    ],
    loses: ["joining"],
  },
  {
    mistake: "acknowledges every update twice",
    edits: [
      {
        file: updates,
        from: '  node.send(view.primary, { type: "Ack"',
        to: '  for (const _ of [1, 2]) node.send(view.primary, { type: "Ack"',
      },
    ],
    loses: ["cost"],
  },
  {
    mistake: "waits for a sign of life for four times as long as it should",
    edits: [
      {
        file: service,
        from: "service.parameters.detectionTimeout, replica)\n}",
        to: "4 * service.parameters.detectionTimeout, replica)\n}",
      },
    ],
    loses: ["cost"],
  },
]
