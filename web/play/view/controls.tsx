/** Time: play, pause, step forward and back, speed; and undo. */
import type { ComponentChildren } from "preact"
import { SPEEDS } from "../model/player.ts"
import type { Playing } from "./use-player.ts"
import { clockText } from "./words.ts"

export function Controls({ playing }: { readonly playing: Playing }) {
  const { player, session, act } = playing
  const { isPlaying, speed } = player
  return (
    <div class="controls" role="toolbar" aria-label="Time">
      <Button label="To the beginning (Home)" onClick={() => act(() => player.restart())}>
        |◀
      </Button>
      <Button label="Ten steps back (Shift and left arrow)" onClick={() => act(() => player.back(10))}>
        ◀◀
      </Button>
      <Button label="Step back (left arrow)" onClick={() => act(() => player.back(1))}>
        ◀
      </Button>
      <button
        type="button"
        class="play"
        title="Space"
        onClick={() => act(() => player.toggle())}
        disabled={player.isOver}
      >
        {isPlaying ? "❚❚ pause" : "▶ play"}
      </button>
      <Button label="Step forward (right arrow)" disabled={player.isOver} onClick={() => act(() => player.step())}>
        ▶
      </Button>
      <Button label="To the end (End)" disabled={player.isOver} onClick={() => act(() => player.toEnd())}>
        ▶|
      </Button>
      <label>
        <span class="word">speed</span>{" "}
        <select
          aria-label="Speed"
          value={String(speed)}
          onChange={event => {
            const chosen = SPEEDS.find(each => String(each.speed) === event.currentTarget.value)
            if (chosen !== undefined) act(() => void (player.speed = chosen.speed))
          }}
        >
          {SPEEDS.map(each => (
            <option key={each.label} value={String(each.speed)}>
              {each.label}
            </option>
          ))}
        </select>
      </label>
      <output class="clock" aria-label="Virtual time">
        {clockText(player.now)}
      </output>
      <span class="gap" />
      <Button label="Undo (z)" disabled={!session.canUndo} onClick={() => act(() => player.undo())}>
        ↶<span class="word"> undo</span>
      </Button>
      <Button label="Redo (y)" disabled={!session.canRedo} onClick={() => act(() => player.redo())}>
        ↷<span class="word"> redo</span>
      </Button>
    </div>
  )
}

interface ButtonProps {
  readonly label: string
  readonly disabled?: boolean
  readonly children: ComponentChildren
  onClick(): void
}

function Button({ label, disabled = false, children, onClick }: ButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
      {children}
    </button>
  )
}
