/** Buttons above the diagram: stepping, jumping, playing, zooming, searching; and the filters. */
import type { ComponentChildren } from "preact"
import { PURPOSES, nodeName } from "../../../debugger/tracing/trace.ts"
import { type Filter, toggled } from "../model/filter.ts"
import type { Span } from "../paint/layout.ts"
import type { Model } from "../model/model.ts"
import { MAX_MATCHES } from "../model/search.ts"
import { type Player, SPEEDS, type Speed } from "./player.ts"
import { messageColour, type Theme } from "../paint/theme.ts"

/** The targets to jump to. */
export type Target = "milestone" | "fault" | "violation"

interface ToolbarProps {
  readonly model: Model
  readonly player: Player
  readonly query: string
  readonly matches: readonly number[]
  readonly isTable: boolean
  setQuery(query: string): void
  nextMatch(direction: 1 | -1): void
  jump(target: Target, direction: 1 | -1): void
  zoom(factor: number): void
  wholeRun(): void
  setTable(isTable: boolean): void
  /** The part of the run in view, and how to choose another. */
  readonly span: Span
  look(span: Span): void
}

export function Toolbar(props: ToolbarProps) {
  const { model, player, query, matches, isTable, setQuery, nextMatch, jump, zoom, wholeRun, setTable, span, look } =
    props
  const has = (kinds: readonly string[]): boolean => model.milestones.some(({ kind }) => kinds.includes(kind))
  return (
    <div class="toolbar" role="toolbar" aria-label="Stepping and zooming">
      <Group>
        <Button label="Step back (left arrow)" onClick={() => player.goTo(player.step - 1)}>
          ◀
        </Button>
        <Button label={player.isPlaying ? "Pause (space)" : "Play (space)"} onClick={() => player.toggle()}>
          {player.isPlaying ? "❚❚" : "▶ play"}
        </Button>
        <Button label="Step forward (right arrow)" onClick={() => player.goTo(player.step + 1)}>
          ▶
        </Button>
        <select
          aria-label="Speed"
          value={player.speed}
          onChange={event => player.setSpeed(speedOf(event.currentTarget.value))}
        >
          {Object.keys(SPEEDS).map(speed => (
            <option key={speed}>{speed}</option>
          ))}
        </select>
      </Group>
      <Group>
        <Button label={`Next ${titleOf(model)} (n)`} disabled={!has(JUMPS)} onClick={() => jump("milestone", 1)}>
          ★ next {titleOf(model)}
        </Button>
        <Button label="Next fault (f)" disabled={!has(["fault"])} onClick={() => jump("fault", 1)}>
          ⚡ fault
        </Button>
        <Button label="Next violation (v)" disabled={!has(["violation"])} onClick={() => jump("violation", 1)}>
          ✗ violation
        </Button>
      </Group>
      <Group>
        <Button label="Zoom out (minus)" onClick={() => zoom(2)}>
          −
        </Button>
        <Button label="Zoom in (plus)" onClick={() => zoom(0.5)}>
          +
        </Button>
        <Button label="Show all of the run (0)" onClick={wholeRun}>
          all
        </Button>
        <TimeInput label="In view from, in seconds" time={span.from} set={from => look({ from, to: span.to })} />
        <span class="soft">to</span>
        <TimeInput label="In view to, in seconds" time={span.to} set={to => look({ from: span.from, to })} />
        <span class="soft">s</span>
      </Group>
      <Group>
        <input
          type="search"
          placeholder="search events ( / )"
          aria-label="Search events"
          value={query}
          onInput={event => setQuery(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === "Enter") nextMatch(event.shiftKey ? -1 : 1)
            if (event.key === "Escape") event.currentTarget.blur()
          }}
        />
        <span class="soft count" aria-live="polite">
          {query.trim() === "" ? "" : foundText(matches.length)}
        </span>
      </Group>
      <Group>
        <Button
          label={isTable ? "Back to the diagram (t)" : "Table of events (t)"}
          pressed={isTable}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? "diagram" : "table"}
        </Button>
      </Group>
    </div>
  )
}

interface TimeInputProps {
  readonly label: string
  /** In microseconds. */
  readonly time: number
  set(time: number): void
}

function TimeInput({ label, time, set }: TimeInputProps) {
  return (
    <input
      class="time"
      aria-label={label}
      title={label}
      value={(Math.max(0, time) / 1_000_000).toFixed(4)}
      onChange={event => {
        const written = Number(event.currentTarget.value) * 1_000_000
        if (Number.isFinite(written)) set(written)
      }}
    />
  )
}

function foundText(count: number): string {
  return count < MAX_MATCHES ? `${count.toLocaleString("en")} found` : `${count.toLocaleString("en")} or more found`
}

const JUMPS = ["leader", "entered", "decided"]

/** The name of this run's milestones. */
function titleOf({ milestones }: Model): string {
  const kinds = new Set(milestones.map(({ kind }) => kind))
  if (kinds.has("leader")) return "leader"
  if (kinds.has("entered")) return "entry"
  return kinds.has("decided") ? "decision" : "milestone"
}

function speedOf(value: string): Speed {
  return value === "slow" || value === "fast" ? value : "normal"
}

function Group({ children }: { readonly children: ComponentChildren }) {
  return <div class="group">{children}</div>
}

interface ButtonProps {
  readonly label: string
  readonly disabled?: boolean
  readonly pressed?: boolean
  readonly children: ComponentChildren
  onClick(): void
}

function Button({ label, disabled = false, pressed, children, onClick }: ButtonProps) {
  return (
    <button type="button" title={label} aria-label={label} disabled={disabled} aria-pressed={pressed} onClick={onClick}>
      {children}
    </button>
  )
}

const HEARTBEAT = PURPOSES.indexOf("heartbeat")

interface FiltersProps {
  readonly model: Model
  readonly filter: Filter
  readonly theme: Theme
  setFilter(filter: Filter): void
}

/** Buttons that hide and show nodes, types of messages, heartbeats and clients; they also serve as the legend of the arrows. */
export function Filters({ model, filter, theme, setFilter }: FiltersProps) {
  const { hiddenNodes, hiddenTypes, heartbeats, clients } = filter
  const hasHeartbeats = model.trace.messages.purpose.includes(HEARTBEAT)
  const hasClients = model.trace.operations.length > 0
  return (
    <div class="filters" role="group" aria-label="What is shown">
      {Array.from({ length: model.trace.nodes }, (_, node) => (
        <Chip
          key={node}
          on={!hiddenNodes.has(node)}
          onClick={() => setFilter({ ...filter, hiddenNodes: toggled(hiddenNodes, node) })}
        >
          {nodeName(model.trace, node)}
        </Chip>
      ))}
      <span class="gap" />
      {model.types
        .filter(({ isClient, count }) => !isClient && count > 0)
        .map(({ index, name, count }) => (
          <Chip
            key={index}
            on={!hiddenTypes.has(index)}
            colour={messageColour(theme, index)}
            onClick={() => setFilter({ ...filter, hiddenTypes: toggled(hiddenTypes, index) })}
          >
            {name} <span class="soft">{count.toLocaleString("en")}</span>
          </Chip>
        ))}
      <span class="gap" />
      {hasHeartbeats && (
        <Chip on={heartbeats} onClick={() => setFilter({ ...filter, heartbeats: !heartbeats })}>
          heartbeats
        </Chip>
      )}
      {hasClients && (
        <Chip on={clients} onClick={() => setFilter({ ...filter, clients: !clients })}>
          clients
        </Chip>
      )}
    </div>
  )
}

interface ChipProps {
  readonly on: boolean
  readonly colour?: string
  readonly children: ComponentChildren
  onClick(): void
}

function Chip({ on, colour, children, onClick }: ChipProps) {
  return (
    <button type="button" class="chip" aria-pressed={on} onClick={onClick}>
      {colour !== undefined && <span class="dot" style={{ background: colour }} />}
      {children}
    </button>
  )
}
