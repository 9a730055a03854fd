/** A part of the page that is not redrawn in every frame. */
import type { VNode } from "preact"
import { useMemo } from "preact/hooks"

interface StillProps {
  /** It is redrawn when one of these changes. */
  readonly on: readonly unknown[]
  readonly children: () => VNode
}

export function Still({ on, children }: StillProps) {
  return useMemo(children, on)
}
