/**
 * Reads logs of events as Jepsen prints them, in `history.txt` and in the log of a run: process, type, function, value
 * and sometimes an error, separated by white space, perhaps after the logger's prefix:
 *
 *     0  :invoke  :write  3
 *     INFO  jepsen.util - 0  :ok  :write  3
 *     :nemesis  :info  :start  nil
 */
import { type Datum, type Fields, numberOf, WrongLine } from "./datum.ts"
import { parseEdn } from "./edn.ts"

const LOGGED = /^.*\bjepsen\.util(?:\s+-|:)\s+/
const EVENT = /^\s*(:?[\w-]+)\s+:(invoke|ok|fail|info)\s+:(\S+)\s*(.*)$/

/** True if the line is an event of a log. */
export function isLogLine(line: string): boolean {
  return EVENT.test(line.replace(LOGGED, ""))
}

/** True if a logger's prefix precedes the event. */
export function hasLoggerWords(line: string): boolean {
  return LOGGED.test(line)
}

/**
 * The event of a line, with the fields of an event as a map; `undefined` for other lines of a logger.
 *
 * @param isOfRun true if the log is that of a whole run, in which lines without the prefix of {@link hasLoggerWords}
 *   are not events
 * @throws WrongLine if the line is no event, nor another line of a log
 */
export function parseLogLine(line: string, isOfRun: boolean): Fields | undefined {
  if (isOfRun && !hasLoggerWords(line)) return undefined
  const match = EVENT.exec(line.replace(LOGGED, ""))
  if (match === null) {
    if (/^\S.*\b(?:INFO|WARN|ERROR|DEBUG)\b|^(?:INFO|WARN|ERROR|DEBUG|TRACE)\b|^\s+at |^\s*$/.test(line))
      return undefined
    throw new WrongLine("not an event; expected: process :type :function value")
  }
  const [, process, type, f, rest] = match
  const [value = null, error] = valuesOf(rest!, type !== "ok" && type !== "invoke")
  const fields = {
    process: /^\d+$/.test(process!) ? numberOf(process!) : process!,
    type: type!,
    f: f!,
    value,
  }
  // An operation that did not succeed may have its reason in place of its value.
  if (error === undefined && typeof value === "string" && value.startsWith(":")) return { ...fields, error: value }
  return error === undefined ? fields : { ...fields, error }
}

/** The values on the rest of a line. @param isFree whether it may be any text, as a reason may */
function valuesOf(rest: string, isFree: boolean): Datum[] {
  try {
    // Wrapped in a vector, since a single vector would be read as the list of all values.
    return parseEdn(`[${rest}\n]`).map(({ value }) => value)
  } catch (error) {
    if (error instanceof WrongLine && isFree) return [rest]
    throw error
  }
}
