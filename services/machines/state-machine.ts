/**
 * A deterministic state machine, as a value: what a group replicates (Schneider, ACM Computing Surveys 1990).
 *
 * A state is plain data. The same operations in the same order lead every copy of it to the same state and give the same
 * results, so that whoever executes a log needs to know nothing of what the log is about.
 */
export interface StateMachine<State, Operation, Result> {
  /** A state before any operation. */
  readonly initial: () => State
  /** Executes an operation, in place. Its cost must not grow with the state. */
  readonly execute: (state: State, operation: Operation) => Result
  /** An equal state that shares nothing that {@link execute} changes. */
  readonly copy: (state: State) => State
}

/** The place that executes an operation, as far as its outcome depends on that: a node is one. */
export interface Source {
  /** A random integer from `low` to `high`, both included. */
  random(low: number, high: number): number
  /** The time on its clock, in microseconds. */
  now(): number
}

/**
 * A state machine whose operations leave something to chance. Each comes down to one step that is not deterministic, its
 * *choice*; with that given, execution is as deterministic as that of any {@link StateMachine}. Replicas that each make
 * choices of their own come to different states.
 */
export interface ChanceMachine<State, Operation, Result, Choice>
  extends Omit<StateMachine<State, Operation, Result>, "execute"> {
  /** Makes the choice of an operation, at one place. */
  readonly choose: (operation: Operation, source: Source) => Choice
  /** Executes an operation with the choice that was made for it, in place. */
  readonly execute: (state: State, operation: Operation, chosen: Choice) => Result
}
