// Algorithms from outside that break the contract, and modules that never come back: none of them passes with numbers.
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { beforeAll, describe, expect, test } from "vitest"
import * as bundled from "../../../algorithms/registry.ts"
import { toScenario } from "../../../scenarios/cell.ts"
import { findBreach } from "../../../scenarios/outside/contract.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { whyNotLoadable } from "../../../scenarios/outside/rehearse.ts"
import type { Outcome } from "../../support/command-lines.ts"
import { quorateIn } from "../../support/commands.ts"
import { temporaryFolder } from "../../support/folder.ts"
import { BUILT_BREACHES, quorateBuilt } from "../../support/built.ts"

const { algorithms, servicesOf } = bundled
const folder = temporaryFolder()

/** Whoever was heard leads: the shortest algorithm there is; `tick` runs often, `hear` with each message. */
interface Parts {
  readonly top?: string
  readonly tick?: string
  readonly hear?: string
  readonly async?: "async" | "*"
  readonly message?: string
}

function moduleOf(
  { top = "", tick = "", hear = "", async: isAsync, message = '{ type: "Alive" }' }: Parts,
  name = "mine",
): string {
  return `import { algorithm, duration, leaderElection } from "quorate"
${top}
function tick(node) {
  ${tick}
  node.report({ type: "believes", leader: node.id === node.size - 1 ? node.id : null, epoch: 0 })
  node.broadcast(${message}, "heartbeat")
  node.setTimer("tick", node.parameters.interval)
}
export const mine = algorithm({
  name: "${name}", title: "Mine", source: "folklore", summary: "The last one leads.",
  tolerates: { faults: "crash", of: n => n - 1 },
  serves: [leaderElection],
  parameters: { interval: duration("50ms", "How often.") },
  disk: () => ({ x: 0, record: { y: 0 }, log: [] }),
  state: () => ({ heard: [], bytes: new Uint8Array(2), map: new Map(), last: undefined }),
  start: tick,
  receive: { ${isAsync ?? ""} Alive(node, message, from) { ${hear} } },
  timeout: { tick },
  request: { Elect() {} },
})
`
}

const SPEC = `question: Does it keep the contract?
algorithms: [{ use: mine, from: ./mine.mjs }]
nodes: 3
warmup: 100ms
duration: 1s
repeat: 1
charts: []
`

/** Writes a module and a spec for it into a folder of their own. */
function folderWith(name: string, module: string): string {
  const path = join(folder, name.replaceAll(/\W+/g, "-"))
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, "mine.mjs"), module)
  writeFileSync(join(path, "spec.yaml"), SPEC)
  writeFileSync(join(path, "other.yaml"), SPEC.replace("{ use: mine, from: ./mine.mjs }", "bully"))
  return path
}

const quorate = (cwd: string, ...args: readonly string[]) => quorateBuilt(args, cwd)

/**
 * What is found of each algorithm, in one process of their own, as only Node.js itself loads them: each from a module of
 * its own, all of which one module brings.
 *
 * @param all the text of each one's module by the algorithm's name
 */
async function breachesOf(all: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string | null>>> {
  const index = join(folder, "all.mjs")
  const exported = Object.entries(all).map(([name, text], place) => {
    writeFileSync(join(folder, `${name}.mjs`), text)
    return `export { mine as mine${place} } from "./${name}.mjs"\n`
  })
  writeFileSync(index, exported.join(""))
  const spec = SPEC.replace("{ use: mine, from: ./mine.mjs }", "NAME")
  const { stdout } = await promisify(execFile)(process.execPath, [
    BUILT_BREACHES,
    index,
    spec,
    JSON.stringify(Object.keys(all)),
  ])
  return JSON.parse(stdout)
}

const INSTEAD = {
  random: "its random numbers are node.random(low, high)",
  clock: "its clock is node.now()",
  timer: "its timers are node.setTimer(name, delay)",
}
const AT_ONCE = "handlers end at once"

const BREACHES: readonly (readonly [string, Parts, string])[] = [
  ["Math.random", { tick: "if (Math.random() > 2) return" }, `start calls Math.random(); ${INSTEAD.random}`],
  ["Date.now", { hear: "node.state.last = Date.now()" }, `receive.Alive calls Date.now(); ${INSTEAD.clock}`],
  ["new Date", { hear: "node.state.last = +new Date()" }, `receive.Alive calls new Date(); ${INSTEAD.clock}`],
  ["performance.now", { hear: "performance.now()" }, `receive.Alive calls performance.now(); ${INSTEAD.clock}`],
  ["randomUUID", { hear: "crypto.randomUUID()" }, `receive.Alive calls crypto.randomUUID(); ${INSTEAD.random}`],
  ["setTimeout", { hear: "setTimeout(() => {}, 1)" }, `receive.Alive calls setTimeout(); ${INSTEAD.timer}`],
  [
    "a swallowed error",
    { hear: "try { Math.random() } catch {}" },
    `receive.Alive calls Math.random(); ${INSTEAD.random}`,
  ],
  [
    "Math.random by another name",
    { top: "const draw = Math.random", message: '{ type: "Alive", x: draw() }' },
    "the same run differs the second time (at 0s, node 0: send)",
  ],
  [
    "a random number of Node.js",
    { top: 'import { randomInt } from "node:crypto"', tick: 'if (randomInt(2) === 0) node.send(0, { type: "Alive" })' },
    "the same run differs the second time",
  ],
  [
    "a variable of the module",
    { top: "let count = 0", message: '{ type: "Alive", count: count++ }' },
    "and not on variables of their module",
  ],
  [
    "a variable of the module that shows only in what is reported",
    { top: "let count = 0", tick: 'node.report({ type: "believes", leader: 0, epoch: count++ })' },
    "and not on variables of their module",
  ],
  [
    "a message changed after it was sent",
    { tick: 'const m = { type: "Alive", at: 1 }; node.broadcast(m); m.at = 2' },
    "changes a message after it was sent",
  ],
  [
    "a message that holds a part of the state",
    { tick: "node.state.heard.push(1)", message: '{ type: "Alive", heard: node.state.heard }' },
    "changes a message after it was sent",
  ],
  [
    "a map in a message",
    { tick: "node.state.map.set(1, 2)", message: '{ type: "Alive", map: node.state.map }' },
    "changes a message after it was sent",
  ],
  [
    "a received message that is changed",
    { message: '{ type: "Alive", hops: 0 }', hear: "message.hops++" },
    "changes a message after it was sent",
  ],
  [
    "bytes changed after they were sent",
    { tick: "node.state.bytes[0]++", message: '{ type: "Alive", bytes: node.state.bytes }' },
    "changes a message after it was sent",
  ],
  [
    "an entry changed after it was written",
    { tick: 'const entry = { y: 1 }; node.append("log", entry); entry.y = 2' },
    "or what it wrote to its disk",
  ],
  [
    "a register changed after it was written",
    { tick: "const record = { y: 1 }; node.save({ record }); record.y = 2" },
    "or what it wrote to its disk",
  ],
  ["a new disk changed in place", { tick: "node.disk.record.y = 1" }, "or what it wrote to its disk"],
  [
    "a register written in place",
    { tick: "node.disk.x++" },
    "start writes to node.disk in place; it writes through node.save, append, truncate and discard",
  ],
  ["a log written in place", { hear: "node.disk.log.push(1)" }, "receive.Alive writes to node.disk in place"],
  ["parameters changed", { tick: "node.parameters.interval = 1" }, "start changes its parameters"],
  [
    "acts through another node",
    { top: "const nodes = []", tick: "nodes[node.id] = node; nodes[0].cancelTimer('tick')" },
    "start calls node.cancelTimer of another node than its own",
  ],
  ["sends to nobody", { hear: "node.send(3, message)" }, "receive.Alive sends to node 3; nodes are 0 to 2"],
  [
    "sends for a purpose that nobody counts",
    { tick: "node.send(0, { type: 'Alive' }, 'heartbeet')" },
    'start sends for the purpose "heartbeet"; expected "protocol", "heartbeat" or "retransmission"',
  ],
  [
    "reports what its services do not know",
    { tick: "node.report({ type: 'belives', leader: 0, epoch: 0 })" },
    'start reports "belives"; its services know believes',
  ],
  [
    "believes in a node that does not exist",
    { tick: "node.report({ type: 'believes', leader: 7, epoch: 0 })" },
    "start reports believes with leader: 7, which makes no sense",
  ],
  [
    "reports a belief without its epoch",
    { hear: "node.report({ type: 'believes', leader: 0 })" },
    "receive.Alive reports believes with epoch: undefined, which makes no sense",
  ],
  [
    "replies what nobody asked",
    { hear: "node.reply(0, { type: 'Granted' })" },
    'receive.Alive replies "Granted"; its services know none',
  ],
  ["sends to no number", { hear: "node.send('0', message)" }, 'sends to node "0"; nodes are 0 to 2'],
  [
    "draws from nothing",
    { hear: "node.random(2, 1)" },
    "receive.Alive calls node.random(2, 1); expected two integers, the lower one first",
  ],
  ["draws from fractions", { hear: "node.random(0, 0.5)" }, "calls node.random(0, 0.5); expected two integers"],
  ["no log", { hear: 'node.append("toString", 1)' }, 'calls node.append of "toString", which is not a log of its disk'],
  ["cuts off nothing", { hear: 'node.discard("log", -1)' }, "calls node.discard with -1 entries"],
  ["a generator", { async: "*", hear: "yield 1" }, "receive.Alive is a generator, whose body does not run"],
  ["an async handler", { async: "async" }, `receive.Alive is async, or returns a promise: ${AT_ONCE}`],
  ["a promise that is returned", { hear: "return Promise.resolve()" }, "receive.Alive is async, or returns a promise"],
  ["a thenable", { hear: "return { then() {} }" }, "receive.Alive is async, or returns a promise"],
  [
    "an await on the side",
    { hear: 'void (async () => { await null; node.send(from, { type: "Alive" }) })()' },
    `calls node.send after its handler has ended (after an await, or from a promise): ${AT_ONCE}`,
  ],
  [
    "a rejected promise",
    { hear: 'void Promise.reject(new Error("nobody listens"))' },
    `leaves a rejected promise behind (nobody listens): ${AT_ONCE}`,
  ],
]

describe("the rule that is broken is named:", () => {
  const sound = { hear: "node.state.last = new Date(0)" }
  const nameOf = (what: string): string => what.toLowerCase().replaceAll(/[^a-z]+/g, "-")
  let found: Readonly<Record<string, string | null>>
  beforeAll(async () => {
    const modules = [["nothing", sound] as const, ...BREACHES].map(([what, parts]) => {
      const name = nameOf(what)
      return [name, moduleOf(parts, name)] as const
    })
    if (new Set(modules.map(([name]) => name)).size < modules.length) throw new Error("two of them have one name")
    found = await breachesOf(Object.fromEntries(modules))
  })

  test("nothing", () => expect(found["nothing"]).toBeNull())

  test.each(Object.entries(algorithms))("nothing, by %s", async (_, algorithm) => {
    const [service] = servicesOf(algorithm)
    const text = `question: q\nalgorithms: [${algorithm.name}]\nnodes: 4\nwarmup: 100ms\nduration: 600ms\n`
    const led = algorithm.begins === undefined || service!.name !== "replicated-log" ? "" : "leader: 0\n"
    const experiment = parseExperiment("s.yaml", text + led, bundled)
    if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
    expect(await findBreach(toScenario(experiment.cells[0]!.scenario, bundled), 1)).toBeUndefined()
  })
  test.each(BREACHES)("%s", (what, _, told) => expect(found[nameOf(what)]).toContain(told))
})

test("before anything is measured, and by all commands that run it", async () => {
  const path = folderWith("everywhere", moduleOf({ tick: "Math.random()" }))
  const told =
    /^quorate: mine breaks the contract of algorithms: start calls Math\.random\(\); .* \(in the run \S+; see \S+\)\n$/
  const added = ["--algorithms", "mine.mjs"]
  const outcomes = await quorateIn(
    path,
    ["run", "spec.yaml", "--quiet", "--workers", "1"],
    ["run", "other.yaml", ...added, "--shard", "1/2", "--quiet"],
    ["replay", "spec.yaml", "--run", "mine/1"],
    ["trace", "spec.yaml", "--run", "mine/1"],
    ["shrink", "spec.yaml", "--run", "mine/1"],
    ["bench", "costs", ...added],
  )
  expect(outcomes).toEqual(outcomes.map(() => ({ code: 3, out: "", err: expect.stringMatching(told) })))
})

const ENDS = "it ends the process that loads it (exit code 0)"
const WAITS = "it never finishes loading: a top-level await does not settle"
const LATE = "it has not loaded after 0.3 s: it loops, or waits for something"

describe.concurrent("a module that never comes back:", () => {
  test("what it does is told in one line, by every command that loads it", async () => {
    const modules = [
      ["exits", "process.exit(0)", ENDS],
      ["exits-by-itself", "process.exitCode = 0; process.kill(process.pid, 'SIGKILL')", "(SIGKILL)"],
      ["waits", "await new Promise(() => {})", WAITS],
      ["rejects", "Promise.reject(new Error('no'))", "it leaves a rejected promise behind while it loads: no"],
    ] as const
    for (const [name, top] of modules) folderWith(name, moduleOf({ top }))
    const lines: readonly (readonly [told: string, ...line: readonly string[]])[] = [
      ...modules.map(([name, , told]) => [told, "validate", `${name}/spec.yaml`] as const),
      [ENDS, "run", "exits/other.yaml", "--algorithms", "exits/mine.mjs"],
      [ENDS, "algorithms", "--algorithms", "exits/mine.mjs"],
      [ENDS, "trace", "split-vote", "--algorithms", "exits/mine.mjs"],
    ]
    const outcomes = await quorateIn(folder, ...lines.map(([, ...line]) => line))
    for (const [index, { code, out, err }] of outcomes.entries()) {
      expect(err).toMatch(/^quorate: .*mine\.mjs:1:1: .*\n$/)
      expect(err).toContain(lines[index]![0])
      expect([code, out]).toEqual([2, ""])
    }
  })

  test.each([
    ["waits with a timer", "setInterval(() => {}, 9); await new Promise(() => {})"],
    ["loops", "for (;;);"],
  ])("%s", async (name, top) => {
    const path = folderWith(name, moduleOf({ top }))
    expect(await whyNotLoadable(join(path, "mine.mjs"), 300)).toBe(LATE)
  })

  test("what it leaves running does not keep the command from ending", async () => {
    const path = folderWith("server", moduleOf({ top: "setInterval(() => {}, 1_000)" }))
    expect(await quorate(path, "run", "spec.yaml", "--quiet", "--workers", "1")).toMatchObject({ code: 0, err: "" })
  })

  test.each([
    ["throws late", "throw new Error('late')"],
    ["rejects late", "void Promise.reject(new Error('late'))"],
  ])("what %s ends the command with one line", async (name, what) => {
    // Neither where it is loaded to see what comes of that, nor in a worker.
    const late = `if (isMainThread && !process.send) setImmediate(() => { ${what} })`
    const path = folderWith(name, moduleOf({ top: `import { isMainThread } from "node:worker_threads"\n${late}` }))
    const { code, err } = await quorate(path, "run", "spec.yaml", "--quiet", "--workers", "1")
    expect(err).toMatch(/^quorate: .* by an uncaught error: late \(at .*mine\.mjs:3:\d+\)+\n$/)
    expect(code).toBe(3)
  })

  test("a handler that ends the process ends its own run only", async () => {
    const path = folderWith("exit-in-handler", moduleOf({ hear: "process.exit(0)" }))
    expect(await quorate(path, "run", "spec.yaml", "--quiet", "--workers", "1")).toMatchObject({ code: 3 })
    const { code, err } = await quorate(path, "replay", "spec.yaml", "--run", "mine/1")
    expect(err).toMatch(/^quorate: /)
    expect(code).toBe(3)
  })
})

test("a handler that never returns ends the commands that run one run again, with one line", async () => {
  const path = folderWith("loops", moduleOf({ hear: "for (;;);" }))
  const run = ["spec.yaml", "--run", "mine/1", "--limit", "100ms"]
  const outcomes = await quorateIn(path, ["replay", ...run], ["trace", ...run], ["shrink", ...run])
  const told =
    /^quorate: mine\/1: no end after 0.1 s of processor time, at 1ms, node \d receives \{"type":"Alive"\} from node \d\n$/
  expect(outcomes).toEqual(outcomes.map(() => ({ code: 3, out: "", err: expect.stringMatching(told) })))
  expect(existsSync(join(path, "trace.html"))).toBe(false)
})

test("what it writes goes to the error stream, and no terminal obeys it; errors of any length are cut", async () => {
  const escape = String.raw`console.log("\u001b[2J")`
  const throwing = String.raw`throw new Error("\u001b[31m" + "x".repeat(1e7))`
  const path = folderWith("loud", moduleOf({ top: escape, hear: `${escape}; ${throwing}` }))
  const { code, out, err } = await quorate(path, "run", "spec.yaml", "--json", "--quiet", "--workers", "1")
  expect(code).toBe(3)
  for (const line of out.trimEnd().split("\n")) expect(JSON.parse(line)).toHaveProperty("type")
  expect(out.length).toBeLessThan(100_000)
  expect(err).toContain(String.raw`\u001b[2J`)
  expect(out + err).not.toContain("\u001B")
})

test("the memory of ArrayBuffers counts", async () => {
  const path = folderWith("buffers", moduleOf({ hear: "node.state.heard.push(new ArrayBuffer(2 ** 23))" }))
  writeFileSync(join(path, "spec.yaml"), SPEC.replace("duration: 1s", "duration: 1h"))
  const { code, out } = await quorate(path, "run", "spec.yaml", "--quiet", "--memory", "128", "--workers", "1")
  expect(out).toContain("more than 128 MiB of memory")
  expect(code).toBe(3)
})

describe("check-algorithm", () => {
  interface Asked {
    readonly module: string
    readonly options?: readonly string[]
  }
  /** What came of each module, all of which one process checks. */
  let checked: Readonly<Record<string, Outcome>>
  const rules = (out: string): readonly string[] => [...out.matchAll(/^(\w+) +NO /gm)].map(([, rule]) => rule!)
  /** As the others, with a state that can be written down. */
  const plain = (parts: Parts): string => moduleOf(parts).replace("bytes: new Uint8Array(2), ", "")

  const BROKEN: readonly (readonly [rule: string, module: string, how: RegExp])[] = [
    ["handlers", plain({ hear: "node.state.last = Date.now()" }), /receive\.Alive calls Date\.now\(\)/],
    [
      "values",
      plain({
        hear: `const list = node.state.last ??= (node.state.heard = [])
          list.push(from)
          node.report({ type: "believes", leader: from, epoch: node.state.heard.length })`,
      }),
      /another run from/,
    ],
    ["values", plain({ hear: "node.state.last = Infinity" }), /no plain data: Infinity/],
    ["writing", moduleOf({}), /no plain data: an object of the class Uint8Array/],
    [
      "writing",
      plain({
        hear: `const { map } = node.state
          map.set(10 - from, 1)
          node.report({ type: "believes", leader: from, epoch: [...map.keys()][0] })`,
      }),
      /another run from/,
    ],
  ]
  const nameOf = (rule: string, how: RegExp): string => `${rule} ${how.source}`.replaceAll(/\W+/g, "-")

  beforeAll(async () => {
    const all: Readonly<Record<string, Asked>> = {
      kept: { module: plain({}), options: ["--runs", "2"] },
      failing: { module: plain({ hear: "if (from === 1) throw new Error('out of order')" }) },
      ...Object.fromEntries(BROKEN.map(([rule, module, how]) => [nameOf(rule, how), { module }])),
    }
    const path = folderWith("check", "")
    const lines = Object.entries(all).map(([name, { module, options = [] }]) => {
      writeFileSync(join(path, `${name}.mjs`), module)
      return ["check-algorithm", `./${name}.mjs`, ...options]
    })
    const ended = await quorateIn(path, ...lines)
    checked = Object.fromEntries(Object.keys(all).map((name, index) => [name, ended[index]!]))
  })

  test("passes an algorithm that keeps every rule, in as many runs as are asked for", () => {
    const { code, out, err } = checked["kept"]!
    expect(out).toMatch(/^mine: 2 runs of each of leader-election\n/)
    expect(out).toContain("mine keeps the contract\n")
    expect(rules(out)).toEqual([])
    expect([code, err]).toEqual([0, ""])
  })

  test.each(BROKEN)("names the rule %s that is broken", (rule, _, how) => {
    const { code, out, err } = checked[nameOf(rule, how)]!
    expect(rules(out)).toContain(rule)
    expect(out).toMatch(new RegExp(`mine breaks the contract\\n[^]* ${rule}, in run \\d of leader-election: `))
    expect(out.replaceAll(/\s+/g, " ")).toMatch(how)
    expect([code, err]).toEqual([3, ""])
  })

  test("says of an algorithm that fails where it does", () => {
    const { code, out } = checked["failing"]!
    expect(out).toMatch(/fails in run 1 of leader-election: out of order/)
    expect(code).toBe(3)
  })

  test("refuses what is no module, and no number of runs", async () => {
    const path = folderWith("check nothing", "")
    const outcomes = await quorateIn(
      path,
      ["check-algorithm", "./none.mjs"],
      ["check-algorithm"],
      ["check-algorithm", "./mine.mjs", "--runs", "0"],
    )
    expect(outcomes.map(({ code }) => code)).toEqual([2, 2, 2])
    for (const { err } of outcomes) expect(err.trim().split("\n")).toHaveLength(1)
    expect(outcomes[0]!.err).toBe("quorate: check-algorithm: ./none.mjs: there is no such file\n")
  })
})
