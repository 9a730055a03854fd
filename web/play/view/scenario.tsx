/** The user's acts as a scenario: to be undone, saved, loaded and shared. */
import { useRef, useState } from "preact/hooks"
import { testOfScenario } from "../../../debugger/test-file.ts"
import { formatAct } from "../../../runtime/scenario/intervention-words.ts"
import type { RunnableScenario } from "../../../scenarios/scenario-file.ts"
import { fragmentOf, runFromText, runUntil, savedRun } from "../model/document.ts"
import type { Session } from "../model/session.ts"
import { clockText } from "./words.ts"

interface ScenarioProps {
  readonly session: Session
  remove(place: number): void
  open(run: RunnableScenario): void
  tell(text: string): void
}

export function ScenarioCard({ session, remove, open, tell }: ScenarioProps) {
  const { interventions, made, roles } = session
  const [saved, setSaved] = useState("")
  const upToNow = (): RunnableScenario => runUntil(session.run, session.simulation.time)
  return (
    <section class="card" aria-label="Scenario">
      <h2>Scenario</h2>
      {interventions.length === 0 && (
        <p class="soft">What you do by hand is listed here, and makes a scenario that can be run again.</p>
      )}
      <ol class="interventions">
        {interventions.map(({ at, act }, place) => (
          <li key={`${place} ${at}`} class={classOf(session, place, made)}>
            <span class="clock">{clockText(at)}</span> <code>{formatAct(act, roles)}</code>
            {!session.isScripted && (
              <button
                type="button"
                class="link"
                aria-label={`Leave out: ${formatAct(act, roles)}`}
                onClick={() => remove(place)}
              >
                leave out
              </button>
            )}
          </li>
        ))}
      </ol>
      <div class="row">
        <button type="button" onClick={() => setSaved(save(upToNow()))}>
          save
        </button>
        <button type="button" onClick={() => setSaved(saveTest(upToNow()))}>
          save as test
        </button>
        <LoadButton open={open} tell={tell} />
        <button type="button" onClick={() => void share(upToNow(), tell)}>
          copy link
        </button>
      </div>
      <p class="saved" aria-live="polite">
        {saved}
      </p>
    </section>
  )
}

function classOf(session: Session, place: number, made: number): string {
  if (place >= made) return "to-come"
  return session.isImpossible(place) ? "impossible" : ""
}

/** Downloads a file. */
function keep(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement("a")
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

/** Saves the run as a test. @returns the message to show */
function saveTest(run: RunnableScenario): string {
  const { text, result } = savedRun(run)
  const name = `${run.scenario.algorithm}-by-hand`
  keep(`${name}.test.js`, testOfScenario(name, text, result), "text/javascript")
  return `${name}.test.js expects the verdicts of this run. With Vitest and Quorate installed: npx vitest run ${name}.test.js`
}

/** Saves the run as a scenario file. @returns the message to show */
function save(run: RunnableScenario): string {
  const { text, result, violates } = savedRun(run)
  const name = `${run.scenario.algorithm}-by-hand.json`
  keep(name, text, "application/json")
  const course = result.status === "completed" ? `digest ${result.digest}` : `failed: ${result.reason}`
  const shrinks = violates === undefined ? "" : `, which violates ${violates}: quorate shrink ${name}`
  return `${name} (${course})${shrinks}. Again: quorate replay ${name}, quorate trace ${name}, quorate play ${name}`
}

function LoadButton({ open, tell }: Pick<ScenarioProps, "open" | "tell">) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" onClick={() => input.current?.click()}>
        load …
      </button>
      <input
        ref={input}
        type="file"
        class="sr"
        tabIndex={-1}
        aria-label="Scenario file to load"
        accept=".json,application/json"
        onChange={event => {
          const [file] = event.currentTarget.files ?? []
          event.currentTarget.value = ""
          if (file !== undefined) void load(file, open, tell)
        }}
      />
    </>
  )
}

async function load(file: File, open: (run: RunnableScenario) => void, tell: (text: string) => void): Promise<void> {
  try {
    open(runFromText(await file.text()))
    tell(`${file.name} is loaded.`)
  } catch (error) {
    tell(`${file.name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Puts the run into the page's address, and copies the address if the browser allows it. */
async function share(run: RunnableScenario, tell: (text: string) => void): Promise<void> {
  const fragment = await fragmentOf(run)
  history.replaceState(null, "", fragment)
  try {
    await navigator.clipboard.writeText(location.href)
    tell("The link to this run is in the clipboard, and in the address bar.")
  } catch {
    tell("The link to this run is in the address bar.")
  }
}
