/** The parameters of hosted algorithms as parameters of their host. */
import type { Algorithm } from "../algorithm.ts"
import type { Parameter } from "../parameters.ts"

/**
 * The parameters of algorithms, prefixed with the algorithm's name: `raftElectionTimeout`. A host declares them with
 * its own.
 */
export function parametersOf(algorithms: readonly Algorithm[]): Readonly<Record<string, Parameter>> {
  const entries = algorithms.flatMap(({ name, parameters }) =>
    Object.entries(parameters).map(([own, parameter]) => [parameterName(name, own), parameter] as const),
  )
  return Object.fromEntries(entries)
}

/** An algorithm's parameters, extracted from those of its host. */
export function parametersFor({ name, parameters }: Algorithm, ofHost: object): object {
  const entries = Object.keys(parameters).map(own => [own, Reflect.get(ofHost, parameterName(name, own))] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

/** `electionTimeout` of Raft: `raftElectionTimeout`. */
export function parameterName(algorithm: string, parameter: string): string {
  const words = [...algorithm.split("-"), parameter]
  return words.map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join("")
}
