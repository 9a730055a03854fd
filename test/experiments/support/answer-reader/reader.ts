// Reads sentences of an answer back, and holds their numbers and claims to the tables; knows nothing of who wrote them.
import { readComparison } from "./comparison.ts"
import { readAgainst, readCourse, readEffect, readValues } from "./course.ts"
import { Unread } from "./places.ts"
import type { Tables } from "./tables.ts"
import { readThreshold } from "./threshold.ts"
import { readWinner } from "./winner.ts"

/** What is wrong with a sentence: it cannot be read, or the tables say otherwise. @param metric what its section is about */
export function troublesWith(sentence: string, metric: string | null, tables: Tables): readonly string[] {
  if (!sentence.endsWith(".")) return ["does not end"]
  const text = sentence.slice(0, -1)
  for (const read of [readComparison, readThreshold, readWinner, readEffect, readAgainst, readValues, readCourse]) {
    try {
      const troubles = read(text, metric, tables)
      if (troubles !== null) return troubles
    } catch (error) {
      if (error instanceof Unread) return [error.message]
      throw error
    }
  }
  return ["nobody understands it"]
}
