/**
 * Repeats a submission in the sandbox in which it was tested, but in this process: for replays, traces, and shrinking.
 * So it takes exactly the course that the test saw, each node with its own memory.
 */
import { basename, dirname, resolve } from "node:path"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { compileApart } from "../submission/compile.ts"
import { enclosingLab } from "../submission/folder.ts"
import type { ImplementLab } from "../lab.ts"
import { asLabRunsIt } from "../run.ts"
import { Sandbox } from "../../sandbox/remote.ts"

/** A submission that can be run. */
export interface Inside {
  readonly lab: ImplementLab
  /** The algorithm as the lab runs it; may be run any number of times. */
  readonly algorithm: Algorithm
  readonly sandbox: Sandbox
}

/** The lab for which a file is a submission: it has the name that the lab asks for, in a folder made for the lab. */
export function labOfFile(file: string): ImplementLab | undefined {
  const folder = dirname(resolve(file))
  const found = enclosingLab(folder)
  const isSubmission = found?.folder === folder && found.lab.file === basename(file)
  return isSubmission && found.lab.kind === "implement" ? found.lab : undefined
}

/**
 * Compiles a submission and opens it.
 *
 * @throws SubmissionError, Error: the problem with it
 */
export async function openInside(lab: ImplementLab, file: string): Promise<Inside> {
  const sandbox = new Sandbox(await compileApart(resolve(file)))
  return { lab, algorithm: asLabRunsIt(lab, sandbox.algorithm(sandbox.outline())), sandbox }
}
