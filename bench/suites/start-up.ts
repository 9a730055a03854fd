/** The start of the command line, in processor time of its process. */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { PACKAGE_ROOT, RUNS_FROM_SOURCE } from "../../lib/assets.ts"
import type { Task } from "../task.ts"

/** The executable of this code, and that of the checkout around it, if there is one. */
const MAIN = join(PACKAGE_ROOT, RUNS_FROM_SOURCE ? "cli/launcher.js" : "dist/cli/main.js")
const LAUNCHER = join(PACKAGE_ROOT, "cli", "launcher.js")

const COMMANDS = [
  ["--help", ["--help"]],
  ["validate", ["validate", "first-comparison"]],
] as const

export const startUp: readonly Task[] = [
  ...COMMANDS.map(([name, args]) => start(`start-up, ${name}`, MAIN, args)),
  ...(existsSync(LAUNCHER)
    ? COMMANDS.map(([name, args]) => start(`start-up in a checkout, ${name}`, LAUNCHER, args))
    : []),
]

/** Makes the process report its own processor time at exit. */
const REPORT = `data:text/javascript,process.on("exit",()=>process.stderr.write(JSON.stringify(process.cpuUsage())))`

function start(name: string, main: string, args: readonly string[]): Task {
  return {
    name,
    unit: "starts",
    prepare: async () => () => {
      const { stderr, status } = spawnSync(process.execPath, ["--import", REPORT, main, ...args], { encoding: "utf8" })
      if (status !== 0) throw new Error(stderr)
      const { user, system }: NodeJS.CpuUsage = JSON.parse(stderr)
      return { units: 1, cpuMs: (user + system) / 1_000 }
    },
  }
}
