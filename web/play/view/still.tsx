/** A part of the page that stays as it is while others are drawn anew in every frame. */
import type { VNode } from "preact"
import { useMemo } from "preact/hooks"

interface StillProps {
  /** It is drawn anew when one of these is another. */
  readonly on: readonly unknown[]
  readonly children: () => VNode
}

export function Still({ on, children }: StillProps) {
  return useMemo(children, on)
}
