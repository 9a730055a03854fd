/** The keys of the page. */
import { useEffect, useRef } from "preact/hooks"
import { isTyping } from "../../trace/view/keys.ts"

/** The actions of keys; the help lists them. */
export interface KeyActions {
  toggle(): void
  step(): void
  back(steps: number): void
  restart(): void
  end(): void
  undo(): void
  redo(): void
  /** Chooses a node by its number, or the next or previous one. */
  chooseNode(id: number): void
  nextNode(direction: 1 | -1): void
  nextMessage(): void
  /** Clears the choice. */
  letGo(): void
  /** Acts on the chosen node or message, by a letter. */
  act(letter: string): void
  partition(): void
  heal(): void
  faster(direction: 1 | -1): void
  theme(): void
  help(): void
}

export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["space", "play, pause"],
  ["→, ←", "a step forward, a step back; with Shift ten steps back; Home, End: to the beginning, to the end"],
  ["+, −", "faster, slower"],
  ["0 … 8", "choose a node; n, N: the next one, the one before"],
  ["m", "choose the next message under way; Escape: nothing"],
  [
    "c, p, w, a",
    "the chosen node: crash or restart it, pause or resume it, have it lose its disk, have a client ask it",
  ],
  ["t, f", "the chosen node: make it a traitor that lies, let its next timer run out"],
  ["x, then a number", "the chosen node: cut or mend the link to that one"],
  ["v, d, u, l", "the chosen message: deliver it now, lose it, duplicate it, delay it"],
  ["b, h", "partition the nodes, heal all links that were cut by hand"],
  ["z, y", "undo, redo"],
  ["k, ?", "light or dark, this list"],
]

export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return
      if (document.querySelector("dialog[open]") !== null) return
      if (act(latest.current, event)) event.preventDefault()
    }
    document.addEventListener("keydown", onKey)
    return () => document.removeEventListener("keydown", onKey)
  }, [])
}

/** @returns whether the key was handled */
function act(actions: KeyActions, { key, shiftKey, target }: KeyboardEvent): boolean {
  if (/^\d$/.test(key)) {
    actions.chooseNode(Number(key))
    return true
  }
  if (key === " ") {
    // On a button or a summary, the space bar belongs to the element.
    if (target instanceof HTMLButtonElement || (target instanceof HTMLElement && target.tagName === "SUMMARY"))
      return false
    actions.toggle()
    return true
  }
  const simple: Readonly<Record<string, () => void>> = {
    ArrowRight: () => actions.step(),
    ArrowLeft: () => actions.back(shiftKey ? 10 : 1),
    Home: () => actions.restart(),
    End: () => actions.end(),
    Escape: () => actions.letGo(),
    z: () => actions.undo(),
    y: () => actions.redo(),
    n: () => actions.nextNode(1),
    N: () => actions.nextNode(-1),
    m: () => actions.nextMessage(),
    b: () => actions.partition(),
    h: () => actions.heal(),
    "+": () => actions.faster(1),
    "=": () => actions.faster(1),
    "-": () => actions.faster(-1),
    k: () => actions.theme(),
    "?": () => actions.help(),
  }
  const found = Object.hasOwn(simple, key) ? simple[key] : undefined
  if (found !== undefined) found()
  else if (/^[cpwatfxvdul]$/.test(key)) actions.act(key)
  else return false
  return true
}
