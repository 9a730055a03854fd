// Courses of events in which one rule decides: what comes of it, and what would come of leaving it out.
import { describe, expect, test } from "vitest"
import type { Vsr } from "../../../algorithms/viewstamped-replication/types.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { compileWith, WITHOUT_ASSERTIONS } from "../../support/mutants.ts"
import { courses } from "./courses.ts"

describe.each(courses)("$rule", ({ play, right, mistake, wrong }) => {
  test("keeps what was committed", () => {
    expect(play(viewstampedReplication)).toEqual(right)
  })

  test("without the rule something else comes of it", async () => {
    const edit = { ...mistake, file: `algorithms/viewstamped-replication/${mistake.file}` }
    const module = await compileWith<{ viewstampedReplication: Algorithm<Vsr> }>(
      "algorithms/viewstamped-replication/viewstamped-replication.ts",
      [edit, WITHOUT_ASSERTIONS],
    )
    expect(play(module.viewstampedReplication)).toEqual(wrong)
  })
})
