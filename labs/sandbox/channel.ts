/**
 * A synchronous call channel between two threads: one side calls and waits, the other answers. It is one block of
 * shared memory, so that a call costs two wake-ups and no event loop.
 *
 * The caller trusts nothing that comes back: it clamps the length and has to check the text.
 */

/** Whose turn it is: the index of the word on which both sides wait. */
const TURN = 0
const KIND = 1
const LENGTH = 2
const REALM = 3
/** A realm that is no longer needed. */
const FORGET = 4
const WORDS = 5

const CALLER = 0
const ANSWERER = 1

const BYTES = 4 << 20
const TEXT = 64

/** The kinds of messages of the answering side. `draw` asks the caller for a random number during a call. */
export type Said = "answer" | "draw" | "failure"
const SAID: readonly Said[] = ["answer", "draw", "failure"]

/** Thrown if a message is too long. */
export class TooLong extends Error {
  override readonly name = "TooLong"
}

/** Maximum characters of a message, in the worst case of three bytes each. */
const MAX_LENGTH = Math.floor((BYTES - TEXT) / 3)

export const TOO_MUCH = `it says more than ${MAX_LENGTH} characters at once`

export function fits(text: string): boolean {
  return text.length <= MAX_LENGTH
}

/** The message that the caller receives. */
export interface Heard {
  readonly said: Said
  readonly text: string
}

/** The interval at which the caller checks the resource usage of the other side. */
export const SLICE_MS = 100

export class Line {
  readonly memory: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #text: Buffer

  constructor(memory = new SharedArrayBuffer(BYTES)) {
    this.memory = memory
    this.#words = new Int32Array(memory, 0, WORDS)
    this.#text = Buffer.from(memory, TEXT)
  }

  /**
   * Caller: sends a message to a realm and waits for a message from the other side.
   *
   * @param forget a realm that is no longer needed; the other side drops it first
   * @param goOn called every {@link SLICE_MS}; false ends the waiting
   */
  call(realm: number, text: string, forget: number, goOn: () => boolean): Heard | undefined {
    this.#write(text)
    this.#words[REALM] = realm
    this.#words[FORGET] = forget
    this.#pass(ANSWERER)
    // A late wake-up of an earlier answer may arrive, so that waking up alone proves nothing.
    while (Atomics.load(this.#words, TURN) === ANSWERER) {
      if (Atomics.wait(this.#words, TURN, ANSWERER, SLICE_MS) === "timed-out" && !goOn()) return undefined
    }
    return { said: SAID[this.#words[KIND]!] ?? "failure", text: this.#read() }
  }

  /** Answerer: waits for the caller. */
  listen(): { readonly realm: number; readonly forget: number; readonly text: string } {
    while (Atomics.load(this.#words, TURN) !== ANSWERER) Atomics.wait(this.#words, TURN, CALLER)
    return { realm: this.#words[REALM]!, forget: this.#words[FORGET]!, text: this.#read() }
  }

  /** Answerer: sends a message, after which it is the caller's turn. */
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
    if (!fits(text)) throw new TooLong(TOO_MUCH)
    this.#words[LENGTH] = this.#text.write(text, 0, "utf8")
  }

  #read(): string {
    return this.#text.toString("utf8", 0, Math.max(0, Math.min(this.#words[LENGTH]!, this.#text.length)))
  }
}
