/**
 * The `agreement` service: a group of processes that decide on one value.
 *
 * One client lives on each node, and an instance begins at all live nodes at the same moment: some propose, the others
 * only decide. Exchanges between a client and its node take no time and are not counted.
 */
import type { Tagged } from "../../runtime/contract/algorithm.ts"
import { service, type ServiceRun, type World } from "../../runtime/contract/service.ts"
import { figures, workload, type Workload, workloadProblem } from "./description.ts"
import { checks } from "./instances.ts"
import type { Agreement, Decided } from "./shape.ts"
import { runInstances } from "./workload.ts"
import { untimedAgreement } from "./untimed.ts"

export const agreement = service({
  name: "agreement",
  title: "Agreement",
  availability: "every loyal live node decides before the deadline, and rightly; two or more of them are up",
  operation: "one decision: an instance decided by every loyal live node",
  workload,
  checks,
  figures,
  problem: workloadProblem,
  open: openAgreement,
  untimed: untimedAgreement,
})

function openAgreement(world: World, settings: Workload): ServiceRun {
  const ask = (node: number, request: Agreement["request"]): void => world.request(node, node, request)
  const run = runInstances(world, settings, {
    propose: (node, instance, value) => ask(node, { type: "Propose", instance, value }),
    await: (node, instance, commander) => ask(node, { type: "Await", instance, commander }),
  })
  for (let node = 0; node < world.size; node++) world.colocate(node, node)

  return {
    ...run,
    reply() {},
    observe(node, fact) {
      if (isDecided(fact)) run.decided(node, fact.instance, fact.value)
    },
    nodeUp() {},
  }
}

function isDecided(fact: Tagged): fact is Decided {
  return fact.type === "decided"
}
