/**
 * Closed forms of active and semi-active replication: their own with a sequencer; with a log those of the log, plus the
 * front end's requests, to all n or to the leader, and n answers.
 */
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { parameterName, parametersFor } from "../../../runtime/contract/composition/composition.ts"
import type {
  AvailabilityForm,
  Conditions,
  LatencyForm,
  MessageForm,
  Theory,
} from "../../../runtime/contract/theory.ts"
import { theory as sequenced } from "./theory.ts"

/** The closed forms, where the order may come from logs of these algorithms. */
export function theoryOn(among: readonly Algorithm[]): Theory {
  const { messages = [], latency = [], availability = [] } = sequenced
  return {
    messages: [...messages, ...among.flatMap(messagesOn)],
    latency: [...latency, ...among.flatMap(latencyOn)],
    availability: [...availability, ...among.map(availabilityOn)],
  }
}

/** A log's messages for a command, and those of the front end. */
function messagesOn(log: Algorithm): MessageForm[] {
  const ofLog = (log.theory?.messages ?? []).filter(({ service }) => service === "replicated-log")
  return ofLog.flatMap(form =>
    (["all", "sequencer"] as const).map((requests): MessageForm => {
      const asked = (n: number): number => (requests === "all" ? n : 1)
      return {
        service: form.service,
        parameters: { ...conditionsOn(log, form.parameters), requests },
        workload: { ...form.workload, nondeterministic: 0 },
        holds: (parameters, n, workload) => form.holds?.(given(log, parameters), n, workload) ?? true,
        formula: `${form.formula} + ${requests === "all" ? "2n" : "n+1"}`,
        messages: (n, parameters, workload) => form.messages(n, given(log, parameters), workload) + asked(n) + n,
      }
    }),
  )
}

/**
 * The front end is the log's client: one more delay for its request, and one for the answer. Other replicas execute once
 * they learn of the commit.
 */
function latencyOn(log: Algorithm): LatencyForm[] {
  const ofLog = (log.theory?.latency ?? []).filter(({ service }) => service === "replicated-log")
  return ofLog.map((form): LatencyForm => {
    const { betweenNodes } = form
    const between = (n: number, parameters: Readonly<Record<string, unknown>>): number =>
      typeof betweenNodes === "number" ? betweenNodes : betweenNodes(n, given(log, parameters))
    return {
      service: form.service,
      parameters: { ...conditionsOn(log, form.parameters), answers: "first" },
      holds: (parameters, n, workload) => form.holds?.(given(log, parameters), n, workload) ?? true,
      formula: `${Number.parseInt(form.formula, 10) + 2}d`,
      betweenNodes: (n, parameters) => between(n, parameters) + 2,
      withClients: form.withClients,
      ...(form.syncs === undefined ? {} : { syncs: form.syncs }),
    }
  })
}

/** Available while the log is: any majority has f+1 replicas that answer alike. */
function availabilityOn(log: Algorithm): AvailabilityForm {
  return {
    service: "replicated-log",
    parameters: { order: log.name },
    formula: "1 if a majority is up",
    serving: (n, down) => (down <= log.tolerates.of(n) ? 1 : 0),
  }
}

/** Conditions on a log's parameters, as this algorithm has them. */
function conditionsOn(log: Algorithm, conditions: Conditions = {}): Conditions {
  const own = Object.entries(conditions).map(([name, value]) => [parameterName(log.name, name), value] as const)
  return { ...Object.fromEntries(own), order: log.name }
}

function given(log: Algorithm, parameters: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(parametersFor(log, parameters)))
}
