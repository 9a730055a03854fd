/**
 * Expressions in specs: `2 * electionTimeoutMin`, `max(10ms, 3d)`, `floor(n / 2) + 1`, `rate / clients`.
 *
 * Values have dimensions, so that a time cannot be added to a count. Expressions are safe to evaluate: they can call only a few
 * built-in functions, and refer only to the names that a spec provides.
 */
import { own } from "../../../runtime/lib/own.ts"

/** A number with its dimension: powers of time (in microseconds) and of size (in bytes). */
export interface Quantity {
  readonly value: number
  readonly time: number
  readonly bytes: number
}

/** The value of a name; undefined if the name is unknown. */
export type Scope = (name: string) => Quantity | undefined

export interface Expression {
  readonly text: string
  /** The names in it. */
  readonly names: ReadonlySet<string>
  /** True if the expression is a single name. */
  readonly isBare: boolean
  /** True if the value is a whole number whatever the values of the names. */
  readonly isWhole: boolean
  /** Its value; throws an {@link ExpressionError}. */
  at(scope: Scope): Quantity
}

/** Why an expression has no value. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError"
}

/** Longer than any sensible expression, and short enough for the parser's stack. */
const MAX_LENGTH = 300

/** A part of an expression. */
interface Term {
  readonly isWhole: boolean
  at(scope: Scope): Quantity
}

const PLAIN = { time: 0, bytes: 0 }
const MICROS: Readonly<Record<string, number>> = {
  us: 1,
  µs: 1,
  "\u03bcs": 1,
  ms: 1e3,
  s: 1e6,
  min: 60e6,
  h: 3_600e6,
}
const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 2 ** 30,
  kbit: 125,
  Mbit: 125_000,
  Gbit: 125_000_000,
}

function unit(name: string): Quantity | undefined {
  const [micros, bytes] = [own(MICROS, name), own(BYTES, name)]
  if (micros !== undefined) return { value: micros, time: 1, bytes: 0 }
  if (bytes !== undefined) return { value: bytes, time: 0, bytes: 1 }
  return name === "%" ? { value: 0.01, ...PLAIN } : undefined
}

/** Names that may directly follow a number: `2f`, `3d`. */
const FACTORS = new Set(["n", "f", "d"])

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?)([A-Za-zµ\u03bc%]*)|([A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*|µs|\u03bcs)|([-+*/(),]))/y

type Token = { readonly number: number; readonly unit: string } | { readonly name: string } | { readonly sign: string }

function tokensOf(text: string): readonly Token[] | undefined {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  const end = text.trimEnd().length
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text)
    if (match === null) return undefined
    const [, digits, suffix = "", name, sign] = match
    tokens.push(
      digits !== undefined
        ? { number: Number(digits), unit: suffix }
        : name === undefined
          ? { sign: sign ?? "" }
          : { name },
    )
  }
  return tokens
}

/** Parses an expression. @returns `undefined` if the text is not one */
export function parseExpression(written: unknown): Expression | undefined {
  if (typeof written !== "string" || written.length > MAX_LENGTH) return undefined
  const tokens = tokensOf(written)
  if (tokens === undefined || tokens.length === 0) return undefined
  const parser = new Parser(tokens)
  const term = parser.whole()
  if (term === undefined) return undefined
  const [first, ...more] = tokens
  return {
    text: written.trim(),
    names: parser.names,
    isBare: more.length === 0 && first !== undefined && "name" in first,
    isWhole: term.isWhole,
    at: term.at,
  }
}

/** Recursive descent: sums of products of factors. */
class Parser {
  readonly names = new Set<string>()
  readonly #tokens: readonly Token[]
  #place = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  whole(): Term | undefined {
    const term = this.#sum()
    return this.#place === this.#tokens.length ? term : undefined
  }

  #sum(): Term | undefined {
    let left = this.#product()
    for (let sign = this.#take("+", "-"); sign !== undefined; sign = this.#take("+", "-")) {
      left = both(left, this.#product(), sign === "+" ? plus : minus)
    }
    return left
  }

  #product(): Term | undefined {
    let left = this.#factor()
    for (let sign = this.#take("*", "/"); sign !== undefined; sign = this.#take("*", "/")) {
      const right = this.#factor()
      left = sign === "*" ? both(left, right, times) : both(left, right, over, false)
    }
    return left
  }

  #factor(): Term | undefined {
    if (this.#take("-") !== undefined) {
      const term = this.#factor()
      return term && { ...term, at: scope => negative(term.at(scope)) }
    }
    if (this.#take("(") !== undefined) {
      const term = this.#sum()
      return this.#take(")") === undefined ? undefined : term
    }
    const token = this.#tokens[this.#place]
    if (token === undefined || "sign" in token) return undefined
    this.#place++
    return "number" in token ? this.#number(token) : this.#named(token.name)
  }

  #number({ number, unit: suffix }: { readonly number: number; readonly unit: string }): Term | undefined {
    const plain: Term = { isWhole: Number.isSafeInteger(number), at: () => ({ value: number, ...PLAIN }) }
    const next = this.#tokens[this.#place]
    if (suffix === "" && next !== undefined && "name" in next && FACTORS.has(next.name)) {
      this.#place++
      return both(plain, this.#named(next.name), times)
    }
    if (suffix === "") return plain
    const of = unit(suffix)
    if (of !== undefined) return { isWhole: false, at: () => times({ value: number, ...PLAIN }, of) }
    return FACTORS.has(suffix) ? both(plain, this.#named(suffix), times) : undefined
  }

  #named(name: string): Term | undefined {
    if (this.#take("(") !== undefined) return this.#call(name)
    const of = unit(name)
    if (of !== undefined) return { isWhole: false, at: () => of }
    this.names.add(name)
    return {
      isWhole: true,
      at: scope => {
        const value = scope(name)
        if (value === undefined) throw new ExpressionError(`there is no ${name} here`)
        return value
      },
    }
  }

  #call(name: string): Term | undefined {
    const given: Term[] = []
    do {
      const term = this.#sum()
      if (term === undefined) return undefined
      given.push(term)
    } while (this.#take(",") !== undefined)
    const called = own(FUNCTIONS, name)
    const [first, ...more] = given
    if (this.#take(")") === undefined || called === undefined || first === undefined) return undefined
    if ("each" in called) {
      if (more.length > 0) return undefined
      return {
        isWhole: called.isWhole,
        at: scope => ({ ...PLAIN, value: called.each(plainly(first.at(scope), name)) }),
      }
    }
    return more.reduce<Term | undefined>((left, right) => both(left, right, called.two), first)
  }

  #take(...signs: readonly string[]): string | undefined {
    const token = this.#tokens[this.#place]
    if (token === undefined || !("sign" in token) || !signs.includes(token.sign)) return undefined
    this.#place++
    return token.sign
  }
}

type Two = (left: Quantity, right: Quantity) => Quantity

function both(left: Term | undefined, right: Term | undefined, two: Two, canBeWhole = true): Term | undefined {
  if (left === undefined || right === undefined) return undefined
  return { isWhole: canBeWhole && left.isWhole && right.isWhole, at: scope => two(left.at(scope), right.at(scope)) }
}

const plus: Two = (left, right) => ({ ...alike(left, right), value: left.value + right.value })
const minus: Two = (left, right) => ({ ...alike(left, right), value: left.value - right.value })
const times: Two = (left, right) => ({
  value: left.value * right.value,
  time: left.time + right.time,
  bytes: left.bytes + right.bytes,
})
const over: Two = (left, right) => {
  if (right.value === 0) throw new ExpressionError("it divides by 0")
  return { value: left.value / right.value, time: left.time - right.time, bytes: left.bytes - right.bytes }
}

function negative(of: Quantity): Quantity {
  return { ...of, value: -of.value }
}

const FUNCTIONS: Readonly<
  Record<string, { readonly two: Two } | { readonly each: (value: number) => number; readonly isWhole: boolean }>
> = {
  min: { two: (left, right) => ({ ...alike(left, right), value: Math.min(left.value, right.value) }) },
  max: { two: (left, right) => ({ ...alike(left, right), value: Math.max(left.value, right.value) }) },
  floor: { each: Math.floor, isWhole: true },
  ceil: { each: Math.ceil, isWhole: true },
  round: { each: Math.round, isWhole: true },
  sqrt: { each: Math.sqrt, isWhole: false },
}

/** Rejects operands of different dimensions; 0 has any dimension. */
function alike(left: Quantity, right: Quantity): Quantity {
  if (left.time === right.time && left.bytes === right.bytes) return left
  if (left.value === 0 && isPlain(left)) return right
  if (right.value === 0 && isPlain(right)) return left
  throw new ExpressionError(`${dimensionOf(left)} and ${dimensionOf(right)} do not go together`)
}

function plainly(of: Quantity, name: string): number {
  if (isPlain(of)) return of.value
  throw new ExpressionError(`${name} is of numbers, not of ${dimensionOf(of)}`)
}

function isPlain({ time, bytes }: Quantity): boolean {
  return time === 0 && bytes === 0
}

/** The dimension in words: `a time`. */
export function dimensionOf({ time, bytes }: Quantity): string {
  return own(DIMENSIONS, `${time} ${bytes}`) ?? "what is no quantity here"
}

const DIMENSIONS: Readonly<Record<string, string>> = {
  "0 0": "a number",
  "1 0": "a time",
  "-1 0": "a rate",
  "0 1": "a size",
  "-1 1": "a bandwidth",
}
