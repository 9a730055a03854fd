// The composite GitHub action: its script run as the runner runs it, in a project that has Quorate installed.
import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { parse } from "yaml"
import { builtWithCosts } from "../support/built.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"

const ROOT = join(import.meta.dirname, "../..")
const folder = temporaryFolder()

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>
  readonly runs: {
    readonly steps: readonly { readonly env: Readonly<Record<string, string>>; readonly run: string }[]
  }
}
const action: Action = parse(readFileSync(join(ROOT, "action.yml"), "utf8"))
const step = action.runs.steps[0]!

/** The step's variables, as the runner makes them from inputs. */
function variables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(step.env).map(([name, expression]) => {
      const input = /^\$\{\{ inputs\.(\w+) \}\}$/.exec(expression)![1]!
      return [name, inputs[input] ?? action.inputs[input]!.default]
    }),
  )
}

const spec = `question: Did it get worse?
algorithms: [{ use: roaming-token, from: ./roaming-token.ts }]
nodes: 4
warmup: 100ms
duration: 1s
repeat: 3
charts: []
`

test("what changed or got worse fails, what has no baseline runs, and the summary of the job tells it", async () => {
  const code = readFileSync(join(ROOT, "examples/roaming-token.ts"), "utf8")
  writeFileSync(join(folder, "roaming-token.ts"), code)
  writeFileSync(join(folder, "worse.yaml"), spec)
  const made = await quorate(`run ${folder}/worse.yaml --workers 1 --out ${folder}/baselines/worse`)
  expect(made.code).toBe(0)
  // A version that asks everybody twice: a module that this process has loaded stays as it was, so it is another file.
  const request = 'node.broadcast({ type: "Request", n })'
  writeFileSync(join(folder, "twice.ts"), code.replace(request, `${request}\n      ${request}`))
  writeFileSync(join(folder, "worse.yaml"), spec.replace("roaming-token.ts", "twice.ts"))
  writeFileSync(join(folder, "new.yaml"), spec)
  writeFileSync(join(folder, "costs.json"), '{ "format": "quorate/bench-baseline/v1", "costs": {} }')
  const checks = "maekawa --operations 2\nfloodset --set rounds=f\nraft --states 100\n"
  mkdirSync(join(folder, "bin"))
  const npx = join(folder, "bin/npx")
  const main = join(builtWithCosts(["locks"], onTestFinished), "dist/cli/main.js")
  writeFileSync(npx, `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${main}" "$@"\n`)
  chmodSync(npx, 0o755)

  const { stdout, status } = spawnSync("bash", ["-c", step.run], {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...process.env,
      ...variables({ specs: "worse.yaml\nnew.yaml\n", costs: "costs.json", checks }),
      PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter),
      GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
    },
  })
  expect([...stdout.matchAll(/^::(?:error|warning)::.*$/gm)].map(([line]) => line)).toEqual([
    "::error::floodset --set rounds=f: quorate check ended with exit code 1",
    "::warning::raft --states 100: not explored completely",
    "::error::worse.yaml: quorate run ended with exit code 1",
    "::warning::new.yaml: no baseline in baselines/new, so it is only run",
  ])
  expect(status).toBe(1)
  const summary = readFileSync(join(folder, "summary.md"), "utf8")
  expect(summary).toMatch(/^Exact costs: \*\*\d+ changes\*\*/m)
  expect(summary).toMatch(/^## worse\.yaml[\s\S]*WORSE: message cost of roaming-token/m)
  expect(summary).toMatch(/^## new\.yaml/m)
  expect(summary).toMatch(/^## quorate check floodset[\s\S]*agreement is VIOLATED in 7 steps/m)
  expect(readFileSync(join(folder, "results/ci/check-1.xml"), "utf8")).toContain('failures="0"')
  expect(readFileSync(join(folder, "results/ci/check-2.xml"), "utf8")).toContain('failures="1"')
  expect(readFileSync(join(folder, "results/ci/counterexample-2.json"), "utf8")).toContain('"violates": "agreement"')
})

test("the ready workflow uses inputs that the action has", () => {
  const workflow: {
    readonly jobs: Readonly<
      Record<string, { readonly steps: readonly { readonly uses?: string; readonly with?: object }[] }>
    >
  } = parse(readFileSync(join(ROOT, "examples/github-workflow.yml"), "utf8"))
  const steps = Object.values(workflow.jobs).flatMap(job => job.steps)
  const used = steps.find(({ uses }) => uses === "./node_modules/quorate")!
  expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(used.with!)))
})
