/** Makes the folders that go out: a student's lab, and what graders need to take it back. */
import { execFileSync } from "node:child_process"
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { PACKAGE_ROOT, packageVersion, RUNS_FROM_SOURCE } from "../experiments/assets.ts"
import { FolderError } from "./folder.ts"
import { autograderFiles } from "./graders.ts"
import { type Lab, pointsOf } from "./lab.ts"
import { handoutFile } from "./places.ts"

export interface ScaffoldOptions {
  /** What npm installs as "quorate": a version, a tarball, a folder. */
  readonly package?: string
}

/**
 * Makes a student's folder: hand-out, skeleton, editor types, and what `npm test` needs.
 *
 * @returns the files, relative to the folder
 * @throws FolderError if the folder is there and not empty
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
      scripts: { test: "quorate lab test" },
      devDependencies: { quorate: options.package ?? installable() },
      quorate: { lab: lab.name },
    }),
    ...(lab.kind === "implement" ? { "tsconfig.json": json(TSCONFIG) } : {}),
    ".gitignore": "node_modules/\nfailures/\n",
    ".github/workflows/lab.yml": WORKFLOW,
  })
  if (lab.kind === "implement") copyTypes(join(folder, "types"))
  return filesIn(folder)
}

/**
 * Makes what a lecturer needs for a lab: the hand-out, without any solution, and ready graders.
 *
 * @returns the files, relative to the folder
 */
export function packLab(lab: Lab, folder: string, options: ScaffoldOptions = {}): readonly string[] {
  makeLabFolder(lab, join(folder, "handout"), options)
  const files = autograderFiles(lab.name, pointsOf(lab), options.package ?? installable())
  writeFiles(folder, files)
  for (const file of Object.keys(files)) if (/setup\.sh|run_autograder/.test(file)) chmodSync(join(folder, file), 0o755)
  return filesIn(folder)
}

/** What npm can install: this version, or from a source checkout, the checkout itself. */
function installable(): string {
  return RUNS_FROM_SOURCE ? `file:${PACKAGE_ROOT}` : `^${packageVersion()}`
}

/** Type declarations of "quorate": as built, or from a source checkout, made now. */
function copyTypes(folder: string): void {
  const built = join(PACKAGE_ROOT, "dist", "types")
  if (!RUNS_FROM_SOURCE && existsSync(built)) {
    cpSync(built, folder, { recursive: true })
    return
  }
  const tsc = join(PACKAGE_ROOT, "node_modules", ".bin", "tsc")
  execFileSync(tsc, ["-p", "tsconfig.build.json", "--outDir", resolve(folder)], { cwd: PACKAGE_ROOT, stdio: "ignore" })
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

/** For editors: no build makes use of it. */
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

const WORKFLOW = `# Tests the lab at every push. Works as it is on GitHub, and in a Classroom 50 classroom.
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
      - run: npx quorate lab grade . --junit report.xml --classroom50 result.json
      - uses: actions/upload-artifact@v4
        if: always()
        with: { name: results, path: "report.xml\\nresult.json" }
      - run: npm test
`
