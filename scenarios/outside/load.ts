/**
 * Outside algorithms: modules that users keep in their own files or packages.
 *
 * Such a module exports algorithms (`export const mine = algorithm<Mine>({ ... })`) and imports what it needs from
 * `quorate`, which is always the workbench that loads it. Workers load the same modules by their paths.
 */
import { existsSync, statSync } from "node:fs"
import * as nodeModule from "node:module"
import { relative, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { isMainThread } from "node:worker_threads"
import * as bundledRegistry from "../../algorithms/registry.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { Service } from "../../runtime/contract/service.ts"
import type { Registry } from "../cell.ts"
import { explainImport, type OutsideProblem } from "./explain.ts"
import { localImports } from "./fingerprint.ts"
import { misnamedHandler } from "./handlers.ts"
import { whyNotLoadable } from "./rehearse.ts"
import { packagePath, serveQuorate } from "./serve.ts"
import { algorithmProblem, isAlgorithm, isMeantAsAlgorithm } from "./shape.ts"
import { own } from "../../runtime/lib/own.ts"

export type { OutsideProblem } from "./explain.ts"

/** A module with outside algorithms. */
export interface OutsideModule {
  /** Its absolute path, which identifies it to workers and in manifests. */
  readonly path: string
  /** At least one. */
  readonly algorithms: readonly Algorithm[]
}

/**
 * Loads an outside module.
 *
 * @param from a path, or the name of a package
 * @param folder the base of relative paths and of package lookups
 */
export async function loadOutside(
  from: string,
  folder: string,
): Promise<OutsideModule | { readonly problem: OutsideProblem }> {
  if (!("registerHooks" in nodeModule)) {
    return { problem: { message: `algorithms from outside need Node.js 22.18 or newer; this is ${process.version}` } }
  }
  serveQuorate()
  const path = isPath(from, folder) ? resolve(folder, from) : packagePath(from, folder)
  if (path === undefined || !existsSync(path)) return { problem: { message: notFound(from, folder) } }
  if (!statSync(path).isFile()) return { problem: { message: `${from}: this is a folder; expected a module` } }
  // Threads only load modules that their process has loaded before.
  const problem = isMainThread ? await whyNotLoadable(path) : undefined
  if (problem !== undefined) return { problem: { message: problem, place: startOf(path) } }
  try {
    const exported: Readonly<Record<string, unknown>> = await import(/* @vite-ignore */ pathToFileURL(path).href)
    return algorithmsIn(exported, path)
  } catch (error) {
    return { problem: explainImport(error, path) }
  }
}

/** Adds the algorithms of modules to a registry; a name that is already taken is a problem. */
export function withOutside(
  base: Registry,
  modules: readonly OutsideModule[],
): { readonly registry: Registry; readonly problems: readonly OutsideProblem[] } {
  const algorithms: Record<string, Algorithm> = { ...base.algorithms }
  const services: Record<string, Service> = { ...base.services }
  const owners = new Map<string, string>()
  const problems: OutsideProblem[] = []
  for (const { path, algorithms: brought } of modules) {
    for (const algorithm of brought) {
      const { name } = algorithm
      const namesake = own(algorithms, name)
      if (namesake !== undefined && namesake !== algorithm) {
        const owner = owners.get(name)
        const by = owner === undefined ? "an algorithm of the workbench" : `one in ${relative("", owner)}`
        problems.push({ message: `the name ${name} is taken by ${by}; choose another`, place: startOf(path) })
        continue
      }
      algorithms[name] = algorithm
      owners.set(name, path)
      for (const service of algorithm.serves) {
        if (own(services, service.name) === undefined) services[service.name] = service
      }
    }
  }
  const codeOf = (name: string): readonly string[] => {
    const path = owners.get(name)
    return path === undefined ? (base.codeOf?.(name) ?? []) : [path, ...localImports(path)]
  }
  const { serviceFor } = base
  return { registry: modules.length === 0 ? base : { algorithms, services, serviceFor, codeOf }, problems }
}

/**
 * A registry with the modules that a user named on the command line.
 *
 * @param given paths relative to the working directory, or names of packages
 * @param by the option that named them, as a prefix for error lines
 * @returns the registry and the modules' absolute paths, each once, or the problems, one line each
 */
export async function loadRegistry(
  given: readonly string[],
  base: Registry,
  by = "--algorithms ",
): Promise<
  { readonly registry: Registry; readonly modules: readonly string[] } | { readonly problems: readonly string[] }
> {
  const modules = new Map<string, OutsideModule>()
  const wrong: OutsideProblem[] = []
  for (const from of given) {
    const loaded = await loadOutside(from, process.cwd())
    if ("problem" in loaded) wrong.push(loaded.problem)
    else modules.set(loaded.path, loaded)
  }
  const { registry, problems } = withOutside(base, [...modules.values()])
  wrong.push(...problems)
  return wrong.length === 0
    ? { registry, modules: [...modules.keys()] }
    : { problems: wrong.map(problem => describe(problem, by)) }
}

function describe({ message, place }: OutsideProblem, by: string): string {
  if (place === undefined) return `${by}${message}`
  return `${relative("", place.file)}:${place.line}:${place.column}: ${message}`
}

/** A registry with the modules at these paths, which were loaded without problems before: in the parent, or just now. */
export async function registryWith(paths: readonly string[], base: Registry = bundledRegistry): Promise<Registry> {
  const modules = await Promise.all(paths.map(path => loadOutside(path, "/")))
  const loaded = modules.map(module => {
    if ("problem" in module) throw new Error(module.problem.message)
    return module
  })
  const { registry, problems } = withOutside(base, loaded)
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("; "))
  return registry
}

function algorithmsIn(exported: Readonly<Record<string, unknown>>, path: string) {
  const meant = Object.entries(exported).filter(([, value]) => isMeantAsAlgorithm(value))
  // An algorithm that is exported under two names, one of them `default`, counts once.
  const algorithms = new Set<Algorithm>()
  for (const [name, value] of meant) {
    if (!isMeantAsAlgorithm(value)) continue
    if (!isAlgorithm(value)) {
      const message = `the export ${name} is not a whole algorithm: ${algorithmProblem(value)}`
      return { problem: { message, place: startOf(path) } }
    }
    const misnamed = misnamedHandler(value, path)
    if (misnamed !== undefined) return { problem: misnamed }
    algorithms.add(value)
  }
  if (algorithms.size > 0) return { path, algorithms: [...algorithms] }
  const names = Object.keys(exported)
  const found = names.length === 0 ? "it exports nothing" : `found ${names.join(", ")}`
  const message = `exports no algorithm; expected export const name = algorithm({ ... }), ${found}`
  return { problem: { message, place: startOf(path) } }
}

function startOf(file: string) {
  return { file, line: 1, column: 1 }
}

/** As in imports, a leading dot or slash makes a path; so does a file of that name. */
function isPath(from: string, folder: string): boolean {
  return /^(\.{0,2}[/\\]|[A-Za-z]:\\)/.test(from) || existsSync(resolve(folder, from)) || /\.m?[jt]s$/.test(from)
}

function notFound(from: string, folder: string): string {
  return isPath(from, folder)
    ? `${from}: there is no such file`
    : `${from}: there is no such file, and no package of this name is installed`
}
