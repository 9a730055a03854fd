/** The step under the cursor: its events, their effects, and the state of every node after it. */
import { useState } from "preact/hooks"
import { kindOf, type Trace, nodeName } from "../../../debugger/tracing/trace.ts"
import type { Snapshot } from "../../../debugger/tracing/values.ts"
import { arrivalText, clock, describe, fateWords, sentText } from "../model/describe.ts"
import type { Model } from "../model/model.ts"
import { bandFill, bandInk, type Theme } from "../paint/theme.ts"

interface DetailsProps {
  readonly model: Model
  readonly step: number
  readonly theme: Theme
  /** Puts the cursor on another step. */
  goTo(step: number): void
}

export function Details({ model, step, theme, goTo }: DetailsProps) {
  const { trace } = model
  const first = trace.steps[step] ?? 0
  const next = trace.steps[step + 1] ?? trace.events.time.length
  const events = Array.from({ length: Math.min(next - first, MAX_EVENTS) }, (_, k) => first + k)
  const { who, what, detail } = describe(trace, first)
  const cause = causeOf(trace, first)
  const notes = model.milestones.filter(milestone => milestone.step === step && milestone.kind !== "fault")
  return (
    <section class="details" aria-label="The step under the cursor">
      <header>
        <div class="clock">
          {clock(trace.events.time[first] ?? 0)}{" "}
          <span class="soft">
            step {step + 1} of {trace.steps.length}
          </span>
        </div>
        <h2 aria-live="polite">
          <strong>{who}</strong> {what}
        </h2>
        {detail !== "" && <code class="content">{detail}</code>}
        {cause !== undefined && (
          <button type="button" class="link" onClick={() => goTo(cause.step)}>
            {cause.text}
          </button>
        )}
      </header>
      {notes.map(({ kind, text }) => (
        <p key={text} class={`note ${kind}`}>
          {text}
        </p>
      ))}
      {events.length > 1 && (
        <ol class="effects">
          {events.slice(1).map(event => (
            <Effect key={event} trace={trace} event={event} goTo={goTo} />
          ))}
        </ol>
      )}
      <Nodes model={model} step={step} theme={theme} />
    </section>
  )
}

/** A step with more events than these is truncated. */
const MAX_EVENTS = 200

/** The place where the message that caused a step was sent. */
function causeOf(trace: Trace, first: number): { readonly step: number; readonly text: string } | undefined {
  const kind = kindOf(trace, first)
  if (kind !== "deliver" && kind !== "drop" && kind !== "request" && kind !== "answer") return undefined
  const message = trace.events.about[first]!
  if (message < 0) return undefined
  return { step: trace.messages.sentIn[message]!, text: `← ${sentText(trace, first, message)}` }
}

function Effect({ trace, event, goTo }: { readonly trace: Trace; readonly event: number; goTo(step: number): void }) {
  const { what, detail } = describe(trace, event)
  const kind = kindOf(trace, event)
  const message = kind === "send" || kind === "reply" || kind === "ask" ? trace.events.about[event]! : -1
  const endedIn = message < 0 ? -1 : trace.messages.endedIn[message]!
  const fate = message < 0 ? "" : fateWords(trace, message)
  return (
    <li class={kind}>
      <span>{what}</span> <code>{detail}</code>
      {fate !== "" && <em> {fate}</em>}
      {endedIn >= 0 && fate === "" && (
        <button type="button" class="link" onClick={() => goTo(endedIn)}>
          {arrivalText(trace, message)} →
        </button>
      )}
    </li>
  )
}

function Nodes({ model, step, theme }: { readonly model: Model; readonly step: number; readonly theme: Theme }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const { nodes, acted, before } = model.states.at(step)
  const now = model.trace.events.time[model.trace.steps[step] ?? 0] ?? 0
  const order = nodes.map((_, node) => node).toSorted((a, b) => Number(b === acted) - Number(a === acted) || a - b)
  return (
    <div class="nodes">
      {order.map(node => (
        <details
          key={node}
          open={node === acted || open.has(node)}
          onToggle={event => {
            const isOpen = event.currentTarget.open
            if (node === acted || isOpen === open.has(node)) return
            const changed = new Set(open)
            if (isOpen) changed.add(node)
            else changed.delete(node)
            setOpen(changed)
          }}
        >
          <summary>
            <strong>{nodeName(model.trace, node)}</strong>{" "}
            <Standing model={model} node={node} now={now} theme={theme} />
          </summary>
          <Fields fields={nodes[node]!} before={node === acted ? before : undefined} />
        </details>
      ))}
    </div>
  )
}

function Standing(props: {
  readonly model: Model
  readonly node: number
  readonly now: number
  readonly theme: Theme
}) {
  const { model, node, now, theme } = props
  const troubles = model.trace.troubles.filter(({ from, to, node: id }) => id === node && from <= now && now < to)
  const badges = troubles.map(({ kind }) => (
    <span key={kind} class="badge down">
      {kind}
    </span>
  ))
  if (troubles.some(({ kind }) => kind === "down")) return <>{badges}</>
  const band = model.bandsOf[node]!.findLast(({ from }) => from <= now)
  if (band === undefined) return <>{badges}</>
  const { role, epoch, rank, leader } = band
  return (
    <>
      {role !== "" && (
        <span class="badge" style={{ background: bandFill(theme, epoch, rank), color: bandInk(theme, epoch, rank) }}>
          {role}
          {epoch !== null && ` · ${epoch}`}
        </span>
      )}
      {badges}
      {leader !== null && leader !== node && <span class="soft"> follows node {leader}</span>}
    </>
  )
}

function Fields({ fields, before }: { readonly fields: Snapshot; readonly before: Snapshot | undefined }) {
  const changed = (field: string): boolean => before !== undefined && before.get(field) !== fields.get(field)
  const names = [...fields.keys()].toSorted((a, b) => Number(changed(b)) - Number(changed(a)))
  const gone = before === undefined ? [] : [...before.keys()].filter(field => !fields.has(field))
  return (
    <table class="fields">
      <tbody>
        {names.map(field => (
          <tr key={field} class={changed(field) ? "changed" : ""}>
            <th scope="row">{field}</th>
            <td>
              {changed(field) && before?.has(field) === true && <del>{before.get(field)}</del>}{" "}
              {changed(field) ? <ins>{fields.get(field)}</ins> : fields.get(field)}
            </td>
          </tr>
        ))}
        {gone.map(field => (
          <tr key={field} class="changed">
            <th scope="row">{field}</th>
            <td>
              <del>{before?.get(field)}</del>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
