/**
 * Stories: what a group does step by step, as a text to be read beside the paper. A story is a file of blocks; each is a
 * command, a line `----`, and what came of it, up to an empty line:
 *
 *     deliver RequestVote 0->2
 *     ----
 *     2->0 RequestVoteReply term=1 voteGranted=true
 *     2 is follower in 1
 *
 * Nothing happens by itself: messages stay in the network until the story delivers or drops them, timers run out when it
 * says so or when it waits. Lines that begin with `#` are for the reader. `REWRITE=1 vitest run <file>` writes what comes of
 * the commands into the files; `git diff` then shows what has changed.
 *
 * | command                             | effect                                                                    |
 * |-------------------------------------|---------------------------------------------------------------------------|
 * | `cluster 3 preVote=true`            | boots so many nodes, with parameters                                      |
 * | `fire election 1`, `fire retry 7 1` | a timer of a node runs out; one with a key                                |
 * | `wait 100ms`                        | time passes, and timers run out                                           |
 * | `deliver RequestVote 0->2`          | the oldest such message arrives; type, sender and receiver may be left out |
 * | `deliver all RequestVote *->2`      | all of them that are under way now arrive                                 |
 * | `deliver Oral 0->1 saying value=0`  | it arrives with other words: its sender is a traitor                      |
 * | `repeat RequestVote 0->2`           | it arrives, and may do so again                                           |
 * | `drop all 0->*`                     | messages get lost                                                         |
 * | `settle`                            | all messages arrive, and what is sent in answer, until none is under way  |
 * | `settle quietly`                    | the same, of which only is told where it leads                            |
 * | `client put x=1 at 0`               | client 1 asks node 0; `client 2 put ...` is another one                   |
 * | `crash 1`, `restart 1`              | a node loses its memory and its timers; boots from its disk               |
 * | `state`, `state 2`                  | what nodes hold                                                           |
 * | `network`                           | what is under way                                                         |
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { expect, test } from "vitest"
import type { Algorithm, ClientId, NodeId, Purpose, Shape, Tagged } from "../../runtime/contract/algorithm.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"
import { type Cluster, createCluster } from "./cluster.ts"

/** How stories speak of one algorithm. */
export interface Telling<S extends Shape> {
  readonly algorithm: Algorithm<S>
  /** Parameters of all its stories, unless they give others: timers that only stories let run out. */
  readonly parameters?: Readonly<Record<string, string>>
  /** A client's request; `undefined` for words that mean none. */
  readonly request: (words: string, client: ClientId, sequence: number) => S["service"]["request"] | undefined
  /** A value within a message, fact or reply, if it has shorter words than its fields. */
  readonly brief?: (value: object) => string | undefined
  /** Fields of messages that say nothing where they are 0. */
  readonly silent?: readonly string[]
  readonly state: (cluster: Cluster<S>, node: NodeId) => string
}

interface Block {
  /** Comments and empty lines before the command. */
  readonly before: readonly string[]
  readonly command: string
  readonly line: number
}

/** A test for each story of a folder. */
export function stories<S extends Shape>(folder: string, telling: Telling<S>): void {
  const files = readdirSync(folder).filter(file => file.endsWith(".txt"))
  test.each(files.map(file => [basename(file, ".txt"), join(folder, file)]))("%s", (_, file) => {
    const told = readFileSync(file, "utf8")
    const played = play(told, telling)
    const isRewritten = process.env["REWRITE"] !== undefined
    if (isRewritten) writeFileSync(file, played)
    expect(played).toBe(isRewritten ? played : told)
  })
}

/** Plays the commands of a story, and tells it anew. */
export function play<S extends Shape>(text: string, telling: Telling<S>): string {
  const { blocks, after } = parse(text)
  const stage = new Stage(telling)
  const told = blocks.map(({ before, command, line }) => {
    try {
      return [...before, command, "----", ...stage.perform(command)]
    } catch (error) {
      throw new Error(`line ${line}, ${command}: ${String(error)}`, { cause: error })
    }
  })
  return `${[...told, after].flat().join("\n").trimEnd()}\n`
}

function parse(text: string): { readonly blocks: readonly Block[]; readonly after: readonly string[] } {
  const blocks: Block[] = []
  let before: string[] = []
  let isOutcome = false
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") isOutcome = false
    if (isOutcome) continue
    if (line === "" || line.startsWith("#")) before.push(line)
    else if (line === "----") isOutcome = true
    else {
      blocks.push({ before, command: line, line: index + 1 })
      before = []
    }
  }
  return { blocks, after: before }
}

type News = Extract<TraceEvent, { readonly type: "send" | "fact" | "reply" | "drop" | "timeout" }>
type Sending = Extract<TraceEvent, { readonly type: "send" }>

interface Held<M> {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: M
  readonly purpose: Purpose
}

/** A cluster whose network keeps all messages until it is told what becomes of them. */
class Stage<S extends Shape> {
  readonly #telling: Telling<S>
  #cluster: Cluster<S> | undefined
  #held: Held<S["message"]>[] = []
  /** How many events and messages have been told. */
  #events = 0
  #sent = 0
  readonly #sequences = new Map<ClientId, number>()
  #stood: string[] = []

  constructor(telling: Telling<S>) {
    this.#telling = telling
  }

  /** Carries a command out, and says what came of it, a line each. */
  perform(command: string): string[] {
    const [verb = "", ...words] = command.split(" ")
    const told = this.#answer(verb, words)
    return told.length > 0 ? told : ["ok"]
  }

  get #group(): Cluster<S> {
    if (this.#cluster === undefined) throw new Error("a story begins with its cluster")
    return this.#cluster
  }

  #answer(verb: string, words: readonly string[]): string[] {
    switch (verb) {
      case "cluster":
        this.#open(words)
        // That nodes believe in nobody as they boot is no news.
        return this.#happened().filter(line => !line.includes(" believes "))
      case "drop":
        return this.#take(words, true).map(({ from, to, message }) => `lost: ${from}->${to} ${message.type}`)
      case "state":
        return (words.length > 0 ? words.map(word => this.#node(word)) : this.#nodes()).map(node => this.#state(node))
      case "network":
        return this.#held.map(held => this.#message(held, [held.to]))
      default:
        this.#act(verb, words)
        return this.#happened()
    }
  }

  #act(verb: string, words: readonly string[]): void {
    switch (verb) {
      case "fire":
        this.#group.fire(this.#node(words.at(-1)), words.slice(0, -1).join(" "))
        break
      case "wait":
        this.#group.runFor(words[0] ?? "")
        break
      case "deliver":
      case "repeat":
        this.#deliver(words, verb === "deliver")
        break
      case "settle":
        this.#settle(words[0] === "quietly")
        break
      case "client":
        this.#ask(words.join(" "))
        break
      case "crash":
        this.#group.crash(this.#node(words[0]))
        break
      case "restart":
        this.#group.restart(this.#node(words[0]))
        break
      default:
        throw new Error("no such command")
    }
  }

  #open(words: readonly string[]): void {
    const { algorithm, parameters } = this.#telling
    this.#cluster = createCluster(algorithm, {
      nodes: Number(words[0]),
      clientLatency: "0ms",
      isMute: true,
      parameters: { ...parameters, ...fieldsOf(words.slice(1)) },
    })
    this.#cluster.runFor(0)
  }

  #deliver(words: readonly string[], isOnce: boolean): void {
    const saying = words.indexOf("saying")
    const fields = saying < 0 ? {} : fieldsOf(words.slice(saying + 1))
    for (const { from, to, message, purpose } of this.#take(saying < 0 ? words : words.slice(0, saying), isOnce)) {
      this.#group.inject(from, to, Object.assign({}, message, fields), purpose)
    }
  }

  /** The messages under way that are meant: the oldest, or all. */
  #take(words: readonly string[], isOnce: boolean): Held<S["message"]>[] {
    const fitting = this.#held.filter(this.#pattern(words))
    const meant = words.includes("all") ? fitting : fitting.slice(0, 1)
    if (meant.length === 0 && !words.includes("all")) throw new Error("no such message is under way")
    if (isOnce) this.#held = this.#held.filter(held => !meant.includes(held))
    return meant
  }

  #pattern(words: readonly string[]): (held: Held<S["message"]>) => boolean {
    const link = words.find(word => word.includes("->")) ?? "*->*"
    const type = words.find(word => word !== "all" && word !== link) ?? "*"
    const [from = "*", to = "*"] = link.split("->")
    const fits = (pattern: string, value: NodeId | string): boolean => pattern === "*" || pattern === String(value)
    return held => fits(type, held.message.type) && fits(from, held.from) && fits(to, held.to)
  }

  #settle(isQuiet: boolean): void {
    this.#collect()
    for (let left = 1_000; this.#held.length > 0; left--) {
      if (left === 0) throw new Error("it never settles")
      const { from, to, message, purpose } = this.#held.shift()!
      this.#group.inject(from, to, message, purpose)
      this.#collect()
    }
    if (isQuiet) this.#events = this.#group.trace.length
  }

  #ask(words: string): void {
    const match = /^(?:(\d+) )?(.+) at (\d+)$/.exec(words)
    if (match === null) throw new Error("expected: client <words> at <node>")
    const client = Number(match[1] ?? 1)
    const sequence = (this.#sequences.get(client) ?? 0) + 1
    const request = this.#telling.request(match[2]!, client, sequence)
    if (request === undefined) throw new Error("clients do not ask for that")
    if ("sequence" in request) this.#sequences.set(client, sequence)
    this.#group.request(client, this.#node(match[3]), request)
    this.#group.runFor(0)
  }

  /** Hands to the network what was sent since the last time. */
  #collect(): void {
    const { sent } = this.#group
    for (; this.#sent < sent.length; this.#sent++) {
      const { from, to } = sent[this.#sent]!
      if (from !== to) this.#held.push(sent[this.#sent]!)
    }
  }

  /** What happened since the last time: messages sent, facts, answers to clients; and how nodes stand now. */
  #happened(): string[] {
    // Timers set to 0 run out at once.
    this.#group.runFor(0)
    this.#collect()
    const news = this.#group.trace.slice(this.#events).filter(isNews)
    this.#events = this.#group.trace.length
    const lines: string[] = []
    for (let event = news.shift(); event !== undefined; event = news.shift()) {
      if (event.type !== "send") lines.push(this.#line(event))
      else lines.push(this.#message({ ...event, from: event.node }, [event.to, ...this.#copies(event, news)]))
    }
    const before = this.#stood
    this.#stood = this.#nodes().map(node => this.#standing(node))
    return [...lines, ...this.#stood.filter((standing, node) => standing !== before[node])]
  }

  /** To whom else the same was sent right after; takes these sendings away. */
  #copies({ node, message, purpose }: Sending, news: News[]): NodeId[] {
    const receivers: NodeId[] = []
    for (;;) {
      const next = news[0]
      const isCopy = next?.type === "send" && next.node === node && next.purpose === purpose
      if (!isCopy || this.#words(next.message) !== this.#words(message)) return receivers
      receivers.push(next.to)
      news.shift()
    }
  }

  /** What is said of a message: `0->1,2 RequestVote term=1 ...`. */
  #message({ from, message, purpose }: Omit<Held<Tagged>, "to">, to: readonly NodeId[]): string {
    return `${from}->${to.join()} ${this.#words(message)}${purpose === "protocol" ? "" : ` (${purpose})`}`
  }

  #line(event: Exclude<News, Sending>): string {
    switch (event.type) {
      case "fact":
        return `${event.node} ${this.#words(event.fact)}`
      case "reply":
        return `${event.node} answers client ${event.client}: ${this.#words(event.reply)}`
      case "drop":
        return `lost: ${event.from}->${event.node} ${event.message.type}, ${event.reason}`
      case "timeout":
        return `${event.node}: ${event.timer}${event.key === undefined ? "" : ` ${event.key}`} runs out`
    }
  }

  #words(value: object): string {
    const name = "type" in value ? [String(value.type)] : []
    const { silent = [] } = this.#telling
    const fields = Object.entries(value).flatMap(([field, content]: [string, unknown]) => {
      const isNothing = content === undefined || content === false || (content === 0 && silent.includes(field))
      return field === "type" || field === "purpose" || isNothing ? [] : [`${field}=${this.#show(content)}`]
    })
    return [...name, ...fields].join(" ")
  }

  #show(value: unknown): string {
    if (value === null) return "none"
    if (Array.isArray(value)) return `[${value.map(entry => this.#show(entry)).join(", ")}]`
    if (typeof value !== "object") return JSON.stringify(value).replaceAll('"', "")
    return this.#telling.brief?.(value) ?? `(${this.#words(value)})`
  }

  #standing(node: NodeId): string {
    if (!this.#group.isUp(node)) return `${node} is down`
    const { role, epoch } = this.#group.standing(node) ?? { role: "up", epoch: null }
    return `${node} is ${role}${epoch === null ? "" : ` in ${epoch}`}`
  }

  #state(node: NodeId): string {
    return `${this.#standing(node)}${this.#group.isUp(node) ? `: ${this.#telling.state(this.#group, node)}` : ""}`
  }

  #nodes(): NodeId[] {
    return Array.from({ length: this.#group.processes }, (_, node) => node)
  }

  #node(word: string | undefined): NodeId {
    const node = Number(word)
    if (!this.#nodes().includes(node)) throw new Error(`no node ${word}`)
    return node
  }
}

/** All but what is in the network now, or is nobody's act; how nodes stand says which offices they hold. */
function isNews(event: TraceEvent): event is News {
  if (event.type === "fact" && event.fact.type === "office") return false
  if (event.type === "drop") return event.reason !== "intercepted"
  return event.type === "send" || event.type === "fact" || event.type === "reply" || event.type === "timeout"
}

function fieldsOf(words: readonly string[]): Record<string, string | number | boolean> {
  return Object.fromEntries(
    words.map(word => {
      const [name = "", value = ""] = word.split("=")
      return [name, /^-?\d+$/.test(value) ? Number(value) : value === "true" || (value !== "false" && value)]
    }),
  )
}
