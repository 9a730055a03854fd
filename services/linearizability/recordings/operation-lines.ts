/** Reads recordings with one operation per line, with the times of its call and its answer. */
import { Digits, type Fields, WrongLine } from "./datum.ts"
import { compareNumbers } from "./times.ts"
import { readClient, readWord, type RecordedOperation, wrong } from "./recorded.ts"

const OUTCOMES = ["ok", "failed", "unknown"] as const

/** The fields of an operation; others are ignored. */
export const FIELDS: ReadonlySet<string> = new Set([
  "client",
  "op",
  "key",
  "value",
  "expected",
  "result",
  "done",
  "call",
  "return",
  "outcome",
  "error",
  "reason",
])

/** @throws WrongLine */
export function readOperation(fields: Fields, line: number): RecordedOperation {
  const fate = readOutcome(fields)
  const f = readWord(fields, "op")
  if (f === undefined) throw wrong("op", fields["op"], "the name of an operation")
  const call = readTime(fields, "call")
  const { done, result } = fields
  if (done !== undefined && typeof done !== "boolean") throw wrong("done", done, "true or false")
  const end =
    fate === "unknown" || (fate === "failed" && isAbsent(fields["return"])) ? undefined : readTime(fields, "return")
  if (end !== undefined && compareNumbers(end, call) < 0) {
    throw new WrongLine(`"return" (${textOfTime(end)}) is before "call" (${textOfTime(call)})`)
  }
  return {
    line,
    client: readClient(fields, "client"),
    form: "operations",
    f,
    key: fields["key"],
    value: fields["value"],
    expected: fields["expected"],
    result,
    done,
    fate,
    error: fields["error"] ?? fields["reason"],
    call,
    return: end,
  }
}

function isAbsent(value: Fields[string] | undefined): boolean {
  return value === undefined || value === null
}

function readOutcome(fields: Fields): (typeof OUTCOMES)[number] {
  const outcome = fields["outcome"]
  if (outcome === undefined) return isAbsent(fields["return"]) ? "unknown" : "ok"
  const known = OUTCOMES.find(word => word === outcome)
  if (known === undefined) throw wrong("outcome", outcome, OUTCOMES.join(", "))
  return known
}

function readTime(fields: Fields, name: string): number | Digits {
  const time = fields[name]
  if (typeof time === "number" || time instanceof Digits) return time
  throw wrong(name, time, "a number")
}

function textOfTime(time: number | Digits): string {
  return time instanceof Digits ? time.text : String(time)
}
