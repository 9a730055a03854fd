/**
 * Checks the gates of docs/ci.md as a team uses them: in an empty folder with the packed package, by the page's own
 * commands, word for word; then with changes that the gates must reject.
 *
 *     node scripts/check-gates.ts [quorate-<version>.tgz [<a folder in which it is installed>]]
 */
import { readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { parse, stringify } from "yaml"
import { packageFor, Stranger } from "./follow-page.ts"

using stranger = new Stranger("docs/ci.md")
const { blocks } = stranger
const [, installed] = process.argv.slice(2)
if (installed !== undefined) stranger.beginWithPackagesOf(installed)

/** The page's command that compares with a baseline. */
function gate(option: string): string {
  return blocks.flatMap(({ text }) => text.split("\n")).find(line => line.startsWith("npx ") && line.includes(option))!
}

/** Runs an action with one file changed, and restores the file. */
function withChange(file: string, changes: readonly (readonly [from: string, to: string])[], act: () => void): void {
  const before = stranger.read(file)
  let text = before
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`)
    text = text.replace(from, to)
  }
  stranger.write(file, text)
  act()
  stranger.write(file, before)
}

const CODE = "src/roaming-token.ts"
const REQUEST = 'node.broadcast({ type: "Request", n })'
const ACQUIRE = "Acquire(node, _, client) {"

function tryToPass(): void {
  const compare = gate("--compare")
  const baseline = gate("--baseline")

  withChange(CODE, [[REQUEST, `${REQUEST}; ${REQUEST}`]], () => {
    const found = stranger.sh(compare)
    stranger.expect("a change of behaviour fails", found, 1, /^roaming-token +locks\S+ +messages.Request/m)
    const hint = /if that is right: (quorate .*)$/m.exec(found.text)![1]!
    stranger.expect("the hint, typed as printed, accepts it", stranger.sh(`npx ${hint}`), 0)
    stranger.expect(
      "and leaves the algorithm in the baseline",
      stranger.sh("grep -c roaming-token baselines/costs.json"),
      0,
      /^2$/m,
    )
    stranger.expect(
      "without its module it is missed",
      stranger.sh("npx quorate bench costs --compare baselines/costs.json"),
      1,
    )
    const bare = stranger.sh("npx quorate bench costs --compare baselines/costs.json --accept")
    stranger.expect("and not removed", bare, 2, /--accept would remove roaming-token/)
  })

  withChange("experiments/locks.yaml", [["rate: 20/s", "rate: 5/s"]], () => {
    stranger.expect("a changed value of the spec fails", stranger.sh(baseline), 1, /ALTERED: .*\(workload\.rate\)/)
  })

  const again = `for (let k = 0; k < 3; k++) node.broadcast({ type: "Request", n }, "retransmission")`
  withChange(CODE, [[REQUEST, `${REQUEST}; ${again}`]], () => {
    stranger.expect(
      "traffic of another label fails",
      stranger.sh(baseline),
      1,
      /WORSE: messages of all purposes per operation/,
    )
  })

  const late = `${ACQUIRE}
      if (!node.state.isLate) {
        node.state.isLate = true
        node.state.client = client
        node.setTimer("late", 15_000)
        return
      }
      node.state.isLate = false`
  const timer = 'timeout: { late: node => roamingToken.request.Acquire(node, { type: "Acquire" }, node.state.client) },'
  withChange(
    CODE,
    [
      [ACQUIRE, late],
      ["timeout: {},", timer],
    ],
    () => {
      stranger.expect("a higher latency fails", stranger.sh(baseline), 1, /WORSE: median latency/)
    },
  )

  withChange(CODE, [[ACQUIRE, `${ACQUIRE}\n      throw new Error("out of order")`]], () => {
    stranger.expect(
      "runs that all fail fail",
      stranger.sh(baseline),
      3,
      /WORSE: share of failed runs .* 100\.00 %, was 0\.00 %/,
    )
  })
}

/** The action's step with the inputs of the page, as a runner runs it. */
function runAction(): void {
  const action: ActionFile = parse(stranger.read("node_modules/quorate/action.yml"))
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
  stranger.expect(
    "the action passes",
    stranger.sh(step.run, { ...inputs, GITHUB_STEP_SUMMARY: join(stranger.folder, "summary.md") }),
    0,
  )
}

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly runs: { readonly steps: readonly { readonly env: Readonly<Record<string, string>>; readonly run: string }[] }
}

/**
 * Limits the exact costs, which are measured repeatedly, to the algorithm's own service, with two of the package's
 * algorithms. All of them are compared with the baseline when the package is checked.
 */
function keepCostsOfLocks(): void {
  const costs = "node_modules/quorate/bench/costs"
  for (const name of readdirSync(join(stranger.folder, costs)))
    if (name !== "locks.yaml") rmSync(join(stranger.folder, costs, name))
  const locks: object = parse(stranger.read(`${costs}/locks.yaml`))
  stranger.write(`${costs}/locks.yaml`, stringify({ ...locks, algorithms: ["ricart-agrawala", "central-server"] }))
}

stranger.follow(packageFor(stranger.folder), keepCostsOfLocks)
runAction()
tryToPass()
