/** Somebody who types what documents say: a folder with the files of the reader's own that they name. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

const ROOT = join(import.meta.dirname, "../..")

const SPEC = `question: What does an entry cost?
service: mutual-exclusion
algorithms: [ricart-agrawala, suzuki-kasami]
sweep: { nodes: [3] }
network: { latency: 10ms }
warmup: 500ms
duration: 1500ms
repeat: 2
charts: []
`

const HISTORY = `{"client":0,"op":"put","key":"x","value":"1","call":1,"return":2}
{"client":1,"op":"get","key":"x","result":"1","call":3,"return":4}
`

/** What `quorate lab new` writes into a student's folder, as far as it says which lab the folder is for. */
const OF_BULLY = `{ "quorate": { "lab": "bully" } }
`

/** Files of the reader's own by their names: copies of files of the project, or texts. */
const FILES: Readonly<Record<string, { readonly like: string } | { readonly text: string }>> = {
  "my-spec.yaml": { text: SPEC },
  "spec.yaml": { text: SPEC },
  "scenario.json": { like: "scenarios/bundled/split-vote.json" },
  "by-hand.json": { like: "scenarios/bundled/test-and-set.json" },
  "bully-by-hand.json": { like: "scenarios/bundled/test-and-set.json" },
  "bug.json": { like: "scenarios/bundled/lease-drift.json" },
  "history.jsonl": { text: HISTORY },
  "stale.jsonl": {
    text: `{"client":0,"op":"put","key":"x","value":"1","call":1,"return":2}
{"client":1,"op":"put","key":"x","value":"2","call":3,"return":4}
{"client":2,"op":"get","key":"x","result":"1","call":5,"return":6}
`,
  },
  "schedule.yaml": { like: "labs/broken-raft/skeleton.yaml" },
  "seed.txt": { text: "a secret\n" },
  "submissions/ada/package.json": { text: OF_BULLY },
  "submissions/ada/bully.ts": { like: "labs/bully/skeleton.ts" },
  "ada/package.json": { text: OF_BULLY },
  "ada/bully.ts": { like: "labs/bully/skeleton.ts" },
  "src/roaming-token.ts": { like: "examples/roaming-token.ts" },
}

/** Modules with an algorithm, by the name that documents give it. */
const ALGORITHMS: Readonly<Record<string, string>> = { "my-raft.ts": "my-raft", "mine.ts": "roaming-token" }

export function layOut(folder: string): void {
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  for (const [name, file] of Object.entries(FILES)) {
    if ("text" in file) write(name, file.text)
    else write(name, readFileSync(join(ROOT, file.like), "utf8"))
  }
  const example = readFileSync(join(ROOT, "examples/roaming-token.ts"), "utf8")
  for (const [name, algorithm] of Object.entries(ALGORITHMS)) {
    write(name, example.replace('name: "roaming-token"', `name: "${algorithm}"`))
  }
  copyFileSync(join(ROOT, "labs/bully/README.md"), join(folder, "ada/README.md"))
}
