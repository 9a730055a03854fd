/** Points of a sweep in words: headings of panels, columns of tables, and times with a space before their unit. */
import { FAULT_KINDS } from "../runtime/faults/registry.ts"
import type { Cell, Dimension } from "../scenarios/cell.ts"
import { own } from "../runtime/lib/own.ts"

/**
 * A short form of a dimension's name: `workload.rate` as `rate`, `clockDrift.by` as `clockDrift`, `clientCrash.who` as `who`,
 * `rollingRestart.transfer` as `transfer`.
 */
export function shortName(name: string): string {
  return name.replace(/^(?:parameters|workload|clientCrash|rollingRestart)\./, "").replace(/\.by(?=\d*$)/, "")
}

/** A cell's coordinate on a dimension, as the heading of a panel: `no crashes`, `2 slow disks`, `n = 5`, `MTBF 9 s`. */
export function inHeading({ point }: Cell, { name, title, zero }: Dimension): string {
  const coordinate = point[name]
  const text = (coordinate?.value === 0 ? zero : undefined) ?? coordinate?.rule ?? coordinate?.text ?? ""
  return own(HEADINGS, name)?.(spaced(text)) ?? `${inSentence(title || shortName(name))}: ${spaced(text)}`
}

/** `10ms` as `10 ms`; a text that is not a quantity is returned unchanged. */
export function spaced(text: string): string {
  return text
    .replaceAll(/(?<![\w.])(-?\d+(?:\.\d+)?)(us|ms|s|min|h|%|[kM]?B)(?![\w%])/g, "$1\u00a0$2")
    .replaceAll("\u00a0us", "\u00a0µs")
}

function counted(one: string, many = `${one}s`): (count: string) => string {
  return count => (count === "0" ? `no ${many}` : `${count} ${count === "1" ? one : many}`)
}

const HEADINGS: Readonly<Record<string, (text: string) => string>> = {
  nodes: text => `n = ${text}`,
  f: text => `f = ${text}`,
  latency: text => `link latency ${text}`,
  clientLatency: text => `latency to clients ${text}`,
  loss: text => `${text} of messages lost`,
  duplication: text => `${text} of messages duplicated`,
  bandwidth: text => `links of ${text}`,
  serviceTime: text => `${text} for a message`,
  jitter: text => `${text} jitter`,
  syncLatency: text => `${text} for a disk write`,
  mtbf: text => `MTBF of a node ${text}`,
  mttr: text => `MTTR of a node ${text}`,
  ...Object.fromEntries(
    FAULT_KINDS.flatMap(({ counted: hit }) => (hit === undefined ? [] : [[hit.name, counted(hit.one, hit.many)]])),
  ),
  "clockDrift.by": text => `clock drift ${text}`,
  "clockOffset.by": text => `clock off by ${text}`,
  "workload.rate": text => `${text} offered`,
  "workload.clients": counted("client"),
  "workload.requesters": counted("requester"),
}

/** The end of a question: `, by time for a disk write`. */
export function inQuestion({ title }: Dimension): string {
  return `, by ${inSentence(title)}`
}

function inSentence(title: string): string {
  return title.slice(0, 1).toLowerCase() + title.slice(1)
}
