/** The file that `-` stands for on a command line: the parser of arguments would make an empty word of it. */
export const STANDARD_INPUT = "<stdin>"
