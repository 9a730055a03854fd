/** The playground: the ring, the controls, what is chosen, the checks, the diagram, the scenario and the challenges. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks"
import { useTheme } from "../../trace/view/use-theme.ts"
import type { Snapshot } from "../../../debugger/tracing/values.ts"
import { snapshot } from "../../../debugger/tracing/states.ts"
import type { NodeId } from "../../../runtime/contract/ids.ts"
import type { RunnableScenario } from "../../../scenarios/scenario-file.ts"
import type { Challenge } from "../challenges/challenge.ts"
import { runFromFragment } from "../model/document.ts"
import type { Sight } from "../model/seen.ts"
import { Session } from "../model/session.ts"
import { allAlgorithms, defaultSetup, runOf, servicesOf, type Setup } from "../model/setup.ts"
import { sightOf } from "../model/sight.ts"
import { Challenges, challengeStanding } from "./challenges.tsx"
import { Checks, Notices } from "./checks.tsx"
import type { Chosen } from "./chosen.ts"
import { Controls } from "./controls.tsx"
import { Help, Part } from "./dialogs.tsx"
import { Inspector } from "./inspector.tsx"
import { Ring } from "./ring.tsx"
import { ScenarioCard } from "./scenario.tsx"
import { SetupForm } from "./setup-form.tsx"
import { SpaceTime } from "./space-time.tsx"
import { usePlayKeys } from "./use-play-keys.ts"
import { type Playing, usePlayer } from "./use-player.ts"

export interface Start {
  readonly setup: Setup
  /** A scenario in place of the choices. */
  readonly run?: RunnableScenario
  readonly title?: string
  /** Why something else is shown than was asked for. */
  readonly problem?: string
}

export function App({ start }: { readonly start: Start }) {
  const [said, setSaid] = useState(start.problem ?? "")
  const [setup, setSetup] = useState<Setup | undefined>(start.run === undefined ? start.setup : undefined)
  const playing = usePlayer(start.run ?? runOf(start.setup), setSaid)
  const [chosen, choose] = useState<Chosen>()
  const [dialog, setDialog] = useState<"help" | "part" | undefined>()
  const [challenge, setChallenge] = useState<Challenge | undefined>()
  const [isMet, setMet] = useState(false)
  const { theme, toggleTheme } = useTheme()
  const { player, session, act, intervene } = playing
  const sight = useMemo(() => sightOf(session), [session, playing.frame])
  const other = player.other
  const otherSight = useMemo(() => (other === undefined ? undefined : sightOf(other)), [other, playing.frame])

  const openRun = (run: RunnableScenario, made?: Setup): void => {
    playing.open(run)
    setSetup(made)
    choose(undefined)
    setChallenge(undefined)
    setMet(false)
    setSaid("")
  }
  const openSetup = (made: Setup): string => {
    try {
      openRun(runOf(made), made)
      return ""
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
  const take = (next: Challenge | undefined): void => {
    if (next !== undefined) openSetup(next.setup)
    setChallenge(next)
    setMet(false)
  }
  const isMetNow = challenge !== undefined && !isMet && challengeStanding(challenge, session, sight).state === "met"
  useEffect(() => {
    if (isMetNow) setMet(true)
  }, [isMetNow])
  useLinks(openRun, setSaid)
  const toggleLink = (one: NodeId, to: NodeId): void => {
    const isCut = sight.cuts.some(link => link.includes(one) && link.includes(to))
    intervene({ type: isCut ? "mend" : "cut", between: [one, to] })
  }
  const part = (side: readonly NodeId[]): void => intervene({ type: "partition", sides: [side] })
  usePlayKeys({ playing, sight, chosen, choose, toggleLink, setDialog, toggleTheme })

  const { algorithm, service, nodes } = session.scenario
  const shownSetup = setup ?? { ...defaultSetup(algorithm.name, service.name), nodes, seed: session.seed }
  return (
    <div class="page">
      <header class="head">
        <h1>{algorithm.title}: playground</h1>
        <div class="corner">
          <button type="button" onClick={toggleTheme} aria-label="Light or dark (k)">
            ◐
          </button>
          <button type="button" onClick={() => setDialog("help")}>
            ? keys
          </button>
        </div>
      </header>
      <SetupForm setup={shownSetup} open={openSetup} />
      <Controls playing={playing} />
      <p class="said" role="status" aria-live="polite">
        {said}
      </p>
      <main class={other === undefined ? "columns" : "columns compared"}>
        <section class="stage" aria-label="Nodes and messages under way">
          <Notices sight={sight} />
          <Ring
            {...{ sight, theme, chosen, choose, toggleLink, part }}
            members={nodes}
            label={`${nodes} nodes of ${algorithm.title}`}
          />
          <StageButtons {...{ playing, sight }} openPart={() => setDialog("part")} />
        </section>
        {other !== undefined && otherSight !== undefined && (
          <section class="stage" aria-label={`The same with ${other.scenario.algorithm.title}`}>
            <Notices sight={otherSight} />
            <Ring
              sight={otherSight}
              {...{ theme, toggleLink, part }}
              chosen={undefined}
              choose={() => {}}
              isPlain
              members={other.scenario.nodes}
              label={`${other.scenario.nodes} nodes of ${other.scenario.algorithm.title}`}
            />
            <Checks session={other} sight={otherSight} />
          </section>
        )}
        <div class="side">
          <Chosenly {...{ playing, sight, chosen, choose }} />
          <Checks session={session} sight={sight} />
        </div>
      </main>
      <SpaceTime
        session={session}
        frame={playing.frame}
        theme={theme}
        goToStep={step => act(() => player.goToStep(step))}
      />
      <div class="columns">
        <ScenarioCard
          session={session}
          beat={playing.beat}
          remove={place => act(() => session.remove(place))}
          open={openRun}
          tell={setSaid}
        />
        <Challenges taken={challenge} isMet={isMet} session={session} sight={sight} take={take} />
      </div>
      {dialog === "help" && <Help close={() => setDialog(undefined)} />}
      {dialog === "part" && <Part members={nodes} part={part} close={() => setDialog(undefined)} />}
    </div>
  )
}

interface StageButtonsProps {
  readonly playing: Playing
  readonly sight: Sight
  openPart(): void
}

function StageButtons({ playing, sight, openPart }: StageButtonsProps) {
  const { player, session, act, intervene } = playing
  const compare = (name: string): void => {
    if (name === "") return act(() => player.compare(undefined))
    const { service, nodes } = session.scenario
    const sameService = servicesOf(name).find(each => each.name === service.name)?.name
    act(() => player.compare(new Session(runOf({ ...defaultSetup(name, sameService), nodes, seed: session.seed }))))
  }
  return (
    <div class="row stage-buttons">
      <button type="button" disabled={session.isScripted} onClick={openPart} title="key b">
        part …
      </button>
      <button
        type="button"
        disabled={sight.cuts.length === 0}
        onClick={() => intervene({ type: "heal" })}
        title="key h"
      >
        heal
      </button>
      <label>
        beside it{" "}
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
  )
}

interface ChosenlyProps {
  readonly playing: Playing
  readonly sight: Sight
  readonly chosen: Chosen
  choose(chosen: Chosen): void
}

interface Look {
  readonly node: NodeId | undefined
  readonly session: Session
  readonly fields: Snapshot
  readonly before: Snapshot | undefined
}

/** The inspector, with what changed in the chosen node since it was last looked at. */
function Chosenly({ playing, sight, chosen, choose }: ChosenlyProps) {
  const { session, beat, intervene } = playing
  const node = chosen?.kind === "node" ? chosen.node : undefined
  const looks = useRef<Look | undefined>(undefined)
  const fields = useMemo(
    (): Snapshot =>
      node === undefined || sight.nodes[node]?.up !== true ? new Map() : snapshot(session.simulation, node),
    [session, node, beat],
  )
  const last = looks.current
  if (last?.node !== node || last?.session !== session) looks.current = { node, fields, before: undefined, session }
  else if (last.fields !== fields && !isEqual(last.fields, fields))
    looks.current = { ...last, fields, before: last.fields }
  return (
    <Inspector
      {...{ sight, chosen, choose, intervene, fields }}
      canAsk={session.simulation.canAsk}
      isFixed={session.isScripted || session.isOver}
      before={looks.current?.before}
    />
  )
}

function isEqual(one: Snapshot, other: Snapshot): boolean {
  return one.size === other.size && [...one].every(([field, text]) => other.get(field) === text)
}

/** Opens the run of a link that is followed while the page is open. */
function useLinks(open: (run: RunnableScenario) => void, tell: (text: string) => void): void {
  const latest = useRef({ open, tell })
  latest.current = { open, tell }
  useEffect(() => {
    const follow = (): void => {
      runFromFragment(location.hash).then(
        run => run !== undefined && latest.current.open(run),
        (error: unknown) => latest.current.tell(error instanceof Error ? error.message : String(error)),
      )
    }
    addEventListener("hashchange", follow)
    return () => removeEventListener("hashchange", follow)
  }, [])
}
