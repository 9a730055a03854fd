/** Temporary folders for tests. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"

/**
 * Makes an empty folder.
 *
 * @param whenDone what removes it: `afterAll`, after the tests of the file or the group, or a test's `onTestFinished`
 */
export function temporaryFolder(whenDone: (remove: () => void) => void = afterAll): string {
  const folder = mkdtempSync(join(tmpdir(), "quorate-test-"))
  whenDone(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
