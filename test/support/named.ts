// What documents name after a command of the workbench: experiments, scenarios, algorithms, kits and labs.
import { existsSync } from "node:fs"
import { join } from "node:path"
import { algorithms } from "../../algorithms/registry.ts"
import { labs } from "../../labs/registry.ts"
import { KITS } from "../../workshop/kits.ts"

const ROOT = join(import.meta.dirname, "../..")

const has = (...folders: readonly string[]) => {
  return (name: string): boolean => folders.some(file => existsSync(join(ROOT, file.replace("*", name))))
}

const isExperiment = has("experiments/specs/*.yaml", "experiments/published/*.yaml")
const isScenario = has("scenarios/bundled/*.json")
const isAlgorithm = (name: string): boolean => name in algorithms
const isLab = (name: string): boolean => name in labs

const EXISTS: Readonly<Record<string, (name: string) => boolean>> = {
  run: isExperiment,
  validate: isExperiment,
  play: name => isAlgorithm(name) || isScenario(name) || isExperiment(name),
  trace: name => isScenario(name) || isExperiment(name),
  replay: name => isScenario(name) || isExperiment(name),
  algorithms: isAlgorithm,
  workshop: name => name in KITS,
  "lab new": isLab,
  "lab pack": isLab,
}

/** A bare name, not a path or an option, after one of these commands. */
const COMMAND = new RegExp(`quorate (?:-- )?(${Object.keys(EXISTS).join("|")}) ([a-z][a-z0-9-]*)(?![\\w./*<-])`, "g")

/** The commands in a text that name something, and whether that is there. */
export function namedIn(text: string): readonly { readonly command: string; readonly isThere: boolean }[] {
  return [...text.matchAll(COMMAND)].map(([found, command = "", name = ""]) => {
    return { command: found, isThere: EXISTS[command]!(name) }
  })
}
