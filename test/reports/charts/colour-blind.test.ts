// Colours of algorithms that stand in one chart are told apart, by people with red- or green-blindness too.
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { bundledExperiments } from "../../../experiments/plan/bundled.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { looksOf } from "../../../reports/charts/palette.ts"

type Triple = readonly [number, number, number]
type Matrix = readonly [Triple, Triple, Triple]

/** Machado, Oliveira and Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency (2009), severity 1. */
const EYES: Readonly<Record<string, Matrix>> = {
  common: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
}

const times = (matrix: Matrix, [x, y, z]: Triple): Triple => {
  const [a, b, c] = matrix.map(([p, q, r]) => p * x + q * y + r * z)
  return [a!, b!, c!]
}

/** Linear light of `#RRGGBB` (sRGB). */
function linear(colour: string): Triple {
  const [r, g, b] = [1, 3, 5].map(at => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return [r!, g!, b!]
}

/** Björn Ottosson's Oklab (2020), in which distances are about those that are seen. */
function oklab(light: Triple): Triple {
  const [r, g, b] = light.map(each => Math.min(1, Math.max(0, each)))
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    [r!, g!, b!],
  )
  const [l, m, s] = cones.map(Math.cbrt)
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    [l!, m!, s!],
  )
}

function distance(one: string, other: string, eye: Matrix): number {
  const [a, b] = [oklab(times(eye, linear(one))), oklab(times(eye, linear(other)))]
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])
}

/** Two colours less far apart are one to those who see them beside each other in thin lines. */
const LEAST = 0.03

test("algorithms of one bundled experiment", () => {
  const near = new Set<string>()
  let pairs = 0
  for (const { name, file } of bundledExperiments()) {
    const experiment = parseExperiment(file, readFileSync(file, "utf8"), registry)
    if ("problems" in experiment) throw new Error(`${file} has problems`)
    const looks = looksOf(experiment.variants, registry.algorithms)
    const drawn = experiment.variants.map(({ algorithm, label }, place) => ({ algorithm, label, ...looks[place]! }))
    for (const [place, one] of drawn.entries()) {
      for (const other of drawn.slice(0, place)) {
        // Uses of one algorithm are told apart by dashes and shapes.
        if (one.algorithm === other.algorithm) continue
        pairs++
        for (const [eyes, matrix] of Object.entries(EYES)) {
          const apart = distance(one.colour, other.colour, matrix)
          if (apart < LEAST) near.add(`${name}: ${other.label} and ${one.label}, ${eyes}: ${apart.toFixed(3)}`)
        }
      }
    }
  }
  expect(pairs).toBeGreaterThan(50)
  expect([...near]).toEqual([])
})
