/** The trace as a table: the same events, one per row. Only the rows in view are in the page. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks"
import { kindOf } from "../../../debugger/tracing/trace.ts"
import { clock, describe } from "../model/describe.ts"
import { type Filter, showsEvent } from "../model/filter.ts"
import { firstIndex, type Span } from "../paint/layout.ts"
import type { Model } from "../model/model.ts"

interface TableProps {
  readonly model: Model
  readonly filter: Filter
  readonly step: number
  /** Only events in this span are shown. */
  readonly span: Span
  goTo(step: number): void
  wholeRun(): void
}

const ROW = 26
const EXTRA = 12

export function Table({ model, filter, step, span, goTo, wholeRun }: TableProps) {
  const { trace } = model
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [height, setHeight] = useState(600)
  const rows = useMemo(() => {
    const { time } = trace.events
    const first = firstIndex(time, at => at >= span.from)
    const last = firstIndex(time, at => at > span.to)
    return Int32Array.from({ length: last - first }, (_, k) => first + k).filter(event =>
      showsEvent(trace, filter, event),
    )
  }, [trace, filter, span])
  useEffect(() => {
    const element = box.current
    if (element === null) return
    setHeight(element.clientHeight)
    const place = rows.findIndex(event => trace.events.step[event]! >= step)
    const at = place * ROW
    if (at < element.scrollTop || at > element.scrollTop + element.clientHeight - 3 * ROW) {
      element.scrollTop = Math.max(0, at - element.clientHeight / 3)
    }
  }, [step, rows, trace])

  const first = Math.max(0, Math.floor(top / ROW) - EXTRA)
  const last = Math.min(rows.length, Math.ceil((top + height) / ROW) + EXTRA)
  return (
    <div
      ref={box}
      class="table"
      tabIndex={0}
      role="region"
      aria-label="Table of events"
      onScroll={event => {
        setTop(event.currentTarget.scrollTop)
        setHeight(event.currentTarget.clientHeight)
      }}
    >
      <table aria-rowcount={rows.length + 1}>
        <caption>
          {rows.length.toLocaleString("en")} events in view of {trace.events.time.length.toLocaleString("en")}{" "}
          <button type="button" class="link" onClick={wholeRun}>
            whole run
          </button>
        </caption>
        <thead>
          <tr>
            <th scope="col">time</th>
            <th scope="col">who</th>
            <th scope="col">what</th>
            <th scope="col">content</th>
          </tr>
        </thead>
        <tbody>
          <tr style={{ height: `${first * ROW}px` }} aria-hidden="true" />
          {Array.from({ length: last - first }, (_, k) => rows[first + k]!).map((event, k) => {
            const { who, what, detail } = describe(trace, event)
            const at = trace.events.step[event]!
            return (
              <tr
                key={event}
                aria-rowindex={first + k + 2}
                aria-selected={at === step}
                class={`${kindOf(trace, event)} ${trace.steps[at] === event ? "first" : ""}`}
                onClick={() => goTo(at)}
              >
                <td class="number">{clock(trace.events.time[event]!)}</td>
                <td>{who}</td>
                <td>{what}</td>
                <td>
                  <code>{detail}</code>
                </td>
              </tr>
            )
          })}
          <tr style={{ height: `${(rows.length - last) * ROW}px` }} aria-hidden="true" />
        </tbody>
      </table>
    </div>
  )
}
