/** The exit codes of commands. */
export const EXIT = {
  ok: 0,
  /** A check was violated. */
  violated: 1,
  /** The user's input cannot be used: arguments, a spec, a file. */
  badInput: 2,
  /** An algorithm threw, or spent its event budget. */
  algorithmFailed: 3,
  /** `check-history`: the search budget ran out before a verdict. */
  undecided: 4,
  /** The workbench itself failed: a bug (sysexits' EX_SOFTWARE). */
  internal: 70,
  /** The output or the results could not be written: a full disk, a closed pipe (EX_IOERR). */
  outputLost: 74,
  /** The machine lacked time or memory to grade a submission: retry (sysexits' EX_TEMPFAIL). */
  ungraded: 75,
  /** Ctrl-C; results so far are kept. */
  interrupted: 130,
} as const

/** The user's own mistake: printed as its message, one line a problem, without a stack trace. */
export class UsageError extends Error {
  override readonly name = "UsageError"
}

/** The disk for the results is full or failed: printed as its message. */
export class OutputLostError extends Error {
  override readonly name = "OutputLostError"
}

/** An algorithm from outside breaks the contract, or its run does not end: printed as its message. */
export class AlgorithmError extends Error {
  override readonly name = "AlgorithmError"
}

/** The user pressed Ctrl-C before there was anything to show. */
export class Interrupted extends Error {
  override readonly name = "Interrupted"
}
