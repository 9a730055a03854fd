/** A replicated log whose operator asks random nodes for other members or another leader, until a given time. */
import type { Service } from "../../runtime/contract/service.ts"
import { Random } from "../../runtime/lib/random.ts"
import type { Micros } from "../../runtime/contract/units.ts"

/** Beyond the numbers of clients. */
const OPERATOR = 1_000

export function withOperator(service: Service, until: Micros = Infinity): Service {
  return {
    ...service,
    open(world, settings) {
      const run = service.open(world, settings)
      const random = new Random(world.random.next())
      let sequence = 0
      const operate = (): void => {
        const members = random.choose(random.integer(1, world.size), world.size)
        const request = random.chance(0.6)
          ? { type: "ChangeMembership", sequence: ++sequence, members }
          : { type: "TransferLeadership", sequence: ++sequence, to: members[0] }
        for (let node = 0; node < world.size; node++) world.request(OPERATOR, node, request)
        if (world.now() < Math.min(until, world.end)) world.wakeAfter(random.integer(1_000, 50_000), "operate")
      }
      return {
        start: () => (run.start(), operate()),
        reply: (client, from, reply) => (client === OPERATOR ? undefined : run.reply(client, from, reply)),
        timeout: { ...run.timeout, operate },
        observe: (node, fact) => run.observe(node, fact),
        nodeDown: node => run.nodeDown(node),
        nodeUp: node => run.nodeUp(node),
        faultOccurred: what => run.faultOccurred(what),
        isIdle: () => run.isIdle(),
        finish: () => run.finish(),
      }
    },
  }
}
