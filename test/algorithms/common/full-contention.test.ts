// Closed forms under full contention, from the time between two entries.
import { expect, test } from "vitest"
import { isAboutAll, rateOf, stayOf, underFullContention } from "../../../algorithms/common/full-contention.ts"
import { capacitiesOf, loadWith, waitsOf } from "../../support/setting.ts"

test("n nodes wait n cycles but for their own stay, and one enters in each", () => {
  const forms = underFullContention({
    formula: "(S + d)",
    length: load => stayOf(load) + load.delay,
    parameters: { x: "y" },
  })
  expect(waitsOf(forms, loadWith({}))).toEqual([["n (S + d) - S", 5 * 15_000 - 10_000]])
  expect(capacitiesOf(forms, loadWith({ delay: 10_000 }))).toEqual([["1 / (S + d)", 50]])
  const form = { service: "mutual-exclusion", parameters: { x: "y" }, holds: isAboutAll }
  expect(forms.wait[0]).toMatchObject({ ...form, workload: { rate: 0, think: 0 } })
  expect(forms.capacity[0]).toMatchObject(form)
  expect(underFullContention({ formula: "", length: () => 1 }).capacity[0]).toMatchObject({ parameters: {} })
})

test("stays and rates are those of the workload, in microseconds", () => {
  expect([stayOf({ workload: { hold: "30" } }), rateOf({ workload: { rate: 500_000 } })]).toEqual([30, 0.5])
})

test("forms are about several nodes, all of which ask", () => {
  const about = (n: number, requesters: number) => isAboutAll({}, n, { requesters })
  expect([about(1, 0), about(2, 0), about(5, 5), about(5, 4)]).toEqual([false, true, true, false])
})
