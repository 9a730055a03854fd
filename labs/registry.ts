/** Every lab, by name. A new lab is one line here. */
import { lab as bully } from "./bully/lab.ts"
import type { Lab } from "./lab.ts"

export const labs: Readonly<Record<string, Lab>> = Object.fromEntries([bully].map(lab => [lab.name, lab]))
