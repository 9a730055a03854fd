/** Reports the findings of a check, and saves a counterexample as a scenario file. */
import { writeFile } from "node:fs/promises"
import * as bundled from "../../../algorithms/registry.ts"
import { beyondClaims } from "../../../checking/claims.ts"
import { type Counterexample, counterexampleOf } from "../../../checking/counterexample.ts"
import { type CheckRequest, timedChecks } from "../../../checking/request.ts"
import type { Retraced } from "../../../checking/retrace.ts"
import { shortened } from "../../../hunting/courses/shorten-path.ts"
import { whyNotWritten } from "../../../lib/errors.ts"
import { type RolePlace, rolePlaces, roleNameOf } from "../../../runtime/process/parts.ts"
import { formatStep } from "../../../runtime/scenario/script-words.ts"
import type { ClockModel } from "../../../runtime/checker/model.ts"
import { isInRounds } from "../../../runtime/scenario/script.ts"
import { scenarioText } from "../../../scenarios/scenario-file.ts"
import { EXIT, UsageError } from "../../exit-codes.ts"
import { fold, foldIndented } from "../../terminal/table.ts"
import { counted, type Explored, type Stop } from "./explore.ts"

/** A check that is over. */
export interface Judged {
  readonly name: string
  readonly request: CheckRequest
  readonly explored: Explored
  readonly found: Counterexample | undefined
  /** The scenario file of what was found. */
  readonly file: string
  readonly outside: readonly string[]
}

/** Judges an exploration, and saves a counterexample as a scenario file. @throws UsageError if that cannot be written */
export async function judge(exploring: Omit<Judged, "found">): Promise<Judged> {
  const { request, explored, file } = exploring
  const { violation, limits } = explored
  const isShortest = limits.search === "breadth" || violation?.loop !== undefined
  const found =
    violation === null ? undefined : counterexampleOf(request, isShortest ? violation : shortened(request, violation))
  if (found !== undefined) await keep(found, file, request)
  return { ...exploring, found }
}

export function exitCodeOf({ found }: Judged): number {
  if (found === undefined) return EXIT.ok
  return found.check === null ? EXIT.algorithmFailed : EXIT.violated
}

async function keep({ run }: Counterexample, file: string, { algorithm }: CheckRequest): Promise<void> {
  const { services, serviceFor } = bundled
  const algorithms = { ...bundled.algorithms, [algorithm.name]: algorithm }
  try {
    await writeFile(file, scenarioText(run, { algorithms, services, serviceFor }))
  } catch (error) {
    throw new UsageError(`--out: ${file} cannot be written: ${whyNotWritten(file, error)}`)
  }
}

/** The result in lines. */
export function inWords(judged: Judged, columns: number): readonly string[] {
  const { name, request, explored, found, file, outside } = judged
  const { algorithm, service } = request
  const title = name === algorithm.name ? "" : `${name}: `
  const paragraphs = [
    fold(`${title}${algorithm.name}, ${service.name}: ${boundsInWords(request)}`, columns),
    found === undefined ? verdictInWords(explored, columns) : violationInWords(request, explored, found, columns),
    ...[...stopped(explored), ...remarks(request, explored)].map(remark => foldIndented(`  ${remark}`, columns)),
  ]
  const modules = outside.map(module => ` --algorithms ${module}`).join("")
  const next =
    found === undefined ? [] : [`${file}: quorate replay ${file}${modules}, or quorate trace ${file}${modules}`]
  return [...paragraphs.flat(), ...next]
}

function verdictInWords(explored: Explored, columns: number) {
  const { states, generated, depth, unexpanded, stoppedBy, limits, walks } = explored
  const alike = limits.symmetry ? " that differ by more than ids" : ""
  const visited = `${counted(states)} states${alike}, ${counted(generated - 1)} transitions, ${depth} deep`
  if (stoppedBy === undefined) return fold(`holds within these bounds: every state was visited (${visited})`, columns)
  const why: Readonly<Record<Stop, string>> = {
    states: `at ${counted(limits.states ?? states)} states`,
    depth: `after ${depth} steps`,
    memory: `at ${Math.round(limits.memoryBytes / 2 ** 20)} MiB of memory`,
    walks: `after ${counted(limits.walks)} walks`,
    time: `after ${Math.round((limits.timeMs ?? 0) / 1_000)} s`,
    interrupt: "by Ctrl-C",
  }
  if (walks !== undefined) {
    return fold(
      `not violated on ${counted(walks.taken)} random walks, which say nothing about other paths: stopped ` +
        `${why[stoppedBy]} (${visited}); ${counted(walks.untried)} of the steps that these states allow were never taken`,
      columns,
    )
  }
  return fold(
    `not violated, but not explored completely: stopped ${why[stoppedBy]} (${visited}); ` +
      `the successors of ${counted(unexpanded)} of these states were not explored`,
    columns,
  )
}

function violationInWords(request: CheckRequest, explored: Explored, found: Counterexample, columns: number) {
  const { states, generated, limits } = explored
  const { check, witness, steps, repeatsFrom } = found
  const roles = rolePlaces(request.algorithm, request.nodes, request.parameters)
  const digits = String(steps.length).length
  const least = limits.search === "breadth" ? "the minimum" : "shortened, perhaps not minimal"
  const how =
    repeatsFrom === undefined
      ? `in ${steps.length} steps (${least})`
      : `in ${repeatsFrom} steps and a loop of ${steps.length - repeatsFrom}`
  const head = check === null ? `the algorithm fails ${how}: ${witness}` : `${check} is VIOLATED ${how}: ${witness}`
  return [
    ...fold(head, columns),
    ...steps.flatMap((each, place) => [
      ...(place === repeatsFrom ? ["  again and again:"] : []),
      `  ${String(place + 1).padStart(digits)}  ${stepInWords(each, roles)}`,
    ]),
    `  (${counted(states)} states, ${counted(generated - 1)} transitions)`,
  ]
}

function stepInWords({ step, content, reported }: Retraced, roles: readonly RolePlace[]): string {
  if (step === undefined) return "the round ends"
  const said = content === undefined ? "" : fieldsOf(content)
  const { as: _, ...told } = { as: undefined, ...step }
  const facts = reported.map(({ node, fact }) => {
    const who = roleNameOf(roles, node) ?? node
    return `${who} ${fact.type}${parenthesised(fieldsOf(fact))}`
  })
  return `${formatStep(told, roles)}${parenthesised(said)}${facts.length === 0 ? "" : `: ${facts.join("; ")}`}`
}

function parenthesised(text: string): string {
  return text === "" ? "" : ` (${text})`
}

/** `ballot: 3, value: null` */
function fieldsOf(content: object): string {
  const fields = Object.entries(content).filter(([name]) => name !== "type")
  return fields.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(", ")
}

/** `3 nodes, 2 operations, 2 timeouts, 1 crash`, without what cannot happen. */
export function boundsInWords({ algorithm, nodes, operations, budgets, traitors, clock }: CheckRequest): string {
  const { timeouts, crashes, amnesias, losses, duplicates, retries = 0, stops = 0, ticks = 0, drift = 0 } = budgets
  const { all = 0, ...named } = timeouts
  const timers = isInRounds(algorithm)
    ? ["in rounds"]
    : [
        number(all, "timeout"),
        ...Object.entries(named).map(([timer, times]) => number(times, `timeout of ${timer}`, `timeouts of ${timer}`)),
      ]
  const counts = [
    number(nodes, "node"),
    number(operations, "operation"),
    ...timers,
    number(crashes, "crash", "crashes"),
    number(stops, "crash for good", "crashes for good"),
    number(amnesias, "lost disk"),
    number(losses, "lost message"),
    number(duplicates, "message twice", "messages twice"),
    number(retries, "client's retry", "clients' retries"),
    clock === undefined ? "" : `delays of ${delaysInWords(clock)}`,
    number(ticks, "tick"),
    number(drift, "tick counted wrongly", "ticks counted wrongly"),
    traitors.length === 0 ? "" : `${traitors.length === 1 ? "traitor" : "traitors"} ${traitors.join(", ")}`,
  ]
  return counts.filter(each => each !== "").join(", ")
}

function delaysInWords({ minDelay, maxDelay }: ClockModel): string {
  if (maxDelay === undefined) return `${number(minDelay, "tick") || "0 ticks"} or more`
  const most = number(maxDelay, "tick") || "0 ticks"
  return minDelay === maxDelay ? most : `${minDelay} to ${most}`
}

function number(count: number, one: string, many = `${one}s`): string {
  return count === 0 ? "" : `${count} ${count === 1 ? one : many}`
}

/** Remarks without which the result would be misread. */
function stopped({ stoppedBy, limits }: Explored): readonly string[] {
  return stoppedBy === undefined || limits.checkpoint === undefined
    ? []
    : [`${limits.checkpoint}: the same check continues from there`]
}

function remarks(request: CheckRequest, { missed, violation }: Explored): readonly string[] {
  const beyond = beyondClaims(request)
  const left = timedChecks(request)
  return [
    ...(beyond.length === 0 ? [] : [`beyond what ${request.algorithm.name} claims to survive: ${beyond.join(", ")}`]),
    ...(left.length === 0 || violation !== null
      ? []
      : [`not judged here, since it takes time or counts: ${left.join(", ")}`]),
    ...(missed.length === 0 || violation !== null
      ? []
      : [`never came about, so that the result shows little of it: ${missed.join("; ")}`]),
  ]
}
