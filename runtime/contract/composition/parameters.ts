/** The parameters of hosted algorithms among those of their host. */
import type { Algorithm } from "../algorithm.ts"
import type { Parameter } from "../parameters.ts"

/** The parameters of algorithms under names that say whose they are: `raftElectionTimeout`. A host declares them with its own. */
export function parametersOf(algorithms: readonly Algorithm[]): Readonly<Record<string, Parameter>> {
  const entries = algorithms.flatMap(({ name, parameters }) =>
    Object.entries(parameters).map(([own, parameter]) => [parameterName(name, own), parameter] as const),
  )
  return Object.fromEntries(entries)
}

/** The parameters that a host has for an algorithm. */
export function parametersFor({ name, parameters }: Algorithm, ofHost: object): object {
  const entries = Object.keys(parameters).map(own => [own, Reflect.get(ofHost, parameterName(name, own))] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** `electionTimeout` of Raft: `raftElectionTimeout`. */
export function parameterName(algorithm: string, parameter: string): string {
  const words = [...algorithm.split("-"), parameter]
  return words.map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join("")
}
