/** Runs of one computation in which a process fails, another one by turns: for how far back a protocol goes then. */
import type { CompletedRun } from "../../../../runtime/scenario/scenario.ts"
import type { ServiceRunOptions } from "../../../support/service-run.ts"

/** The figures of 60 runs. @param run runs the protocol */
export function* runsWithFailure(run: (options: ServiceRunOptions, seed: number) => Pick<CompletedRun, "outcome">) {
  for (let seed = 1; seed <= 60; seed++) {
    const { figures } = run(
      {
        nodes: 4,
        latency: { model: "uniform", min: 1_000, max: 20_000 },
        parameters: { interval: "300ms" },
        workload: { steps: 40, messages: "80%" },
        faults: [{ kind: "crash", target: { nodes: [seed % 4] }, at: 2_500_000, for: 1 }],
        duration: "20s",
      },
      seed,
    ).outcome
    yield { seed, figures }
  }
}
