/** A command of the CLI, declared as data by a file under `commands/` and bound to yargs here. */
import type { ArgumentsCamelCase, Argv, InferredOptionTypes, Options, PositionalOptions } from "yargs"
import type { Terminal } from "./terminal/terminal.ts"

type Positionals = Readonly<Record<string, PositionalOptions>>
type OptionSet = Readonly<Record<string, Options>>
type ArgumentsOf<P extends Positionals, O extends OptionSet> = InferredOptionTypes<P> & InferredOptionTypes<O>

interface Definition<P extends Positionals, O extends OptionSet> {
  /** As yargs writes it: `run <spec>`, `algorithms [name]`. */
  readonly usage: string
  /** One line for the list of commands. */
  readonly summary: string
  readonly positionals: P
  readonly options: O
  /** Command lines (without `quorate`), with what they do. */
  readonly examples: readonly (readonly [command: string, meaning: string])[]
  /** Does the work, importing what it needs lazily, and returns the exit code. */
  readonly run: (values: ArgumentsCamelCase<ArgumentsOf<P, O>>, terminal: Terminal) => Promise<number>
}

/** The work that a command line asks for, ready to be done. */
export type Action = (terminal: Terminal) => Promise<number>

export interface Command {
  readonly name: string
  readonly usage: string
  readonly optionNames: readonly string[]
  /** The commands of a group; absent for a single command. */
  readonly members?: readonly Command[]
  /** Adds the command to a parser; `choose` is called when the command line asks for it. */
  register(parser: Argv, choose: (action: Action) => void): Argv
}

/** Declares a command. */
export function command<const P extends Positionals, const O extends OptionSet>(definition: Definition<P, O>): Command {
  const { usage, summary, positionals, options, examples, run } = definition
  return {
    name: usage.split(" ")[0]!,
    usage,
    optionNames: Object.keys(options),
    register: (parser, choose) =>
      parser.command<ArgumentsOf<P, O>>({
        command: usage,
        describe: summary,
        builder: (commandParser: Argv) => {
          for (const [name, positional] of Object.entries(positionals)) commandParser.positional(name, positional)
          for (const [line, meaning] of examples) commandParser.example(`$0 ${line}`, meaning)
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- yargs cannot type positionals added in a loop
          return commandParser.options(lastGiven(options)) as Argv<ArgumentsOf<P, O>>
        },
        handler: values => choose(terminal => run(values, terminal)),
      }),
  }
}

/** Declares a group of commands: `quorate lab new`, `quorate lab test`, ... */
export function commandGroup(name: string, summary: string, members: readonly Command[]): Command {
  return {
    name,
    usage: `${name} <action>`,
    optionNames: members.flatMap(member => member.optionNames),
    members,
    register: (parser, choose) =>
      parser.command(`${name} <action>`, summary, group => {
        for (const member of members) member.register(group, choose)
        return group.usage(`$0 ${name} <action>\n\n${summary}`).demandCommand(1, "which action?")
      }),
  }
}

/** `--algorithms <module>`, for commands that work with algorithms: adds some from outside the workbench. */
export const ALGORITHMS_OPTION = {
  type: "string",
  array: true,
  requiresArg: true,
  describe: "module with algorithms of your own, e.g. ./my-raft.ts; may be repeated",
} as const

/** Options with one value, taking the last one if given repeatedly. */
function lastGiven(options: OptionSet): OptionSet {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      const { array, coerce } = option
      if (array === true) return [name, option]
      const last = (given: unknown): unknown => (Array.isArray(given) ? given.at(-1) : given)
      return [name, { ...option, coerce: (given: unknown) => (coerce ? coerce(last(given)) : last(given)) }]
    }),
  )
}

/** Reads the value of an option that must be an integer; throws one line that says what is allowed. */
export function integerOption(name: string, { min, max = Infinity }: { min: number; max?: number }) {
  return (written: string | undefined): number | undefined => {
    if (written === undefined) return undefined
    const value = /^[0-9]+$/.test(written) ? Number(written) : Number.NaN
    if (Number.isSafeInteger(value) && value >= min && value <= max) return value
    const range = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`
    throw new Error(`--${name}: expected an integer ${range}, found ${JSON.stringify(written)}`)
  }
}
