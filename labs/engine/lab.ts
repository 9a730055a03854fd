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
  /** The parameters, whatever a submission declares: budgets and timings of the tests rest on them. */
  readonly parameters: Parameters
  /** The lies of a sender that a fault made a traitor; never the submission's own. */
  readonly lies?: Lies
  /** The workbench's algorithm that submissions are compared with, by its name. */
  readonly compareWith: string
  readonly stages: readonly Stage<ImplementTest>[]
}

/** The student writes a schedule of faults that brings the bug of a broken algorithm to light. */
export interface FindBugLab extends LabDescription {
  readonly kind: "find-bug"
  readonly service: Service
  /** The algorithm without the bug. Whatever a schedule does to it, it stays safe. */
  readonly sound: Algorithm
  readonly stages: readonly Stage<ScheduleTest>[]
}

/** A milestone. Its points are those of its tests. */
export interface Stage<Test extends LabTest = LabTest> {
  /** The name that `quorate lab test <stage>` takes; a stage is also known by its number, from 1. */
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

/** Small groups of which every order of events is explored, in place of runs: there is no seed that could miss one. */
export interface OrdersTest extends LabTest {
  readonly orders: readonly Orders[]
}

/** A group, and how much may happen in it on one path. */
export interface Orders {
  readonly nodes: number
  /** Operations of all clients together. */
  readonly operations: number
  /** Checks of the service that count, and `progress`: no state in which nothing can happen though somebody waits. */
  readonly judges: readonly string[]
  /** Goals of the service that some order must reach, in its words; default: none. */
  readonly reaches?: readonly string[]
  /** States after which the rest is taken for right; far more than a right solution has. */
  readonly states: number
  /** Default: those of the lab. */
  readonly parameters?: Readonly<Record<string, unknown>>
  /** Timers that run out, whatever their names; default 0, like those that follow. */
  readonly timeouts?: number
  /** Each with a restart at once, unless there are none (`restarts`). */
  readonly crashes?: number
  /** `none`: nodes that crash never come back. */
  readonly restarts?: "none"
  readonly duplicates?: number
  readonly losses?: number
  /** Promises of the network and the clocks, whatever a submission declares; default: none. */
  readonly assumes?: NonNullable<Algorithm["assumes"]>
}

/** A scenario, and what must hold of each of its runs. */
export interface RunTest extends LabTest {
  /** The number of public seeds: 1 up to this. Grading adds as many hidden ones. Default 5. */
  readonly seeds?: number
  /**
   * The scenario of a seed, as in a spec. Draws from `vary` whatever shall differ from run to run: the number of
   * nodes, delays, parameters, who crashes when.
   */
  scenario(vary: Random): ScenarioOptions
  /** Tried in this order; the first that fails is reported. */
  readonly expect: readonly Expectation[]
}

/** Returns nothing if it holds of the run. Must not throw, but if a malformed message makes it, the test fails. */
export type Expectation = (run: LabRun) => Failure | undefined

/** A run that came to its end, with all that happened in it in the order of time. */
export interface LabRun {
  readonly scenario: Scenario
  readonly seed: number
  readonly result: CompletedRun
  readonly events: readonly TraceEvent[]
  /** The nodes that are up at the end. */
  readonly live: readonly NodeId[]
  /** Whom each node believes to lead at the end, by node id; `null`: nobody. */
  readonly leaders: readonly (NodeId | null)[]
}

/** The failure, for a student: whole sentences without a full stop. */
export interface Failure {
  /** "every live process follows node 4" */
  readonly expected: string
  /** "node 2 follows node 3" */
  readonly happened: string
  /** When it could first be seen. */
  readonly at?: Micros
}

/** A broken algorithm that a schedule must bring down, having spared the sound one. */
export interface ScheduleTest extends LabTest {
  readonly algorithm: Algorithm
  /** The check that must be violated with at least one of the seeds: a check of the service, or `null` for whatever it is. */
  readonly violates: string | null
  /** The budget of a schedule; a lab's last stage asks for small ones. */
  readonly atMost?: { readonly faults: number; readonly nodes: number; readonly duration: Micros }
}

/**
 * A typical mistake, as edits of the reference's sources, and the stages whose points it must lose: with the seeds that
 * everybody has, these only.
 */
export interface WrongSolution {
  /** The mistake in words: "does not answer lower processes". */
  readonly mistake: string
  readonly edits: readonly Edit[]
  /** Names of stages. */
  readonly loses: readonly string[]
}

/** A typical schedule that does not show the bug, or not well enough, and the stages whose points it must lose. */
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
  /** A piece of its text that occurs once. */
  readonly from: string
  readonly to: string
}

/** The points of a stage or of a whole lab. */
export function pointsOf(part: Lab | Stage): number {
  const stages: readonly Stage[] = "stages" in part ? part.stages : [part]
  return stages.reduce((sum, { tests }) => tests.reduce((points, test) => points + test.points, sum), 0)
}
