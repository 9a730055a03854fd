/** Makes the folders to hand out: a student's lab, and everything graders need to grade it. */
import { execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { basename, dirname, join, relative, resolve } from "node:path"
import { PACKAGE_ROOT, packageVersion, RUNS_FROM_SOURCE } from "../../../lib/assets.ts"
import { FolderError } from "../submission/folder.ts"
import { autograderFiles } from "./graders.ts"
import type { Lab } from "../lab.ts"
import { handoutFile } from "../places.ts"

export interface ScaffoldOptions {
  /** The package that npm installs as "quorate": a version, a tarball, a folder. */
  readonly package?: string
}

/**
 * Makes a student's folder: hand-out, skeleton, editor types, and what `npm test` needs.
 *
 * @returns the files, relative to the folder
 * @throws FolderError if the folder exists and is not empty
 */
export function makeLabFolder(lab: Lab, folder: string, options: ScaffoldOptions = {}): readonly string[] {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new FolderError(`${folder}: this folder is not empty; expected a new one`)
  }
  writeFiles(folder, {
    "README.md": readFileSync(handoutFile(lab.name, "README.md"), "utf8"),
    [lab.file]: readFileSync(handoutFile(lab.name, lab.kind === "implement" ? "skeleton.ts" : "skeleton.yaml"), "utf8"),
    "package.json": json({
      name: `lab-${lab.name}`,
      private: true,
      type: "module",
      ...packageParts(options.package),
      quorate: { lab: lab.name },
    }),
    ...(lab.kind === "implement" ? { "tsconfig.json": json(TSCONFIG) } : {}),
    ".gitignore": "node_modules/\nfailures/\n",
    ".github/workflows/lab.yml": WORKFLOW,
  })
  if (lab.kind === "implement") copyTypes(join(folder, "types"))
  return filesIn(folder)
}

/** The package that runs the tests: an installed one, or the checkout itself for a folder that it makes for local work. */
function packageParts(installed: string | undefined): object {
  if (installed === undefined && RUNS_FROM_SOURCE) {
    return { scripts: { test: `'${join(PACKAGE_ROOT, "cli", "quorate")}' lab test` } }
  }
  const version = installed ?? published()
  return { scripts: { test: "quorate lab test" }, devDependencies: { quorate: version } }
}

/**
 * Makes the folder that a lecturer needs for a lab: the hand-out, without any solution, and ready graders with freshly
 * drawn hidden seeds. It does not depend on this machine: a package in a local file is copied into it.
 *
 * @returns the files, relative to the folder
 * @throws FolderError
 */
export function packLab(lab: Lab, folder: string, options: ScaffoldOptions = {}): readonly string[] {
  const { written, file } = packageToSend(options.package ?? published())
  makeLabFolder(lab, join(folder, "handout"), { package: written })
  const files = autograderFiles(lab, written, randomBytes(24).toString("base64url"))
  writeFiles(folder, files)
  for (const name of Object.keys(files)) if (/setup\.sh|run_autograder/.test(name)) chmodSync(join(folder, name), 0o755)
  if (file !== undefined) {
    for (const part of ["handout", "gradescope", "classroom50"]) copyFileSync(file, join(folder, part, basename(file)))
  }
  return filesIn(folder)
}

/** The package that npm can install anywhere: this version. */
function published(): string {
  return `^${packageVersion()}`
}

/** A package as others can install it, and the file that must accompany it. */
function packageToSend(wanted: string): { readonly written: string; readonly file?: string } {
  const path = wanted.replace(/^file:/, "")
  const isLocal = path !== wanted || /^(\.{0,2}[/\\]|[A-Za-z]:\\|~)/.test(wanted) || existsSync(wanted)
  if (!isLocal) return { written: wanted }
  if (!existsSync(path)) throw new FolderError(`--package ${wanted}: there is no such file`)
  if (!statSync(path).isFile()) {
    throw new FolderError(
      `--package ${wanted}: a folder of this machine is of no use to others; npm pack makes a file of it`,
    )
  }
  return { written: `file:./${basename(path)}`, file: path }
}

/** Type declarations of what submissions can import: as built, or from a source checkout, made now. */
function copyTypes(folder: string): void {
  const built = join(PACKAGE_ROOT, "dist", "handout")
  if (!RUNS_FROM_SOURCE) cpSync(built, folder, { recursive: true })
  else {
    const tsc = join(PACKAGE_ROOT, "node_modules", ".bin", "tsc")
    const args = ["-p", "tsconfig.handout.json", "--outDir", resolve(folder)]
    execFileSync(tsc, args, { cwd: PACKAGE_ROOT, stdio: "ignore" })
  }
  writeFiles(folder, { "index.d.ts": 'export * from "./labs/engine/library.ts"\n' })
}

function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted()
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** For editors; no build uses it. */
const TSCONFIG = {
  compilerOptions: {
    target: "esnext",
    module: "nodenext",
    lib: ["esnext"],
    types: [],
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
    skipLibCheck: true,
    paths: { quorate: ["./types/index.d.ts"] },
  },
  include: ["*.ts"],
}

const WORKFLOW = `# Tells you at every push what the lab's tests say. It is yours to change: marks are not made here.
name: lab
on: [push, workflow_dispatch]
jobs:
  test:
    runs-on: ubuntu-latest
    permissions: { contents: read }
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      - run: npm install
      - run: npx quorate lab grade . --junit report.xml
      - uses: actions/upload-artifact@v4
        if: always()
        with: { name: results, path: report.xml }
      - run: npm test
`
