/** The state of the run: notices, the service's checks, availability and messages. */
import type { Sight } from "../model/seen.ts"
import { leadersOf } from "../model/notices.ts"
import type { Session } from "../model/session.ts"
import { percent } from "./words.ts"

export function Notices({ sight }: { readonly sight: Sight }) {
  return (
    <div class="notices" role="status" aria-live="polite">
      {sight.notices.map(({ kind, text, isBad }) => (
        <p key={`${kind} ${text}`} class={isBad ? "notice bad" : "notice"} data-notice={kind}>
          {text}
        </p>
      ))}
    </div>
  )
}

export function Checks({ session, sight }: { readonly session: Session; readonly sight: Sight }) {
  const { service, algorithm } = session.scenario
  const { soFar, sent, nodes } = sight
  return (
    <section class="card" aria-label="Checks and figures">
      <h2>{service.title}</h2>
      <dl class="figures">
        <Figure name="availability" value={percent(soFar?.availability ?? Number.NaN)} title={service.availability} />
        <Figure
          name="operations"
          value={soFar === undefined ? "–" : `${soFar.ok} ok of ${soFar.ended}`}
          title={service.operation}
        />
        <Figure name="protocol messages" value={sent.protocol.toLocaleString("en")} title="sent between nodes so far" />
        {sent.heartbeat > 0 && (
          <Figure name="heartbeats" value={sent.heartbeat.toLocaleString("en")} title="failure detection" />
        )}
        {sent.retransmission > 0 && (
          <Figure name="sent again" value={sent.retransmission.toLocaleString("en")} title="retransmissions" />
        )}
        {hasLeaders(session) && (
          <Figure name="leads" value={leaderText(sight)} title={`whom nodes of ${algorithm.title} believe`} />
        )}
      </dl>
      <ul class="checks">
        {service.checks.map(({ name, doc }) => {
          const verdict = soFar?.verdicts[name]
          return (
            <li key={name} class={verdict?.verdict ?? "undecided"}>
              <span class="sign" aria-hidden="true">
                {SIGNS[verdict?.verdict ?? "undecided"]}
              </span>
              <span title={doc}>
                {name}: {verdict?.verdict === "holds" ? "holds so far" : (verdict?.verdict ?? "undecided")}
              </span>
            </li>
          )
        })}
      </ul>
      {nodes.some(({ isTraitor }) => isTraitor) && <p class="soft">Checks judge loyal nodes.</p>}
    </section>
  )
}

const SIGNS = { holds: "✓", violated: "✗", undecided: "?" } as const

function Figure({ name, value, title }: { readonly name: string; readonly value: string; readonly title: string }) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function hasLeaders({ recorder }: Session): boolean {
  return recorder.traceUntil(recorder.simulation.time).bands.some(({ leader }) => leader !== null)
}

function leaderText({ nodes }: Sight): string {
  const leaders = leadersOf(nodes)
  return leaders.length === 0 ? "nobody" : leaders.map(({ id }) => id).join(" and ")
}
