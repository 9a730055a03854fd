/** Settings and loads in which closed forms are looked up. */
import type { FigureForm, Load, Setting, Theory } from "../../runtime/contract/theory.ts"

/** A closed form of a figure by its name. */
export function figureOf({ figures = [] }: Theory, name: string): FigureForm {
  const form = figures.find(({ figure }) => figure === name)
  if (form === undefined) throw new Error(`no closed form of ${name}`)
  return form
}

/** Three nodes that do not fail, links of 10 ms and disks of 5 ms. */
export function settingWith(given: Partial<Setting>): Setting {
  return { nodes: 3, delay: 10_000, syncLatency: 5_000, failures: null, parameters: {}, workload: {}, ...given }
}

/** Five nodes, links of 5 ms, and stays of 10 ms in the critical section that all want again at once. */
export function loadWith(given: Partial<Load>): Load {
  const { workload = {}, ...others } = given
  const all = { hold: 10_000, rate: 0, think: 0, requesters: 0, ...workload }
  return { nodes: 5, delay: 5_000, roleServiceTime: 0, parameters: {}, workload: all, ...others }
}

/** The messages of an operation of n nodes by each form, in the order of the forms. */
export function messagesOf(
  { messages = [] }: Theory,
  n: number,
  parameters = {},
  workload = {},
): (number | string)[][] {
  return messages.map(form => [form.formula, form.messages(n, parameters, workload)])
}

/** The mean waits under a load by each form. */
export function waitsOf({ wait = [] }: Theory, load: Load): (number | string)[][] {
  return wait.map(({ formula, mean }) => [formula, mean(load)])
}

/** The operations per second that each form lets be carried. */
export function capacitiesOf({ capacity = [] }: Theory, load: Load): (number | string)[][] {
  return capacity.map(({ formula, perSecond }) => [formula, perSecond(load)])
}
