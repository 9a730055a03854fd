// `run` and `replay`, end to end on small sweeps: output, files, exit codes, interruption.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { rowsOf } from "../experiments/support/running.ts"
import { temporaryFolder } from "../support/folder.ts"
import { createTerminal, quorate } from "../support/terminal.ts"

const folder = temporaryFolder()

function specWith(name: string, lines: readonly string[]): string {
  const path = join(folder, `${name}.yaml`)
  writeFileSync(path, `${lines.join("\n")}\n`)
  return path
}

const small = specWith("small", [
  "question: Does a small cluster commit?",
  "service: replicated-log",
  "algorithms: [raft]",
  "sweep: { nodes: [3, 5] }",
  "network: { latency: 10ms }",
  "warmup: 500ms",
  "duration: 1500ms",
  "repeat: 2",
  "charts: []",
])

describe("run", () => {
  test("prints the question and a table, and writes the results: exit code 0", async () => {
    const out = join(folder, "results/of/small")
    const run = await quorate(`run ${small} --workers 1 --out ${out}`)
    expect(run.err).toContain("4/4 runs")
    expect(run.out).toContain("Does a small cluster commit?")
    // 2(n-1) messages a command in the steady state.
    expect(run.out).toMatch(/^3 +Raft +100\.00% +4\.00 /m)
    expect(run.out).toMatch(/^5 +Raft +100\.00% +8\.00 /m)
    expect(run.out).toContain("4 runs: no check was violated")
    expect(run.out).toContain(join(out, "report.html"))
    expect(run.code).toBe(0)
    const files = ["runs.csv", "summary.csv", "manifest.json", "report.html"]
    expect(files.filter(file => !existsSync(join(out, file)))).toEqual([])
  })

  test("answers the question in the same words in terminal, report and JSON, the data beside them", async () => {
    const out = join(folder, "results/of/answered")
    const spec = specWith("answered", [
      "question: Who needs fewer messages?",
      "service: replicated-log",
      "algorithms: [raft, { use: multi-paxos, parameters: { learning: everyone } }]",
      "sweep: { nodes: [3, 5] }",
      "network: { latency: 10ms }",
      "warmup: 500ms",
      "duration: 1500ms",
      "repeat: 2",
      "charts: [messages-by-nodes]",
      "answer: [winner by messages, messages against theory]",
    ])
    const run = await quorate(`run ${spec} --workers 1 --out ${out}`)
    const lead = [
      "Fewest messages per operation: Raft at all 2 points, ahead of the next by 4.00 to 16.00 with n = 5.",
      "Raft: messages per operation beside theory, 2(n-1): equal within its interval at all 2 points.",
      "Multi-Paxos: messages per operation beside theory, n²-1: equal within its interval at all 2 points.",
    ]
    expect(run.out.slice(0, 500)).toContain(["Who needs fewer messages?", ...lead, ""].join("\n"))
    const json = JSON.parse(readFileSync(join(out, "summary.json"), "utf8"))
    expect(json.answer.map(({ sentence }: { sentence: string }) => sentence)).toEqual(lead)
    expect(json.answer[0].finding).toMatchObject({
      kind: "winner",
      metric: "messages",
      bests: [{ algorithms: ["Raft"], points: ["nodes=3", "nodes=5"] }],
    })
    const html = readFileSync(join(out, "report.html"), "utf8")
    const text = html.replaceAll(/<[^>]+>/g, "").replaceAll("\u00a0", " ")
    for (const sentence of lead) expect(text).toContain(sentence)
    expect(text.indexOf(lead[0]!)).toBeLessThan(text.indexOf("no check was violated"))
    const events = (await quorate(`report ${out} --json`)).out.trim().split("\n")
    expect(JSON.parse(events.at(-1)!)).toMatchObject({ type: "done", answer: lead })
  })

  test("the report is written again from the runs that are kept", async () => {
    const out = join(folder, "results/of/small")
    const files = ["report.html", "summary.csv", "summary.json", "manifest.json"].map(file => join(out, file))
    const before = files.map(file => readFileSync(file, "utf8"))
    for (const file of files.slice(0, 2)) rmSync(file)
    const again = await quorate(`report ${out}`)
    expect(again.out).toContain("4 runs (4 already stored): no check was violated")
    expect(files.map(file => readFileSync(file, "utf8"))).toEqual(before)
    const none = await quorate(`report ${small} --out ${join(folder, "nothing")}`)
    expect(none.err).toBe(`quorate: ${join(folder, "nothing")}: there are no results here; quorate run makes them\n`)
    expect(none.code).toBe(2)
  })

  test("the same bytes with one worker and with two", async () => {
    const [one, two] = [join(folder, "one"), join(folder, "two")]
    await quorate(`run ${small} --workers 1 --out ${one}`)
    await quorate(`run ${small} --workers 2 --out ${two}`)
    for (const file of ["runs.csv", "summary.csv"]) {
      expect(readFileSync(join(two, file), "utf8")).toBe(readFileSync(join(one, file), "utf8"))
    }
  })

  test("a violated check is told with its witness and how to see it: exit code 1, in the replay too", async () => {
    // Three generals, one of them a lying lieutenant: IC2 cannot be kept (Lamport, Shostak, Pease 1982 §2).
    const generals = specWith("generals", [
      "question: Do three generals agree with one traitor?",
      "algorithms: [{ use: oral-messages, service: agreement, parameters: { m: 1 } }]",
      "nodes: 3",
      "faults: [{ byzantine: { nodes: [1], behaviour: lying, at: 0s } }]",
      "repeat: 10",
      "charts: []",
    ])
    const out = join(folder, "generals")
    const run = await quorate(`run ${generals} --workers 1 --out ${out}`)
    expect(run.code).toBe(1)
    expect(run.out).toMatch(/^10 runs: a check was violated in [1-9]/m)
    expect(run.out).toMatch(
      /^violated: validity by Oral messages OM\(m\), in [0-9]+ runs\n {2}in instance 1 node 2 decided 0;/m,
    )
    const [, id] = /^ {2}shrunk from (\S+) to 3 nodes, 1 fault, 1 operation, /m.exec(run.out)!
    const again = await quorate(`replay ${out} --run ${id}`)
    expect(again.out).toMatch(/^ {2}validity: VIOLATED at .*: in instance 1 node 2 decided 0; proposed: 1 by node 0$/m)
    expect(again.code).toBe(1)

    // What it was shrunk to shows the same, and can be shrunk no further.
    const file = join(out, "violations/oral-messages-validity.json")
    expect(run.out).toContain(`  quorate trace ${file}\n  quorate replay ${file}\n`)
    const kept = await quorate(`replay ${file}`)
    expect(kept.out).toMatch(/^ {2}validity: VIOLATED at /m)
    const shrunk = await quorate(`shrink ${file} --check validity --out ${join(folder, "smaller.json")}`)
    expect(shrunk.out).toMatch(
      /to 3 nodes, 1 fault, 1 operation, (\S+) of \1\n(  (left out|changed|kept): .*\n){1,3}written to /,
    )
    expect(shrunk.code).toBe(1)
    const wrong = await quorate(`shrink ${file} --check linearizable`)
    expect(wrong.err).toBe(
      'quorate: --check: this run does not violate "linearizable"; it violates agreement, validity\n',
    )
    expect(again.code).toBe(1)
  })

  test("a check that is switched off is unchecked in every run, and nothing to make words about", async () => {
    const text = readFileSync(small, "utf8").replace("sweep:", "workload: { linearizability: off }\nsweep:")
    const out = join(folder, "unchecked")
    const run = await quorate(`run ${specWith("unchecked", [text])} --workers 1 --out ${out}`)
    expect(run.out).toContain("\n4 runs: no check was violated\n")
    const runs = rowsOf(out, "runs.csv")
    expect(runs.map(row => row["check_linearizable"])).toEqual(runs.map(() => "unchecked"))
    expect(runs.map(row => row["check_log-agreement"])).toEqual(runs.map(() => "holds"))
  })

  test("Ctrl-C ends it with exit code 130, and says how to go on", async () => {
    const terminal = createTerminal({ isTerminal: true })
    terminal.onProgress = text => {
      if (text.includes("runs")) terminal.interrupt()
    }
    const run = await quorate(`run ${small} --workers 1 --out ${join(folder, "stopped")}`, terminal)
    expect(run.err).toContain("quorate: interrupted; finished runs are kept in")
    expect(run.out).toBe("")
    expect(run.code).toBe(130)
  })

  test.each(["/dev/null/results", "/proc/results"])("results cannot be written to %s: exit code 2", async out => {
    const run = await quorate(`run ${small} --out ${out}`)
    expect(run.err).toMatch(/^quorate: \S+: results cannot be written here: .*\n$/)
    expect(run.code).toBe(2)
  })
})

test("shrink has nothing to do with a run that violates nothing: exit code 2", async () => {
  const { code, err } = await quorate(`shrink ${small} --run raft/nodes=3/1`)
  expect(err).toBe("quorate: raft/nodes=3/1: this run violates no check, so there is nothing to shrink\n")
  expect(code).toBe(2)
})

describe("replay", () => {
  test("prints what happens, when, to which node, and what it changes; the digest is the run's", async () => {
    const { code, out } = await quorate(`replay ${small} --run raft/nodes=3/1`)
    expect(out).toMatch(/^ +0\.000000 s {2}node 0 {3}boots$/m)
    expect(out).toMatch(/s {2}node \d {3}timer election runs out$/m)
    expect(out).toMatch(/s {2}node \d {3}-> node \d {2}RequestVote \{term: 1,/m)
    expect(out).toMatch(/s {2}node \d {6}role: "follower" -> "candidate"/m)
    expect(out).toMatch(/s {2}node \d {6}.*votedFor: null -> \d/m)
    expect(out).toMatch(/^ {2}linearizable: holds$/m)
    const again = await quorate(`replay ${small} --run raft/nodes=3/1`)
    expect(again.out).toBe(out)
    const other = await quorate(`replay ${small} --run raft/nodes=3/2`)
    expect(digestOf(other.out)).not.toBe(digestOf(out))
    expect(code).toBe(0)
  })

  test("shows only what is asked for", async () => {
    const { out } = await quorate(`replay ${small} --run raft/nodes=3/1 --type RequestVote,drop --node 1 --to 500ms`)
    const lines = out.split("\n\n")[0]!.split("\n")
    for (const line of lines) expect(line).toMatch(/node 1 .*(RequestVote |term: |votedFor: |currentTerm: )/)
    expect(lines.every(line => Number(line.trim().split(" ")[0]) <= 0.5)).toBe(true)
  })

  test("says what there is if nothing matches", async () => {
    const { err } = await quorate(`replay ${small} --run raft/nodes=3/1 --type Votes`)
    expect(err).toContain("no event matches; this run has AppendEntries")
  })

  test("a node that is not there: exit code 2", async () => {
    const { code, err } = await quorate(`replay ${small} --run raft/nodes=3/1 --node 3`)
    expect(err).toBe("quorate: --node: there is no node 3; this run has nodes 0 to 2\n")
    expect(code).toBe(2)
  })
})

function digestOf(trace: string): string {
  return /digest ([0-9a-f]{16})/.exec(trace)![1]!
}
