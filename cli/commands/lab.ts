/** `quorate lab <action>`: course labs, from the hand-out to the marks. */
import { commandGroup } from "../command.ts"
import { compareLab } from "./lab/compare.ts"
import { gradeLab } from "./lab/grade.ts"
import { listLabs } from "./lab/list.ts"
import { newLab } from "./lab/new.ts"
import { packLab } from "./lab/pack.ts"
import { testLab } from "./lab/test.ts"

export const lab = commandGroup("lab", "course labs: hand out, test, grade, compare", [
  listLabs,
  newLab,
  testLab,
  gradeLab,
  packLab,
  compareLab,
])
