/** Stories of algorithms for mutual exclusion: clients acquire and release. */
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { SectionShape } from "./section.ts"
import { stories, type Telling } from "./story.ts"

/** A test for each story of a folder. */
export function sectionStories<S extends SectionShape>(
  folder: string,
  algorithm: Algorithm<S>,
  others: Omit<Telling<S>, "algorithm" | "request">,
): void {
  stories(folder, {
    algorithm,
    request(words) {
      if (words === "acquire") return { type: "Acquire" } as const
      return words === "release" ? ({ type: "Release" } as const) : undefined
    },
    ...others,
  })
}
