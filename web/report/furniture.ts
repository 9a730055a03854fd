/** The theme, copying of commands, and opening folds for printing. */

const THEMES = ["automatic", "light", "dark"] as const

/** The button that cycles through the themes; the choice lasts while the page is open. */
export function switchTheme(): void {
  const button = document.querySelector<HTMLButtonElement>("#theme")
  if (button === null) return
  button.hidden = false
  let place = 0
  button.addEventListener("click", () => {
    place = (place + 1) % THEMES.length
    const theme = THEMES[place]!
    button.textContent = `Theme: ${theme}`
    if (theme === "automatic") delete document.documentElement.dataset["theme"]
    else document.documentElement.dataset["theme"] = theme
  })
}

/** Buttons that copy a command confirm it. */
export function copyOnClick(): void {
  document.addEventListener("click", event => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null
    if (button === null) return
    void copy(button.dataset["copy"]!).then(isCopied => {
      const text = button.textContent
      button.textContent = isCopied ? "Copied" : "Select and copy"
      setTimeout(() => (button.textContent = text), 1_500)
    })
  })
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

/** Opens all folds for printing. */
export function openFoldsToPrint(): void {
  let opened: HTMLDetailsElement[] = []
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>("details:not([open])")]
    for (const fold of opened) fold.open = true
  })
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false
  })
}
