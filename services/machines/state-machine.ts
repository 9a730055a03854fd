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
