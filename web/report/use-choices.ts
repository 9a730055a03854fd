/** Renders a component again whenever the reader's choices change. */
import { useLayoutEffect, useReducer } from "preact/hooks"
import type { Choices } from "./data.ts"

export function useChoices(choices: Choices): void {
  const [, renderAgain] = useReducer((count: number) => count + 1, 0)
  useLayoutEffect(() => {
    choices.onHidden(() => renderAgain(undefined))
    choices.onSelection(() => renderAgain(undefined))
  }, [choices])
}
