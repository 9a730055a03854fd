// The program of a computation: what each step does, drawn from the seed alone, and the end of a run without a disturbance.
import { expect, test } from "vitest"
import {
  copyOf,
  digestOf,
  initialApplication,
  type Program,
  receive,
  stepOf,
  takeStep,
  undisturbed,
} from "../../../services/recovery/program.ts"

const PROGRAM: Program = {
  seed: 7,
  processes: 3,
  steps: 200,
  step: 1_000,
  stepTimes: "exponential",
  firstStep: 0,
  messages: 0.5,
  outputs: 0.2,
  receivers: "random",
  image: 1,
  payload: 1,
  block: 1,
  restart: 0,
}

const stepsOf = (program: Program, process = 0) =>
  Array.from({ length: program.steps }, (_, place) => stepOf(program, process, place))

/** The shares of steps that end with a message, with output, and with nothing. */
function sharesOf(program: Program): readonly number[] {
  const steps = [0, 1, 2].flatMap(process => stepsOf(program, process))
  return ["message", "output", "nothing"].map(
    type => steps.filter(({ action }) => action.type === type).length / steps.length,
  )
}

test("steps take work of the mean that is said, or all as much, and the first ones follow each other evenly", () => {
  const works = [0, 1, 2].flatMap(process => stepsOf(PROGRAM, process).map(({ work }) => work))
  const mean = works.reduce((sum, work) => sum + work, 0) / works.length
  // Four standard errors of the mean of 600 are 163.
  expect(Math.abs(mean - 1_000)).toBeLessThan(163)
  expect(Math.min(...works)).toBeGreaterThanOrEqual(1)
  expect(works.every(Number.isInteger)).toBe(true)
  expect(new Set(stepsOf({ ...PROGRAM, stepTimes: "constant" }).map(({ work }) => work))).toEqual(new Set([1_000]))
  const firsts = (firstStep: number) =>
    [0, 1, 2].map(process => stepOf({ ...PROGRAM, stepTimes: "constant", firstStep }, process, 0).work)
  expect([firsts(400), firsts(0)]).toEqual([
    [400, 733, 1_067],
    [1_000, 1_000, 1_000],
  ])
  expect(stepOf({ ...PROGRAM, stepTimes: "constant", firstStep: 400 }, 2, 1).work).toBe(1_000)
  expect(stepOf({ ...PROGRAM, step: 0 }, 0, 0).work).toBe(1)
})

test("steps end with messages and output in the shares that are said", () => {
  const near = (shares: readonly number[], expected: readonly number[]): void => {
    // Four standard errors of a share of 600 are 8 %.
    for (const [i, share] of shares.entries()) expect(Math.abs(share - expected[i]!)).toBeLessThan(0.08)
  }
  near(sharesOf(PROGRAM), [0.5, 0.2, 0.3])
  expect(sharesOf({ ...PROGRAM, messages: 1 })).toEqual([1, 0, 0])
  expect(sharesOf({ ...PROGRAM, messages: 0, outputs: 1 })).toEqual([0, 1, 0])
  expect(sharesOf({ ...PROGRAM, messages: 0, outputs: 0 })).toEqual([0, 0, 1])
  expect(sharesOf({ ...PROGRAM, processes: 1, messages: 1 })).toEqual([0, 0, 1])
})

test("messages go to any other process, or to the next one of a ring", () => {
  const receivers = (program: Program, process: number) =>
    new Set(
      stepsOf({ ...program, messages: 1 }, process).map(({ action }) => (action.type === "message" ? action.to : -1)),
    )
  for (const process of [0, 1, 2]) {
    expect(receivers(PROGRAM, process)).toEqual(new Set([0, 1, 2].filter(other => other !== process)))
    expect(receivers({ ...PROGRAM, receivers: "next" }, process)).toEqual(new Set([(process + 1) % 3]))
  }
})

test("a step depends on the seed, the process and its place, and on nothing else", () => {
  expect(stepsOf(PROGRAM)).toEqual(stepsOf({ ...PROGRAM, image: 99, payload: 99 }))
  expect(stepsOf(PROGRAM)).not.toEqual(stepsOf({ ...PROGRAM, seed: 8 }))
  expect(stepsOf(PROGRAM)).not.toEqual(stepsOf(PROGRAM, 1))
  const digests = [digestOf(), digestOf(0), digestOf(1), digestOf(0, 1), digestOf(1, 0), digestOf(0, 0)]
  expect(new Set(digests).size).toBe(6)
  expect(digests.every(digest => Number.isInteger(digest) && digest >= 0 && digest < 2 ** 32)).toBe(true)
})

test("a process counts what it does and receives; its digest knows the order of it, its result does not", () => {
  const one = initialApplication(2)
  const first = copyOf(one)
  takeStep(one, 0, { work: 5, action: { type: "message", to: 1 } })
  takeStep(one, 0, { work: 7, action: { type: "output" } })
  takeStep(one, 0, { work: 9, action: { type: "nothing" } })
  receive(one, 0, 1, { number: 0, digest: 3, interval: 0 })
  expect(one).toMatchObject({ steps: 3, done: 21, sent: [0, 1], received: [0, 1], receipts: 1, outputs: 1 })
  expect(first).toEqual(initialApplication(2))
  const other = initialApplication(2)
  receive(other, 0, 1, { number: 0, digest: 3, interval: 0 })
  for (let i = 0; i < 3; i++) takeStep(other, 0, { work: 1, action: { type: "nothing" } })
  expect(other.result).toBe(one.result)
  expect(other.digest).not.toBe(one.digest)
  const changed = initialApplication(2)
  receive(changed, 0, 1, { number: 0, digest: 4, interval: 0 })
  for (let i = 0; i < 3; i++) takeStep(changed, 0, { work: 1, action: { type: "nothing" } })
  expect([changed.result === one.result, changed.digest === other.digest]).toEqual([true, false])
})

test("without a disturbance all steps are taken and all messages received", () => {
  const { results, received, outputs, work } = undisturbed(PROGRAM)
  const steps = [0, 1, 2].map(process => stepsOf(PROGRAM, process))
  expect(work).toEqual(steps.map(all => all.reduce((sum, step) => sum + step.work, 0)))
  expect(outputs).toEqual(steps.map(all => all.filter(({ action }) => action.type === "output").length))
  expect(received).toEqual(
    [0, 1, 2].map(to =>
      steps.map(all => all.filter(({ action }) => action.type === "message" && action.to === to).length),
    ),
  )
  expect(results.every(result => result >= 0 && result < 2 ** 32)).toBe(true)
  const application = initialApplication(3)
  for (const step of steps[1]!) takeStep(application, 1, step)
  for (const [from, count] of received[1]!.entries()) {
    for (let number = 0; number < count; number++) receive(application, 1, from, { number, digest: 9, interval: 0 })
  }
  expect(results[1]).toBe(application.result)
})
