/** Converts the issues of the schema into problems on which a user can act. */
import type { AST } from "effect/SchemaAST"
import type { Issue } from "effect/SchemaIssue"
import { didYouMean, type Problem, shown } from "./problems.ts"
import type { Path, Source } from "./source.ts"

/**
 * @param issue the schema's finding
 * @param source the document that was checked
 * @param base the place of the checked value in the document
 */
export function problemsOf(issue: Issue, source: Source, base: Path = []): readonly Problem[] {
  return walk(issue, base, source)
}

function walk(issue: Issue, path: Path, source: Source): readonly Problem[] {
  switch (issue._tag) {
    case "Pointer":
      return walk(issue.issue, [...path, ...issue.path], source)
    case "Encoding":
      return walk(issue.issue, path, source)
    case "Filter":
      return [unexpected(path, expectedIn(issue.filter) ?? "a valid value", source)]
    case "Composite":
    case "AnyOf": {
      const inner = issue.issues.filter(reachesDeeper)
      const expected = expectedIn(issue.ast)
      const judged = issue.issues.find(isOfWhole)
      if (judged !== undefined && isMapping(valueAt(source.value, path))) return walk(judged, path, source)
      if (inner.length === 0 && expected !== undefined) return [unexpected(path, expected, source)]
      if (issue.issues.length === 0) return [unexpected(path, "another value", source)]
      return (inner.length > 0 ? inner : issue.issues).flatMap(child => walk(child, path, source))
    }
    case "UnexpectedKey": {
      if (issue.ast._tag === "Arrays") return [wrongLength(path, `${issue.ast.elements.length}`, source)]
      const allowed = keysOf(issue.ast)
      const hint = didYouMean(String(path.at(-1)), allowed)
      const list = allowed.length > 0 ? `allowed here: ${allowed.join(", ")}` : "nothing is allowed here"
      return [source.problemAtKey(path, `unknown key; ${list}${hint}`)]
    }
    case "MissingKey":
      if (typeof path.at(-1) === "number") return [wrongLength(path, `at least ${Number(path.at(-1)) + 1}`, source)]
      return [source.problemAt(path, ["missing", ...remedyIn(issue.annotations)].join("; "))]
    case "InvalidType":
      return [unexpected(path, expectedIn(issue.ast) ?? SHAPES[issue.ast._tag] ?? "another type", source)]
    case "InvalidValue":
    case "Forbidden":
    case "OneOf":
      return [unexpected(path, "a valid value", source)]
  }
}

/** The names of the schema's node types in YAML. */
const SHAPES: Readonly<Record<string, string>> = {
  Objects: "a mapping (key: value)",
  Arrays: "a list",
  String: "text",
  Number: "a number",
}

/** The remedy for a missing key, if its schema names one. */
function remedyIn(annotations: unknown): readonly string[] {
  const remedy =
    typeof annotations === "object" && annotations !== null && Reflect.get(annotations, "messageMissingKey")
  return typeof remedy === "string" ? [remedy] : []
}

/** @param path an element that is too many or missing */
function wrongLength(path: Path, expected: string, source: Source): Problem {
  return unexpected(path.slice(0, -1), `a list of ${expected}`, source)
}

function unexpected(path: Path, expected: string, source: Source): Problem {
  const found = valueAt(source.value, path)
  const choices = expected.startsWith("one of ") ? expected.slice("one of ".length).split(", ") : []
  const hint = typeof found === "string" ? didYouMean(found, choices) : ""
  return source.problemAt(path, `found ${shown(found)}, expected ${expected}${hint}`)
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  )
}

/** Tests whether an issue is about something inside the value, not about the value itself. */
function reachesDeeper(issue: Issue): boolean {
  if (issue._tag === "Pointer") return true
  if (issue._tag === "Composite" || issue._tag === "AnyOf") return issue.issues.some(reachesDeeper)
  return issue._tag === "Encoding" && reachesDeeper(issue.issue)
}

/** Tests whether an issue is about a mapping as a whole: its entries are well formed, but inconsistent. */
function isOfWhole(issue: Issue): boolean {
  return issue._tag === "Filter" || (issue._tag === "Composite" && issue.issues.some(({ _tag }) => _tag === "Filter"))
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function expectedIn({ annotations }: { readonly annotations?: Readonly<Record<string, unknown>> | undefined }) {
  const expected = annotations?.["expected"]
  return typeof expected === "string" ? expected : undefined
}

function keysOf(ast: AST): readonly string[] {
  return ast._tag === "Objects" ? ast.propertySignatures.map(({ name }) => String(name)) : []
}
