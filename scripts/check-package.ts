/**
 * Checks the package as its users get it: packs it, follows a page of the documentation that installs it in an empty folder, and
 * uses it there, as a command and as a library, under the Node.js of the machine and under the project's own. There it also
 * measures the exact costs, which must equal the baseline.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"

const ROOT = join(import.meta.dirname, "..")
const packed = mkdtempSync(join(tmpdir(), "quorate-package-"))
/** The folder in which the package is installed and used. */
const folder = join(packed, "user")

/** Without this project's commands, `node` is the users' one. */
const usersPath = (process.env["PATH"] ?? "")
  .split(delimiter)
  .filter(entry => !entry.includes("node_modules"))
  .join(delimiter)

function execute(command: string, args: readonly string[], cwd = folder): string {
  const options = { cwd, env: { ...process.env, PATH: usersPath }, encoding: "utf8" } as const
  return execFileSync(command, args, { ...options, stdio: ["ignore", "pipe", "inherit"] })
}

/** Tests whether the package says that it needs a later Node.js. */
function isTooOld(version: string): boolean {
  const [major, minor] = version.slice(1).split(".").map(Number)
  return major! < 22 || (major === 22 && minor! < 18)
}

/** A command of the package as npm finds it, under the project's Node.js. */
function npx(...args: readonly string[]): string {
  const path = `${join(ROOT, "node_modules/node/bin")}${delimiter}${usersPath}`
  const env = { ...process.env, PATH: path }
  return execFileSync("npx", ["--no-install", ...args], { cwd: folder, env, encoding: "utf8" })
}

function expectText(what: string, text: string, pattern: RegExp): void {
  if (!pattern.test(text)) throw new Error(`${what} does not match ${String(pattern)}:\n${text}`)
  console.log(`ok  ${what}`)
}

/** Compares what every algorithm costs with the baseline: costs must not change unnoticed. */
function compareCosts([node, command]: readonly [string, string], out: string): void {
  const args = [command, "bench", "costs", "--compare", join(ROOT, "bench/baseline.json"), "--out", out]
  const { stdout, stderr } = spawnSync(node, args, { env: { ...process.env, PATH: usersPath }, encoding: "utf8" })
  expectText("exact costs are those of the baseline", stdout + stderr, /^exact costs: no change in \d+ scenarios$/m)
}

/** An algorithm written against the package alone: the node asked says hello, the others answer. */
const GREETING = `
import { algorithm, duration, leaderElection, simulate } from "quorate"
import type { LeaderElection, Scenario } from "quorate"

interface Greeting {
  readonly parameters: { readonly patience: number }
  readonly disk: object
  readonly state: { answers: number }
  readonly message: { readonly type: "Hello" } | { readonly type: "Welcome"; readonly by: number }
  readonly timer: "patience"
  readonly service: LeaderElection
}

const greeting = algorithm<Greeting>({
  name: "greeting",
  title: "Greeting",
  source: "a test",
  summary: "Says hello and counts the answers.",
  tolerates: { faults: "none", of: () => 0 },
  serves: [leaderElection],
  parameters: { patience: duration("100ms", "How long to wait.") },
  disk: () => ({}),
  state: () => ({ answers: 0 }),
  start(node) {
    node.setTimer("patience", node.parameters.patience)
  },
  receive: {
    Hello: (node, _, from) => node.send(from, { type: "Welcome", by: node.id }),
    Welcome(node) {
      node.state.answers++
      if (node.state.answers === node.size - 1) node.report({ type: "believes", leader: 0, epoch: 1 })
    },
  },
  timeout: {
    patience(node) {
      if (node.id === 0) node.broadcast({ type: "Hello" })
    },
  },
  request: { Elect: () => {} },
})

const scenario: Scenario = {
  algorithm: greeting,
  service: leaderElection,
  nodes: 4,
  parameters: { patience: 100_000 },
  workload: { initiators: "none", count: 1, initiator: 0, interval: 0, arrivals: "constant" },
  network: { latency: { model: "constant", delay: 1_000 }, loss: 0, duplication: 0 },
  disk: { syncLatency: 0 },
  faults: [],
  warmup: 0,
  duration: 1_000_000,
}
const result = simulate(scenario, 1)
if (result.status === "failed") throw new Error(result.reason)
console.log(\`\${result.messages.protocol} messages\`, result.messagesByType)
`

const SPEC = `
question: Does the installed package run experiments?
algorithms: [raft]
service: replicated-log
sweep: { nodes: [3, 5] }
network: { latency: 10ms }
warmup: 500ms
duration: 1500ms
repeat: 2
`

const TSCONFIG = {
  compilerOptions: {
    target: "esnext",
    module: "nodenext",
    strict: true,
    types: [],
    lib: ["esnext", "dom"],
    outDir: ".",
  },
  files: ["greeting.ts"],
}

try {
  const tarball = execute("npm", ["pack", "--silent", "--pack-destination", packed], ROOT).trim().split("\n").at(-1)!
  mkdirSync(folder)
  const follow = (script: string, ...more: readonly string[]): void => {
    const args = [join(ROOT, "scripts", script), join(packed, tarball), ...more]
    execFileSync(process.execPath, args, { stdio: "inherit" })
  }
  // Installs it as the page says, makes the folder one of modules, and leaves it to what follows.
  follow("check-outside.ts", folder)
  console.log(`ok  ${tarball} is installed: ${readdirSync(join(folder, "node_modules")).length} packages`)

  writeFileSync(join(folder, "spec.yaml"), SPEC)
  writeFileSync(join(folder, "greeting.ts"), GREETING)
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG))
  execute(join(ROOT, "node_modules/.bin/tsc"), ["-p", "."])
  console.log("ok  an author's algorithm compiles against the type declarations")

  const command = join(folder, "node_modules/quorate/dist/cli/main.js")
  for (const node of ["node", join(ROOT, "node_modules/node/bin/node")]) {
    const version = execute(node, ["--version"]).trim()
    if (isTooOld(version)) {
      const { stderr } = spawnSync(node, [command, "experiments"], { env: { PATH: usersPath }, encoding: "utf8" })
      expectText(
        `${version} is refused in words`,
        stderr,
        /^quorate: Node\.js 22\.18 or newer is needed; this is .*\n$/,
      )
      continue
    }
    const out = join(folder, `results-${version}`)
    mkdirSync(out)
    const use = (...args: readonly string[]): string => execute(node, [command, ...args])
    expectText(`${version} quorate --help`, use("--help"), /quorate run <spec>/)
    expectText(`${version} quorate algorithms raft`, use("algorithms", "raft"), /electionTimeout/)
    expectText(`${version} quorate experiments`, use("experiments"), /first-comparison/)
    expectText(`${version} quorate run`, use("run", "spec.yaml", "--out", out), /^5 +Raft +100\.00% +8\.00 /m)
    expectText(`${version} writes results`, readdirSync(out).join(" "), /charts.*report\.html.*runs\.csv.*summary\.csv/)
    expectText(`${version} quorate replay`, use("replay", out, "--run", "raft/nodes=3/1"), /linearizable: holds/)
    expectText(
      `${version} quorate trace`,
      use("trace", "split-vote", "--out", join(out, "trace.html")),
      /trace\.html: open it/,
    )
    expectText(
      `${version} quorate play`,
      use("play", "split-vote", "--out", join(out, "play.html")),
      // A larger page would no longer open at once on a phone.
      /play\.html: open it in a browser \([1-7]\d\d KiB,/,
    )
    compareCosts([node, command], join(out, "bench"))
    const lab = `lab-${version}`
    expectText(`${version} quorate lab new`, use("lab", "new", "bully", lab), /bully\.ts/)
    expectText(`${version} quorate lab grade`, use("lab", "grade", lab), /Bully elections: 0 of 100 points/)
    expectText(`${version} runs an author's algorithm`, execute(node, ["greeting.js"]), /^6 messages/)
  }
  // An algorithm in a file of the user's project, in TypeScript, by a Node.js that strips types.
  cpSync(join(ROOT, "examples"), join(folder, "examples"), { recursive: true })
  const outside = [command, "run", "examples/locks.yaml", "--out", join(folder, "outside")]
  const told = execute(join(ROOT, "node_modules/node/bin/node"), outside)
  expectText("an algorithm from outside runs", told, /^5 +Roaming token +100\.00%/m)
  follow("check-gates.ts", folder)
  expectText("npx quorate --version", npx("quorate", "--version"), /^\d+\.\d+\.\d+/)
} finally {
  rmSync(packed, { recursive: true, force: true })
}
