// Kits for classrooms: every game is a run that ends as it should, and all that is printed is there in every language.
import type { VNode } from "preact"
import { render } from "preact-render-to-string"
import { describe, expect, test } from "vitest"
import * as registry from "../../algorithms/registry.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { ScriptStep } from "../../runtime/scenario/script.ts"
import { type Registry, toScenario } from "../../scenarios/cell.ts"
import { Simulation } from "../../runtime/simulation/simulation.ts"
import { KITS, TEXTS } from "../../workshop/kits.ts"
import type { Game, Kit } from "../../workshop/kit.ts"
import { play } from "../../workshop/play.ts"
import { written } from "../../workshop/print/fields.ts"
import { printed } from "../../workshop/print/print.ts"
import { grouped, stepList } from "../../workshop/print/steps.ts"
import { LANGUAGES } from "../../workshop/texts/texts.ts"
import { compileWith, WITHOUT_ASSERTIONS } from "../support/mutants.ts"

const all = Object.values(KITS).flatMap(kit => kit.games.map(game => ({ kit, game, name: `${kit.name}, ${game.id}` })))
/** To read a card, to change the sheet and to write the answer. */
const SECONDS_A_STEP = 30
const gameOf = (kit: Kit, id: string): Game => kit.games.find(game => game.id === id)!
/** Each game is played once. */
const played = new Map(all.map(({ kit, game }) => [game, play(kit, game)]))

/** A game to its end: the run's verdicts, and the nodes as they are then. */
function ended(kit: Kit, id: string) {
  const { run } = played.get(gameOf(kit, id))!
  const simulation = new Simulation(toScenario(run.scenario, registry), run.seed)
  const result = simulation.run()
  if (result.status === "failed") throw new Error(result.reason)
  return { verdicts: result.outcome.verdicts, nodes: simulation.nodes }
}

describe.each(all)("$name", ({ kit, game }) => {
  const { moves } = played.get(game)!
  const cards = moves.flatMap(({ sent }) => sent)

  test("is a run whose messages are all cards of the kit, numbered in the order of sending", () => {
    expect(cards.length).toBeGreaterThan(0)
    expect(cards.map(({ number }) => number)).toEqual(cards.map((_, place) => place + 1))
    const kinds = new Set(kit.cards.map(({ type }) => type))
    expect(cards.filter(({ type }) => !kinds.has(type))).toEqual([])
    const blanks = cards.flatMap(card => {
      const fields = kit.cards.find(({ type }) => type === card.type)?.fields ?? []
      return fields.flatMap(field => (written(card, field) === "" ? [`${card.type}.${field}`] : []))
    })
    expect(blanks).toEqual([])
  })

  test("every card that arrives or is lost was written in a step before", () => {
    const unwritten = moves.filter(({ card }, place) => {
      return card !== null && !moves.slice(0, place).some(({ sent }) => sent.includes(card))
    })
    expect(unwritten).toEqual([])
  })

  test("its time is enough for each step that somebody plays", () => {
    const steps = moves.filter(({ kind }) => kind !== "lose")
    expect(game.minutes[1] * 60).toBeGreaterThanOrEqual(steps.length * SECONDS_A_STEP)
  })

  test("no more cards of a kind are filled in than the kit has", () => {
    for (const { type, copies } of kit.cards)
      expect([type, cards.filter(card => card.type === type).length <= copies]).toEqual([type, true])
  })
})

test("a line of a script tells of several cards that bring nothing about, and leaves none out", () => {
  for (const { game } of all) expect(grouped(played.get(game)!.moves).flat()).toEqual(played.get(game)!.moves)
  const { moves } = played.get(gameOf(KITS.raft, "figure-8"))!
  const ofEnglish = text(stepList(moves, TEXTS.en, "en"))
  expect(ofEnglish).toContain("Cards 2–5 are lost.")
  expect(ofEnglish).toContain("Cards 6, 7, 12, 13 and 18–21 are lost.")
  expect(ofEnglish.match(/\([a-z]\)/g)).toEqual(["(a)", "(b)", "(c)", "(d)"])
  const ofSlovenian = text(stepList(moves, TEXTS.sl, "sl"))
  expect(ofSlovenian).toContain("Kartici 16 in 17 dosežeta vozlišče 4.")
  expect(ofSlovenian).toContain("Kartice 2–5 se izgubijo.")

  function text(list: VNode): string {
    return render(list)
      .replaceAll(/<[^>]*>/g, "")
      .replaceAll("\u00A0", " ")
  }
})

test("nothing reaches a node that has crashed for good, and in the end no card is on its way", () => {
  for (const { game, name } of all) {
    const { moves } = played.get(game)!
    const gone = new Set<number>()
    const arrived = new Set<unknown>()
    for (const { kind, node, what, card } of moves) {
      if (kind === "crash" && what === "for good") gone.add(node)
      expect([name, kind === "deliver" && gone.has(node)]).toEqual([name, false])
      arrived.add(card)
    }
    const left = moves.flatMap(({ sent }) => sent).filter(card => !arrived.has(card))
    expect([name, left]).toEqual([name, []])
  }
})

describe.each(LANGUAGES)("in %s", language => {
  const texts = TEXTS[language]

  test("every game, sign and step has its words", () => {
    for (const { kit, game } of all) {
      expect(Object.keys(texts.kits[kit.name].games).toSorted()).toEqual(kit.games.map(({ id }) => id).toSorted())
      const signs = Object.keys({ ...kit.signs, ...kit.secrets })
      expect(signs.filter(sign => texts.signs[sign] === undefined)).toEqual([])
      const names = [...kit.cards.flatMap(({ fields }) => fields), ...kit.sheet]
      expect(names.filter(name => texts.names[kit.name][name] === undefined)).toEqual([])
      expect(kit.disk.filter(name => !kit.sheet.includes(name))).toEqual([])
      const { moves } = played.get(game)!
      expect(moves.filter(({ kind, what }) => kind === "timeout" && texts.timers[what] === undefined)).toEqual([])
      const words = moves.map(texts.move)
      expect(words.filter(text => /NaN|undefined/.test(text))).toEqual([])
      expect(words.filter(text => !/^[\p{Lu}].*\.$/u.test(text))).toEqual([])
    }
  })

  test("every question has an answer, with the same numbers in all languages", () => {
    const numbers = (answer: string) => [...new Set(answer.match(/\d+/g))].toSorted()
    for (const { kit, game } of all) {
      const answers = texts.answers[kit.name][game.id]!
      expect([kit.name, game.id, answers.length]).toEqual([
        kit.name,
        game.id,
        texts.kits[kit.name].games[game.id]!.questions.length,
      ])
      expect(answers.map(numbers)).toEqual(TEXTS.en.answers[kit.name][game.id]!.map(numbers))
    }
  })

  test("a kit is a page that loads nothing, with each of its cards", () => {
    const kit = KITS["ricart-agrawala"]
    const page = printed({ kit, language, texts, played })
    expect(page).toContain(`<html lang="${language}">`)
    expect(page).not.toMatch(/\b(?:src|href)=|https?:/)
    const blank = kit.cards.reduce((sum, { copies }) => sum + copies, 0)
    const filled = kit.games.flatMap(game => played.get(game)!.moves.flatMap(({ sent }) => sent)).length
    // The heading of each solution is set like a card.
    expect(page.match(/<div class="type">/g)).toHaveLength(blank + filled + kit.games.length)
  })
})

test("Figure 8: an entry that was on a majority is overwritten, and nothing acknowledged is lost", () => {
  const { nodes, verdicts } = ended(KITS.raft, "figure-8")
  const logs = nodes.map(({ disk }) => Reflect.get(disk, "log"))
  expect(logs.map(log => log.map(({ term }: { term: number }) => term))).toEqual(
    Array.from({ length: 5 }, () => [1, 3]),
  )
  expect(verdicts["acknowledged-writes-kept"]).toEqual({ verdict: "holds" })
  const { moves } = played.get(gameOf(KITS.raft, "figure-8"))!
  const holding = moves.flatMap(({ kind, card }) => {
    const carries = kind === "deliver" && card?.type === "AppendEntries" && written(card, "entries").startsWith("2/2")
    return carries ? [card.to] : []
  })
  // With the leader itself a majority of five.
  expect([...new Set(holding)].toSorted((one, other) => one - other)).toEqual([1, 2])
})

test("the new leader finds where its log and the deposed one's part: it is refused, goes back, and overwrites", () => {
  const { moves } = played.get(gameOf(KITS.raft, "rollback"))!
  const fromDeposed = moves.flatMap(({ sent }) => sent).filter(({ type, from }) => type.endsWith("Reply") && from === 0)
  expect(fromDeposed.map(card => `${written(card, "success")} ${written(card, "index")}`)).toEqual([
    "false 1",
    "true 1",
  ])
  const terms = ended(KITS.raft, "rollback").nodes.map(({ disk }) => Reflect.get(disk, "log")[0].term)
  expect(terms).toEqual([2, 2, 2])
})

test("a snapshot's card has the state that it stands for", () => {
  const { moves } = played.get(gameOf(KITS.raft, "snapshot"))!
  const sent = moves.flatMap(move => move.sent).filter(({ type }) => type === "InstallSnapshot")
  expect(sent.map(card => written(card, "snapshot.machine.values"))).toEqual(["k = v2"])
})

test("Paxos: the second proposer has accepted nothing, learns from a card what was chosen, and proposes it", () => {
  const { moves } = played.get(gameOf(KITS.paxos, "two-proposers"))!
  const told = moves.find(({ card, node }) => card?.type === "Promise" && node === 1)!
  expect(written(told.card!, "accepted")).toBe("ballot 3, value 1")
  expect(told.sent.map(card => `${card.type} ${written(card, "value")}`)).toEqual(["Accept 1", "Accept 1"])
  const before = moves.slice(0, moves.indexOf(told))
  expect(before.filter(({ kind, card, node }) => kind === "deliver" && card?.type === "Accept" && node === 1)).toEqual(
    [],
  )
})

describe("joint consensus: majorities of the old and of the new members that have nobody in common", () => {
  const { run } = played.get(gameOf(KITS.raft, "joint-consensus"))!
  const { script } = run.scenario
  /** The steps up to the answer that the second client gets from node 0. */
  const upToAnswer = script!.steps.slice(0, 1 + script!.steps.findIndex(isAnswerToTheSecondClient))

  function isAnswerToTheSecondClient(step: ScriptStep): boolean {
    return step.type === "deliver" && "client" in step.to && step.to.client === 2
  }

  function simulated(steps: readonly ScriptStep[], algorithms: Registry["algorithms"] = registry.algorithms) {
    const scenario = toScenario(run.scenario, { ...registry, algorithms })
    const simulation = new Simulation({ ...scenario, script: { ...script!, steps } }, run.seed)
    const result = simulation.run()
    if (result.status === "failed") throw new Error(result.reason)
    const committed = simulation.nodes.map(({ state }) => Reflect.get(state, "commitIndex"))
    return { verdicts: result.outcome.verdicts, nodes: simulation.nodes, committed }
  }

  test("C_old,new: of two leaders only that of the old members commits, and in the end the new ones decide", () => {
    expect(simulated(upToAnswer).committed).toEqual([1, 0, 0, 0, 0])
    const { nodes, verdicts, committed } = simulated(script!.steps)
    expect(verdicts["log-agreement"]).toEqual({ verdict: "holds" })
    expect(committed).toEqual([3, 2, 2, 2, 2])
    const everybody = { type: "Configuration", members: [0, 1, 2, 3, 4], next: null }
    expect(nodes.map(({ state }) => Reflect.get(state, "configuration"))).toEqual(nodes.map(() => everybody))
  })

  test("C_new in one step: both commit, by majorities with nobody in common, and the logs part", async () => {
    const mutant: { raft: Algorithm } = await compileWith("algorithms/raft/raft.ts", [
      WITHOUT_ASSERTIONS,
      {
        file: "algorithms/raft/membership.ts",
        from: "return configurationOf(members, sameMembers(change.members, members) ? null : change.members, change.learners)",
        to: "return configurationOf(change.members, null, change.learners)",
      },
    ])
    const { verdicts, committed } = simulated(upToAnswer, { ...registry.algorithms, raft: mutant.raft })
    expect(committed).toEqual([1, 0, 2, 0, 0])
    expect(verdicts["log-agreement"]).toMatchObject({ verdict: "violated" })
  })
})

test("a partition makes two coordinators, and three generals disobey", () => {
  expect(ended(KITS.bully, "partition").verdicts["one-leader-per-epoch"]).toMatchObject({ verdict: expect.anything() })
  expect(ended(KITS["oral-messages"], "three-generals").verdicts["validity"]).toMatchObject({ verdict: "violated" })
  expect(ended(KITS["oral-messages"], "traitorous-commander").verdicts["agreement"]).toMatchObject({ verdict: "holds" })
})

describe.each(all)("the signs and cards of $name", ({ kit, game }) => {
  const { moves, signs } = played.get(game)!

  /** The signs held up at the start and after each step. */
  function held(): readonly (readonly (string | null)[])[] {
    const now = [...signs]
    const later = moves.map(({ node, sign: { up, down } }) => {
      if (up !== null || down !== null) now[node] = up
      return [...now]
    })
    return [signs, ...later]
  }

  test("nobody is to hold up a sign that all copies of are held up already", () => {
    const missing = held().flatMap((holding, step) => {
      const groups = Map.groupBy(holding, sign => sign)
      return [...groups].flatMap(([sign, holders]) => {
        return sign !== null && holders.length > (kit.signs[sign] ?? 0) ? [`after step ${step}: ${sign}`] : []
      })
    })
    expect(missing).toEqual([])
  })

  test("every sign of the kit is for a role, a decision or a crash", () => {
    const used = new Set<string | null>([...Object.values(kit.roles), ...Object.values(kit.decisions ?? {}), "crashed"])
    expect(Object.keys(kit.signs).filter(sign => !used.has(sign))).toEqual([])
  })

  test("the cards of a step are numbered by their receivers, the lowest first, as the rules say", () => {
    const receivers = moves.map(({ sent }) => sent.map(({ to }) => to))
    expect(receivers).toEqual(receivers.map(to => to.toSorted((one, other) => one - other)))
  })
})

test("asked while inside: the reply waits, and the second timestamp is higher", () => {
  const { moves } = played.get(gameOf(KITS["ricart-agrawala"], "while-inside"))!
  const requests = moves.flatMap(({ sent }) => sent).filter(({ type }) => type === "Request")
  expect(requests.map(card => `${card.from} ${written(card, "sequenceNumber")}`)).toEqual(["1 1", "1 1", "0 2", "0 2"])
  const leaves = moves.find(({ kind, what }) => kind === "client" && what === "release")!
  expect(leaves.sent.map(({ type, from, to }) => `${type} ${from} ${to}`)).toEqual(["Reply 1 0"])
  const inside = moves.flatMap(({ node, sign }) => (sign.up === "inside" ? [node] : []))
  expect(inside).toEqual([1, 0])
})

test("the generals hold up what they decide, and no commander shows its order", () => {
  const decided = KITS["oral-messages"].games.map(game => {
    const up = played.get(game)!.moves.flatMap(({ node, sign }) => (sign.up === null ? [] : [`${node} ${sign.up}`]))
    return [game.id, up]
  })
  const attack = ["1 attack", "2 attack", "3 attack"]
  expect(Object.fromEntries(decided)).toEqual({
    "all-loyal": attack,
    "traitorous-lieutenant": ["1 attack", "2 attack"],
    "traitorous-commander": attack,
    "three-generals": ["1 retreat"],
  })
})

test.each(LANGUAGES)("in %s, the traitor's card says what it tells in the game", language => {
  const { signs } = TEXTS[language]
  const kit = KITS["oral-messages"]
  const words = [signs["retreat"]!, signs["attack"]!]
  /** What a traitor tells, as its secret card puts it: `RETREAT (0)`. */
  const told = (id: string): ReadonlySet<string> => {
    const game = gameOf(kit, id)
    const lies = played
      .get(game)!
      .moves.flatMap(({ sent }) => sent)
      .filter(({ from }) => game.traitors?.includes(from))
    return new Set(lies.map(card => `${words[Number(written(card, "value"))]}\u00a0(${written(card, "value")})`))
  }
  const onCard = (card: string): ReadonlySet<string> => new Set(signs[card]!.match(/\p{Lu}{2,}\u00a0\(\d\)/gu))
  expect(told("traitorous-lieutenant")).toEqual(onCard("lyingLieutenant"))
  expect(told("three-generals")).toEqual(onCard("lyingLieutenant"))
  expect(told("traitorous-commander")).toEqual(onCard("lyingCommander"))
})

/** Cards that answers name, by game: type, sender, receiver, and the field on which the answer rests. */
const NAMED: readonly (readonly [Kit, string, Readonly<Record<number, string>>])[] = [
  [KITS["ring-election"], "two-initiators", { 1: "Election 0 1 candidate 0", 7: "Election 2 3 candidate 3" }],
  [KITS.raft, "replication", { 3: "AppendEntriesReply 1 0 success true", 5: "AppendEntries 0 1 leaderCommit 1" }],
  [KITS.raft, "election", { 6: "RequestVoteReply 1 2 voteGranted true" }],
  [
    KITS.raft,
    "rollback",
    {
      12: "AppendEntries 1 0 prevLogTerm 2",
      14: "AppendEntriesReply 0 1 success false",
      16: "AppendEntries 1 0 prevLogIndex 0",
    },
  ],
  [
    KITS.raft,
    "figure-8",
    {
      41: "AppendEntries 0 2 entries 2/2 put k = v2",
      42: "AppendEntriesReply 2 0 success true",
      67: "AppendEntries 4 0 entries 2/3 put k = v4",
    },
  ],
  [KITS.raft, "snapshot", { 13: "AppendEntries 0 2 prevLogIndex 2" }],
  [
    KITS.raft,
    "joint-consensus",
    {
      24: "AppendEntries 0 2 entries 1/2 put k = v2",
      32: "AppendEntriesReply 4 0 success true",
      38: "AppendEntriesReply 2 0 index 2",
    },
  ],
  [KITS.paxos, "one-proposer", { 5: "Accept 0 1 value 1", 7: "Accepted 1 0 ballot 3", 9: "Success 0 1 value 1" }],
  [
    KITS.paxos,
    "two-proposers",
    { 9: "Promise 2 1 accepted ballot 3, value 1", 15: "Promise 0 1 accepted ballot 3, value 1" },
  ],
  [KITS["ricart-agrawala"], "a-tie", { 5: "Reply 1 0", 8: "Reply 0 1" }],
]

test.each(NAMED)("the cards that answers name are what they say: $name, %s", (kit, id, named) => {
  const cards = played.get(gameOf(kit, id))!.moves.flatMap(({ sent }) => sent)
  const answers = TEXTS.en.answers[kit.name][id]!.join(" ")
  for (const [number, says] of Object.entries(named)) {
    const card = cards[Number(number) - 1]!
    const [type, from, to, field, ...value] = says.split(" ")
    expect(answers).toMatch(new RegExp(`\\b${number}\\b`))
    expect([card.type, card.from, card.to]).toEqual([type, Number(from), Number(to)])
    expect(field === undefined ? "" : written(card, field)).toBe(value.join(" "))
  }
})

test("elections cost the messages that the answers count", () => {
  const counts = (kit: Kit, id: string) => {
    const cards = played.get(gameOf(kit, id))!.moves.flatMap(({ sent }) => sent)
    return Object.fromEntries(
      Map.groupBy(cards, ({ type }) => type)
        .entries()
        .map(([type, of]) => [type, of.length]),
    )
  }
  expect(counts(KITS.bully, "coordinator-crashes")).toEqual({ Election: 6, Answer: 3, Coordinator: 2, Heartbeat: 1 })
  expect(counts(KITS["ring-election"], "one-initiator")).toEqual({ Election: 7, Elected: 4 })
  expect(counts(KITS["oral-messages"], "all-loyal")).toEqual({ Oral: 9 })
})
