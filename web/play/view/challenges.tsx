/** Challenges: the list, the current one, and its standing. */
import { ACT_WORDS, type Challenge, standingOf, timesInWords } from "../challenges/challenge.ts"
import { CHALLENGES } from "../challenges/registry.ts"
import type { Sight } from "../model/seen.ts"
import type { Session } from "../model/session.ts"

const ANY_OF = new Intl.ListFormat("en", { type: "disjunction" })

interface ChallengesProps {
  readonly taken: Challenge | undefined
  /** True once it was met, even if it no longer is. */
  readonly isMet: boolean
  readonly session: Session
  readonly sight: Sight
  take(challenge: Challenge | undefined): void
}

export function Challenges({ taken, isMet, session, sight, take }: ChallengesProps) {
  return (
    <section class="card challenges" aria-label="Challenges">
      <div class="card-head">
        <h2>Challenges</h2>
        <label>
          <span class="sr">Challenge</span>
          <select
            value={taken?.name ?? ""}
            onChange={event => take(CHALLENGES.find(({ name }) => name === event.currentTarget.value))}
          >
            <option value="">choose one …</option>
            {CHALLENGES.map(({ name, title }) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
      </div>
      {taken !== undefined && <Taken challenge={taken} isMet={isMet} session={session} sight={sight} />}
    </section>
  )
}

type TakenProps = Pick<ChallengesProps, "isMet" | "session" | "sight"> & { readonly challenge: Challenge }

function Taken({ challenge, isMet, session, sight }: TakenProps) {
  const standing = challengeStanding(challenge, session, sight)
  return (
    <>
      <p>{challenge.task}</p>
      <p class="soft">You may {ANY_OF.format(challenge.allowed.acts.map(act => ACT_WORDS[act]))}.</p>
      <details>
        <summary>hint</summary>
        <p>{challenge.hint}</p>
      </details>
      <div role="status" aria-live="polite">
        {isMet ? (
          <p class="met" data-challenge="met">
            <strong>Done.</strong> {challenge.lesson}
          </p>
        ) : standing.state === "spent" ? (
          <p class="notice bad" data-challenge="spent">
            {standing.reason}
          </p>
        ) : (
          <p class="soft" data-challenge="open">
            {standing.state === "open" ? `${timesInWords(standing.left)} left` : ""}
          </p>
        )}
      </div>
    </>
  )
}

/** The standing of a challenge in a run. */
export function challengeStanding(challenge: Challenge, session: Session, sight: Sight) {
  const acts = session.interventions.slice(0, session.made).map(({ act }) => act)
  return standingOf(challenge, acts, { sight, trace: session.traceUntil(session.simulation.time) })
}
