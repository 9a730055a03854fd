/** Shrinks one run for a command, and reports the outcome. */
import { writeFileSync } from "node:fs"
import type { Registry } from "../../../scenarios/cell.ts"
import { counted } from "../../../lib/counted.ts"
import type { ReplayableRun } from "../../../debugger/replay.ts"
import { scenarioText } from "../../../scenarios/scenario-file.ts"
import { commandsFor, describeShrinking } from "../../../debugger/shrink/describe.ts"
import { SHRINK_BUDGET, shrink, type Symptom, symptomsOf } from "../../../debugger/shrink/shrink.ts"
import { whyNotWritten } from "../../../lib/errors.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { formatDuration } from "../../../runtime/contract/units.ts"
import { UsageError } from "../../exit-codes.ts"

export interface ShrinkOptions {
  /** The scenario file to write. */
  readonly file: string
  /** The check to keep violated. */
  readonly check: string | undefined
  /** The maximal number of runs to simulate. */
  readonly runs: number | undefined
}

/** Shrinks a run and writes the resulting scenario. @returns the text to print */
export async function shrinkRun(found: ReplayableRun, options: ShrinkOptions): Promise<string> {
  const { scenario, seed } = found
  const symptoms = symptomsOf(simulate(scenario, seed))
  const symptom = chooseSymptom(found.id, symptoms, options.check)
  const runs = options.runs ?? SHRINK_BUDGET.runs
  const shrunk = shrink(scenario, seed, symptom.name, { ...SHRINK_BUDGET, runs })
  if (shrunk === undefined) throw new Error(`${found.id} violated ${symptom.name} once, and not again`)
  const { algorithm, service } = found.written
  const written = { ...shrunk.scenario, algorithm, service }
  const sizes = describeShrinking(shrunk)
  const title = `${algorithm}: ${symptom.name} (${sizes}, from run ${found.id})`
  write(
    options.file,
    scenarioText({ title, violates: symptom.name, scenario: written, seed: shrunk.seed }, registryOf(found)),
  )
  return [
    `${symptom.kind}: ${symptom.name} at ${formatDuration(shrunk.symptom.at)}: ${shrunk.symptom.text}`,
    `shrunk in ${counted(shrunk.runs, "run")} to ${sizes}${shrunk.isMinimal ? "" : "; more --runs may make it smaller"}`,
    ...shrunk.changes.map(line => `  ${line}`),
    `written to ${options.file}:`,
    ...commandsFor(options.file, found.outside).map(line => `  ${line}`),
    "",
  ].join("\n")
}

function chooseSymptom(id: string, symptoms: readonly Symptom[], check: string | undefined): Symptom {
  const chosen = symptoms.find(({ name }) => check === undefined || name === check)
  if (chosen !== undefined) return chosen
  if (symptoms.length === 0) throw new UsageError(`${id}: this run violates no check, so there is nothing to shrink`)
  const names = symptoms.map(({ name }) => name).join(", ")
  throw new UsageError(`--check: this run does not violate "${check}"; it violates ${names}`)
}

/** A registry with only the scenario's own algorithm and service, enough to write it. */
function registryOf({ written, scenario: { algorithm, service } }: ReplayableRun): Registry {
  return {
    algorithms: { [written.algorithm]: algorithm },
    services: { [written.service]: service },
    serviceFor: () => service,
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new UsageError(`${file}: this file cannot be written: ${whyNotWritten(file, error)}`)
  }
}
