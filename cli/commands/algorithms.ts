/** `quorate algorithms [name]`: lists the algorithms, or describes one. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Registry } from "../../scenarios/cell.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { Parameter, Parameters } from "../../runtime/contract/parameters.ts"
import { processesOf, type Role } from "../../runtime/contract/roles.ts"
import { rolesOf } from "../../runtime/contract/parts.ts"
import type { Service } from "../../runtime/contract/service.ts"
import { formatDuration } from "../../runtime/contract/units.ts"
import { counted } from "../../lib/counted.ts"
import { ALGORITHMS_OPTION, command } from "../command.ts"
import { EXIT, UsageError } from "../exit-codes.ts"
import { fold, table } from "../terminal/table.ts"
import type { Terminal } from "../terminal/terminal.ts"
import { own } from "../../runtime/lib/own.ts"

export const algorithms = command({
  usage: "algorithms [name]",
  summary: "list the algorithms, or explain one: assumptions, costs, parameters",
  positionals: { name: { type: "string", describe: "the algorithm to explain" } },
  options: { algorithms: ALGORITHMS_OPTION },
  examples: [
    ["algorithms", "the algorithms, what they serve and what they survive"],
    ["algorithms bully", "the idea, the source, message counts and parameters of one"],
  ],
  async run({ name, algorithms: outside = [] }, terminal) {
    const { servicesOf, ...bundled } = await import("../../algorithms/registry.ts")
    const known = outside.length === 0 ? bundled.algorithms : await withModules(outside, bundled)
    if (name === undefined) {
      terminal.out.write(listAlgorithms(Object.values(known), servicesOf, terminal.out.columns))
      return EXIT.ok
    }
    const algorithm = own(known, name)
    if (algorithm === undefined) throw new UsageError(await unknownName(name, Object.keys(known)))
    await explainAlgorithm(algorithm, servicesOf(algorithm), terminal)
    return EXIT.ok
  },
})

/** The algorithms of a registry and of modules from outside. */
async function withModules(outside: readonly string[], base: Registry): Promise<Registry["algorithms"]> {
  const { loadRegistry } = await import("../../scenarios/outside/load.ts")
  const loaded = await loadRegistry(outside, base)
  if ("problems" in loaded) throw new UsageError(loaded.problems.join("\nquorate: "))
  return loaded.registry.algorithms
}

async function unknownName(name: string, names: readonly string[]): Promise<string> {
  const { didYouMean } = await import("../../lib/problems.ts")
  return `there is no algorithm ${name}${didYouMean(name, names) || `; expected one of ${names.join(", ")}`}`
}

function listAlgorithms(
  all: readonly Algorithm[],
  servicesOf: (algorithm: Algorithm) => readonly Service[],
  columns: number,
): string {
  const rows = all.flatMap(algorithm => [
    [algorithm.name, describeTolerance(algorithm, [3, 5, 7]), algorithm.summary],
    ["", "", `Serves ${namesOf(servicesOf(algorithm))}.${describeAssumptions(algorithm)}${describeRoles(algorithm)}`],
  ])
  return table(["algorithm", "survives", "idea"], rows, columns)
}

/** The number and kind of faults that an algorithm claims to survive: `2 of 5 crashed`. */
export function describeTolerance({ tolerates }: Algorithm, sizes: readonly number[]): string {
  if (tolerates.faults === "none") return "no fault"
  const word = tolerates.faults === "crash" ? "crashed" : "Byzantine"
  const size = sizes.find(n => tolerates.of(n) > 1) ?? sizes.at(-1)!
  return `${tolerates.of(size)} of ${size} ${word}`
}

const ASSUMED = {
  reliable: "links that deliver every message once",
  fifo: "links that keep the order and lose nothing",
  synchronous: "delays within the bound d",
  signatures: "signed messages",
  none: "no disk",
  clocks: "clocks that drift within a bound",
} as const

/** ` Assumes delays within the bound d and links that deliver every message once.` Empty if it assumes nothing. */
export function describeAssumptions({ assumes = {} }: Algorithm): string {
  const { timing, links, authentication, storage, clocks } = assumes
  const bounded = clocks === undefined ? undefined : ("clocks" as const)
  const words = [timing, links, authentication, storage, bounded].flatMap(each =>
    each === undefined ? [] : [ASSUMED[each]],
  )
  return words.length === 0 ? "" : ` Assumes ${words.join(", ").replace(/, ([^,]*)$/, " and $1")}.`
}

/** ` Has a server beside its nodes.` Empty if it has no roles. */
function describeRoles(algorithm: Algorithm): string {
  const roles = Object.entries(rolesOf(algorithm))
    .filter(([, role]) => usualCount(algorithm, role) > 0)
    .map(([name, role]) => counted(usualCount(algorithm, role), name))
  return roles.length === 0 ? "" : ` Beside the nodes: ${roles.join(", ")}.`
}

/** The number of processes of a role; the default one if a parameter sets it. */
function usualCount({ parameters }: Algorithm, { count }: Role): number {
  const defaults = Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]))
  return processesOf({ count }, defaults)
}

/**
 * `2`; `2 (frontEnds)` if a parameter sets the number; `1 (log: chain-replication)` if a parameter's value brings the role
 * in.
 */
function countInWords(algorithm: Algorithm, role: Role): string {
  const { count } = role
  if (typeof count === "number") return String(count)
  if (count.is !== undefined) return `1 (${count.parameter}: ${count.is})`
  return `${usualCount(algorithm, role)} (${count.parameter})`
}

/** The roles of an algorithm, a line each. */
function listRoles(algorithm: Algorithm, columns: number): string {
  const rows = Object.entries(rolesOf(algorithm)).map(([name, role]) => [name, countInWords(algorithm, role), role.doc])
  return rows.length === 0 ? "" : table(["role", "processes", "there for"], rows, columns)
}

async function explainAlgorithm(algorithm: Algorithm, services: readonly Service[], { out }: Terminal): Promise<void> {
  const { PACKAGE_ROOT } = await import("../../lib/assets.ts")
  const page = join(PACKAGE_ROOT, "algorithms", algorithm.name, "README.md")
  out.write(
    existsSync(page) ? `${readFileSync(page, "utf8").trimEnd()}\n` : introduce(algorithm, services, out.columns),
  )
  const roles = listRoles(algorithm, out.columns)
  if (roles !== "") out.write(`\nRoles: processes beside the nodes, which faults and links name\n\n${roles}`)
  const { offices = [] } = algorithm
  if (offices.length > 0)
    out.write(`\nOffices, whose holders faults can hit (\`office: ...\`): ${offices.join(", ")}\n`)
  out.write("\nParameters (under `parameters:` in a spec; d is the delay bound of one link)\n\n")
  out.write(listParameters(algorithm.parameters, out.columns))
  for (const service of services) {
    const through = algorithm.serves.includes(service) ? "" : ", served through an adapter"
    out.write(`\nWorkload of ${service.name}${through} (under \`workload:\`)\n\n`)
    out.write(listParameters(service.workload, out.columns))
  }
}

/** The declaration of an algorithm as text, if it has no page. */
function introduce({ title, summary, source }: Algorithm, services: readonly Service[], columns: number): string {
  return `# ${title}\n\n${fold(summary, columns).join("\n")}\n\nSource: ${source}\nServes: ${namesOf(services)}\n`
}

function namesOf(services: readonly Service[]): string {
  return services.map(({ name }) => name).join(", ")
}

function listParameters(parameters: Parameters, columns: number): string {
  const rows = Object.entries(parameters).map(([name, parameter]) => [
    name,
    String(parameter.default),
    describeKind(parameter),
    parameter.doc,
  ])
  return rows.length === 0 ? "none\n" : table(["name", "default", "values", "meaning"], rows, columns)
}

/** The unit and range of a parameter: `duration >= 1us`, `integer 1..9`, `none | lowest | highest`. */
function describeKind({ kind, min = 0, max = Infinity, values = [] }: Parameter): string {
  const bounds = (write: (value: number) => string): string => {
    if (max !== Infinity) return ` ${write(min)}..${write(max)}`
    return min > 0 ? ` >= ${write(min)}` : ""
  }
  switch (kind) {
    case "duration":
      return `duration${bounds(formatDuration)}`
    case "integer":
      return `integer${bounds(String)}`
    case "number":
      return `number${bounds(String)}`
    case "share":
      return "share, 0..1 or %"
    case "rate":
      return "rate, e.g. 10/s"
    case "size":
      return "size, e.g. 1KiB"
    case "choice":
      return values.join(" | ")
    case "flag":
      return "true | false"
  }
}
