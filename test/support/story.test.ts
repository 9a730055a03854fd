// The interpreter of stories: what it tells, and what it says of mistakes in them.
import { describe, expect, test } from "vitest"
import { bully } from "../../algorithms/bully/bully.ts"
import type { Bully } from "../../algorithms/bully/types.ts"
import { play, type Telling } from "./story.ts"

const telling: Telling<Bully> = {
  algorithm: bully,
  parameters: { answerTimeout: "1h", coordinatorTimeout: "1h", heartbeatInterval: "1h", detectionTimeout: "1h" },
  request: words => (words === "elect" ? { type: "Elect" } : undefined),
  state: (cluster, node) => `coordinator=${cluster.state(node).coordinator ?? "none"}`,
}

const story = (...commands: readonly string[]): string => `${["cluster 3", ...commands].join("\n\n")}\n`

/** What came of the last command of a story. */
const outcome = (...commands: readonly string[]): string[] =>
  play(story(...commands), telling)
    .trimEnd()
    .split("----\n")
    .at(-1)!
    .split("\n")

describe("a story", () => {
  test("that is told once is told the same again, comments included", () => {
    const told = play(`# Why.\n\n${story("# How.\n\nsettle", "state")}`, telling)
    expect(told.startsWith("# Why.\n\ncluster 3\n----\n0->1,2 Election election=0 informed=true\n")).toBe(true)
    expect(told).toContain("\n\n# How.\n\nsettle\n----\n")
    expect(play(told, telling)).toBe(told)
    expect(play(told.replace("informed=true", "informed=false"), telling)).toBe(told)
  })

  test("delivers the oldest message that is meant, and only that", () => {
    expect(outcome("deliver Election 1->2")).toEqual(["2->1 Answer"])
    expect(outcome("deliver Election *->2", "network")).toEqual([
      "0->1 Election election=0 informed=true",
      "1->2 Election election=0 informed=true",
      "2->0 Answer",
    ])
  })

  test("delivers all that is under way, and not what is sent meanwhile", () => {
    expect(outcome("deliver all", "network")).toEqual(["1->0 Answer", "2->0 Answer", "2->1 Answer"])
    expect(outcome("settle", "network")).toEqual(["ok"])
  })

  test("repeats messages, and gives them other words", () => {
    expect(outcome("repeat Election 0->1", "deliver Election 0->1")).toEqual(["1->0 Answer"])
    expect(outcome("deliver Election 0->1 saying election=7", "state 1")).toEqual([
      "1 is asking in 7: coordinator=none",
    ])
  })

  test("loses messages that it drops, and those to nodes that are down", () => {
    expect(outcome("drop all 0->*")).toEqual(["lost: 0->1 Election", "lost: 0->2 Election"])
    expect(outcome("crash 2", "deliver Election 0->2")).toEqual(["lost: 0->2 Election, down"])
    expect(outcome("crash 2", "state 2")).toEqual(["2 is down"])
  })

  test("lets timers run out when it says so, or when it waits", () => {
    expect(outcome("drop all", "fire answer 2").slice(0, 2)).toEqual([
      "2 believes leader=2 epoch=1",
      "2->0,1 Coordinator election=1",
    ])
    expect(outcome("drop all", "wait 3599s")).toEqual(["ok"])
    expect(outcome("drop all", "wait 3600s")).toContain("2: answer runs out")
  })
})

test.each([
  ["deliver Answer 1->0", "no such message is under way"],
  ["fire heartbeat 1", "node 1 waits for answer"],
  ["crash 3", "no node 3"],
  ["client elect", "expected: client <words> at <node>"],
  ["client dance at 0", "clients do not ask for that"],
  ["dance", "no such command"],
])("a story that says %s is wrong there: %s", (command, mistake) => {
  expect(() => play(story(command), telling)).toThrow(`line 3, ${command}: Error: ${mistake}`)
})

test("a story begins with its cluster", () => {
  expect(() => play("settle\n", telling)).toThrow("line 1, settle: Error: a story begins with its cluster")
})
