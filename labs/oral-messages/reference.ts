/** The project's own OM(m), as a solution of the lab: with the paper's majority function. */
import { oralMessages } from "../../algorithms/oral-messages/oral-messages.ts"

export const reference = oralMessages
