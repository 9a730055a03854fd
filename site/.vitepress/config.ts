/** The site's generator: where its pages are, and what stands beside them. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"

const sidebar = join(import.meta.dirname, "..", ".pages", "sidebar.json")

export default {
  srcDir: ".pages",
  outDir: join(import.meta.dirname, "..", "dist"),
  cacheDir: join(import.meta.dirname, "..", "node_modules", ".cache"),
  // Where the site is not at the root of its host.
  base: process.env["SITE_BASE"] ?? "/",
  lang: "en",
  title: "Quorate",
  description: "A workbench for consensus and coordination algorithms.",
  cleanUrls: true,
  head: [["link", { rel: "icon", href: "data:," }]],
  // Copies of files, whose existence is seen to where they are copied.
  ignoreDeadLinks: [/^\/files\//],
  themeConfig: {
    nav: [
      { text: "Start", link: "/start" },
      { text: "Algorithms", link: "/algorithms/" },
      { text: "Experiments", link: "/experiments/" },
      { text: "Labs", link: "/labs/" },
      { text: "Reference", link: "/reference/" },
    ],
    sidebar: existsSync(sidebar) ? JSON.parse(readFileSync(sidebar, "utf8")) : [],
    outline: [2, 3],
    search: { provider: "local" },
  },
}
