/** Loads scenario files, and reports problems with their line and column in the file. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as bundledRegistry from "../algorithms/registry.ts"
import type { Registry } from "./cell.ts"
import { decodeScenario, type RunnableScenario, SCENARIO_FORMAT } from "./scenario-file.ts"
import { isMapping } from "./file/codec.ts"
import { inOrder, type Problem, SpecError } from "../lib/problems.ts"
import { readSource } from "../lib/source.ts"

/**
 * Reads and checks a scenario file, JSON or YAML.
 *
 * @returns the run, or `undefined` if the file is something else: it has no `format: quorate/scenario/...`
 */
export const loadScenario = Effect.fn("loadScenario")(function* (file: string, registry: Registry = bundledRegistry) {
  const files = yield* FileSystem.FileSystem
  const text = yield* files.readFileString(file).pipe(Effect.orElseSucceed(() => ""))
  const run = parseScenario(file, text, registry)
  if (run !== undefined && "problems" in run) return yield* new SpecError({ problems: inOrder(run.problems) })
  return run
})

/** Checks the text of a scenario file; `undefined` if it does not declare itself one. */
export function parseScenario(
  file: string,
  text: string,
  registry: Registry,
): RunnableScenario | { readonly problems: readonly Problem[] } | undefined {
  if (!CLAIM.test(text)) return undefined
  const source = readSource(file, text)
  if ("problems" in source) return source
  const format = isMapping(source.value) ? source.value["format"] : undefined
  if (typeof format !== "string" || !format.startsWith(FAMILY)) return undefined
  const run = decodeScenario(source.value, registry)
  if (!("problems" in run)) return run
  return {
    problems: run.problems.map(({ path, message, isKey }) =>
      isKey === true ? source.problemAtKey(path, message) : source.problemAt(path, message),
    ),
  }
}

const FAMILY = "quorate/scenario/"
/** Tested before a file is parsed: manifests are long. */
const CLAIM = /quorate\/scenario\//

/** The line that marks a file as a scenario, for messages. */
export const SCENARIO_CLAIM = `format: ${SCENARIO_FORMAT}`
