/** Drawing a chart of a small sweep as SVG and PNG. */
import type { Task } from "../task.ts"

const SPEC = `
question: How fast is a chart drawn?
service: replicated-log
algorithms: [raft, multi-paxos]
sweep: { nodes: [3, 5, 7] }
network: { latency: 10ms }
duration: 2s
repeat: 3
`

export const charts: readonly Task[] = [
  {
    name: "chart as SVG and PNG",
    unit: "charts",
    prepare: async () => {
      const registry = await import("../../algorithms/registry.ts")
      const { parseExperiment } = await import("../../experiments/plan/spec.ts")
      const { planExperiment } = await import("../../experiments/model/plan.ts")
      const { toScenario } = await import("../../scenarios/cell.ts")
      const { summarize } = await import("../../analysis/aggregate.ts")
      const { measure } = await import("../../scenarios/measure.ts")
      const { simulate } = await import("../../runtime/simulation/simulation.ts")
      const { chooseChart } = await import("../../reports/charts/registry.ts")
      const { drawChart } = await import("../../reports/charts/chart.ts")
      const { render } = await import("../../reports/charts/render.ts")
      const experiment = parseExperiment("spec.yaml", SPEC, registry)
      if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
      const plan = planExperiment(experiment)
      const summaries = plan.cells.map(cell => {
        const scenario = toScenario(cell.scenario, registry)
        const records = plan.seeds.map(seed => measure(simulate(scenario, seed), scenario))
        return summarize(cell, records, { messageTypes: [], figures: [] })
      })
      const choice = chooseChart("messages-by-nodes", experiment.dimensions)
      if ("problem" in choice) throw new Error(choice.problem)
      return async () => {
        await render(drawChart(choice, plan, summaries, registry))
        return 1
      }
    },
  },
]
