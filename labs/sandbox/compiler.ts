/**
 * The process that compiles one submission: reads the job from its standard input, and writes the result to its fourth
 * file descriptor. A submission may crash it and the compiler that it starts, but nothing else.
 */
import { readFileSync, writeSync } from "node:fs"
import { plainText } from "../engine/plain-text.ts"
import { compileSubmission, SubmissionError } from "../engine/submission/submission.ts"
import type { Program } from "./remote.ts"

/** The job of the process. */
export interface CompileJob {
  readonly file: string
  /** The folder whose files may be imported. */
  readonly root: string
}

export type Compiled = { readonly program: Program } | { readonly problems: readonly string[] }

const RESULTS = 3

async function compiled({ file, root }: CompileJob): Promise<Compiled> {
  try {
    return { program: await compileSubmission(file, root) }
  } catch (error) {
    if (error instanceof SubmissionError) return { problems: error.problems }
    return { problems: [`it brings the compiler down: ${plainText(error instanceof Error ? error.message : "")}`] }
  }
}

const bytes = Buffer.from(JSON.stringify(await compiled(JSON.parse(readFileSync(0, "utf8")))))
for (let at = 0; at < bytes.length; ) at += writeSync(RESULTS, bytes, at)
