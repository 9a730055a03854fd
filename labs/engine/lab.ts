/**
 * A course lab: a hand-out, a skeleton, and stages of tests with points.
 *
 * A lab lives in one folder, `labs/<name>/`, and in one line of `labs/registry.ts`:
 *
 * | file           | what it is                                                                                       |
 * |----------------|--------------------------------------------------------------------------------------------------|
 * | `README.md`    | the hand-out: goal, background, what to build, milestones with points, hints, questions          |
 * | `skeleton.ts`  | what the student starts from; imports from "quorate" only; compiles, and scores 0 (bugs: `.yaml`) |
 * | `lab.ts`       | exports `lab`, an {@link ImplementLab} or a {@link FindBugLab}: the stages and their tests       |
 * | `reference.ts` | exports `reference`: the project's own algorithm, adapted; full marks with every seed            |
 * | `wrong.ts`     | exports `wrong`: at least five typical mistakes ({@link WrongSolution}), as edits of the sources |
 *
 * A test is a scenario of the ordinary simulation, drawn from a seed, and what must hold of its run; or every order of events
 * in a small group ({@link OrdersTest}), and the checks that none may violate. It reads nothing
 * of a submission but what other nodes, clients and metrics see: messages, facts, replies, disks, counts. Time is
 * virtual and work is counted in events, so that no test depends on the machine. Tests never look at `state`: how a
 * student keeps it is their own business.
 *
 * In a lab of the other kind the student hands in a schedule of faults (`schedule.ts` grades it): `skeleton.yaml` is one
 * that shows nothing, `reference.ts` exports one that shows everything as text, and `wrong.ts` {@link WrongSchedule}s.
 * `npm run labs -- <name>` tries a lab on its own reference and mistakes while one writes it.
 *
 * Three rules make marks fair. A test gives all its points or none. A mistake costs the points of the stage that is
 * about it, and no others: what a stage is not about, its expectations do not mention. And what a test draws from its
 * seed, it draws from `vary` alone, so that a failure is reproduced by the name of the test and the seed.
 */
import type { Algorithm, NodeId } from "../../runtime/contract/algorithm.ts"
import type { Lies } from "../../runtime/contract/lies.ts"
import type { ScenarioOptions } from "../../runtime/scenario/compose.ts"
import type { Parameters } from "../../runtime/contract/parameters.ts"
import type { Random } from "../../runtime/lib/random.ts"
import type { CompletedRun, Scenario } from "../../runtime/scenario/scenario.ts"
import type { Service } from "../../runtime/contract/service.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"
import type { Micros } from "../../runtime/contract/units.ts"

export type Lab = ImplementLab | FindBugLab

interface LabDescription {
  /** The name in commands: lower case, words joined by hyphens. The folder's name. */
  readonly name: string
  readonly title: string
  /** One sentence for the list of labs. */
  readonly summary: string
  /** The file that the student hands in. */
  readonly file: string
}

/** The student writes an algorithm against the contract of `runtime/contract/algorithm.ts`. */
export interface ImplementLab extends LabDescription {
  readonly kind: "implement"
  readonly service: Service
  /** The parameters, whatever a submission declares: budgets and timings of the tests depend on them. */
  readonly parameters: Parameters
  /** The lies that a traitor may send, never the submission's own. */
  readonly lies?: Lies
  /** The name of the workbench's algorithm with which submissions are compared. */
  readonly compareWith: string
  readonly stages: readonly Stage<ImplementTest>[]
}

/** The student writes a schedule of faults that exposes the bug of a broken algorithm. */
export interface FindBugLab extends LabDescription {
  readonly kind: "find-bug"
  readonly service: Service
  /** The algorithm without the bug. It stays safe under every schedule. */
  readonly sound: Algorithm
  readonly stages: readonly Stage<ScheduleTest>[]
}

/** A milestone. Its points are those of its tests. */
export interface Stage<Test extends LabTest = LabTest> {
  /** The name for `quorate lab test <stage>`; a stage's number, from 1, works too. */
  readonly name: string
  /** The subject in a few words. */
  readonly title: string
  readonly tests: readonly Test[]
}

export interface LabTest {
  /** States behaviour: "the highest live process coordinates". Unique in the lab. */
  readonly name: string
  readonly points: number
}

/** A test of an algorithm: some runs, or every order of events. */
export type ImplementTest = RunTest | OrdersTest

/** Small groups in which every order of events is explored, instead of runs: no seed can miss one. */
export interface OrdersTest extends LabTest {
  readonly orders: readonly Orders[]
}

/** A group, and the events that may happen in it on one path. */
export interface Orders {
  readonly nodes: number
  /** The total number of operations of all clients. */
  readonly operations: number
  /** Checks of the service that count, and `progress`: no state in which nothing can happen while a client waits. */
  readonly judges: readonly string[]
  /** Goals of the service that some order must reach, by name; default: none. */
  readonly reaches?: readonly string[]
  /** States after which the rest is assumed to be correct; far more than a correct solution has. */
  readonly states: number
  /** Default: those of the lab. */
  readonly parameters?: Readonly<Record<string, unknown>>
  /** The number of timers that fire, whatever their names; default 0, like those that follow. */
  readonly timeouts?: number
  /** Each with an immediate restart, unless there are none (`restarts`). */
  readonly crashes?: number
  /** `none`: nodes that crash stay down. */
  readonly restarts?: "none"
  readonly duplicates?: number
  readonly losses?: number
  /** Guarantees of the network and the clocks, whatever a submission declares; default: none. */
  readonly assumes?: NonNullable<Algorithm["assumes"]>
}

/** A scenario, and the expectations that each of its runs must meet. */
export interface RunTest extends LabTest {
  /** The number of public seeds: 1 up to this. Grading adds the same number of hidden ones. Default 5. */
  readonly seeds?: number
  /**
   * The scenario of a seed, as in a spec. Draws from `vary` whatever should differ between runs: the number of nodes,
   * delays, parameters, crashes.
   */
  scenario(vary: Random): ScenarioOptions
  /** Checked in this order; the first that fails is reported. */
  readonly expect: readonly Expectation[]
}

/** Returns nothing if it holds in the run. Must not throw; the test fails if a malformed message makes it throw. */
export type Expectation = (run: LabRun) => Failure | undefined

/** A completed run, with its events in the order of time. */
export interface LabRun {
  readonly scenario: Scenario
  readonly seed: number
  readonly result: CompletedRun
  readonly events: readonly TraceEvent[]
  /** The nodes that are up at the end. */
  readonly live: readonly NodeId[]
  /** The leader that each node believes in at the end, by node id; `null`: none. */
  readonly leaders: readonly (NodeId | null)[]
}

/** The failure, described for a student: full sentences without the full stop. */
export interface Failure {
  /** "every live process follows node 4" */
  readonly expected: string
  /** "node 2 follows node 3" */
  readonly happened: string
  /** The earliest time at which it is visible. */
  readonly at?: Micros
}

/** A broken algorithm that a schedule must break while the sound one survives it. */
export interface ScheduleTest extends LabTest {
  readonly algorithm: Algorithm
  /** The check that must be violated with at least one of the seeds: a check of the service, or `null` for any symptom. */
  readonly violates: string | null
  /** The budget of a schedule; a lab's last stage asks for small ones. */
  readonly atMost?: { readonly faults: number; readonly nodes: number; readonly duration: Micros }
}

/**
 * A typical mistake, as edits of the reference's sources, and the stages in which it must lose points: with public
 * seeds, exactly these.
 */
export interface WrongSolution {
  /** A description of the mistake: "does not answer lower processes". */
  readonly mistake: string
  readonly edits: readonly Edit[]
  /** Names of stages. */
  readonly loses: readonly string[]
}

/** A typical schedule that does not show the bug, or not well enough, and the stages in which it must lose points. */
export interface WrongSchedule {
  readonly mistake: string
  /** The file, as a student would hand it in. */
  readonly schedule: string
  readonly loses: readonly string[]
}

/** A change of one source file. */
export interface Edit {
  /** Relative to the project. */
  readonly file: string
  /** A piece of its text that occurs exactly once. */
  readonly from: string
  readonly to: string
}

/** The points of a stage or of a whole lab. */
export function pointsOf(part: Lab | Stage): number {
  const stages: readonly Stage[] = "stages" in part ? part.stages : [part]
  return stages.reduce((sum, { tests }) => tests.reduce((points, test) => points + test.points, sum), 0)
}
