// What docs/spec.md says of latency models, faults and workloads is what they and the services declare; examples in the documentation are valid.
import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, matchesGlob, normalize } from "node:path"
import { describe, expect, test } from "vitest"
import { GUARDED } from "../experiments/regressions/guarded-metrics.ts"
import { CHART_FIGURES, CHART_METRICS } from "../analysis/kinds.ts"
import { CHART_KINDS } from "../reports/charts/registry.ts"
import { FAULT_KINDS } from "../runtime/faults/registry.ts"
import { LATENCY_MODELS } from "../runtime/network/models/registry.ts"
import { agreement } from "../services/agreement/service.ts"
import { leaderElection } from "../services/leader-election/service.ts"
import { mutualExclusion } from "../services/mutual-exclusion/service.ts"
import { replicatedLog } from "../services/replicated-log/service.ts"
import { shardedStore } from "../services/sharded-store/service.ts"
import { isNight } from "./support/effort.ts"
import { temporaryFolder } from "./support/folder.ts"
import { quorate } from "./support/terminal.ts"

const ROOT = join(import.meta.dirname, "..")
const text = readFileSync(join(ROOT, "docs/spec.md"), "utf8")
const workloads = text.slice(text.indexOf("\n## Workloads"))
const folder = temporaryFolder()

test.each([replicatedLog, mutualExclusion, leaderElection, agreement, shardedStore])(
  "the workload of $name",
  service => {
    const start = workloads.indexOf(`\n### \`${service.name}\`\n`)
    const end = workloads.indexOf("\n#", start + 1)
    const rows = workloads.slice(start, end < 0 ? undefined : end).match(/^\| `.*$/gm)
    const declared = Object.entries(service.workload).map(([name, { default: byDefault, doc }]) => {
      return `| \`${name}\` | \`${byDefault}\` | ${doc} |`
    })
    expect(rows).toEqual(declared)
  },
)

test("the latency models", () => {
  const declared = [...LATENCY_MODELS.values()].flatMap(({ forms }) =>
    forms.map(({ written, doc }) => `| \`${written}\` | ${doc} |`),
  )
  expect(text.match(/^\| `\{ model: .*$/gm)).toEqual(declared)
})

test("the kinds of faults", () => {
  const faults = text.slice(text.indexOf("\n## Faults"), text.indexOf("\n### What traitors say"))
  const rows = [...faults.matchAll(/^\| `(\w+)` \|(.*?)\| (.*) \|$/gm)].map(([, kind, settings = "", doc]) => {
    return [kind, { settings: settings.trim(), doc }]
  })
  const declared = FAULT_KINDS.map(({ kind, settings, doc }) => {
    const written = Object.entries(settings).filter(([, { isDrawn }]) => isDrawn !== true)
    return [kind, { settings: written.map(([name]) => `\`${name}\``).join(", "), doc }]
  })
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(declared))
})

test("the charts, and the metrics that they show", () => {
  const charts = text.slice(text.indexOf("\n## Charts"))
  const forms = CHART_KINDS.flatMap(kind => kind.forms)
  const metrics = [...Object.keys(CHART_METRICS), ...Object.keys(CHART_FIGURES)]
  expect([...forms, ...metrics].filter(name => !charts.includes(`\`${name}\``))).toEqual([])
})

const OFFERS: Readonly<Record<string, string>> = {
  "replicated-log": "raft",
  "mutual-exclusion": "ricart-agrawala",
  "leader-election": "bully",
  agreement: "paxos",
  recovery: "uncoordinated-checkpoints",
  "sharded-store": "sharded-groups",
}
const examples = [...workloads.matchAll(/```yaml\n(service: (\S+)\n[\s\S]*?)```/g)]

test("there is an example for every service", () => {
  expect(examples.map(([, , service]) => service)).toEqual(Object.keys(OFFERS))
})

test.each(examples.map(([, example, service]) => [service!, example!] as const))("of %s", async (service, example) => {
  const path = join(folder, `${service}.yaml`)
  writeFileSync(path, `question: q\nalgorithms: [${OFFERS[service]}]\nnodes: 5\n${example}`)
  expect(await quorate(`validate ${path}`)).toMatchObject({ err: "", code: 0 })
})

test("the scenario file of docs/traces.md runs", async () => {
  const example = /```json\n([\s\S]*?)```/.exec(
    readFileSync(join(import.meta.dirname, "../docs/traces.md"), "utf8"),
  )![1]!
  const path = join(folder, "scenario.json")
  writeFileSync(path, example)
  const { code, out, err } = await quorate(`replay ${path} --type fault`)
  expect(err).toBe("")
  expect(out).toMatch(/partition[\s\S]*crash of node 4[\s\S]*one-leader-per-epoch: VIOLATED/)
  expect(code).toBe(1)
})

describe.each(["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/glossary.md"])("%s", page => {
  const written = readFileSync(join(ROOT, page), "utf8")
  const folders = readdirSync(ROOT, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? [entry.name] : []))

  test("names files and folders that exist", () => {
    const named = [...written.matchAll(/`((?:[\w.-]+\/)+[\w.-]*)`/g)].map(([, path = ""]) => path)
    const own = named.filter(path => folders.includes(path.split("/")[0]!) && !path.startsWith("results/"))
    expect(own.length).toBeGreaterThan(2)
    expect(own.filter(path => !existsSync(join(ROOT, path)))).toEqual([])
  })

  test("links to pages that exist", () => {
    const links = [...written.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = ""]) => join(page, "..", link))
    expect(links.length).toBeGreaterThan(0)
    expect(links.filter(link => !existsSync(join(ROOT, link)))).toEqual([])
  })

  test("imports from files that exist", () => {
    const imports = [...written.matchAll(/from "(?:\.\.\/)+([^"]+)"/g)].map(([, path = ""]) => path)
    expect(imports.filter(path => !existsSync(join(ROOT, path)))).toEqual([])
  })
})

test("the glossary gives each term once, with one meaning and one file", () => {
  const rows = readFileSync(join(ROOT, "docs/glossary.md"), "utf8").match(/^\| (?!term |-).*$/gm) ?? []
  expect(rows.length).toBeGreaterThan(50)
  for (const row of rows) expect(row).toMatch(/^\| [^|]+ \| [A-Z][^|]+\. \| `[\w./-]+\.ts` \|$/)
  const terms = rows.flatMap(row =>
    row
      .split("|")[1]!
      .split(",")
      .map(term => term.trim()),
  )
  expect(terms.filter((term, index) => terms.indexOf(term) !== index)).toEqual([])
})

test("docs/ci.md lists what is guarded, and which way is worse", () => {
  const rows = readFileSync(join(import.meta.dirname, "../docs/ci.md"), "utf8").matchAll(
    /^\| `([\w-]+)` \| .*? \| (more|less) \| (points|%) \|$/gm,
  )
  expect([...rows].map(([, name, worse, change]) => [name, worse, change])).toEqual(
    GUARDED.map(({ name, worse, change }) => [name, worse, change === "points" ? "points" : "%"]),
  )
})

// `npm run check-outside` follows the whole page with the packed package; here it is the algorithms alone.
describe("docs/outside-algorithms.md", () => {
  const page = readFileSync(join(ROOT, "docs/outside-algorithms.md"), "utf8")
  const files = [...page.matchAll(/^```(?:ts|yaml)\n(?:#|\/\/) (\S+)\n([\s\S]*?)^```$/gm)]
  for (const [, file = "", contents = ""] of files) {
    writeFileSync(join(folder, file), contents.replace(/^repeat: .*$/m, "repeat: 2\ncharts: []"))
  }

  test.each(["highest", "flood-set", "primary-copy"])("its %s runs as it is written", async name => {
    const path = join(folder, `${name}.yaml`)
    const { code, out, err } = await quorate(`run ${path} --workers 1 --quiet --out ${join(folder, name)}`)
    expect(err).toBe("")
    expect(out).toMatch(/runs: no check was violated$/m)
    expect(code).toBe(0)
  })

  test("cites only files that are in the package, as do the other pages there", () => {
    const linked = readdirSync(join(ROOT, "docs"))
      .filter(name => name.endsWith(".md"))
      .flatMap(name =>
        [...readFileSync(join(ROOT, "docs", name), "utf8").matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
          ([, link = ""]) => ({ name, path: normalize(join("docs", link)) }),
        ),
      )
    expect(linked.length).toBeGreaterThan(20)
    const isPacked = isNight ? packedByNpm() : packedByPatterns()
    expect(linked.filter(({ path }) => !existsSync(join(ROOT, path)) || !isPacked(path))).toEqual([])
  })
})

/** Tells which files npm puts into the package: it compresses them all for that. */
function packedByNpm(): (path: string) => boolean {
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  })
  const [{ files }]: [{ files: readonly { path: string }[] }] = JSON.parse(packed)
  const paths = new Set(files.map(({ path }) => path))
  return path => paths.has(path)
}

/** Tells which files the patterns of package.json name, besides those that every package has. */
function packedByPatterns(): (path: string) => boolean {
  const { files }: { files: readonly string[] } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"))
  const patterns = ["README.md", "LICENSE", "package.json", ...files]
  return path => patterns.some(pattern => matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`))
}
