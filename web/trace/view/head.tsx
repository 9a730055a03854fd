/** The head of the page: the run, its ending, and its violations. */
import { describeLatency } from "../../../runtime/network/latency.ts"
import { formatDuration } from "../../../runtime/contract/units.ts"
import { clock, groupText } from "../model/describe.ts"
import type { Model } from "../model/model.ts"

interface HeadProps {
  readonly model: Model
  goTo(step: number): void
  toggleTheme(): void
  help(): void
}

export function Head({ model, goTo, toggleTheme, help }: HeadProps) {
  const { document, summary, trace } = model
  const violations = model.milestones.filter(({ kind }) => kind === "violation")
  return (
    <header class="head">
      <div class="titles">
        <h1>{document.title}</h1>
        <p class="soft">
          {summary.algorithm} · {summary.service} · {groupText(trace)} · {networkWords(model)}
          {trace.events.time.length.toLocaleString("en")} events · {summary.ending}
          {trace.isCut &&
            ` · only the first events of the run, up to ${formatDuration(lastTime(model))}, are shown: quorate replay --from ${formatDuration(lastTime(model))} prints the others`}
        </p>
        {violations.map(({ step, text, time }) => (
          <p key={text} class="violation">
            <strong>✗ {text}</strong>{" "}
            <button type="button" class="link" onClick={() => goTo(step)}>
              at {clock(time)} →
            </button>
          </p>
        ))}
      </div>
      <div class="corner">
        <button type="button" onClick={toggleTheme} title="Light or dark (l)" aria-label="Light or dark (l)">
          ◐
        </button>
        <button type="button" onClick={help} title="Help (?)" aria-label="Help (?)">
          ?
        </button>
      </div>
    </header>
  )
}

/** The time of the last event shown. */
function lastTime({ trace }: Model): number {
  return trace.events.time.at(-1) ?? 0
}

function networkWords({ scenario, seed }: Model): string {
  if (scenario === undefined) return ""
  const { latency, loss } = scenario.network
  const lossWords = loss > 0 ? `, ${Number((loss * 100).toFixed(6))} % lost` : ""
  return `links ${describeLatency(latency)}${lossWords} · ${formatDuration(scenario.duration)} · seed ${seed} · `
}
