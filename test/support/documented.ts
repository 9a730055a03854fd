/**
 * The command lines in documents: lines of blocks of code, and inline code with more than a command's name.
 *
 * What no test executes carries its reason: a block in the words after its language (`sh not executed: takes hours`), inline
 * code in a comment right after it (`<!-- not executed: takes hours -->`). The site shows both.
 */

export interface Documented {
  /** As a shell reads it, without comment and prompt. */
  readonly line: string
  readonly isInline: boolean
  /** The reason why no test executes it; `undefined`: one does. */
  readonly notExecuted: string | undefined
}

const BLOCK = /^```(\w*)(?: not executed: (.+))?\n([\s\S]*?)^```$/gm
const INLINE = /`((?:npm|npx|quorate)\s[^`<]+)`(?:\s*<!-- not executed: ([^>]+?) -->)?/g
/** The beginning of a line that is a command, in a block that is not all commands. */
const PROMPT = /^(?:\$ |(?=quorate [a-z]))/
/** Names of commands, and what stands for any: no command lines. */
const NO_LINE = /^(?:quorate (?:lab )?[a-z-]+|npx quorate|npm (?:ci|test|pack)|.*\.\.\..*)$/

export function commandsIn(text: string): readonly Documented[] {
  const blocks = [...text.matchAll(BLOCK)].flatMap(([, language = "", notExecuted, body = ""]) => {
    const lines = body.split("\n").filter(line => line !== "" && (language === "sh" || PROMPT.test(line)))
    return lines.map(line => ({ line: withoutComment(line.replace(/^\$ /, "")), isInline: false, notExecuted }))
  })
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, "")
  const inline = [...prose.matchAll(INLINE)].map(([, code = "", notExecuted]) => {
    return { line: code.replaceAll(/\s+/g, " ").trim(), isInline: true, notExecuted }
  })
  return [...blocks, ...inline.filter(({ line }) => !NO_LINE.test(line))]
}

function withoutComment(line: string): string {
  return line.replace(/\s+# .*$/, "").trim()
}

/** The words of a command of the workbench, by whichever name it is called; `undefined`: it is none. */
export function wordsOf(line: string): readonly string[] | undefined {
  const [, own] = /^(?:npm run quorate -- |npx quorate |quorate )(.*)$/.exec(line) ?? []
  return own?.match(/"[^"]*"|'[^']*'|\S+/g)?.map(word => word.replaceAll(/^["']|["']$/g, ""))
}

/** A command at a prompt, and what it prints. */
export interface Session {
  readonly line: string
  readonly output: string
}

/** Blocks that begin with a prompt. */
export function sessionsIn(text: string): readonly Session[] {
  return [...text.matchAll(/^```\w*\n\$ (.+)\n([\s\S]*?)^```$/gm)].map(([, line = "", output = ""]) => ({
    line,
    output,
  }))
}
