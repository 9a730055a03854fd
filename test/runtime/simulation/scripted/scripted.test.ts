// Scripted runs: each kind of step does what it says and nothing else; the service's clients and checks without time.
import { describe, expect, test } from "vitest"
import type { ScriptStep } from "../../../../runtime/scenario/script.ts"
import { askerOf, type Clerks, reports, scripted } from "./clerks.ts"

const outside = { client: 0 }
const [zero, one] = [{ node: 0 }, { node: 1 }]
const ask = (number = 0, client = 0): ScriptStep => ({ type: "move", client, move: `ask ${number}` })
const arrive = (message: string, from: object, to: object, nth?: number): ScriptStep =>
  ({ type: "deliver", message, from, to, ...(nth === undefined ? {} : { nth }) }) as ScriptStep
const asked = arrive("Tell", outside, zero)
const note = { message: "Note", from: zero, to: one } as const
const tell = (...numbers: readonly number[]): Clerks["service"]["request"][] =>
  numbers.map(number => ({ type: "Tell", number }))
const heardBy = (run: ReturnType<typeof scripted>) =>
  run.simulation.nodes.map(({ state }) => (state as Clerks["state"]).heard)
const rangAt = (run: ReturnType<typeof scripted>) => (run.simulation.nodes[0]!.state as Clerks["state"]).rang
const reasonOf = ({ result }: ReturnType<typeof scripted>) => (result.status === "failed" ? result.reason : undefined)
const outcomeOf = ({ result }: ReturnType<typeof scripted>) => {
  if (result.status === "failed") throw new Error(result.reason)
  return result.outcome
}

describe("a message", () => {
  const two = [askerOf(0, null, tell(2, 4))]
  const sent = [ask(0), asked, ask(1), asked]

  test("waits until the script has it arrive, however long that is", () => {
    expect(heardBy(scripted(two, sent))).toEqual([[], []])
    expect(heardBy(scripted(two, [...sent, { type: "deliver", ...note }]))).toEqual([[], [2]])
  })

  test("without a number is the first that is still on its way", () => {
    const both = [...sent, { type: "deliver", ...note }, { type: "deliver", ...note }] as const
    expect(heardBy(scripted(two, both))).toEqual([[], [2, 4]])
  })

  test("with a number is that one of those that were sent, in any order", () => {
    const back = [...sent, { type: "deliver", ...note, nth: 2 }, { type: "deliver", ...note, nth: 1 }] as const
    expect(heardBy(scripted(two, back))).toEqual([[], [4, 2]])
    const again = [...sent, { type: "deliver", ...note, nth: 2 }, { type: "deliver", ...note, nth: 2 }] as const
    expect(reasonOf(scripted(two, again))).toBe(
      "step 6 of the script: no Note number 2 is on its way from node 0 to node 1",
    )
  })

  test("is another one if a traitor says so", () => {
    const lie = { type: "deliver", ...note, as: { type: "Note", number: 7 } } as ScriptStep
    expect(heardBy(scripted(two, [...sent, lie]))).toEqual([[], [7]])
  })

  test("that is duplicated arrives, and is still on its way", () => {
    const twice = [...sent, { type: "duplicate", ...note }, { type: "deliver", ...note }] as const
    expect(heardBy(scripted(two, twice))).toEqual([[], [2, 2]])
    const third = [...sent, { type: "deliver", ...note, nth: 1 }, { type: "duplicate", ...note, nth: 1 }] as const
    expect(reasonOf(scripted(two, third))).toBe(
      "step 6 of the script: no Note number 1 is on its way from node 0 to node 1",
    )
  })

  test("that is lost does not arrive any more, and observers see which one it was", () => {
    const run = scripted(two, [...sent, { type: "lose", ...note, nth: 2 }, { type: "deliver", ...note }])
    expect(heardBy(run)).toEqual([[], [2]])
    expect(run.events.filter(({ type }) => type === "drop")).toEqual([
      { type: "drop", time: 5_000, node: 1, from: 0, message: { type: "Note", number: 4 }, reason: "lost" },
    ])
    const none = [...sent, { type: "lose", ...note }, { type: "lose", ...note }, { type: "lose", ...note }] as const
    expect(reasonOf(scripted(two, none))).toBe("step 7 of the script: no Note is on its way from node 0 to node 1")
  })

  test("of a client is lost like others, and nobody sees a message dropped", () => {
    const run = scripted(two, [ask(), { type: "lose", message: "Tell", from: outside, to: zero }, asked])
    expect(run.events.filter(({ type }) => type === "drop")).toEqual([])
    expect(reasonOf(run)).toBe("step 3 of the script: no Tell is on its way from client 0 to node 0")
  })
})

test("a message is one from its sender to its receiver, and from no other to no other", () => {
  const clients = [askerOf(0, null, tell(2)), askerOf(1, null, tell(4))]
  const both = [ask(0, 1), ask(0, 0)]
  const [first, second] = [0, 1].map(client => arrive("Tell", { client }, zero))
  expect(heardBy(scripted(clients, [...both, first!, { type: "deliver", ...note }]))).toEqual([[], [2]])
  expect(heardBy(scripted(clients, [...both, second!, { type: "deliver", ...note }]))).toEqual([[], [4]])
  expect(reasonOf(scripted(clients, [...both, first!, arrive("Note", one, zero)]))).toBe(
    "step 4 of the script: no Note is on its way from node 1 to node 0",
  )
})

describe("a reply", () => {
  test("waits, too, and goes by its type, or by `reply` where it has none", () => {
    const run = scripted(
      [askerOf(0, null, tell(2, 3))],
      [ask(0), asked, arrive("Told", zero, outside), ask(1), asked, arrive("reply", zero, outside)],
    )
    expect(run.reported.map(([, fact]) => fact)).toEqual(["answered", "answered"])
    expect(run.events.flatMap(event => (event.type === "answer" ? [event.reply] : []))).toEqual([
      { type: "Told", number: 2 },
      { number: 3 },
    ])
  })

  test("to nobody is none", () => {
    expect(reasonOf(scripted([askerOf(0, null, tell(2))], [arrive("Told", zero, outside)]))).toBe(
      "step 1 of the script: no Told is on its way from node 0 to client 0",
    )
  })
})

describe("a timer", () => {
  const ring = (...keys: readonly (number | undefined)[]): Clerks["service"]["request"][] =>
    keys.map(key => (key === undefined ? { type: "Ring" } : { type: "Ring", key }))
  const rung = arrive("Ring", outside, zero)
  const bell = { type: "timeout", node: 0, timer: "bell" } as const
  const reminder = (key: number) => ({ type: "timeout", node: 0, timer: "reminder", key }) as const

  test("runs out when the script says so, once, and no earlier", () => {
    const clients = [askerOf(0, null, ring(undefined))]
    expect(rangAt(scripted(clients, [ask(), rung]))).toEqual([])
    expect(rangAt(scripted(clients, [ask(), rung, bell]))).toEqual(["bell"])
    expect(reasonOf(scripted(clients, [ask(), rung, bell, bell]))).toBe(
      "step 4 of the script: timer bell of node 0 is not armed",
    )
  })

  test("with a key is one of its own", () => {
    const clients = [askerOf(0, null, ring(3, 8))]
    const armed = [ask(0), rung, ask(1), rung]
    expect(rangAt(scripted(clients, [...armed, reminder(8), reminder(3)]))).toEqual([8, 3])
    for (const [step, name] of [
      [reminder(4), "reminder/4"],
      [bell, "bell"],
      [{ ...bell, timer: "alarm" }, "alarm"],
    ] as const)
      expect(reasonOf(scripted(clients, [...armed, step]))).toBe(
        `step 5 of the script: timer ${name} of node 0 is not armed`,
      )
  })
})

describe("a crash", () => {
  const clients = [askerOf(0, null, tell(2, 4))]
  const told = [ask(), asked, { type: "deliver", ...note }] as const
  const crash = (and: "restart" | "amnesia" | "stop") => ({ type: "crash", node: 1, and }) as const
  const later = [ask(1), asked, { type: "deliver", ...note }] as const
  const writtenIn = (run: ReturnType<typeof scripted>) => (run.simulation.nodes[1]!.disk as Clerks["disk"]).written
  const faults = (run: ReturnType<typeof scripted>) =>
    run.events.flatMap(event => (event.type === "fault" ? [`${event.phase}: ${event.what}`] : []))

  test("and restart: memory is lost, the disk is not, and the node goes on", () => {
    const run = scripted(clients, [...told, crash("restart"), ...later])
    expect(heardBy(run)).toEqual([[], [4]])
    expect(writtenIn(run)).toEqual([2, 4])
    expect(faults(run)).toEqual(["begins: crash of node 1", "ends: restart of node 1"])
    expect(run.events.filter(({ type }) => type === "fault")).toMatchObject([{ nodes: [1] }, { nodes: [1] }])
  })

  test("with amnesia: the disk is lost, too", () => {
    const run = scripted(clients, [...told, crash("amnesia"), ...later])
    expect(writtenIn(run)).toEqual([4])
    expect(faults(run)).toEqual(["begins: crash of node 1", "ends: restart of node 1 without its disk"])
  })

  test("for good: what arrives is lost, and it cannot crash again", () => {
    const run = scripted(clients, [...told, crash("stop"), ...later])
    expect(run.simulation.isUp(1)).toBe(false)
    expect(writtenIn(run)).toEqual([2])
    expect(faults(run)).toEqual(["begins: crash of node 1"])
    expect(reasonOf(scripted(clients, [crash("stop"), crash("stop")]))).toBe(
      "step 2 of the script: node 1 is down already",
    )
  })

  test("is reported, and meets the clients that live on the node, and no others", () => {
    const run = scripted([askerOf(0, 1, []), askerOf(1, 0, []), askerOf(2, null, [])], [crash("restart")])
    expect(run.reported).toEqual([
      [1, "crashed"],
      [1, "lost its home"],
    ])
  })
})

describe("clients", () => {
  test("outside the group report as processes after all others, in their order", () => {
    const clients = [askerOf(0, 1, tell(2)), askerOf(1, null, tell(4)), askerOf(2, null, tell(6))]
    const run = scripted(clients, [
      ask(0, 2),
      arrive("Tell", { client: 2 }, zero),
      arrive("Told", zero, { client: 2 }),
      ask(0, 1),
      arrive("Tell", { client: 1 }, zero),
      arrive("Told", zero, { client: 1 }),
    ])
    expect(run.reported).toEqual([
      [3, "answered"],
      [2, "answered"],
    ])
  })

  test("that live on a node exchange everything with it at once, and report as it", () => {
    const run = scripted([askerOf(0, 0, tell(2), true)], [{ type: "deliver", ...note }])
    expect(run.reported).toEqual([
      [0, "answered"],
      [1, 2],
    ])
  })

  test("do nothing that they cannot do, and nothing is done by one that there is not", () => {
    const clients = [askerOf(0, null, tell(2))]
    expect(reasonOf(scripted(clients, [ask(1)]))).toBe("step 1 of the script: client 0 cannot ask 1")
    expect(reasonOf(scripted(clients, [ask(0, 5)]))).toBe("step 1 of the script: client 5 cannot ask 0")
    expect(reasonOf(scripted(clients, [ask(), ask()]))).toBe("step 2 of the script: client 0 cannot ask 0")
  })
})

describe("the outcome", () => {
  const say = (...numbers: readonly number[]) =>
    [
      askerOf(
        0,
        0,
        numbers.map(number => ({ type: "Say", number })),
      ),
    ] as const
  const said = (count: number) => Array.from({ length: count }, (_, number) => ask(number))

  test("counts the operations that have ended; nobody knows of the others", () => {
    expect(outcomeOf(scripted(say(1, 2, 3), said(1), { operations: 4 }))).toMatchObject({
      attempted: 4,
      ok: 1,
      completed: 1,
      failed: 0,
      unknown: 3,
      availability: 0.25,
      outages: [],
      figures: {},
    })
    expect(outcomeOf(scripted([], [], { operations: 0 })).availability).toBe(0)
  })

  test("keeps a violation from when it came, though later nothing is wrong any more", () => {
    expect(outcomeOf(scripted(say(1, -5, -6, 2), said(4))).verdicts["positive"]).toEqual({
      verdict: "violated",
      at: 2_000,
      witness: "-5",
    })
    expect(outcomeOf(scripted(say(1, 2), said(2))).verdicts["positive"]).toEqual({ verdict: "holds" })
  })

  test("says that all is done as soon as that is so", () => {
    expect(outcomeOf(scripted(say(9, 2), said(1))).verdicts["progress"]).toEqual({ verdict: "holds" })
  })

  const open = { verdict: "undecided", reason: "the script ends before all is done" }

  test("leaves progress open while a client can act, a message is on its way or a timer is armed", () => {
    expect(outcomeOf(scripted(say(1, 2), said(1))).verdicts["progress"]).toEqual(open)
    const [busy] = say(1, 2)
    expect(outcomeOf(scripted([askerOf(1, 1, []), busy], said(1))).verdicts["progress"]).toEqual(open)
    expect(outcomeOf(scripted([askerOf(0, null, tell(2))], [ask()])).verdicts["progress"]).toEqual(open)
    expect(outcomeOf(scripted([askerOf(0, 0, [{ type: "Ring" }])], [ask()])).verdicts["progress"]).toEqual(open)
    expect(outcomeOf(scripted([askerOf(0, 0, [{ type: "Ring", key: 1 }])], [ask()])).verdicts["progress"]).toEqual(open)
  })

  test("says that nothing goes on where nothing can, though not all is done", () => {
    const run = scripted(say(1), said(1))
    expect(outcomeOf(run).verdicts["progress"]).toEqual({
      verdict: "violated",
      at: run.simulation.time,
      witness: "nothing is under way that changes anything, no timer is armed, and not all is done",
    })
  })
})

test("a watch that does not say when all is done expects more to the end", () => {
  const { isDone: _, ...watch } = reports
  const run = scripted([askerOf(0, 0, [{ type: "Say", number: 9 }])], [ask()], { watch })
  expect(outcomeOf(run).verdicts["progress"]).toMatchObject({ verdict: "violated" })
})

test("a service that has no form without time cannot follow a script", () => {
  expect(() => scripted([], [], { isUntimed: false })).toThrow("desk cannot follow a script")
})
