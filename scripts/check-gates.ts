/**
 * Checks the gates of docs/ci.md as a team uses them: in an empty folder with the packed package, by the page's own
 * commands, word for word; then with the changes that must not pass.
 *
 *     node scripts/check-gates.ts [quorate-<version>.tgz]
 */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join, resolve } from "node:path"
import { parse } from "yaml"

const ROOT = join(import.meta.dirname, "..")
const page = readFileSync(join(ROOT, "docs/ci.md"), "utf8")
const folder = mkdtempSync(join(tmpdir(), "quorate-gates-"))

/** The Node.js of this project, and none of its commands. */
const usersPath = (process.env["PATH"] ?? "").split(delimiter).filter(entry => !entry.includes("node_modules"))
const env = { ...process.env, PATH: [join(ROOT, "node_modules/node/bin"), ...usersPath].join(delimiter) }

interface Outcome {
  readonly code: number | null
  readonly text: string
}

function sh(command: string, more: Readonly<Record<string, string>> = {}): Outcome {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", command], {
    cwd: folder,
    env: { ...env, ...more },
    encoding: "utf8",
  })
  return { code: status, text: stdout + stderr }
}

function expectOutcome(what: string, { code, text }: Outcome, wanted: number, pattern = /(?:)/): void {
  if (code !== wanted || !pattern.test(text))
    throw new Error(`${what}: exit code ${code}, expected ${wanted} and ${String(pattern)}:\n${text}`)
  console.log(`ok  ${what}`)
}

/** What the page has a reader type or write, in its order. */
const blocks = [...page.matchAll(/^```(sh|yaml)\n([\s\S]*?)^```$/gm)].map(([, language, text = ""]) => ({
  language,
  text,
}))

function followPage(tarball: string): void {
  for (const { language, text } of blocks) {
    const [, file] = /^# (\S+\.yaml)\n/.exec(text) ?? []
    if (file !== undefined) write(file, text)
    if (language !== "sh") continue
    for (const line of text.trim().split("\n")) {
      const command = line.replace(/<path>\/quorate-\S+\.tgz/, tarball)
      expectOutcome(line, sh(command), 0)
    }
  }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}

/** The page's command that holds something against a baseline. */
function gate(option: string): string {
  return blocks.flatMap(({ text }) => text.split("\n")).find(line => line.startsWith("npx ") && line.includes(option))!
}

/** Does something with one file changed, which is as it was afterwards. */
function withChange(file: string, changes: readonly (readonly [from: string, to: string])[], act: () => void): void {
  const before = readFileSync(join(folder, file), "utf8")
  let text = before
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`)
    text = text.replace(from, to)
  }
  write(file, text)
  act()
  write(file, before)
}

const CODE = "src/suzuki-kasami.ts"
const REQUEST = 'node.broadcast({ type: "Request", n })'
const ACQUIRE = "Acquire(node, _, client) {"

function tryToPass(): void {
  const compare = gate("--compare")
  const baseline = gate("--baseline")

  withChange(CODE, [[REQUEST, `${REQUEST}; ${REQUEST}`]], () => {
    const found = sh(compare)
    expectOutcome("a change of behaviour fails", found, 1, /^suzuki-kasami +locks\S+ +messages.Request/m)
    const hint = /if that is right: (quorate .*)$/m.exec(found.text)![1]!
    expectOutcome("the hint, typed as printed, accepts it", sh(`npx ${hint}`), 0)
    expectOutcome(
      "and leaves the algorithm in the baseline",
      sh("grep -c suzuki-kasami baselines/costs.json"),
      0,
      /^2$/m,
    )
    expectOutcome("without its module it is missed", sh("npx quorate bench costs --compare baselines/costs.json"), 1)
    const bare = sh("npx quorate bench costs --compare baselines/costs.json --accept")
    expectOutcome("and not removed", bare, 2, /--accept would remove suzuki-kasami/)
  })

  withChange("experiments/locks.yaml", [["rate: 20/s", "rate: 5/s"]], () => {
    expectOutcome("a changed value of the spec fails", sh(baseline), 1, /ALTERED: .*\(workload\.rate\)/)
  })

  const again = `for (let k = 0; k < 3; k++) node.broadcast({ type: "Request", n }, "retransmission")`
  withChange(CODE, [[REQUEST, `${REQUEST}; ${again}`]], () => {
    expectOutcome("traffic of another label fails", sh(baseline), 1, /WORSE: messages of all purposes per operation/)
  })

  const late = `${ACQUIRE}
      if (!node.state.isLate) {
        node.state.isLate = true
        node.state.client = client
        node.setTimer("late", 15_000)
        return
      }
      node.state.isLate = false`
  const timer = 'timeout: { late: node => suzukiKasami.request.Acquire(node, { type: "Acquire" }, node.state.client) },'
  withChange(
    CODE,
    [
      [ACQUIRE, late],
      ["timeout: {},", timer],
    ],
    () => {
      expectOutcome("a higher latency fails", sh(baseline), 1, /WORSE: median latency/)
    },
  )

  withChange(CODE, [[ACQUIRE, `${ACQUIRE}\n      throw new Error("out of order")`]], () => {
    expectOutcome("runs that all fail fail", sh(baseline), 3, /WORSE: share of failed runs .* 100\.00 %, was 0\.00 %/)
  })
}

/** The action's step with the inputs of the page, as a runner runs it. */
function runAction(): void {
  const action: ActionFile = parse(readFileSync(join(folder, "node_modules/quorate/action.yml"), "utf8"))
  const [, uses]: readonly { readonly with?: Readonly<Record<string, string>> }[] = parse(
    blocks.find(({ text }) => text.includes("uses: ./node_modules/quorate"))!.text,
  )
  const step = action.runs.steps[0]!
  const inputs = Object.fromEntries(
    Object.entries(step.env).map(([name, expression]) => {
      const input = /inputs\.(\w+)/.exec(expression)![1]!
      return [name, uses?.with?.[input] ?? action.inputs[input]!.default]
    }),
  )
  expectOutcome("the action passes", sh(step.run, { ...inputs, GITHUB_STEP_SUMMARY: join(folder, "summary.md") }), 0)
}

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly runs: { readonly steps: readonly { readonly env: Readonly<Record<string, string>>; readonly run: string }[] }
}

function pack(): string {
  const options = { cwd: ROOT, encoding: "utf8" } as const
  return execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], options).trim().split("\n").at(-1)!
}

try {
  const [given] = process.argv.slice(2)
  followPage(given === undefined ? join(folder, pack()) : resolve(given))
  runAction()
  tryToPass()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
