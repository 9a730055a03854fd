// `quorate check`: what it says of what it found, what it keeps, and its exit codes.
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { temporaryFolder } from "../support/folder.ts"
import { createTerminal, quorate } from "../support/terminal.ts"

const folder = temporaryFolder()
const file = join(folder, "counterexample.json")

async function check(options: string) {
  const { code, out, err } = await quorate(`check ${options} --out ${file}`)
  return { code, out: out.replaceAll(/\s+/g, " ").trim(), lines: out.split("\n"), err }
}

describe("the verdict", () => {
  test("holds: every state was visited", async () => {
    const { code, out } = await check("maekawa --operations 3")
    expect(code).toBe(0)
    expect(out).toContain("maekawa, mutual-exclusion: 3 nodes, 3 operations, 2 timeouts holds within these bounds")
    expect(out).toContain("every state was visited (549 states, 1,112 transitions, 16 deep)")
    expect(out).toContain("not judged here, since it takes time or counts: no-starvation, served-after-death")
  })

  test("violated: the shortest way there, step by step, and a scenario file that takes it", async () => {
    const { code, out, lines } = await check("floodset --set rounds=f")
    expect(code).toBe(1)
    expect(out).toContain(
      "agreement is VIOLATED in 7 steps (the minimum): in instance 1 node 0 decided 0, and node 2 decided 1",
    )
    expect(lines).toContain("  4  crash 1 for good: 1 crashed")
    expect(lines).toContain("  7  timeout round of 2: 2 decided (instance: 1, value: 1)")
    expect(lines).toContain(`${file}: quorate replay ${file}, or quorate trace ${file}`)
    const replayed = await quorate(`replay ${file}`)
    expect(replayed.code).toBe(1)
    expect(replayed.out).toContain("agreement: VIOLATED at 6ms: in instance 1 node 0 decided 0, and node 2 decided 1")
    const page = join(folder, "trace.html")
    expect(await quorate(`trace ${file} --out ${page}`)).toMatchObject({ code: 0, err: "" })
    expect(readFileSync(page, "utf8")).toContain("FloodSet: agreement in 7 steps")
  })

  test("neither: how much was not looked at, and why", async () => {
    const { code, out } = await check("paxos --states 2000 --crashes 0 --timeouts 0")
    expect(code).toBe(0)
    expect(out).toMatch(/not violated, but not explored completely: stopped at 2,000 states \([\d,]+ states, /)
    expect(out).toMatch(/the successors of [\d,]+ of these states were not explored/)
  })

  test("nothing happened that was to: said, so that nobody takes it for a proof", async () => {
    const { code, out } = await check("raft --timeouts 0 --crashes 0 --operations 1")
    expect(code).toBe(0)
    expect(out).toContain(
      "never came about, so that the result shows little of it: a node executes a command; an operation succeeds; every " +
        "operation succeeds",
    )
  })

  test("beyond what is claimed: said beside what is found", async () => {
    const { code, out } = await check("ricart-agrawala --losses 1 --operations 1")
    expect(code).toBe(1)
    expect(out).toContain("progress is VIOLATED in 4 steps")
    expect(out).toContain("beyond what ricart-agrawala claims to survive: lost messages")
  })
})

describe("--checkpoint", () => {
  const kept = join(folder, "stopped.checkpoint")

  test.each(["breadth", "depth"])("%s: continues where it was stopped, with the same result", async search => {
    const options = `raymond --nodes 4 --operations 3 --search ${search}`
    const whole = (await check(options)).out
    const first = await check(`${options} --states 40 --checkpoint ${kept}`)
    expect(first.out).toContain("not explored completely: stopped at 40 states")
    expect(first.out).toContain(`${kept}: the same check continues from there`)
    expect((await check(`${options} --states 90 --checkpoint ${kept}`)).out).toContain("stopped at 90 states")
    expect((await check(`${options} --checkpoint ${kept}`)).out).toBe(whole)
    expect(existsSync(kept)).toBe(false)
  })

  test("of another check, or of something else, is refused", async () => {
    await check(`raymond --nodes 4 --operations 3 --states 40 --checkpoint ${kept}`)
    expect(await check(`raymond --nodes 4 --operations 2 --checkpoint ${kept}`)).toMatchObject({
      code: 2,
      err: `quorate: --checkpoint: ${kept} is of another check\n`,
    })
    writeFileSync(kept, "nothing")
    expect(await check(`raymond --checkpoint ${kept}`)).toMatchObject({
      code: 2,
      err: `quorate: --checkpoint: ${kept} is no exploration that was stopped\n`,
    })
  })

  test("of an algorithm that has changed is refused", async () => {
    const imported = JSON.stringify(join(import.meta.dirname, "../../algorithms/raymond/raymond.ts"))
    const changing = (change: string): string => {
      const module = join(folder, `changing-${change === "" ? "before" : "after"}.ts`)
      writeFileSync(
        module,
        `import { raymond } from ${imported}
         const { Request } = raymond.receive
         export default { ...raymond, name: "changing", receive: { ...raymond.receive,
           Request: (node, message, from) => { ${change} Request(node, message, from) } } }`,
      )
      return module
    }
    const stopped = join(folder, "changing.checkpoint")
    const options = "changing --nodes 4 --operations 3"
    await check(`${options} --states 40 --checkpoint ${stopped} --algorithms ${changing("")}`)
    const { code, err } = await check(
      `${options} --checkpoint ${stopped} --algorithms ${changing("node.send(from, message);")}`,
    )
    expect({ code, err }).toEqual({
      code: 2,
      err: `quorate: --checkpoint: ${stopped} is of another version of changing: its handlers do other things than they did\n`,
    })
  })
})

describe("--liveness", () => {
  const looping = join(folder, "stubborn.ts")
  const imported = JSON.stringify(join(import.meta.dirname, "../../algorithms/ricart-agrawala/ricart-agrawala.ts"))
  writeFileSync(
    looping,
    `import { ricartAgrawala } from ${imported}
     const { Request } = ricartAgrawala.receive
     export default { ...ricartAgrawala, name: "stubborn", receive: { ...ricartAgrawala.receive,
       Request: (node, message, from) => node.state.requestingCriticalSection
         ? node.send(from, { type: "Request", sequenceNumber: node.state.ourSequenceNumber })
         : Request(node, message, from) } }`,
  )

  test("a loop: the way there, and what happens again and again", async () => {
    const { code, out } = await check(`stubborn --nodes 2 --liveness --algorithms ${looping}`)
    expect(code).toBe(1)
    expect(out).toMatch(/progress is VIOLATED in \d steps and a loop of \d: the same steps can be taken again for ever/)
    expect(out).toContain(" again and again: ")
    const replayed = await quorate(`replay ${file} --algorithms ${looping}`)
    expect(replayed.code).toBe(1)
    expect(replayed.out).toMatch(
      /progress: VIOLATED at \d+\.?\d*ms: the steps from \d to \d can be taken again for ever/,
    )
  })

  test("without it, there is nothing wrong", async () => {
    expect(await check(`stubborn --nodes 2 --algorithms ${looping}`)).toMatchObject({ code: 0 })
  })
})

describe("--symmetry", () => {
  const elections = "raft --service leader-election --operations 0 --timeouts election=1 --crashes 0"

  test("counts states that differ by ids alone as one", async () => {
    const { code, out } = await check(`${elections} --symmetry`)
    expect({ code, isSaid: /every state was visited \(28 states that differ by more than ids/.test(out) }).toEqual({
      code: 0,
      isSaid: true,
    })
    expect((await check(elections)).out).toContain("(157 states, ")
  })

  test("a violation is replayed as it was found", async () => {
    const lost = "--amnesias 1 --set preVote=false --set leaderStickiness=false --set checkQuorum=false"
    const { code, out } = await check(
      `raft --service leader-election --operations 0 --timeouts election=2 --crashes 0 --set reads=log ${lost} --symmetry`,
    )
    expect({ code, isSaid: out.includes("one-leader-per-epoch is VIOLATED in 7 steps (the minimum)") }).toEqual({
      code: 1,
      isSaid: true,
    })
    expect((await quorate(`replay ${file}`)).code).toBe(1)
  })

  test.each([
    ["bully", "--symmetry: bully tells nodes apart by their ids"],
    [`${elections} --liveness`, "--symmetry cannot be combined with --liveness"],
    [`${elections} --search random`, "--symmetry cannot be combined with --search random"],
    ["raft --set preferredLeader=0", "--symmetry: the nodes of raft are not interchangeable: node"],
  ])("%s: refused", async (line, why) => {
    const { code, err } = await check(`${line} --symmetry`)
    expect({ code, isSaid: err.includes(why) }).toEqual({ code: 2, isSaid: true })
  })
})

describe("--workers", () => {
  test.each([
    ["--search depth", "--search depth"],
    ["--liveness", "--liveness"],
    ["--checkpoint somewhere", "--checkpoint"],
  ])("none with %s", async (line, why) => {
    const { code, err } = await check(`bully --workers 2 ${line}`)
    expect({ code, err }).toEqual({ code: 2, err: `quorate: --workers cannot be combined with ${why}\n` })
  })

  test("what is small is explored by one", async () => {
    const { code, out } = await check("bully --operations 1 --timeouts 0 --workers 2")
    expect({ code, out }).toEqual(
      await check("bully --operations 1 --timeouts 0").then(one => ({ code, out: one.out })),
    )
  })
})

describe("--search", () => {
  test.each(["depth", "random"])("%s: a violation is shortened, and its scenario shows it", async search => {
    const { code, out } = await check(`ring-election --losses 1 --search ${search}`)
    expect(code).toBe(1)
    expect(out).toMatch(/progress is VIOLATED in \d steps \(shortened, perhaps not minimal\)/)
    const replayed = await quorate(`replay ${file}`)
    expect({ code: replayed.code, isSo: replayed.out.includes("progress: VIOLATED") }).toEqual({ code: 1, isSo: true })
  })

  test("random: the number of walks, and how much they left out", async () => {
    const { code, out } = await check("maekawa --operations 3 --search random --walks 50 --seed 3")
    expect(code).toBe(0)
    expect(out).toContain(
      "not violated on 50 random walks, which say nothing about other paths: stopped after 50 walks (",
    )
    expect(out).toMatch(/; [\d,]+ of the steps that these states allow were never taken/)
    const { out: data } = await quorate("check maekawa --search random --walks 50 --seed 3 --json")
    expect(JSON.parse(data)).toMatchObject({
      verdict: "unfinished",
      search: "random",
      walks: 50,
      seed: 3,
      stoppedBy: "walks",
    })
  })

  test("depth: all states, as breadth first", async () => {
    const { out } = await check("maekawa --operations 3 --search depth")
    expect(out).toContain("every state was visited (549 states, 1,112 transitions, ")
  })
})

test("--json: the same as data", async () => {
  const { code, out } = await quorate(`check oral-messages --nodes 3 --traitors 1 --set m=1 --json --out ${file}`)
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject({
    verdict: "violated",
    algorithm: "oral-messages",
    service: "agreement",
    bounds: { nodes: 3, operations: 1, traitors: [1] },
    beyondClaims: ["traitors"],
    violation: { check: "agreement", file, steps: expect.arrayContaining(["the round ends", "timeout round of 2"]) },
  })
})

describe("a scenario file", () => {
  test("its group, with as much going wrong as in its run", async () => {
    const kept = join(folder, "kept.json")
    await quorate(`check floodset --set rounds=f --out ${kept}`)
    const { code, out } = await check(kept)
    expect(code).toBe(1)
    expect(out).toContain("floodset, agreement: 3 nodes, 2 operations, in rounds, 1 crash")
    expect(out).toContain("agreement is VIOLATED in 7 steps (the minimum)")
    // One round more, and it is gone.
    const mended = join(folder, "mended.json")
    writeFileSync(mended, readFileSync(kept, "utf8").replace('"rounds": "f"', '"rounds": "f+1"'))
    expect(await check(mended)).toMatchObject({ code: 0, out: expect.stringContaining("holds within these bounds") })
  })

  test("that is wrong: its problems, line by line", async () => {
    const wrong = join(folder, "wrong.json")
    writeFileSync(wrong, '{ "format": "quorate/scenario/v1", "algorithm": "floodsat" }')
    const { code, err } = await check(wrong)
    expect(code).toBe(2)
    expect(err).toMatch(/^quorate: .*wrong\.json:1:1: service: missing$/m)
    expect(err).toContain('algorithm: found "floodsat", expected one of ')
  })
})

describe("a spec", () => {
  const spec = join(folder, "generals.yaml")
  writeFileSync(
    spec,
    `question: Which of them agree?
service: agreement
algorithms: [{ use: floodset, label: Short, parameters: { rounds: f } }, { use: floodset, label: Long }]
sweep: { nodes: [3, 4] }
duration: 2s
repeat: 1
charts: []
`,
  )
  const junit = join(folder, "checks.xml")

  test("each of its algorithms in its smallest group, with a file for each counterexample", async () => {
    const { code, out } = await check(`${spec} --junit ${junit}`)
    expect(out).toContain(
      "floodset, agreement: 3 nodes, 2 operations, in rounds, 1 crash agreement is VIOLATED in 7 steps",
    )
    expect(out).toContain("floodset, agreement: 3 nodes, 2 operations, in rounds, 1 crash holds within these bounds")
    expect(out).toContain(`quorate replay ${file.replace(".json", "")}-short.json`)
    expect(code).toBe(1)
    const xml = readFileSync(junit, "utf8")
    expect(xml).toContain('tests="2" failures="1"')
    expect(xml).toContain('<failure message="in instance 1 node 0 decided 0, and node 2 decided 1" type="agreement">')
    expect(xml).toContain('<property name="verdict" value="holds"/>')
  })

  test("--json: a list", async () => {
    const { out } = await quorate(`check ${spec} --json --out ${file}`)
    expect(JSON.parse(out)).toMatchObject({
      checks: [
        { name: "short", verdict: "violated" },
        { name: "long", verdict: "holds" },
      ],
      leftOut: [],
    })
  })
})

describe("algorithms from outside", () => {
  const imported = JSON.stringify(join(import.meta.dirname, "../../algorithms/ricart-agrawala/ricart-agrawala.ts"))
  const module = join(folder, "mine.ts")
  const throwing = join(folder, "throwing.ts")
  writeFileSync(
    module,
    `import { ricartAgrawala } from ${imported}
     export default { ...ricartAgrawala, name: "impatient", receive: { ...ricartAgrawala.receive,
       Request: (node, { sequenceNumber }, from) => node.send(from, { type: "Reply", sequenceNumber }) } }`,
  )
  writeFileSync(
    throwing,
    `import { ricartAgrawala } from ${imported}
     export default { ...ricartAgrawala, name: "throwing", receive: { ...ricartAgrawala.receive,
       Reply() { throw new RangeError("no such reply") } } }`,
  )

  test("are checked, and their counterexamples replayed with their module", async () => {
    const { code, out } = await check(`impatient --algorithms ${module}`)
    expect(code).toBe(1)
    expect(out).toContain("mutual-exclusion is VIOLATED in")
    expect(out).toContain(`quorate replay ${file} --algorithms ${module}`)
  })

  test("may throw: exit code 3", async () => {
    const { code, out } = await check(`throwing --algorithms ${throwing} --operations 1`)
    expect(code).toBe(3)
    expect(out).toContain("the algorithm fails in 3 steps (the minimum): RangeError: no such reply")
  })
})

describe("bad input: one line, exit code 2", () => {
  test.each([
    ["maekava", "there is no algorithm, file or bundled experiment maekava; did you mean maekawa?"],
    [
      "first-comparision",
      "there is no algorithm, file or bundled experiment first-comparision; did you mean first-comparison?",
    ],
    ["no/such.yaml", "no/such.yaml: there is no such file"],
    ["first-comparison --set rounds=f", "--set: a spec says this itself"],
    ["maekawa --service agreement", "--service: found agreement, expected one of mutual-exclusion"],
    [
      "raft --service mutual-exclusion",
      "--service: found mutual-exclusion, expected one of replicated-log, leader-election",
    ],
    ["maekawa --set yieldin=false", "--set: maekawa has no parameter yieldin; did you mean yielding?"],
    ["maekawa --set yielding", '--set: expected key=value, found "yielding"'],
    ["maekawa --set yielding=perhaps", '--set yielding: found "perhaps", expected true or false'],
    ["raft --timeouts elections=1", "--timeouts: raft has no timer elections; did you mean election?"],
    ["raft --timeouts many", '--timeouts: expected a number such as 2, or timers such as election=1, found "many"'],
    ["oral-messages --traitors 3", '--traitors: expected node ids from 0 to 2 such as 0,2, found "3"'],
    ["paxos --delays 0..1", "--delays: paxos does not declare its time fields (`times`), which a clock needs"],
    ["paxos --drift 1", "--drift: there is no clock; add --delays 0..1"],
    ["lease-leadership --delays 2..1", '--delays: expected ticks such as 1, 0..2, or 0.. for no limit, found "2..1"'],
    ["lease-leadership --liveness", "--liveness cannot be combined with a clock"],
    ["lease-leadership --symmetry", "--symmetry: lease-leadership tells nodes apart by their ids"],
    ["paxos --nodes 0", 'check: --nodes: expected an integer from 1 to 100, found "0" (see quorate check --help)'],
    [
      "paxos --memory much",
      'check: --memory: expected a size such as 500MiB or 2GiB, found "much" (see quorate check --help)',
    ],
  ])("%s", async (options, line) => {
    const { code, err, out } = await check(options)
    expect({ code, err: err.replace(/^quorate: /, "").trimEnd(), out }).toEqual({ code: 2, err: line, out: "" })
  })

  test("a file that cannot be written", async () => {
    const { code, err } = await quorate(`check floodset --set rounds=f --out ${join(folder, "no", "such.json")}`)
    expect(code).toBe(2)
    expect(err).toMatch(/^quorate: --out: .*such\.json cannot be written: /)
  })
})

test("Ctrl-C ends it with what it has found so far: exit code 130", async () => {
  const terminal = createTerminal({ isTerminal: true })
  terminal.onProgress = () => terminal.interrupt()
  const { code, out, err } = await quorate("check raft --timeouts 3 --operations 3", terminal)
  expect(code).toBe(130)
  expect(err).toMatch(/[\d,]+ states, [\d,]+ transitions, \d+ deep, [\d.]+ M\/s, \d+ MiB/)
  expect(out.replaceAll(/\s+/g, " ")).toContain("not violated, but not explored completely: stopped by Ctrl-C")
})
