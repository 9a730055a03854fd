/** Algorithms that are submissions of labs: the commands that replay one run execute them in the labs' sandbox. */
import * as bundled from "../../../algorithms/registry.ts"
import type { Registry } from "../../../scenarios/cell.ts"
import type { Sandbox } from "../../../labs/sandbox/remote.ts"
import { UsageError } from "../../exit-codes.ts"
import { asUsage } from "../lab/labs.ts"

/** The modules that `--algorithms` names, by kind. */
export interface Named {
  /** The workbench's algorithms, and the submissions. */
  readonly registry: Registry
  /** Modules that are not submissions. */
  readonly outside: readonly string[]
}

/**
 * Opens the submissions among modules from outside. A submission named like an algorithm of the workbench replaces it: the
 * scenario was saved with the submission.
 *
 * @throws UsageError
 */
export async function openSubmissions(modules: readonly string[]): Promise<Named> {
  if (modules.length === 0) return { registry: bundled, outside: [] }
  const { labOfFile, openInside } = await import("../../../labs/engine/grading/inside.ts")
  const algorithms = { ...bundled.algorithms }
  const outside: string[] = []
  for (const module of modules) {
    const lab = asUsage(() => labOfFile(module))
    if (lab === undefined) {
      outside.push(module)
      continue
    }
    const { algorithm, sandbox } = await openInside(lab, module).catch((error: unknown) => {
      throw new UsageError(error instanceof Error ? error.message : String(error))
    })
    algorithms[algorithm.name] = algorithm
    endWithProcess(sandbox)
  }
  const { services, serviceFor } = bundled
  return { registry: outside.length === modules.length ? bundled : { algorithms, services, serviceFor }, outside }
}

/** Stops the sandbox at exit: a thread in an endless loop would keep the process alive. */
function endWithProcess(sandbox: Sandbox): void {
  process.once("exit", () => {
    if (sandbox.isStuck) process.kill(process.pid, "SIGKILL")
  })
}
