/** The file that `-` stands for on a command line: the argument parser would turn it into an empty word. */
export const STANDARD_INPUT = "<stdin>"
