/** Resolves the settings of a fault at one point of the sweep: one reader for each kind of setting. */
import type { Setting, Settings } from "../../../runtime/contract/settings.ts"
import { parseDuration, parseShare } from "../../../runtime/contract/units.ts"
import { type FaultSettings, isNodeList, isNodes } from "../schema/fault-schema.ts"
import { EVERY, isBehaviour } from "../schema/behaviour-schema.ts"
import { parseSigned, shareOf } from "../schema/scalars.ts"
import { type FaultSetting, timeOf, valueOf } from "./fault-setting.ts"
import { roleNameOf } from "../../../runtime/process/parts.ts"
import type { NamedNode } from "../schema/named-node.ts"
import { allIdsOf } from "./named-nodes.ts"
import { sidesOf } from "./sides.ts"
import { behaviourOf } from "./strategies.ts"

/** The problem with a value that stands for all cases in a spec whose runs do not enumerate them. */
export const GOES_WITH_EVERY = `found a value that goes through all cases, which needs repeat: ${EVERY}`

/** The values of all given settings; `undefined` after reporting what is wrong with one. */
export function valuesOf(declared: Settings, settings: FaultSettings, setting: FaultSetting) {
  const values: Record<string, unknown> = {}
  for (const [name, { kind }] of Object.entries(declared)) {
    if (settings[name] === undefined) continue
    const value = READERS[kind](name, settings, setting)
    if (value === undefined) return undefined
    values[name] = value
  }
  return values
}

/** Reads a given setting. @returns `undefined` after reporting what is wrong with it */
type Reader = (name: string, settings: FaultSettings, setting: FaultSetting) => unknown

const asWritten: Reader = (name, settings) => settings[name]

const READERS: Readonly<Record<Setting["kind"], Reader>> = {
  duration: timeOf,
  offset: (name, settings, setting) =>
    parseSigned(String(valueOf(name, settings, setting)), text => parseDuration(text, setting.linkDelay)),
  share: (name, settings, setting) => shareOf(valueOf(name, settings, setting) ?? 0),
  drift: (name, settings, setting) => parseSigned(String(valueOf(name, settings, setting)), parseShare),
  positive: (name, settings, setting) => Number(valueOf(name, settings, setting)),
  ordinal: asWritten,
  flag: asWritten,
  toggle: valueOf,
  word: valueOf,
  nodes: nodesOf,
  receivers: (name, settings, setting) => {
    const nodes = settings[name]
    if (nodes === EVERY) setting.report([...setting.path, name], GOES_WITH_EVERY)
    return isNodeList(nodes) ? distinctNodes(nodes, name, setting) : undefined
  },
  sides: sidesOf,
  behaviour: (name, settings, setting) => {
    const written = settings[name]
    if (!isBehaviour(written)) return undefined
    if (written === EVERY) {
      setting.report([...setting.path, name], GOES_WITH_EVERY)
      return undefined
    }
    const behaviour = behaviourOf(written, setting.nodes, setting.swept[name]?.toString())
    if (typeof behaviour !== "object" || !("problem" in behaviour)) return behaviour
    setting.report([...setting.path, name], behaviour.problem)
    return undefined
  },
  quantiles: asWritten,
}

function nodesOf(name: string, settings: FaultSettings, setting: FaultSetting): readonly number[] | undefined {
  const nodes = settings[name]
  return isNodes(nodes) ? distinctNodes(nodes, name, setting) : undefined
}

/** The nodes that a list names, each once. @returns `undefined` after reporting what is wrong */
export function distinctNodes(
  written: readonly NamedNode[],
  key: string,
  setting: FaultSetting,
): readonly number[] | undefined {
  const nodes = allIdsOf(written, [...setting.path, key], setting)
  const twice = nodes?.find((node, index) => nodes.indexOf(node) < index)
  if (twice === undefined) return nodes
  const name = roleNameOf(setting.roles, twice) ?? `node ${twice}`
  setting.report([...setting.path, key], `names ${name} twice`)
  return undefined
}
