/** The tooltip beside the pointer, or beside the focused point. */

export interface Tip {
  /** Shows a value; an empty value hides the tooltip. Coordinates are relative to the window. */
  show(x: number, y: number, value: unknown): void
  hide(): void
}

export function createTip(): Tip {
  const box = document.createElement("div")
  box.id = "tip"
  box.setAttribute("role", "status")
  box.hidden = true
  document.body.append(box)
  return {
    show(x, y, value) {
      box.hidden = value === null || value === undefined || value === ""
      if (box.hidden) return
      box.textContent = textOf(value)
      box.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - box.offsetWidth - 4))}px`
      box.style.top = `${Math.max(4, Math.min(y + 14, innerHeight - box.offsetHeight - 4))}px`
    },
    hide() {
      box.hidden = true
    },
  }
}

function textOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return typeof value === "string" ? value : JSON.stringify(value)
  return Object.entries(value)
    .map(([key, text]) => `${key}: ${String(text)}`)
    .join("\n")
}
