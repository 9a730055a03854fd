/** Runs as Vitest tests: a test replays a run and expects its current verdicts. */
import type { RunResult } from "../runtime/scenario/scenario.ts"

const HEAD =
  'The verdicts of a run. Where a violation is to go, let the test expect "holds" and the exit code 0, and it shows when it has gone.'

/** The command that replays a run. */
export interface ReplayCommand {
  /** The name of the test. */
  readonly title: string
  readonly program: string
  readonly words: readonly string[]
}

/**
 * The text of a test that runs a command in its own folder.
 *
 * @param status the exit code of the command
 */
export function testOfCommand({ title, program, words }: ReplayCommand, result: RunResult, status: number): string {
  return `// ${HEAD}
import { spawnSync } from "node:child_process"
import { expect, test } from "vitest"

test(${JSON.stringify(title)}, () => {
  const words = ${JSON.stringify(words)}
  const { status, stdout } = spawnSync(${JSON.stringify(program)}, words, { cwd: import.meta.dirname, encoding: "utf8" })
${expectation(result, status)}
}, 60_000)
`
}

/**
 * The text of a test that contains a scenario, for callers without a command line that names the program.
 *
 * @param name of the scenario, as a title
 * @param text of the scenario file, JSON
 */
export function testOfScenario(name: string, text: string, result: RunResult): string {
  return `// ${HEAD}
// QUORATE names the program if it is not that of the package: in a checkout, \`QUORATE=cli/quorate npx vitest run\`.
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { expect, test } from "vitest"

const program = process.env.QUORATE === undefined ? ["npx", "quorate"] : [resolve(process.env.QUORATE)]

const scenario = ${text.trimEnd()}

test(${JSON.stringify(`replay ${name}`)}, () => {
  const folder = mkdtempSync(join(tmpdir(), "quorate-test-"))
  const file = join(folder, ${JSON.stringify(`${name}.json`)})
  writeFileSync(file, JSON.stringify(scenario))
  const [command, ...words] = [...program, "replay", file]
  const { status, stdout } = spawnSync(command, words, { cwd: import.meta.dirname, encoding: "utf8" })
  rmSync(folder, { recursive: true })
${expectation(result, statusOf(result))}
}, 60_000)
`
}

/** The exit code of `quorate replay`. */
function statusOf(result: RunResult): number {
  if (result.status === "failed") return 3
  return Object.values(result.outcome.verdicts).some(({ verdict }) => verdict === "violated") ? 1 : 0
}

function expectation(result: RunResult, status: number): string {
  const verdicts = result.status === "failed" ? [] : Object.entries(result.outcome.verdicts)
  const expected = verdicts.map(([check, { verdict }]) => {
    return `      ${JSON.stringify(check)}: ${JSON.stringify(verdict === "violated" ? "VIOLATED" : verdict)},`
  })
  return `  const found = [...stdout.matchAll(/^ {2}([\\w-]+): (holds|VIOLATED|undecided)/gm)]
  expect({ status, verdicts: Object.fromEntries(found.map(([, check, verdict]) => [check, verdict])) }).toEqual({
    status: ${status},
    verdicts: {
${expected.join("\n")}
    },
  })`
}
