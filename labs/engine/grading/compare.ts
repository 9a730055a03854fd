/**
 * Writes an experiment that compares submissions with the project's own algorithm: "your Raft against ours".
 *
 * The submissions run as outside algorithms, in the workers of the experiment and without the sandbox of grading:
 * compare only code that you trust, or in a container.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { stringify } from "yaml"
import type { Submission } from "../submission/folder.ts"
import type { ImplementLab } from "../lab.ts"

/** The workload of clients, by service; services missing here have a workload that needs no settings. */
const WORKLOADS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "leader-election": { initiators: "lowest", interval: "1s" },
  agreement: { instances: 20, gap: "100ms" },
}

/**
 * Writes the experiment and the modules that export the submissions.
 *
 * @param folder the target; an earlier comparison there is replaced
 * @returns the spec's path
 */
export function writeComparison(lab: ImplementLab, submissions: readonly Submission[], folder: string): string {
  const modules = join(folder, "submissions")
  rmSync(modules, { recursive: true, force: true })
  mkdirSync(modules, { recursive: true })
  const theirs = submissions.map(({ file, name }, index) => {
    const use = `submission-${index + 1}`
    writeFileSync(join(modules, `${use}.mjs`), moduleText(file, use, name))
    return { use, label: name, from: `./submissions/${use}.mjs` }
  })
  const workload = WORKLOADS[lab.service.name]
  const spec = {
    question: `${lab.title}: what do the submissions cost, and how available are they, beside the project's own?`,
    service: lab.service.name,
    algorithms: [{ use: lab.compareWith, label: "the project's own" }, ...theirs],
    ...(workload === undefined ? {} : { workload }),
    sweep: { nodes: [3, 5, 7] },
    network: { latency: "10ms" },
    faults: [{ crash: { count: [0, 1], at: "5s" } }],
    warmup: "2s",
    duration: "12s",
    repeat: 10,
    seed: 1,
    charts: ["messages-by-nodes", "latency-by-nodes", "availability-by-nodes"],
  }
  const path = join(folder, "comparison.yaml")
  writeFileSync(path, stringify(spec))
  return path
}

/** A module that re-exports a submission's algorithm under a unique name. */
function moduleText(file: string, name: string, title: string): string {
  return `// Made by \`quorate lab compare\`.
import * as handedIn from ${JSON.stringify(file)}

const [own] = Object.values(handedIn).filter(value => typeof value === "object" && value !== null && "receive" in value)
export const submission = { ...own, name: ${JSON.stringify(name)}, title: ${JSON.stringify(title)} }
`
}
