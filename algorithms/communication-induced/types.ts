/** Parameters, messages and state of communication-induced checkpoints. */
import type { Node, Shape } from "../../runtime/contract/algorithm.ts"
import type { ParameterValues } from "../../runtime/contract/parameters.ts"
import type { Recovery } from "../../services/recovery/shape.ts"
import {
  type ApplicationMessage,
  type RecoveryMessage,
  recoveryParameters,
  type SaverDisk,
  type SaverState,
  type SaverTimer,
  type SurveyMessage,
} from "../common/recovery/types.ts"

export const parameters = recoveryParameters

export interface State extends SaverState {
  /** The highest index that others have asked with. */
  asked: number
}

export interface CommunicationInduced extends Shape {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: SaverDisk
  readonly state: State
  readonly message: ApplicationMessage | RecoveryMessage | SurveyMessage
  readonly timer: SaverTimer
  readonly service: Recovery
}

export type IndexedNode = Node<CommunicationInduced>
