/** The lies of a spec's traitors: a script of their messages, a value for each receiver, or every strategy as a sweep. */
import { BEHAVIOUR_FORM, type BehaviourSpec, type EVERY } from "../schema/behaviour-schema.ts"
import { type Behaviour } from "../../../runtime/faults/byzantine.ts"
import type { Choice } from "./choice.ts"
import { evaluate, type Formula, parseFormula, type Sizes } from "../schema/formula.ts"

/** The maximum number of strategies of one fault; they multiply with everything else that is swept. */
export const MAX_STRATEGIES = 4_096

type Script = readonly (number | null)[]

/** The scripts to sweep, or why there are none to sweep; `undefined` if there is only one behaviour. */
export function strategyChoices(
  spec: BehaviourSpec,
  sizes: Sizes,
): readonly Choice[] | { readonly unknownIn: Formula } | { readonly problem: string } {
  if (typeof spec === "string" || spec.strategies === undefined) return []
  if (spec.strategies !== "all") return spec.strategies.map(choiceOf)
  const { messages, says = [0, 1] } = spec
  if (messages === undefined) {
    return { problem: "all needs messages: how many messages of each traitor can lie, such as n-1" }
  }
  const formula = parseFormula(messages)!
  const length = evaluate(formula, sizes)
  if (length === undefined) return { unknownIn: formula }
  if (length < 1) return { problem: `${formula.text} is ${length}: expected at least one message that can lie` }
  const symbols = [...new Set(says)]
  const many = symbols.length ** length
  if (many <= MAX_STRATEGIES) return sequences(length, symbols).map(choiceOf)
  return {
    problem:
      `${symbols.length}^${length} = ${many.toLocaleString("en")} strategies of ${length} messages; expected at most ` +
      `${MAX_STRATEGIES.toLocaleString("en")}: take fewer nodes, or list strategies`,
  }
}

/**
 * The behaviour of a fault, or what is wrong with it.
 *
 * @param swept the swept choice among the `strategies`
 */
export function behaviourOf(
  spec: Exclude<BehaviourSpec, typeof EVERY>,
  nodes: number,
  swept: string | undefined,
): Behaviour | { readonly problem: string } {
  if (typeof spec === "string") return spec
  const { script, tells, strategies, messages, says } = spec
  if ([script, tells, strategies].filter(given => given !== undefined).length !== 1) {
    return { problem: `expected ${BEHAVIOUR_FORM}` }
  }
  if (strategies !== "all" && (messages !== undefined || says !== undefined)) {
    return { problem: "messages and says go with strategies: all" }
  }
  if (script !== undefined) return { script }
  if (tells === undefined) return { script: readScript(swept ?? "") }
  const stranger = Object.keys(tells).find(node => !/^(0|[1-9]\d*)$/.test(node) || Number(node) >= nodes)
  if (stranger === undefined) return { tells }
  return { problem: `tells: found ${stranger}, expected nodes from 0 to ${nodes - 1}` }
}

/** The values that a traitor names explicitly. */
export function wordsOf(spec: BehaviourSpec): readonly number[] {
  if (typeof spec === "string") return []
  const { script = [], tells = {}, strategies, says = [] } = spec
  const scripts = strategies === undefined || strategies === "all" ? [] : strategies.flat()
  return [...script, ...Object.values(tells), ...scripts, ...says].filter(word => word !== null)
}

function sequences(length: number, symbols: Script): readonly Script[] {
  if (length === 0) return [[]]
  return symbols.flatMap(symbol => sequences(length - 1, symbols).map(rest => [symbol, ...rest]))
}

/** `0_1_x`: 0 in the first message, 1 in the second one, and no third one. */
function choiceOf(script: Script): Choice {
  const text = script.map(value => value ?? "x").join("_")
  return { written: text, coordinate: { value: text, text } }
}

function readScript(text: string): Script {
  return text.split("_").map(value => (value === "x" ? null : Number(value)))
}
