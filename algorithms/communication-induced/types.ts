/** Parameters, messages and state of communication-induced checkpoints. */
import type { Node } from "../../runtime/contract/algorithm.ts"
import {
  type ApplicationMessage,
  type RecoveryMessage,
  recoveryParameters,
  type SaverState,
  type SaverShape,
  type SurveyMessage,
} from "../common/recovery/types.ts"

export const parameters = recoveryParameters

export interface State extends SaverState {
  /** The highest index that others have asked with. */
  asked: number
}

export interface CommunicationInduced extends SaverShape {
  readonly state: State
  readonly message: ApplicationMessage | RecoveryMessage | SurveyMessage
}

export type IndexedNode = Node<CommunicationInduced>
