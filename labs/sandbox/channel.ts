/**
 * A telephone line between two threads: one side calls and waits, the other answers. All of it is one block of shared
 * memory, so that a call costs two wake-ups and no event loop.
 *
 * The caller trusts nothing that comes back: a length is clamped, and what the text says is for it to check.
 */

/** Whose turn it is: the index of the one word both sides wait on. */
const TURN = 0
const KIND = 1
const LENGTH = 2
const REALM = 3
const WORDS = 4

const CALLER = 0
const ANSWERER = 1

const BYTES = 4 << 20
const TEXT = 64

/** What the answering side says. `draw` asks the caller for a random number in the middle of a call. */
export type Said = "answer" | "draw" | "failure"
const SAID: readonly Said[] = ["answer", "draw", "failure"]

/** Too much was said at once. */
export class TooLong extends Error {
  override readonly name = "TooLong"
}

export class Line {
  readonly memory: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #text: Buffer

  constructor(memory = new SharedArrayBuffer(BYTES)) {
    this.memory = memory
    this.#words = new Int32Array(memory, 0, WORDS)
    this.#text = Buffer.from(memory, TEXT)
  }

  /** Caller: says something to a realm and waits until the other side has said something, at most so many ms. */
  call(realm: number, text: string, patienceMs: number): { readonly said: Said; readonly text: string } | undefined {
    this.#write(text)
    this.#words[REALM] = realm
    this.#pass(ANSWERER)
    // The wake-up of an earlier answer may come late, so that being woken says nothing by itself.
    while (Atomics.load(this.#words, TURN) === ANSWERER) {
      if (Atomics.wait(this.#words, TURN, ANSWERER, patienceMs) === "timed-out") return undefined
    }
    return { said: SAID[this.#words[KIND]!] ?? "failure", text: this.#read() }
  }

  /** Answerer: waits for the caller. */
  listen(): { readonly realm: number; readonly text: string } {
    while (Atomics.load(this.#words, TURN) !== ANSWERER) Atomics.wait(this.#words, TURN, CALLER)
    return { realm: this.#words[REALM]!, text: this.#read() }
  }

  /** Answerer: says something; it is the caller's turn then. */
  say(said: Said, text: string): void {
    this.#write(text)
    this.#words[KIND] = SAID.indexOf(said)
    this.#pass(CALLER)
  }

  #pass(turn: number): void {
    Atomics.store(this.#words, TURN, turn)
    Atomics.notify(this.#words, TURN)
  }

  #write(text: string): void {
    if (text.length > this.#text.length / 3) throw new TooLong(`more than ${this.#text.length / 3} characters at once`)
    this.#words[LENGTH] = this.#text.write(text, 0, "utf8")
  }

  #read(): string {
    return this.#text.toString("utf8", 0, Math.max(0, Math.min(this.#words[LENGTH]!, this.#text.length)))
  }
}
