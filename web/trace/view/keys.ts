/** The keys of the page. */
import { useEffect, useRef } from "preact/hooks"
import type { Target } from "./toolbar.tsx"

export interface KeyActions {
  /** Moves the cursor by a number of steps. */
  goTo(steps: number): void
  start(): void
  end(): void
  toggle(): void
  jump(target: Target, direction: 1 | -1): void
  zoom(factor: number): void
  wholeRun(): void
  pan(pixels: number): void
  table(): void
  help(): void
  theme(): void
}

export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (act(latest.current, event)) event.preventDefault()
    }
    document.addEventListener("keydown", onKey)
    return () => document.removeEventListener("keydown", onKey)
  }, [])
}

/** True of elements that handle keys themselves: text fields and choices. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement
}

/** @returns whether the key was handled */
function act(actions: KeyActions, { key, shiftKey, target }: KeyboardEvent): boolean {
  const direction = shiftKey ? -1 : 1
  switch (key) {
    case "ArrowRight":
      actions.goTo(shiftKey ? 10 : 1)
      return true
    case "ArrowLeft":
      actions.goTo(shiftKey ? -10 : -1)
      return true
    case "Home":
      actions.start()
      return true
    case "End":
      actions.end()
      return true
    case " ":
      // On a button or a summary, the space bar belongs to the element.
      if (target instanceof HTMLButtonElement || (target instanceof HTMLElement && target.tagName === "SUMMARY"))
        return false
      actions.toggle()
      return true
    case "n":
    case "N":
      actions.jump("milestone", direction)
      return true
    case "f":
    case "F":
      actions.jump("fault", direction)
      return true
    case "v":
    case "V":
      actions.jump("violation", direction)
      return true
    case "+":
    case "=":
      actions.zoom(0.5)
      return true
    case "-":
      actions.zoom(2)
      return true
    case "0":
      actions.wholeRun()
      return true
    case "a":
      actions.pan(-200)
      return true
    case "d":
      actions.pan(200)
      return true
    case "t":
      actions.table()
      return true
    case "l":
      actions.theme()
      return true
    case "?":
      actions.help()
      return true
    case "/":
      document.querySelector<HTMLInputElement>("input[type=search]")?.focus()
      return true
    default:
      return false
  }
}
