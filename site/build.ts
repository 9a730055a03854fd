/**
 * Builds the site: every document of the repository as a page, a page for each algorithm and each bundled experiment,
 * and a reference of the interface. A broken link fails the build.
 *
 *     npm run site    # into site/dist
 */
import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { algorithms } from "../algorithms/registry.ts"
import { bundledExperiments } from "../experiments/plan/bundled.ts"
import { playPage } from "../debugger/play-page.ts"
import { listOfAlgorithms, PLAYGROUND, writeAlgorithm } from "./algorithms.ts"
import { HOME } from "./home.ts"
import { pageOf, PAGES, ROOT, titleOf, write, writePage } from "./pages.ts"
import { writeReference } from "./reference.ts"

const HERE = import.meta.dirname

rmSync(PAGES, { recursive: true, force: true })
const guides = readdirSync(join(ROOT, "docs")).filter(file => file.endsWith(".md"))
for (const file of ["README.md", "CONTRIBUTING.md", "results/reference/README.md", "scenarios/regions/README.md"])
  writeOne(file)
for (const guide of guides) writeOne(`docs/${guide}`)
// The site's path on its host, if it is not the root.
const base = process.env["SITE_BASE"] ?? "/"
for (const algorithm of Object.values(algorithms)) await writeAlgorithm(algorithm, base)
for (const { name } of bundledExperiments()) writeOne(`results/reference/${name}/README.md`)
const labs = readdirSync(join(ROOT, "labs")).filter(name => existsSync(join(ROOT, "labs", name, "README.md")))
for (const lab of labs) writeOne(`labs/${lab}/README.md`)
write("index.md", HOME)
write(`public/${PLAYGROUND}`, await playPage(null))
write("algorithms/index.md", listOfAlgorithms())
write(
  "labs/index.md",
  listOf(
    "Labs",
    labs.map(lab => `labs/${lab}.md`),
  ),
)
writeReference()
writeFileSync(join(PAGES, "sidebar.json"), JSON.stringify(sidebar()))
execFileSync(process.execPath, [join(HERE, "node_modules", "vitepress", "bin", "vitepress.js"), "build", HERE], {
  stdio: "inherit",
})

function writeOne(source: string): void {
  const page = pageOf(source)
  if (page === undefined) throw new Error(`${source} is no page`)
  writePage({ source, page })
}

function listOf(title: string, pages: readonly string[]): string {
  const lines = pages.map(page => `- [${titleOf(page)}](/${page})`)
  return [`# ${title}`, "", ...lines, ""].join("\n")
}

/** The pages in the sidebar, by section, in the generator's format. */
function sidebar() {
  const item = (page: string) => ({ text: titleOf(page), link: `/${page.replace(/(?:index)?\.md$/, "")}` })
  const named = (names: readonly string[], folder: string) => names.map(name => item(`${folder}/${name}.md`))
  const part = (text: string, link: string, items: readonly object[]) => ({ text, link, collapsed: true, items })
  return [
    { text: "Start in five minutes", link: "/start" },
    part("Algorithms", "/algorithms/", named(Object.keys(algorithms), "algorithms")),
    part(
      "Experiments",
      "/experiments/",
      named(
        bundledExperiments().map(({ name }) => name),
        "experiments",
      ),
    ),
    {
      text: "Guides",
      collapsed: false,
      items: named([...guides.map(file => file.replace(".md", "")), "regions", "contributing"], "guides"),
    },
    part("Labs", "/labs/", named(labs, "labs")),
    { text: "Reference", link: "/reference/" },
  ]
}
