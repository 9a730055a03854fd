/** The page: head, toolbar, diagram or table, and the step under the cursor. */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks"
import { Canvas } from "./canvas.tsx"
import { Details } from "./details.tsx"
import type { Diagram } from "../paint/diagram.ts"
import { EVERYTHING, type Filter } from "../model/filter.ts"
import { Head } from "./head.tsx"
import { Help } from "./help.tsx"
import { useKeys } from "./keys.ts"
import type { Span } from "../paint/layout.ts"
import type { Model } from "../model/model.ts"
import { Overview } from "./overview.tsx"
import { usePlayer } from "./player.ts"
import { search } from "../model/search.ts"
import { Table } from "./table.tsx"
import { useTheme } from "./use-theme.ts"
import { Filters, type Target, Toolbar } from "./toolbar.tsx"

export function App({ model }: { readonly model: Model }) {
  const { trace, milestones } = model
  const diagram = useRef<Diagram | null>(null)
  const { theme, toggleTheme } = useTheme()
  const [filter, setFilter] = useState<Filter>(EVERYTHING)
  const [span, setSpan] = useState<Span>({ from: 0, to: Math.max(1, trace.end) })
  const [width, setWidth] = useState(800)
  const [isTable, setTable] = useState(false)
  const [isHelp, setHelp] = useState(false)
  const [query, setQuery] = useState("")
  const player = usePlayer(trace, firstStep(model), () => diagram.current?.span)
  const matches = useMemo(() => search(model, query), [model, query])
  const matchTimes = useMemo(() => matches.map(step => trace.events.time[trace.steps[step]!]!), [trace, matches])

  const goTo = useCallback(
    (step: number) => {
      player.goTo(step)
      const first = trace.steps[Math.min(Math.max(0, step), trace.steps.length - 1)]
      if (first !== undefined) diagram.current?.reveal(trace.events.time[first]!)
    },
    [player, trace],
  )
  const jump = (target: Target, direction: 1 | -1): void => {
    const isWanted = ({ kind }: { kind: string }): boolean =>
      target === "milestone" ? kind !== "fault" && kind !== "violation" : kind === target
    const places = milestones.filter(isWanted).map(({ step }) => step)
    const next = nextOf(places, player.step, direction)
    if (next !== undefined) goTo(next)
  }
  const nextMatch = (direction: 1 | -1): void => {
    const next = nextOf(matches, player.step, direction)
    if (next !== undefined) goTo(next)
  }
  const zoom = (factor: number): void => diagram.current?.zoom(factor)
  const wholeRun = (): void => diagram.current?.look(diagram.current.whole)

  useEffect(() => {
    if (player.isPlaying) diagram.current?.reveal(player.now)
  }, [player.isPlaying, player.now])
  useKeys({
    goTo: steps => goTo(player.step + steps),
    end: () => goTo(trace.steps.length - 1),
    start: () => goTo(0),
    toggle: () => player.toggle(),
    jump,
    zoom,
    wholeRun,
    pan: pixels => diagram.current?.pan(pixels),
    table: () => setTable(!isTable),
    help: () => setHelp(!isHelp),
    theme: toggleTheme,
  })

  const bindDiagram = (made: Diagram): void => {
    diagram.current = made
    made.look(firstLook(model, made.whole))
    // For external measurements.
    Object.assign(window, { traceDiagram: made })
  }
  const whole = diagram.current?.whole ?? span
  return (
    <div class="page">
      <Head model={model} goTo={goTo} toggleTheme={toggleTheme} help={() => setHelp(true)} />
      <section aria-label="What is in view">
        <Toolbar
          {...{ model, query, matches, isTable, span, setQuery, nextMatch, jump, zoom, wholeRun, setTable }}
          player={{ ...player, goTo }}
          look={next => diagram.current?.look(next)}
        />
        <Filters model={model} filter={filter} theme={theme} setFilter={setFilter} />
      </section>
      <main>
        <div class="stage">
          <div class={isTable ? "pane hidden" : "pane"}>
            <Canvas
              model={model}
              filter={filter}
              theme={theme}
              step={player.step}
              now={player.now}
              goTo={goTo}
              moved={setSpan}
              sized={setWidth}
              ready={bindDiagram}
            />
            <Overview
              {...{ model, whole, span, theme, width }}
              now={player.now}
              matches={matchTimes}
              look={next => diagram.current?.look(next)}
            />
          </div>
          {isTable && <Table {...{ model, filter, span, goTo, wholeRun }} step={player.step} />}
        </div>
        <Details model={model} step={player.shown} theme={theme} goTo={goTo} />
      </main>
      {isHelp && <Help model={model} theme={theme} close={() => setHelp(false)} />}
    </div>
  )
}

/** The step at which the page opens: the first problem, else the first milestone after the start. */
function firstStep({ milestones }: Model): number {
  const violation = milestones.find(({ kind }) => kind === "violation")
  return violation?.step ?? milestones.find(({ kind }) => kind !== "fault")?.step ?? 0
}

const MAX_FIRST_STEPS = 400

/** The whole of a short run; of a long one, the part around the first place of interest. */
function firstLook(model: Model, whole: Span): Span {
  const { trace } = model
  if (trace.steps.length <= MAX_FIRST_STEPS) return whole
  const step = firstStep(model)
  const timeOf = (at: number): number =>
    trace.events.time[trace.steps[Math.min(Math.max(0, at), trace.steps.length - 1)]!]!
  const from = timeOf(step - 60)
  const to = timeOf(step + 60)
  const room = Math.max(1_000, (to - from) * 0.05)
  return { from: from - room, to: to + room }
}

/** The next place after (or before) a step, wrapping around. */
function nextOf(places: readonly number[], step: number, direction: 1 | -1): number | undefined {
  return direction === 1
    ? (places.find(place => place > step) ?? places[0])
    : (places.findLast(place => place < step) ?? places.at(-1))
}
