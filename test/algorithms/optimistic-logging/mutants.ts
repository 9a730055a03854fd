/** Mistakes planted on purpose in optimistic logging: each breaks a rule of Strom and Yemini's (1985). */
import type { RecoveryMutant } from "../../support/recovery-mutants.ts"

export const file = "algorithms/optimistic-logging/optimistic-logging.ts"
const INTERVALS = "algorithms/optimistic-logging/intervals.ts"
const LOG = "algorithms/optimistic-logging/log.ts"
const OUTPUT = "algorithms/optimistic-logging/output.ts"
const ROLLBACK = "algorithms/optimistic-logging/rollback.ts"

export const mutants: readonly RecoveryMutant[] = [
  {
    mistake: "leaves orphans as they are",
    edit: { file, from: "      if (isOrphaned(node)) restart(node)\n", to: "" },
    caughtBy: "consistent-recovery-line",
  },
  {
    mistake: "depends on the sender of a message, and not on what that depends on",
    edit: {
      file: INTERVALS,
      from: "later(interval, depends[process]!))",
      to: "interval === undefined ? depends[process]! : interval)",
    },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "begins no new incarnation",
    edit: { file: ROLLBACK, from: "incarnationOf(disk.endings, id) + 1", to: "incarnationOf(disk.endings, id)" },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "says that its incarnation ended with all that it had received, logged or not",
    edit: {
      file: ROLLBACK,
      from: "  enter(node, receipts + repeated.length)\n",
      to: "  enter(node, receipts + repeated.length + 5)\n",
    },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "returns to its latest checkpoint, orphan or not",
    edit: {
      file: ROLLBACK,
      from: "findLastIndex(({ depends = [] }) => !isOrphan(endings, depends))",
      to: "findLastIndex(({ depends = [] }) => depends.length >= 0)",
    },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "receives a message of an incarnation before it knows where the last one ended",
    edit: { file, from: "isKnown(disk.endings, depends)", to: "isKnown(disk.endings, depends) || true" },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "forgets, as it fails, where incarnations of others ended",
    edit: {
      file: ROLLBACK,
      from: "  node.save({ endings: disk.endings.map((known, each) => (each === process ? endings : known)) })\n",
      to: "",
    },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "commits output as it is produced",
    edit: { file: OUTPUT, from: "    if (unstableOf(node, depends).length > 0) break\n", to: "" },
    caughtBy: "output-once",
  },
  {
    mistake: "commits output once its own messages are given to the disk, whatever others have",
    edit: {
      file: OUTPUT,
      from: "isStable(disk.endings, process, interval, state.stable[process]!) ? []",
      to: "state.buffer.length === 0 || isStable(disk.endings, process, interval, state.stable[process]!) ? []",
    },
    caughtBy: "output-once",
  },
  {
    mistake: "says that it is logged what it has only begun to write",
    edit: { file: LOG, from: '"protocol", "durable")', to: '"protocol", "now")' },
    caughtBy: "output-once",
    options: {
      syncLatency: "20ms",
      workload: { steps: 40, step: "10ms", messages: "40%", outputs: "50%", image: "0B" },
    },
  },
  {
    mistake: "never logs what others ask it to",
    edit: { file: OUTPUT, from: "  node.state.asks.push({ from, interval })\n  flush(node)\n", to: "" },
    caughtBy: "end",
    options: { workload: { steps: 20, step: "10ms", messages: "40%", outputs: "40%" }, duration: "3s" },
  },
  {
    mistake: "gives up checkpoints before one that may become an orphan",
    edit: {
      file: LOG,
      from: "    depends.every((interval, process) =>",
      to: "    depends.every((interval, process) => interval.index >= 0 ||",
    },
    caughtBy: "failure",
  },
]
