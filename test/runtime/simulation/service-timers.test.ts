/** Timers of a service: by name, each with what it is about. */
import { expect, test } from "vitest"
import type { World } from "../../../runtime/contract/service.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { telling, tellingScenario } from "../../support/chatter.ts"

/** A telling service that, as clients begin, does something more. */
function runWith(begin: (world: World) => void, timeout: Readonly<Record<string, (subject: number) => void>>) {
  const service: typeof telling = {
    ...telling,
    open(world, settings) {
      const run = telling.open(world, settings)
      return { ...run, timeout: { ...run.timeout, ...timeout }, start: () => (run.start(), begin(world)) }
    },
  }
  return simulate(tellingScenario({ service }), 1)
}

test("each runs once for every time it was set, with its subject, in the order of time", () => {
  const rang: string[] = []
  const result = runWith(
    world => {
      world.wakeAfter(300, "deadline", 7)
      world.wakeAfter(100, "pause", 3)
      world.wakeAfter(200, "deadline", 8)
      world.wakeAfter(200, "deadline")
    },
    {
      pause: subject => void rang.push(`pause ${subject}`),
      deadline: subject => void rang.push(`deadline ${subject}`),
    },
  )
  expect(result.status).toBe("completed")
  expect(rang).toEqual(["pause 3", "deadline 8", "deadline 0", "deadline 7"])
})

test("one that the service has no handler for ends the run with its name", () => {
  const result = runWith(world => world.wakeAfter(100, "siesta"), {})
  expect(result).toMatchObject({ status: "failed", reason: expect.stringContaining('no timer "siesta"') })
})
