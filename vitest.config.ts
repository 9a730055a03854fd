// Test settings, and a reporter whose closing line says plainly how many tests passed and failed.
import { join } from "node:path"
import { defineConfig } from "vitest/config"
import type { Reporter, TestModule } from "vitest/node"

const plainCount: Reporter = {
  onTestRunEnd(modules: ReadonlyArray<TestModule>) {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++
      // A file that cannot even be loaded has no tests to count, and is a failure all the same.
      if (module.state() === "failed" && module.errors().length > 0) counts.failed++
    }
    const skipped = counts.skipped + counts.pending
    console.log(`${counts.passed} passed, ${counts.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`)
  },
}

// Many tests start worker threads and processes from source. With the cache they do not compile all of it each time,
// which is three quarters of what a worker thread takes to start.
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, "node_modules/.cache/compiled")

export default defineConfig({
  // What `import ... from "quorate"` means in algorithms from outside; the workbench itself sees to it elsewhere.
  resolve: { alias: { quorate: join(import.meta.dirname, "index.ts") } },
  test: { include: ["test/**/*.test.ts"], testTimeout: 20_000, reporters: ["default", plainCount] },
})
