/** The meaning of the signs, and the keys. */
import { useEffect, useRef } from "preact/hooks"
import type { Model } from "../model/model.ts"
import { bandFill, bandInk, type Theme } from "../paint/theme.ts"

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["← →", "one step back, forward (with shift: ten)"],
  ["space", "play, pause"],
  ["n / shift n", "next, previous leader change, entry or decision"],
  ["f, v", "next fault, next violation"],
  ["+ −", "zoom in, out (or the mouse wheel; double click)"],
  ["a d", "move the view (or drag; shift and wheel)"],
  ["0", "the whole run"],
  ["/", "search; Enter goes to the next match"],
  ["t", "table or diagram"],
  ["l", "light or dark"],
  ["Home, End", "first, last step"],
]

const SIGNS: readonly (readonly [sign: string, what: string])[] = [
  ["▸", "a node boots"],
  ["●", "a timer runs out"],
  ["◆", "a node reports a fact to its service"],
  ["★", "a node begins to lead"],
  ["✓", "a node decides"],
  ["⚡", "a fault begins or ends"],
  ["✕", "a message is lost, or a node crashes"],
  ["- - -", "a message that does not arrive; dotted: a duplicate"],
]

export function Help({ model, theme, close }: { readonly model: Model; readonly theme: Theme; close(): void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const roles = new Map(model.trace.bands.map(({ role, rank }) => [role, rank]))
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-label="Help"
      onClose={close}
      onClick={event => {
        if (event.target === dialog.current) close()
      }}
    >
      <button type="button" class="close" onClick={close} aria-label="Close" autofocus>
        ×
      </button>
      <h2>Signs</h2>
      <dl>
        {[...roles]
          .filter(([role]) => role !== "")
          .map(([role, rank]) => (
            <div key={role}>
              <dt>
                <span class="badge" style={{ background: bandFill(theme, 1, rank), color: bandInk(theme, 1, rank) }}>
                  {role}
                </span>
              </dt>
              <dd>{["neither leads nor tries to", "tries to lead or to enter", "leads, or is inside"][rank]}</dd>
            </div>
          ))}
        <div>
          <dt>colour</dt>
          <dd>of a band: its term, ballot, election or instance, the number behind the role</dd>
        </div>
        {SIGNS.map(([sign, what]) => (
          <div key={sign}>
            <dt>{sign}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h2>Keys</h2>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h2>Checks</h2>
      <dl>
        {model.summary.verdicts.map(({ check, doc, verdict, because }) => (
          <div key={check}>
            <dt>{check}</dt>
            <dd>
              <strong class={verdict}>{verdict}</strong> {doc} {because}
            </dd>
          </div>
        ))}
      </dl>
      <p class="soft">
        Made by <code>{model.document.command}</code>, Quorate {model.document.version}
      </p>
    </dialog>
  )
}
