/** The resource that the lease guards. It knows nothing of leases, and checks writes only by their fencing tokens. */
import type { Role } from "../../runtime/contract/algorithm.ts"
import type { LeaseLeadership } from "./types.ts"

export const resourceRole: Role<LeaseLeadership, LeaseLeadership["roles"]["resource"]> = {
  doc: "takes the writes of holders, and refuses those with a stale token if there is fencing",
  count: 1,
  disk: () => ({ latest: 0 }),
  state: () => ({}),
  start() {},

  receive: {
    Write(resource, { token }, from) {
      const { latest } = resource.disk
      if (resource.parameters.fencing && token < latest) return resource.send(from, { type: "Rejected", token })
      if (token !== latest) resource.save({ latest: token })
      resource.send(from, { type: "Written", token, after: latest })
    },
  },

  timeout: {},
  standing: ({ disk: { latest } }) => ({
    role: latest === 0 ? "unwritten" : "written",
    rank: 0,
    epoch: latest || null,
  }),
}
