/** The start of the command line, in processor time of its process. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { PACKAGE_ROOT, RUNS_FROM_SOURCE } from "../../lib/assets.ts"
import type { Task } from "../task.ts"

export const startUp: readonly Task[] = [
  start("start-up, --help", "--help"),
  start("start-up, validate", "validate", "first-comparison"),
]

/** Has the process itself say, at its end, how much processor time it took. */
const REPORT = `data:text/javascript,process.on("exit",()=>process.stderr.write(JSON.stringify(process.cpuUsage())))`

function start(name: string, ...args: readonly string[]): Task {
  const main = join(PACKAGE_ROOT, RUNS_FROM_SOURCE ? "cli/main.ts" : "dist/cli/main.js")
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
