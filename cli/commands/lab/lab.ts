/** `quorate lab <action>`: course labs, from the hand-out to the marks. */
import { commandGroup } from "../../command.ts"
import { compareLab } from "./compare.ts"
import { gradeLab } from "./grade.ts"
import { listLabs } from "./list.ts"
import { newLab } from "./new.ts"
import { packLab } from "./pack.ts"
import { testLab } from "./test.ts"

export const lab = commandGroup("lab", "course labs: hand out, test, grade, compare", [
  listLabs,
  newLab,
  testLab,
  gradeLab,
  packLab,
  compareLab,
])
