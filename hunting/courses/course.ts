/**
 * Courses of a group: the steps of a path as wishes, which can be changed and followed again. An impossible wish is
 * skipped; a wish for a message no longer in flight takes another of its type on its link.
 */
import type { Transition } from "../../runtime/checker/exploration.ts"
import { CHOICES, LOSE, ROUND } from "../../runtime/checker/search/trail.ts"
import type { Option, Walker } from "../../runtime/checker/search/walker.ts"

/** One step of a course. */
export interface Wish {
  readonly choice: number
  /** The event, by its number in the walker that recorded it. */
  readonly event: number
  readonly outcome: number
}

/** Follows wishes from the walker's current state, up to the first violation. @returns the steps taken */
export function follow(walker: Walker, wishes: readonly Wish[]): readonly Wish[] {
  const taken: Wish[] = []
  for (const wish of wishes) {
    if (walker.wrong !== null) break
    const option = optionFor(walker, wish)
    if (option === undefined) continue
    const outcome = Math.min(wish.outcome, walker.outcomesOf(option) - 1)
    taken.push({ choice: option.choice, event: option.event, outcome })
    walker.take(option, outcome)
  }
  return taken
}

/** Steps of a course in the numbering of another walker. */
export function translated(path: readonly Wish[], from: Walker, to: Walker): readonly Wish[] {
  return path.map(({ choice, event, outcome }) => {
    if (choice === ROUND) return { choice, event: 0, outcome }
    const { to: node, happening } = from.steps.occurrenceOf(event)
    return { choice, event: to.steps.eventOf(node, happening), outcome }
  })
}

export function transitionsOf(walker: Walker, path: readonly Wish[]): readonly Transition[] {
  return path.map(({ choice, event, outcome }) => walker.transitionOf(choice, event, outcome))
}

/** A step of a path found by another search. */
export function wishOf({ steps }: Walker, { choice, to, happening, outcome }: Transition): Wish {
  const event = choice === "round" ? 0 : steps.eventOf(to, happening)
  return { choice: CHOICES.indexOf(choice), event, outcome }
}

/** A step as text: equal for equal steps, whichever walker recorded them. */
export function keyOf(walker: Walker, { choice, event, outcome }: Wish): string {
  return `${choice} ${choice === ROUND ? "" : walker.shapeOf(event)} ${choice === LOSE ? 0 : outcome}`
}

function optionFor(walker: Walker, { choice, event }: Wish): Option | undefined {
  const options = walker.options().filter(option => option.choice === choice)
  if (choice === ROUND) return options[0]
  const same = options.find(option => option.event === event)
  if (same !== undefined) return same
  const shape = walker.shapeOf(event)
  return options.find(option => walker.shapeOf(option.event) === shape)
}
