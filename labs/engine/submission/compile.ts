/** Compiles a submission in a separate process. */
import { dirname } from "node:path"
import { sandboxModule } from "../places.ts"
import { startWatched } from "../grading/process.ts"
import type { Compiled, CompileJob } from "../../sandbox/compiler.ts"
import type { Program } from "../../sandbox/remote.ts"
import { SubmissionError } from "./submission.ts"
import { Ungraded } from "../grading/ungraded.ts"

const LIMITS = { processorSeconds: 20, memoryBytes: 1 << 30, longestSeconds: 120 }

/** Maximum size of a script, with its map. */
const MAX_SCRIPT_BYTES = 1 << 24

/** Attempts to start a process, on a machine that may briefly lack resources. */
const ATTEMPTS = 3

/**
 * Compiles a submission.
 *
 * @param file the file the lab asks for; it may import files of its folder
 * @throws SubmissionError, also if it crashes the compiler
 * @throws Ungraded if the machine cannot do it
 */
export async function compileApart(file: string, signal?: AbortSignal): Promise<Program> {
  for (let attempt = 1; ; attempt++) {
    const job: CompileJob = { file, root: dirname(file) }
    const compiler = startWatched(["--no-warnings"], sandboxModule("compiler"), job, { ...LIMITS, signal })
    let text = ""
    compiler.results.setEncoding("utf8").on("data", (more: string) => {
      text += more
      if (text.length > MAX_SCRIPT_BYTES) compiler.end({ reason: "the compiled code is too long", isMachines: false })
    })
    const { reason, isMachines } = await compiler.ended
    if (reason === undefined) {
      const compiled: Compiled = JSON.parse(text)
      if ("program" in compiled) return compiled.program
      throw new SubmissionError(compiled.problems)
    }
    if (!isMachines) throw new SubmissionError([`it brings the compiler down: ${reason}`])
    if (attempt >= ATTEMPTS || signal?.aborted === true) throw new Ungraded(reason)
  }
}
