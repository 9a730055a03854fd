/** The project's own Ricart-Agrawala, as a solution of the lab. */
import { ricartAgrawala } from "../../algorithms/ricart-agrawala/ricart-agrawala.ts"

export const reference = ricartAgrawala
