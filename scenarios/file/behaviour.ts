/** The codec of a traitor's behaviour in a scenario file. */
import { BEHAVIOURS, type Behaviour } from "../../runtime/faults/byzantine.ts"
import { type Codec, integer, isMapping, list, member, record, scalar } from "./codec.ts"
import { shown } from "../../lib/suggestions.ts"

export const behaviour: Codec<Behaviour> = {
  read: (written, path, reading) => {
    if (!isMapping(written)) return namedBehaviour.read(written, path, reading)
    return ("tells" in written ? tells : script).read(written, path, reading)
  },
  write: value => value,
}
const namedBehaviour: Codec<Behaviour> = scalar(
  `one of ${BEHAVIOURS.join(", ")}, or { script: [...] }, { tells: { 1: 0 } }`,
  written => BEHAVIOURS.find(name => name === written),
)
const said: Codec<number | null> = {
  read: (written, path, reading) =>
    written === null ? null : integer(0, Number.MAX_SAFE_INTEGER).read(written, path, reading),
  write: value => value,
}
const script: Codec<Extract<Behaviour, { script: unknown }>> = record({ script: list(said) })
/** The value for each node, by its number. */
const tells: Codec<Extract<Behaviour, { tells: unknown }>> = record({
  tells: {
    read: (written, path, reading) => {
      if (!isMapping(written)) {
        reading.report({
          path,
          message: `found ${shown(written)}, expected a value for each node, such as { 1: 0, 2: null }`,
        })
        return undefined
      }
      const all = Object.entries(written).map(([key, value]) => {
        const number = /^\d+$/.test(key) ? Number(key) : key
        const isNode = member.read(number, [...path, key], reading) !== undefined
        return [key, isNode ? said.read(value, [...path, key], reading) : undefined] as const
      })
      const known = all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))
      return known.length === all.length ? Object.fromEntries(known) : undefined
    },
    write: value => value,
  },
})
