/** Parameters, messages and state of uncoordinated checkpoints. */
import type { Node } from "../../runtime/contract/algorithm.ts"
import { choice, type ParameterValues } from "../../runtime/contract/parameters.ts"
import {
  type ApplicationMessage,
  type RecoveryMessage,
  recoveryParameters,
  type SaverShape,
  type SurveyMessage,
} from "../common/recovery/types.ts"

export const parameters = {
  ...recoveryParameters,
  spacing: choice(
    ["even", "staggered", "random"],
    "even",
    "When processes checkpoint: all at the same times (`even`), evenly one after the other (`staggered`: the last process first), " +
      "or at independent, exponentially distributed intervals (`random`).",
  ),
} as const

export interface Uncoordinated extends SaverShape {
  readonly parameters: ParameterValues<typeof parameters>
  readonly message: ApplicationMessage | RecoveryMessage | SurveyMessage
}

export type UncoordinatedNode = Node<Uncoordinated>
