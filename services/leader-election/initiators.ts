/** The nodes that the workload asks to start an election. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { World } from "../../runtime/contract/service.ts"
import type { Workload } from "./description.ts"

/**
 * The live nodes to ask in one round, in ascending order.
 *
 * @param leads whether a node believes that it leads
 */
export function chooseInitiators(world: World, settings: Workload, leads: (node: NodeId) => boolean): NodeId[] {
  const live = Array.from({ length: world.size }, (_, node) => node).filter(node => world.isUp(node))
  switch (settings.initiators) {
    case "none":
      return []
    case "lowest":
      return live.slice(0, 1)
    case "highest":
      return live.slice(-1)
    case "one":
      return live.filter(node => node === settings.initiator)
    case "random":
      return world.random
        .choose(settings.count, live.length)
        .toSorted((a, b) => a - b)
        .map(place => live[place]!)
    case "lowestFollower":
      return live.filter(node => !leads(node)).slice(0, 1)
    case "follower": {
      const followers = live.filter(node => !leads(node))
      return world.random.choose(1, followers.length).map(place => followers[place]!)
    }
    case "all":
      return live
  }
}
