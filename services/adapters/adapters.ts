/**
 * The services by which an algorithm can be measured: those it serves itself, and those that adapters derive from them.
 */
import type { Service } from "../../runtime/contract/service.ts"
import { replicatedLog } from "../replicated-log/service.ts"
import { lockService } from "./lock-service.ts"
import { logDecision } from "./log-decision.ts"

/** The services that a replicated log can provide. It reports its elections itself (`leader-election`). */
const ON_A_LOG: readonly Service[] = [lockService, logDecision]

/**
 * The services through which an algorithm can be measured.
 *
 * @param serves the services that the algorithm implements itself; they come first, and no adapter replaces them
 */
export function withAdapters(serves: readonly Service[]): readonly Service[] {
  if (!serves.includes(replicatedLog)) return serves
  return [...serves, ...ON_A_LOG.filter(adapter => !serves.some(({ name }) => name === adapter.name))]
}
