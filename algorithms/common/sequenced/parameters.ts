/** The parameters of active and semi-active replication. Times follow the links: `d` is the bound of one link's delay. */
import { choice, duration, integer, type ParameterValues } from "../../../runtime/contract/parameters.ts"

export const parameters = {
  frontEnds: integer(
    2,
    "Front ends between clients and replicas. With one, its crash is an outage for all clients until it is back.",
    { min: 1 },
  ),
  answers: choice(
    ["first", "matching"],
    "first",
    "Which answer a front end gives its client. `first`: the first that it gets, which is enough where replicas only crash. " +
      "`matching`: one that f+1 of n = 2f+1 replicas give alike, so that f which compute wrongly are outvoted.",
  ),
  requests: choice(
    ["all", "sequencer"],
    "all",
    "Whom a front end sends a request to. `all`: every replica, so that one that takes over has it already. `sequencer`: " +
      "only the replica that it believes to order requests; all others hear of it with its place in the order.",
  ),
  heartbeatInterval: duration(
    "max(75ms, 5d)",
    "A sequencer with nothing to order says that it is there this often; also how long a replica that joins waits for an " +
      "answer before it resends its question.",
    { min: 1 },
  ),
  detectionTimeout: duration(
    "max(225ms, 15d)",
    "The next replica takes over from a sequencer that it has not heard from for this long; the one after it `collectTime` " +
      "later, and so on.",
    { min: 1 },
  ),
  collectTime: duration(
    "2d + 10ms",
    "How long a replica that takes over waits for the others' answers. It counts those as crashed that have not answered by " +
      "then, so this must exceed two link delays.",
    { min: 1 },
  ),
} as const

export type SequencedParameters = ParameterValues<typeof parameters>
