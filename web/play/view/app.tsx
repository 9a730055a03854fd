/**
 * The playground: the controls, the ring with the challenge, the chosen node or message and the checks beside it, the
 * diagram, the scenario.
 */
import { useEffect, useMemo, useRef, useState } from "preact/hooks"
import { useTheme } from "../../trace/view/use-theme.ts"
import type { NodeId } from "../../../runtime/contract/ids.ts"
import type { RunnableScenario } from "../../../scenarios/scenario-file.ts"
import type { Challenge } from "../challenges/challenge.ts"
import { runFromFragment } from "../model/document.ts"
import type { Sight } from "../model/seen.ts"
import type { Session } from "../model/session.ts"
import { defaultSetup, runOf, type Setup } from "../model/setup.ts"
import { sightOf } from "../model/sight.ts"
import { Challenges, challengeStanding } from "./challenges.tsx"
import { Checks } from "./checks.tsx"
import type { Chosen } from "./chosen.ts"
import { Controls } from "./controls.tsx"
import { Help, Part } from "./dialogs.tsx"
import { Inspector } from "./inspector.tsx"
import { ScenarioCard } from "./scenario.tsx"
import { SetupForm } from "./setup-form.tsx"
import { SpaceTime } from "./space-time.tsx"
import { OtherStage, Stage } from "./stage.tsx"
import { States, useLook } from "./states.tsx"
import { Still } from "./still.tsx"
import { usePlayKeys } from "./use-play-keys.ts"
import { type Playing, usePlayer } from "./use-player.ts"

export interface Start {
  readonly setup: Setup
  /** A scenario instead of the choices. */
  readonly run?: RunnableScenario
  /** The reason why something other than requested is shown. */
  readonly problem?: string
}

export function App({ start }: { readonly start: Start }) {
  const [said, tell] = useState(start.problem ?? "")
  const [setup, setSetup] = useState<Setup | undefined>(start.run === undefined ? start.setup : undefined)
  const playing = usePlayer(start.run ?? runOf(start.setup), tell)
  const [chosen, setChosen] = useState<Chosen>()
  const [dialog, setDialog] = useState<"help" | "part" | undefined>()
  const { theme, toggleTheme } = useTheme()
  const { player, session, act, beat, intervene } = playing
  const sight = useMemo(() => sightOf(session), [session, playing.frame])
  const look = useLook(session, beat)
  const challenges = useChallenge(playing, sight)

  const choose = (next: Chosen): void => {
    setChosen(next)
    // Pauses, since the message would otherwise arrive before the user can act on it.
    if (next?.kind === "message" && player.isPlaying) act(() => player.toggle())
  }
  const openRun = (run: RunnableScenario, made?: Setup): void => {
    try {
      playing.open(run)
    } catch (error) {
      tell(`This run cannot begin: ${error instanceof Error ? error.message : String(error)}`)
      return
    }
    setSetup(made)
    choose(undefined)
    challenges.take(undefined)
    tell("")
  }
  const openSetup = (made: Setup): string => {
    try {
      openRun(runOf(made), made)
      return ""
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }
  const take = (challenge: Challenge | undefined): void => {
    if (challenge !== undefined) openSetup(challenge.setup)
    challenges.take(challenge)
  }
  const toggleLink = (one: NodeId, to: NodeId): void => {
    const isCut = sight.cuts.some(link => link.includes(one) && link.includes(to))
    intervene({ type: isCut ? "mend" : "cut", between: [one, to] })
  }
  const part = (side: readonly NodeId[]): void => intervene({ type: "partition", sides: [side] })
  useLinks(openRun, tell)
  usePlayKeys({ playing, sight, chosen, choose, toggleLink, setDialog, toggleTheme })

  const stage = { playing, theme, toggleLink, part }
  return (
    <div class="page">
      <Still on={[session, setup]}>
        {() => (
          <>
            <Head session={session} toggleTheme={toggleTheme} help={() => setDialog("help")} />
            <SetupForm setup={setup ?? setupLike(playing)} open={openSetup} />
          </>
        )}
      </Still>
      <Controls playing={playing} />
      <p class="said" role="status" aria-live="polite">
        {said}
      </p>
      <main class={player.other === undefined ? "columns" : "columns compared"}>
        <Stage {...stage} {...{ sight, chosen, choose }} openPart={() => setDialog("part")} />
        {player.other !== undefined && <OtherStage {...stage} other={player.other} />}
        <Still on={[session, beat, chosen, look, challenges.taken, challenges.isMet]}>
          {() => (
            <div class="side">
              <Challenges {...challenges} {...{ session, sight, take }} />
              <Inspector
                {...{ sight, chosen, choose, intervene, look }}
                canAsk={session.simulation.canAsk}
                isFixed={session.isScripted || session.isOver}
              />
              <Checks session={session} sight={sight} />
            </div>
          )}
        </Still>
      </main>
      <SpaceTime {...{ session, theme }} frame={playing.frame} goToStep={step => act(() => player.goToStep(step))} />
      <Still on={[session, beat]}>
        {() => (
          <ScenarioCard {...{ session, tell }} remove={place => act(() => session.remove(place))} open={openRun} />
        )}
      </Still>
      <Still on={[session, look]}>{() => <States look={look} sight={sight} />}</Still>
      {dialog === "help" && <Help close={() => setDialog(undefined)} />}
      {dialog === "part" && <Part members={session.scenario.nodes} part={part} close={() => setDialog(undefined)} />}
    </div>
  )
}

interface HeadProps {
  readonly session: Session
  toggleTheme(): void
  help(): void
}

function Head({ session, toggleTheme, help }: HeadProps) {
  const { title } = session.run
  return (
    <header class="head">
      <div>
        <h1>{session.scenario.algorithm.title}: playground</h1>
        {title !== undefined && <p class="soft">{title}</p>}
      </div>
      <div class="corner">
        <button type="button" onClick={toggleTheme} aria-label="Light or dark (k)">
          ◐
        </button>
        <button type="button" onClick={help}>
          ? keys
        </button>
      </div>
    </header>
  )
}

/** The choices closest to a run that was made without them. */
function setupLike({ session }: Playing): Setup {
  const { algorithm, service, nodes } = session.scenario
  return { ...defaultSetup(algorithm.name, service.name), nodes, seed: session.seed }
}

/** The current challenge, and whether it was ever met, even if no longer. */
function useChallenge({ session }: Playing, sight: Sight) {
  const [taken, setTaken] = useState<Challenge | undefined>()
  const [isMet, setMet] = useState(false)
  const isMetNow = taken !== undefined && !isMet && challengeStanding(taken, session, sight).state === "met"
  useEffect(() => {
    if (isMetNow) setMet(true)
  }, [isMetNow])
  const take = (challenge: Challenge | undefined): void => {
    setTaken(challenge)
    setMet(false)
  }
  return { taken, isMet, take }
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
