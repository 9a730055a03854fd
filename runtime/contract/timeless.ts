/** Parameters for hosts without time. */
import type { Parameters } from "./parameters.ts"

/** The same values, with every duration 0: whatever was to happen after a while may happen at once. */
export function timeless(
  declared: Parameters,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const written = Object.entries(values).map(([name, value]) => [name, declared[name]?.kind === "duration" ? 0 : value])
  return Object.fromEntries(written)
}
