/**
 * The process dies: volatile state and writes that were not durable are lost; the durable part of the disk survives.
 */
import { holdDown } from "../../holds.ts"
import { faultKind } from "../../kind.ts"

export const crash = faultKind({
  kind: "crash",
  name: "crash",
  doc: "The process dies. Memory and writes that were not durable are lost, the disk stays. It restarts after `for`.",
  target: "nodes",
  settings: {},
  counted: { name: "crashes", title: "Crashed nodes", one: "crash", many: "crashes", question: "more nodes crash" },
  breaks: "nodes",
  stopsNodes: true,
  strike: (run, _, targets) => holdDown(run, targets, "crash", id => run.crash(id)),
})
