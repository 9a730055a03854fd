/** Resolves the algorithms that a spec compares, the service of each, and their names. */
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { own } from "../../../runtime/lib/own.ts"
import type { Service } from "../../../runtime/contract/service.ts"
import type { Registry, Variant } from "../../../scenarios/cell.ts"
import { didYouMean, type Problem } from "../../../lib/problems.ts"
import type { Uses } from "../schema/schema.ts"
import type { Path, Source } from "../../../lib/source.ts"

/** A variant with its names resolved. */
export interface ResolvedVariant extends Variant {
  readonly definition: Algorithm
  readonly servedBy: Service
  /** Parameters of this variant alone, as written. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** Its place in the spec. */
  readonly path: Path
}

interface Entry {
  readonly path: Path
  readonly use: string
  readonly label?: string
  readonly service?: string
  readonly parameters?: Readonly<Record<string, unknown>>
}

/**
 * Resolves all names in a spec's `algorithms` and `service`.
 *
 * @param added names of algorithms that are compared even if the spec does not list them
 */
export function resolveVariants(
  spec: Uses,
  source: Source,
  registry: Registry,
  added: readonly string[] = [],
): { readonly variants: readonly ResolvedVariant[]; readonly problems: readonly Problem[] } {
  const services = Object.keys(registry.services)
  const problems: Problem[] = checkServiceNames(spec.service, source, registry)
  const found = entriesOf(spec, added).flatMap(entry => {
    const definition = own(registry.algorithms, entry.use)
    if (definition === undefined) {
      problems.push(unknownName(entry.path, "algorithm", entry.use, Object.keys(registry.algorithms), source))
      return []
    }
    const wanted = entry.service ?? (typeof spec.service === "object" ? own(spec.service, entry.use) : spec.service)
    if (wanted !== undefined && own(registry.services, wanted) === undefined) {
      if (entry.service !== undefined) problems.push(unknownName(entry.path, "service", wanted, services, source))
      return []
    }
    const servedBy = serviceOf(wanted, definition, registry)
    if (typeof servedBy === "string") {
      problems.push(source.problemAt(entry.path, servedBy))
      return []
    }
    return [{ entry, definition, servedBy }]
  })
  const severalServices = new Set(found.map(({ servedBy }) => servedBy.name)).size > 1
  const variants = found.map(({ entry, definition, servedBy }): ResolvedVariant => {
    const service = severalServices ? ` (${servedBy.title.toLowerCase()})` : ""
    const namesakes = found.filter(other => other.definition === definition && other.entry.label === undefined)
    const name = namesakes.length > 1 ? `${definition.name}@${servedBy.name}` : definition.name
    return {
      key: entry.label === undefined ? name : slug(entry.label),
      label: entry.label ?? definition.title + service,
      algorithm: definition.name,
      service: servedBy.name,
      definition,
      servedBy,
      parameters: entry.parameters ?? {},
      path: entry.path,
    }
  })
  return { variants, problems: [...problems, ...repeated(variants, source)] }
}

function entriesOf(spec: Uses, added: readonly string[]): readonly Entry[] {
  const listed = spec.algorithms.map((entry, index) =>
    typeof entry === "string"
      ? { path: ["algorithms", index], use: entry }
      : { path: ["algorithms", index, "use"], ...entry },
  )
  const unlisted = added.filter(name => listed.every(({ use }) => use !== name))
  return [...listed, ...unlisted.map(use => ({ path: ["algorithms"], use }))]
}

/** The service that measures an algorithm, or what is wrong with it. */
function serviceOf(wanted: string | undefined, algorithm: Algorithm, registry: Registry): Service | string {
  const service = wanted === undefined ? algorithm.serves[0] : registry.serviceFor(algorithm, wanted)
  if (service !== undefined) return service
  const offered = Object.keys(registry.services).filter(name => registry.serviceFor(algorithm, name) !== undefined)
  return `${algorithm.name} does not offer ${wanted ?? "any service"}; it offers ${offered.join(", ") || "none"}`
}

function checkServiceNames(given: Uses["service"], source: Source, registry: Registry): Problem[] {
  const services = Object.keys(registry.services)
  const check = (path: Path, name: string): readonly Problem[] =>
    services.includes(name) ? [] : [unknownName(path, "service", name, services, source)]
  if (given === undefined) return []
  if (typeof given === "string") return [...check(["service"], given)]
  const algorithms = Object.keys(registry.algorithms)
  return Object.entries(given).flatMap(([algorithm, name]) =>
    algorithms.includes(algorithm)
      ? check(["service", algorithm], name)
      : [unknownName(["service", algorithm], "algorithm", algorithm, algorithms, source)],
  )
}

function unknownName(path: Path, kind: string, found: string, names: readonly string[], source: Source): Problem {
  return source.problemAt(
    path,
    `found "${found}", which is no ${kind}; expected one of ${names.join(", ")}${didYouMean(found, names)}`,
  )
}

function repeated(variants: readonly ResolvedVariant[], source: Source): readonly Problem[] {
  return variants
    .filter((variant, index) => variants.findIndex(({ key }) => key === variant.key) < index)
    .map(({ key, label, path }) => {
      const [twin] = variants.filter(variant => variant.key === key)
      const isListedTwice = twin?.label === label || key !== slug(label)
      const found = isListedTwice
        ? `"${key}" is listed twice`
        : `"${label}" and "${twin?.label}" differ in case and signs only`
      return source.problemAt(path, `${found}; give each use a label of its own`)
    })
}

/** A label for ids and file names. */
export function slug(label: string): string {
  const words = label
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}.%]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "")
  // Neither letters nor digits: by the code points of the signs.
  return words === "" ? Array.from(label, sign => `u${sign.codePointAt(0)!.toString(16)}`).join("-") : words
}
