/**
 * A deterministic state machine, as a value: the thing that a group replicates (Schneider, ACM Computing Surveys 1990).
 *
 * A state is plain data. The same operations in the same order lead every copy to the same state and the same results,
 * so the code that executes a log need not know what the log is about.
 */
export interface StateMachine<State, Operation, Result> {
  /** A state before any operation. */
  readonly initial: () => State
  /** Executes an operation, in place. Its cost must not grow with the state. */
  readonly execute: (state: State, operation: Operation) => Result
  /** An equal state that shares nothing that {@link execute} changes. */
  readonly copy: (state: State) => State
}

/** The part of a place that executes operations on which their outcome may depend; a node is such a place. */
export interface Source {
  /** A random integer from `low` to `high`, both included. */
  random(low: number, high: number): number
  /** The time on its clock, in microseconds. */
  now(): number
}

/**
 * A state machine whose operations leave something to chance. Each has one nondeterministic step, its *choice*; given
 * that, execution is as deterministic as that of any {@link StateMachine}. Replicas that make their own choices
 * diverge.
 */
export interface ChanceMachine<State, Operation, Result, Choice>
  extends Omit<StateMachine<State, Operation, Result>, "execute"> {
  /** Makes the choice for an operation, at one place. */
  readonly choose: (operation: Operation, source: Source) => Choice
  /** Executes an operation with the choice that was made for it, in place. */
  readonly execute: (state: State, operation: Operation, chosen: Choice) => Result
}
