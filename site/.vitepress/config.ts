/** The site's generator: where its pages are, and what stands beside them. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"

const sidebar = join(import.meta.dirname, "..", ".pages", "sidebar.json")

/**
 * Hides the empty heading row of tables without headings. On a phone, wide tables and diagrams scroll sideways, with
 * cells narrow enough for the last column to remain readable.
 */
const LOOK = `.vp-doc thead:not(:has(th:not(:empty))) { display: none }
.diagram { overflow-x: auto }
.diagram img { min-width: 34rem }
@media (max-width: 640px) {
  .vp-doc th, .vp-doc td { padding: 6px 8px; font-size: 13px; line-height: 1.4; vertical-align: top }
  .vp-doc td:last-child:not(:first-child) { min-width: 11rem }
}`

export default {
  srcDir: ".pages",
  outDir: join(import.meta.dirname, "..", "dist"),
  cacheDir: join(import.meta.dirname, "..", "node_modules", ".cache"),
  // The site's path on its host, if it is not the root.
  base: process.env["SITE_BASE"] ?? "/",
  lang: "en",
  title: "Quorate",
  description: "A workbench for consensus and coordination algorithms.",
  cleanUrls: true,
  head: [
    ["link", { rel: "icon", href: "data:," }],
    ["style", {}, LOOK],
  ],
  // Copies of files; the code that copies them checks that they exist.
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
