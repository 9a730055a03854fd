/** The documents of the repository as pages of the site: the address of each, and the targets of its links. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { basename, dirname, join, relative } from "node:path"
import { withMarks } from "./marks.ts"

export const ROOT = join(import.meta.dirname, "..")
/** Recreated by each build. */
export const PAGES = join(import.meta.dirname, ".pages")
/** Files that pages link to but that are not pages themselves: specs, tables, sources. */
const FILES = join(PAGES, "public", "files")

/** A document of the repository, and its page: both relative to their roots. */
export interface Page {
  readonly source: string
  readonly page: string
}

/** The page of a document; `undefined`: none. */
export function pageOf(source: string): string | undefined {
  if (source === "README.md") return "start.md"
  if (source === "CONTRIBUTING.md") return "guides/contributing.md"
  const [folder, name, ...rest] = source.split("/")
  const last = rest.at(-1) ?? name
  if (!source.endsWith(".md")) return undefined
  if (folder === "docs") return `guides/${name}`
  if (last !== "README.md") return undefined
  if (folder === "algorithms" || folder === "labs") return `${folder}/${name}.md`
  if (source === "results/reference/README.md") return "experiments/index.md"
  if (source.startsWith("results/reference/")) return `experiments/${rest[0]}.md`
  return source === "scenarios/regions/README.md" ? "guides/regions.md" : undefined
}

/**
 * Writes a document as its page, together with the files that it links to.
 *
 * @param extra the text that the site adds below its title
 * @param end the text that it adds at the end
 * @throws Error with each broken link
 */
export function writePage({ source, page }: Page, extra = "", end = ""): void {
  const text = withMarks(readFileSync(join(ROOT, source), "utf8"))
  const dead: string[] = []
  const linked = outsideCode(text, prose =>
    prose.replaceAll(/(!?\[[^\]]*\])\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)/g, (_, label, target, anchor = "") => {
      const path = join(dirname(source), target)
      if (existsSync(join(ROOT, path))) return `${labelOn(label, path)}(${addressFrom(page, path)}${anchor})`
      dead.push(target)
      return label
    }),
  )
  if (dead.length > 0) throw new Error(`${source}: nothing is at ${dead.join(", ")}`)
  const [title = "", ...rest] = linked.split("\n")
  write(page, [title, extra, ...rest, end].join("\n"))
}

/** The text of a link on the site: documents refer to each other by file, pages by title. */
function labelOn(label: string, path: string): string {
  const isFile = pageOf(path) !== undefined && /^\[[\w./-]+\.md\]$/.test(label)
  return isFile ? `[${headingIn(join(ROOT, path)) ?? path}]` : label
}

export function write(page: string, text: string): void {
  const file = join(PAGES, page)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** The address of a link from a page: of the page of a document, or of a copy of a file. */
function addressFrom(page: string, path: string): string {
  const target = pageOf(path)
  if (target !== undefined) return relativeTo(page, target)
  if (/\.(?:svg|png)$/.test(path)) {
    const copy = join(dirname(page), "pictures", path.replaceAll("/", "-"))
    copyTo(path, join(PAGES, copy))
    return relativeTo(page, copy)
  }
  if (statSync(join(ROOT, path)).isDirectory()) throw new Error(`${page}: ${path} is a folder, which is no page`)
  copyTo(path, join(FILES, path))
  return `/files/${path}`
}

function copyTo(path: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(join(ROOT, path), to)
}

function relativeTo(page: string, target: string): string {
  const path = relative(dirname(page), target)
  return path.startsWith(".") ? path : `./${path}`
}

/** Changes the text outside of code blocks. */
function outsideCode(text: string, change: (prose: string) => string): string {
  return text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, place) => (place % 2 === 1 ? part : change(part)))
    .join("")
}

/** The first heading of a page, as plain text. */
export function titleOf(page: string): string {
  return headingIn(join(PAGES, page)) ?? basename(page, ".md")
}

function headingIn(file: string): string | undefined {
  return /^# (.+)$/m.exec(readFileSync(file, "utf8"))?.[1]?.replaceAll("`", "")
}
