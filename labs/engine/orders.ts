/**
 * Tests of every order of events: explores a small group as `quorate check` does, and reports the shortest violation.
 * Bounds are counted in events, so that no mark depends on the machine.
 */
import { type CheckRequest, modelOf, untimedOf } from "../../checking/request.ts"
import { type Counterexample, counterexampleOf } from "../../checking/counterexample.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { resolveParameters } from "../../runtime/contract/parameters.ts"
import type { Exploration, Violation } from "../../runtime/checker/exploration.ts"
import { type Budgets, type Model, NO_BUDGETS } from "../../runtime/checker/model.ts"
import { Explorer } from "../../runtime/checker/search/explorer.ts"
import { PROGRESS } from "../../runtime/simulation/scripted/untimed-run.ts"
import { formatStep } from "../../runtime/scenario/script-words.ts"
import { toScenario } from "../../scenarios/cell.ts"
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import type { Failure, ImplementLab, Orders, OrdersTest } from "./lab.ts"

/** The number of steps of a course to show: some fill more than a screen. */
const MAX_STEPS = 30

/** The failure of a test, with the scenario that shows it, if any. */
export interface FailedOrders extends Failure {
  readonly scenario?: Scenario
}

/** @param algorithm as the lab runs it @returns the failure in some order, or nothing */
export function judgeOrders(lab: ImplementLab, { orders }: OrdersTest, algorithm: Algorithm): FailedOrders | undefined {
  for (const each of orders) {
    const failure = judgeWithin(lab, each, algorithm)
    if (failure !== undefined) return failure
  }
  return undefined
}

function judgeWithin(lab: ImplementLab, orders: Orders, algorithm: Algorithm): FailedOrders | undefined {
  const request = requestFor(lab, orders, algorithm)
  const { judges, states, reaches = [] } = orders
  const { violation, missed } = explored(judgedBy(request, judges), states)
  if (violation !== null) return failureOf(lab, request, violation)
  const goal = reaches.find(each => missed.includes(each))
  if (goal === undefined) return undefined
  return { expected: `in some order of events, ${goal}`, happened: `in none of them, with ${words(orders)}` }
}

function explored(model: Model, states: number): Exploration {
  return new Explorer(model).explore({ states })
}

function requestFor(lab: ImplementLab, orders: Orders, algorithm: Algorithm): CheckRequest {
  const { nodes, operations, parameters = {}, timeouts = 0, duplicates = 0, losses = 0 } = orders
  const resolved = resolveParameters(algorithm.parameters, parameters, 1_000)
  if ("problems" in resolved) throw new Error("parameters with defaults that they allow")
  return {
    algorithm: { ...algorithm, ...(orders.assumes === undefined ? {} : { assumes: orders.assumes }) },
    service: lab.service,
    nodes,
    operations,
    parameters: resolved.values,
    traitors: [],
    budgets: { ...NO_BUDGETS, timeouts: { all: timeouts }, ...crashesOf(orders), duplicates, losses },
  }
}

function crashesOf({ crashes = 0, restarts }: Orders): Pick<Budgets, "crashes" | "stops"> {
  return restarts === "none" ? { crashes: 0, stops: crashes } : { crashes }
}

/** The same model, with only some checks, and exceptions, as problems. */
function judgedBy(request: CheckRequest, judges: readonly string[]): Model {
  const { watch } = untimedOf(request)
  const problem = (state: unknown): string | null => {
    const verdicts = Object.entries(watch.verdicts(state))
    const violated = verdicts.find(([check, { verdict }]) => judges.includes(check) && verdict === "violated")
    return violated?.[1].verdict === "violated" ? `${violated[0]}: ${violated[1].witness}` : null
  }
  return { ...modelOf(request), watch: { ...watch, problem }, findsStalls: judges.includes(PROGRESS) }
}

function failureOf(lab: ImplementLab, request: CheckRequest, violation: Violation): FailedOrders {
  const found = counterexampleOf(request, violation)
  return {
    expected: expectationOf(found),
    happened: `${found.witness}, after ${coursesOf(found)}`,
    scenario: scenarioOf(lab, request.algorithm, found),
  }
}

/** The complaint of the checker about a draw; from behind the wall only its text arrives. */
const DRAWS = /too many to try all of them/

function expectationOf({ check, witness }: Counterexample): string {
  if (DRAWS.test(witness)) return "draws from so few numbers that each of them can be tried"
  if (check === null) return "no exception, whatever the order of events"
  if (check === PROGRESS) return "no order of events after which nothing can happen any more and somebody still waits"
  return `${check}, whatever the order of events`
}

/** The steps as text, in the form of scenario scripts. */
function coursesOf({ steps }: Counterexample): string {
  const told = steps.map(({ step }) => (step === undefined ? "the round ends" : formatStep({ ...step }, [])))
  const shown = told.slice(0, MAX_STEPS)
  return `${shown.join("; ")}${told.length > shown.length ? `; and ${told.length - shown.length} more steps` : ""}`
}

function scenarioOf({ service }: ImplementLab, algorithm: Algorithm, { run }: Counterexample): Scenario {
  const registry = {
    algorithms: { [algorithm.name]: algorithm },
    services: { [service.name]: service },
    serviceFor: () => service,
  }
  return toScenario(run.scenario, registry)
}

/** A description of a group: "3 nodes, 3 operations". */
export function words(orders: Orders): string {
  const { nodes, operations, timeouts = 0, crashes = 0, restarts, duplicates = 0, losses = 0 } = orders
  const forGood = restarts === "none" ? " for good" : ""
  const all: readonly (readonly [count: number, one: string, many: string])[] = [
    [nodes, "node", "nodes"],
    [operations, "operation", "operations"],
    [timeouts, "timeout", "timeouts"],
    [crashes, `crash${forGood}`, `crashes${forGood}`],
    [duplicates, "message that arrives twice", "messages that arrive twice"],
    [losses, "lost message", "lost messages"],
  ]
  return all.flatMap(([count, one, many]) => (count === 0 ? [] : [`${count} ${count === 1 ? one : many}`])).join(", ")
}
