/** The ring with notices above it; beside it, if wanted, the ring of another algorithm under the same acts. */
import { useMemo } from "preact/hooks"
import type { NodeId } from "../../../runtime/contract/ids.ts"
import type { Theme } from "../../trace/paint/theme.ts"
import type { Sight } from "../model/seen.ts"
import { Session } from "../model/session.ts"
import { allAlgorithms, defaultSetup, runOf, servicesOf } from "../model/setup.ts"
import { sightOf } from "../model/sight.ts"
import { Checks, Notices } from "./checks.tsx"
import type { Chosen } from "./chosen.ts"
import { Ring } from "./ring.tsx"
import { Still } from "./still.tsx"
import type { Playing } from "./use-player.ts"

interface CommonProps {
  readonly playing: Playing
  readonly theme: Theme
  toggleLink(one: NodeId, other: NodeId): void
  part(side: readonly NodeId[]): void
}

interface StageProps extends CommonProps {
  readonly sight: Sight
  readonly chosen: Chosen
  choose(chosen: Chosen): void
  openPart(): void
}

export function Stage({ playing, sight, openPart, ...ring }: StageProps) {
  const { algorithm, nodes } = playing.session.scenario
  return (
    <section class="stage" aria-label="Nodes and messages under way">
      {playing.player.other !== undefined && <h2>{algorithm.title}</h2>}
      <Notices sight={sight} />
      <Ring {...ring} sight={sight} members={nodes} label={`${nodes} nodes of ${algorithm.title}`} />
      <StageButtons {...{ playing, openPart }} isWhole={sight.cuts.length === 0} />
    </section>
  )
}

export function OtherStage({ playing, other, ...ring }: CommonProps & { readonly other: Session }) {
  const sight = useMemo(() => sightOf(other), [other, playing.frame])
  const { algorithm, nodes } = other.scenario
  return (
    <section class="stage" aria-label={`The same with ${algorithm.title}`}>
      <h2>{algorithm.title}</h2>
      <Notices sight={sight} />
      <Ring
        {...ring}
        {...{ sight }}
        chosen={undefined}
        choose={() => {}}
        isPlain
        members={nodes}
        label={`${nodes} nodes of ${algorithm.title}`}
      />
      <Still on={[other, playing.beat]}>{() => <Checks session={other} sight={sight} />}</Still>
    </section>
  )
}

interface StageButtonsProps {
  readonly playing: Playing
  /** True if no link is cut. */
  readonly isWhole: boolean
  openPart(): void
}

function StageButtons({ playing, isWhole, openPart }: StageButtonsProps) {
  const { player, session, act, intervene } = playing
  const compare = (name: string): void => {
    if (name === "") return act(() => player.compare(undefined))
    const { service, nodes } = session.scenario
    const sameService = servicesOf(name).find(each => each.name === service.name)?.name
    act(() => player.compare(new Session(runOf({ ...defaultSetup(name, sameService), nodes, seed: session.seed }))))
  }
  return (
    <Still on={[session, player.other, isWhole]}>
      {() => (
        <div class="row stage-buttons">
          <button type="button" disabled={session.isScripted} onClick={openPart} title="key b">
            partition …
          </button>
          <button type="button" disabled={isWhole} onClick={() => intervene({ type: "heal" })} title="key h">
            heal
          </button>
          <label>
            compare with{" "}
            <select
              value={player.other?.scenario.algorithm.name ?? ""}
              onChange={event => compare(event.currentTarget.value)}
            >
              <option value="">nothing</option>
              {allAlgorithms().map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
    </Still>
  )
}
