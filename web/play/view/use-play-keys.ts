/** Applies the keys of the page to the chosen node or message, to time, and to the page. */
import { useRef } from "preact/hooks"
import type { NodeId } from "../../../runtime/contract/ids.ts"
import { SPEEDS } from "../model/player.ts"
import type { Sight } from "../model/seen.ts"
import { actOnMessage, actOnNode } from "./act-by-key.ts"
import type { Chosen } from "./chosen.ts"
import { useKeys } from "./keys.ts"
import type { Playing } from "./use-player.ts"

interface KeyContext {
  readonly playing: Playing
  readonly sight: Sight
  readonly chosen: Chosen
  choose(chosen: Chosen): void
  toggleLink(one: NodeId, other: NodeId): void
  setDialog(dialog: "help" | "part" | undefined): void
  toggleTheme(): void
}

export function usePlayKeys(context: KeyContext): void {
  const { playing, sight, chosen, choose, toggleLink, setDialog, toggleTheme } = context
  const { player, act, intervene } = playing
  /** True after `x`: the next number is the other end of a link. */
  const isLinking = useRef(false)
  const node = chosen?.kind === "node" ? sight.nodes[chosen.node] : undefined
  useKeys({
    toggle: () => act(() => player.toggle()),
    step: () => act(() => player.step()),
    back: steps => act(() => player.back(steps)),
    restart: () => act(() => player.restart()),
    end: () => act(() => player.toEnd()),
    undo: () => act(() => player.undo()),
    redo: () => act(() => player.redo()),
    chooseNode(id) {
      if (id >= sight.nodes.length) return
      if (isLinking.current && node !== undefined && node.id !== id) toggleLink(node.id, id)
      else choose({ kind: "node", node: id })
      isLinking.current = false
    },
    nextNode(direction) {
      const count = sight.nodes.length
      choose({ kind: "node", node: ((node?.id ?? (direction === 1 ? -1 : 0)) + direction + count) % count })
    },
    nextMessage() {
      const { messages } = sight
      const place = chosen?.kind === "message" ? messages.findIndex(({ key }) => key === chosen.key) : -1
      const next = messages[(place + 1) % Math.max(1, messages.length)]
      choose(next && { kind: "message", key: next.key })
    },
    letGo: () => choose(undefined),
    act(letter) {
      isLinking.current = letter === "x"
      const message = chosen?.kind === "message" ? sight.messages.find(({ key }) => key === chosen.key) : undefined
      const done =
        node !== undefined ? actOnNode(letter, node) : message !== undefined ? actOnMessage(letter, message) : undefined
      if (done !== undefined) intervene(done)
    },
    partition: () => setDialog("part"),
    heal: () => intervene({ type: "heal" }),
    faster(direction) {
      const place = SPEEDS.findIndex(({ speed }) => speed === player.speed) + direction
      const next = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, place))]
      if (next !== undefined) act(() => void (player.speed = next.speed))
    },
    theme: toggleTheme,
    help: () => setDialog("help"),
  })
}
