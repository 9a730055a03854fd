/** Light or dark: the system's setting, until the reader chooses. */
import { useEffect, useState } from "preact/hooks"
import { DARK, LIGHT, type Theme } from "../paint/theme.ts"

export function useTheme(): { readonly theme: Theme; toggleTheme(): void } {
  const system = matchMedia("(prefers-color-scheme: dark)")
  const [isDark, setDark] = useState(system.matches)
  useEffect(() => {
    const follow = (event: MediaQueryListEvent): void => setDark(event.matches)
    system.addEventListener("change", follow)
    return () => system.removeEventListener("change", follow)
  }, [])
  useEffect(() => {
    document.documentElement.dataset["theme"] = isDark ? "dark" : "light"
  }, [isDark])
  return { theme: isDark ? DARK : LIGHT, toggleTheme: () => setDark(!isDark) }
}
