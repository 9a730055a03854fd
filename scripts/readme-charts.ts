/** Draws the charts that the README shows: runs the bundled experiments that they belong to, and copies them to docs/. */
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Charts by their experiments. */
const CHARTS = [
  ["first-comparison", "availability-by-crashes"],
  ["messages-by-nodes", "messages-by-nodes"],
  ["churn", "availability-by-mtbf"],
] as const

const root = join(import.meta.dirname, "..")
const folder = mkdtempSync(join(tmpdir(), "quorate-readme-charts-"))
try {
  for (const [experiment, chart] of CHARTS) {
    const out = join(folder, experiment)
    execFileSync(process.execPath, [join(root, "cli", "main.ts"), "run", experiment, "--out", out], {
      stdio: "inherit",
    })
    copyFileSync(join(out, "charts", `${chart}.png`), join(root, "docs", `${chart}.png`))
  }
} finally {
  rmSync(folder, { recursive: true })
}
