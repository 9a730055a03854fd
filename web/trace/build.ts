/**
 * Builds the trace page: one HTML file with all code and styles, and an empty element for the document to show.
 *
 * Run as `node web/trace/build.ts <folder>`; the page is `<folder>/index.html`.
 */
import { preact } from "@preact/preset-vite"
import { build } from "vite"
import { viteSingleFile } from "vite-plugin-singlefile"

const [outDir] = process.argv.slice(2)
if (outDir === undefined) throw new Error("usage: node web/trace/build.ts <folder>")

await build({
  root: import.meta.dirname,
  configFile: false,
  logLevel: "warn",
  plugins: [preact({ devToolsEnabled: false }), viteSingleFile()],
  build: { outDir, emptyOutDir: false, target: "es2022" },
})
