/** Which services an algorithm can be measured by: those it serves itself, and those that adapters make of them. */
import type { Service } from "../../runtime/contract/service.ts"
import { replicatedLog } from "../replicated-log/service.ts"
import { lockService } from "./lock-service.ts"
import { logDecision } from "./log-decision.ts"

/** The services that a replicated log can be used for. Its elections it reports itself (`leader-election`). */
const ON_A_LOG: readonly Service[] = [lockService, logDecision]

/**
 * The services through which an algorithm can be measured.
 *
 * @param serves what the algorithm serves itself; this comes first, and is never replaced by an adapter
 */
export function withAdapters(serves: readonly Service[]): readonly Service[] {
  if (!serves.includes(replicatedLog)) return serves
  return [...serves, ...ON_A_LOG.filter(adapter => !serves.some(({ name }) => name === adapter.name))]
}
