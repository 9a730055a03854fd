/** Bounds of a check as the options of `quorate check`. */
import type { MutantBounds } from "../checking/mutant-bounds.ts"

export function commandLine(
  name: string,
  { operations = 2, set = {}, traitors = [], ...options }: MutantBounds,
): string {
  const { service, nodes = 3, timeouts = {}, crashes = 0, stops = 0, losses = 0, duplicates = 0, retries = 0 } = options
  const { walks, depth, liveness = false, clock, drift = 0, ticks } = options
  const { all, ...named } = timeouts
  const times = Object.entries(named).map(([timer, count]) => `${timer}=${count}`)
  return [
    name,
    ...(service === undefined ? [] : [`--service ${service}`]),
    ...(nodes === 3 ? [] : [`--nodes ${nodes}`]),
    `--operations ${operations}`,
    ...(clock === undefined || times.length > 0
      ? [`--timeouts ${all ?? (times.length === 0 ? 0 : times.join(","))}`]
      : []),
    `--crashes ${crashes + stops}${stops > 0 ? " --restarts none" : ""}`,
    ...(losses === 0 ? [] : [`--losses ${losses}`]),
    ...(duplicates === 0 ? [] : [`--duplicates ${duplicates}`]),
    ...(retries === 0 ? [] : [`--retries ${retries}`]),
    ...(clock === undefined ? [] : [`--delays ${clock.minDelay}..${clock.maxDelay ?? ""}`, `--drift ${drift}`]),
    ...(ticks === undefined ? [] : [`--ticks ${ticks}`]),
    ...(traitors.length === 0 ? [] : [`--traitors ${traitors.join(",")}`]),
    ...Object.entries(set).map(([key, value]) => `--set ${key}=${String(value)}`),
    ...(liveness ? ["--liveness"] : []),
    ...(walks === undefined ? [] : [`--search random --walks ${walks} --depth ${depth ?? 100}`]),
  ].join(" ")
}
