/** Follows a page of the documentation as a new reader does: in an empty folder, with the packed package, word for word. */
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join, resolve } from "node:path"

export const ROOT = join(import.meta.dirname, "..")

/** The Node.js of this project, and none of its commands. */
const usersPath = (process.env["PATH"] ?? "").split(delimiter).filter(entry => !entry.includes("node_modules"))
/** Settings of npm: its other requests to the registry take longer than the installation. */
const INSTALL = { npm_config_audit: "false", npm_config_fund: "false", npm_config_prefer_offline: "true" }
const PATH = [join(ROOT, "node_modules/node/bin"), ...usersPath].join(delimiter)
const env = { ...process.env, ...INSTALL, PATH }

/** Replaces npx, which takes longer to find an installed command than most commands take to run. */
const NPX = 'npx() { if [ "$1" = --no-install ]; then shift; fi; "node_modules/.bin/$1" "${@:2}"; }'

/** A code block of a page. */
export interface Block {
  readonly language: string
  readonly text: string
  /** The file that it is to be saved as, if its first line is a comment that names one. */
  readonly file: string | undefined
}

export interface Outcome {
  readonly code: number | null
  readonly text: string
}

/** An empty folder in which a page is followed. */
export class Stranger {
  readonly folder: string
  readonly blocks: readonly Block[]
  readonly #isOwn: boolean

  /**
   * @param page its path, from the root of the project
   * @param folder an empty folder that remains afterwards; by default one that is removed
   */
  constructor(page: string, folder?: string) {
    this.#isOwn = folder === undefined
    this.folder = folder ?? mkdtempSync(join(tmpdir(), "quorate-page-"))
    const found = readFileSync(join(ROOT, page), "utf8").matchAll(/^```(sh|yaml|ts)\n([\s\S]*?)^```$/gm)
    this.blocks = [...found].map(([, language = "", text = ""]) => {
      return { language, text, file: /^(?:#|\/\/) (\S+\.(?:yaml|ts))\n/.exec(text)?.[1] }
    })
  }

  /**
   * Saves every file of the page and types every command (`npx quorate ...`), in their order; throws if one fails.
   *
   * @param onInstalled called once the package is installed
   */
  follow(tarball: string, onInstalled: () => void = () => {}): void {
    for (const { language, text, file } of this.blocks) {
      if (file !== undefined) this.write(file, text)
      if (language !== "sh" || text.startsWith("quorate ")) continue
      for (const line of text.trim().split("\n")) {
        this.expect(line, this.sh(line.replace(/<path>\/quorate-\S+\.tgz/, tarball)), 0)
        if (line.startsWith("npm install")) onInstalled()
      }
    }
  }

  /**
   * Begins with the packages that were installed in another folder, as links to the same files: the page's own installation
   * then only has to find them right.
   */
  beginWithPackagesOf(folder: string): void {
    const installed = join(folder, "node_modules")
    if (!existsSync(installed)) throw new Error(`no package is installed in ${folder}`)
    execFileSync("cp", ["-al", installed, join(this.folder, "node_modules")])
  }

  sh(command: string, more: Readonly<Record<string, string>> = {}): Outcome {
    const options = { cwd: this.folder, env: { ...env, ...more }, encoding: "utf8" } as const
    const { status, stdout, stderr } = spawnSync("bash", ["-c", `${NPX}\n${command}`], options)
    return { code: status, text: stdout + stderr }
  }

  /** Throws unless a command ended with the exit code and wrote what it should. */
  expect(what: string, { code, text }: Outcome, wanted: number, pattern = /(?:)/): void {
    if (code !== wanted || !pattern.test(text))
      throw new Error(`${what}: exit code ${code}, expected ${wanted} and ${String(pattern)}:\n${text}`)
    console.log(`ok  ${what}`)
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8")
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true })
    writeFileSync(join(this.folder, file), text)
  }

  [Symbol.dispose](): void {
    if (this.#isOwn) rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The package that the command line names, or one packed now, into a folder. */
export function packageFor(folder: string): string {
  const [given] = process.argv.slice(2)
  if (given !== undefined) return resolve(given)
  const options = { cwd: ROOT, encoding: "utf8" } as const
  const told = execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], options)
  return join(folder, told.trim().split("\n").at(-1)!)
}
