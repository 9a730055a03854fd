/** Reads `manifest.json`, which describes the results beside it; its contents are untrusted. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { problemsOf } from "../../lib/issues.ts"
import { nameOf } from "../../lib/source.ts"
import { wholeScenario } from "./shared-scenarios.ts"

/** The file in a folder of results. */
export const MANIFEST = "manifest.json"

const data = Schema.Record(Schema.String, Schema.Unknown)

/** The part of a manifest that later commands need. */
const manifest = Schema.Struct({
  experiment: Schema.optionalKey(Schema.String),
  /** The text of the spec. */
  spec: Schema.optionalKey(Schema.String),
  /** The version of the code that ran each algorithm. */
  code: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  repeat: Schema.optionalKey(Schema.Finite),
  seeds: Schema.Array(Schema.Finite),
  /** The settings that all cells of a variant share, by its key. Older manifests have whole scenarios. */
  scenarios: Schema.optionalKey(Schema.Record(Schema.String, data)),
  cells: Schema.Array(Schema.Struct({ id: Schema.String, of: Schema.optionalKey(Schema.String), scenario: data })),
  /** Outside modules, by paths relative to the manifest. */
  outside: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The algorithms compared: those of the spec, and those added on the command line. */
  variants: Schema.optionalKey(Schema.Array(Schema.Struct({ algorithm: Schema.String }))),
})

/** A manifest whose cells have whole scenarios. */
export type Manifest = Omit<typeof manifest.Type, "scenarios">

/** The manifest in a text, or what is wrong with it in words. */
export function parseManifest(text: string): Manifest | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return "not JSON"
  }
  const decoded = SchemaParser.decodeUnknownResult(manifest)(value)
  if (Result.isSuccess(decoded)) return inFull(decoded.success)
  const at = (path: readonly PropertyKey[], message: string) => ({
    file: "",
    line: 0,
    column: 0,
    message: `${nameOf(path)}: ${message}`,
  })
  const [first] = problemsOf(decoded.failure, { file: "", text, value, problemAt: at, problemAtKey: at })
  return first === undefined ? "not a manifest of results" : first.message.replace(/^: /, "")
}

/** Cells whose scenarios are completed when read: most commands need none, or one of thousands. */
function inFull({ scenarios = {}, cells, ...others }: typeof manifest.Type): Manifest | string {
  const place = cells.findIndex(({ of }) => of !== undefined && !Object.hasOwn(scenarios, of))
  if (place >= 0) return `cells[${place}].of: found "${cells[place]!.of}", which is not among the scenarios`
  const completed = cells.map(cell => ({
    id: cell.id,
    get scenario() {
      return wholeScenario(cell, scenarios)
    },
  }))
  return { ...others, cells: completed }
}
