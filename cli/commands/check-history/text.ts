/** The text of a recording's file: reread whenever it is needed, since it may be larger than the parsed recording. */
import { isUtf8 } from "node:buffer"
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs"
import { StringDecoder } from "node:string_decoder"
import { IS_DEVICE, isDevice } from "../../../lib/device.ts"
import { reasonOf } from "../../../lib/errors.ts"
import {
  linesIn,
  type RecordingText,
  wholeText,
  withoutMark,
} from "../../../services/linearizability/recordings/text.ts"
import { UsageError } from "../../exit-codes.ts"

/** The number of bytes read at a time. */
const BLOCK = 1 << 16

/** The text in a file. Files that can be read only once, such as pipes, are kept in memory. */
export function textIn(file: string): RecordingText {
  try {
    if (isDevice(file)) throw new UsageError(`${file}: ${IS_DEVICE}`)
    if (!statSync(file).isFile()) return wholeText(readOnce(file))
    const [start = ""] = blocksIn(file)
    return { start, whole: () => withoutMark(readWhole(file)), lines: () => linesIn(blocksIn(file)) }
  } catch (error) {
    throw unreadable(file, error)
  }
}

function readOnce(file: string): string {
  const bytes = readFileSync(file)
  if (!isUtf8(bytes)) throw notUtf8(file)
  return bytes.toString("utf8")
}

/** Reads the whole text without keeping its bytes. */
function readWhole(file: string): string {
  try {
    const text = readFileSync(file, "utf8")
    refuseUnlessUtf8(file, text)
    return text
  } catch (error) {
    throw unreadable(file, error)
  }
}

/** The text in blocks, without a byte order mark. */
function* blocksIn(file: string): Generator<string> {
  let descriptor: number | undefined
  try {
    descriptor = openSync(file, "r")
    const decoder = new StringDecoder("utf8")
    const bytes = Buffer.alloc(BLOCK)
    for (let place = 0, length = -1; length !== 0; place += length) {
      length = readSync(descriptor, bytes, 0, BLOCK, place)
      const block = length === 0 ? decoder.end() : decoder.write(bytes.subarray(0, length))
      refuseUnlessUtf8(file, block)
      yield place === 0 ? withoutMark(block) : block
    }
  } catch (error) {
    throw unreadable(file, error)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function refuseUnlessUtf8(file: string, text: string): void {
  // Invalid UTF-8 becomes this character, which valid texts may contain, too.
  if (text.includes("\ufffd") && !isUtf8(readFileSync(file))) throw notUtf8(file)
}

function notUtf8(file: string): UsageError {
  return new UsageError(`${file}: not UTF-8 text`)
}

function unreadable(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UsageError || !("code" in error)) return error
  return new UsageError(
    `${file}: ${error.code === "ENOENT" ? "there is no such file" : (reasonOf(error) ?? "this file cannot be read")}`,
  )
}
