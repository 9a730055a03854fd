/**
 * Builds the package into dist/, or into the folder that is named: JavaScript for Node.js 22 and later, and unless
 * `--no-types` says otherwise type declarations for authors of algorithms. Modules named by `--with` are bundled, too.
 *
 * Small modules that every start needs are bundled, so that they load fast; charts and threads stay packages of their own.
 * Bundled code of others keeps its licence: dist/THIRD-PARTY.txt holds the texts.
 */
import { BUNDLING, OUTSIDE } from "../cli/launch/bundling.ts"
import { execFileSync } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { build, type Metafile } from "esbuild"
import { buildPage } from "../debugger/trace-page.ts"
import { PAGE_ENTRY } from "../reports/page/page-code.ts"
import { buildPlayground } from "../debugger/play-page.ts"
import { FONT_FILES } from "../reports/charts/text-width.ts"

const ROOT = join(import.meta.dirname, "..")
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "no-types": { type: "boolean", default: false },
    with: { type: "string", multiple: true, default: [] },
  },
})
const [target = join(ROOT, "dist")] = positionals
const DIST = resolve(target)

/** The entry modules of the processes and the thread in which the labs compile and run submissions. */
const SANDBOX = ["labs/sandbox/compiler.ts", "labs/sandbox/grader.ts", "labs/sandbox/worker.ts"]

/** The process that imports modules from outside first. */
const PROBE = "scenarios/outside/probe.ts"

rmSync(DIST, { recursive: true, force: true })
const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: [
    "cli/main.ts",
    "index.ts",
    "experiments/run/worker.ts",
    "checking/parallel/worker.ts",
    PROBE,
    "bench/child.ts",
    ...SANDBOX,
    ...values.with,
  ],
  outdir: DIST,
  ...BUNDLING,
  external: OUTSIDE,
  minifySyntax: true,
  legalComments: "none",
  logLevel: "warning",
})
await buildPage(join(DIST, "trace"))
await build({
  absWorkingDir: ROOT,
  entryPoints: [PAGE_ENTRY],
  outfile: join(DIST, "report-page.js"),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  logLevel: "warning",
})
mkdirSync(join(DIST, "play"))
writeFileSync(join(DIST, "play", "index.html"), await buildPlayground())
mkdirSync(join(DIST, "fonts"))
for (const file of Object.values(FONT_FILES)) copyFileSync(file, join(DIST, "fonts", basename(file)))
writeFileSync(join(DIST, "THIRD-PARTY.txt"), licences(metafile))
// Submissions to labs are graded against the library; the other declarations are only for editors.
const compiled = [
  ["tsconfig.library.json", "library"],
  ["tsconfig.build.json", "types"],
  ["tsconfig.handout.json", "handout"],
] as const
for (const [project, part] of values["no-types"] ? compiled.slice(0, 1) : compiled) {
  const args = ["-p", project, "--outDir", join(DIST, part)]
  execFileSync(join(ROOT, "node_modules/.bin/tsc"), args, { cwd: ROOT, stdio: "inherit" })
}

/** The licences of all packages that were bundled, the trace page's and the fonts' included. */
function licences({ inputs }: Metafile): string {
  const folders = new Set(
    [...Object.keys(inputs), "node_modules/preact/index.js", "node_modules/dejavu-fonts-ttf/ttf"].flatMap(
      path => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
    ),
  )
  const texts = [...folders].toSorted().map(folder => {
    const { name, version, license }: { name: string; version: string; license: string } = JSON.parse(
      readFileSync(join(ROOT, folder, "package.json"), "utf8"),
    )
    const file = readdirSync(join(ROOT, folder)).find(entry => /^licen[cs]e/i.test(entry))
    const text =
      file !== undefined && existsSync(join(ROOT, folder, file)) ? readFileSync(join(ROOT, folder, file), "utf8") : ""
    return `${name} ${version} (${license})\n\n${text.trim()}\n`
  })
  return `This package contains code of the following packages.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`
}
