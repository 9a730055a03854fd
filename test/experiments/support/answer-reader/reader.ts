// Reads sentences of an answer back, and holds their numbers and claims to the tables; knows nothing of who wrote them.
import { readAlong } from "./along.ts"
import { readCases } from "./cases.ts"
import { readComparison } from "./comparison.ts"
import { readAgainst, readCourse, readEffect, readValues } from "./course.ts"
import { Unread } from "./places.ts"
import type { Tables } from "./tables.ts"
import { readRanking } from "./ranking.ts"
import { readPointsWith, readThreshold } from "./threshold.ts"
import { readWinner } from "./winner.ts"

/** What is wrong with a sentence: it cannot be read, or the tables say otherwise. @param metric what its section is about */
export function troublesWith(sentence: string, metric: string | null, tables: Tables): readonly string[] {
  if (!sentence.endsWith(".")) return ["does not end"]
  const [, where, text = ""] = /^(?:Where ([^:]+): )?(.+)\.$/.exec(sentence)!
  if (where !== undefined) {
    return partsOf(where).flatMap(part => troublesWith(`${text}.`, metric, restricted(tables, part)))
  }
  for (const read of [
    readCases,
    readAlong,
    readComparison,
    readThreshold,
    readPointsWith,
    readWinner,
    readRanking,
    readEffect,
    readAgainst,
    readValues,
    readCourse,
  ]) {
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

/** The parts of the sweep that a sentence is about: `reads = 0% or 100% and n = 5` are two. */
function partsOf(where: string): readonly string[] {
  return where.split(" and ").reduce(
    (parts, each) => {
      const [axis = "", values = ""] = each.split(" = ")
      const terms = values.split(/, | or /).map(value => `${axis} = ${value}`)
      return parts.flatMap(part => terms.map(term => (part === "" ? term : `${part} and ${term}`)))
    },
    [""],
  )
}

/** The part of the tables that a sentence begins with: `traitors = 0 and crashes = f`. */
function restricted({ rows, pairs, along, axes }: Tables, where: string): Tables {
  const wanted = where.split(" and ").map(each => each.split(" = "))
  const isIn = ({ place }: { readonly place: Readonly<Record<string, string>> }): boolean =>
    wanted.every(([axis = "", value]) => place[axis] === value)
  if (!rows.some(isIn)) throw new Error(`nothing lies at ${where}`)
  const left = [...axes].map(([axis, values]) => {
    const fixed = wanted.find(([name]) => name === axis)
    return [axis, fixed === undefined ? values : [fixed[1]!]] as const
  })
  return { rows: rows.filter(isIn), pairs: pairs.filter(isIn), along: along.filter(isIn), axes: new Map(left) }
}
