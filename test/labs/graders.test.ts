// The ready graders in a folder like a container's: whatever lies in a student's folder, nothing of it is run.
import { execFileSync, spawnSync } from "node:child_process"
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import { labs } from "../../labs/registry.ts"
import { packLab } from "../../labs/engine/handout/scaffold.ts"
import { BUILT_MAIN } from "../support/built.ts"
import { byNight, isNight } from "../support/effort.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"
import { atStart, solve } from "./solution.ts"

const ROOT = join(import.meta.dirname, "../..")
const folder = temporaryFolder()
const pack = join(folder, "pack")
const bin = join(folder, "bin")
const evil = join(folder, "evil")
const bully = labs["bully"]!

function script(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${text}\n`)
  chmodSync(path, 0o755)
}

/** By day, a solution that fails with its first message, at once: a right one takes 16 s of processor time a grader. */
const SCORE = byNight(100, 8)
const handedIn = isNight ? undefined : atStart("if (node.size > 1) throw new Error('not yet')")

/** A solution, with all sorts of files that would leave a trace if they were run, and a result made beforehand. */
function checkout(name: string): string {
  const own = join(folder, name)
  solve(own, handedIn)
  for (const program of ["quorate", "node", "npm", "npx", "python3"]) {
    script(join(own, "node_modules/.bin", program), `echo ${program} >> ${evil}`)
  }
  const described = {
    quorate: { lab: "ring-election" },
    scripts: { test: `echo test >> ${evil}`, preinstall: `echo preinstall >> ${evil}` },
  }
  writeFileSync(join(own, "package.json"), JSON.stringify(described))
  writeFileSync(join(own, ".npmrc"), "registry=http://127.0.0.1:9/\n")
  writeFileSync(join(own, "tsconfig.json"), '{ "extends": "/etc/passwd" }')
  for (const module of ["subprocess", "shutil", "tempfile", "pathlib"]) {
    writeFileSync(join(own, `${module}.py`), `open(${JSON.stringify(evil)}, "a").write(${JSON.stringify(module)})\n`)
  }
  writeFileSync(join(folder, "elsewhere"), "untouched")
  symlinkSync(join(folder, "elsewhere"), join(own, "result.json"))
  return own
}

beforeAll(() => {
  packLab(bully, pack)
  symlinkSync(process.execPath, join((mkdirSync(bin), bin), "node"))
  script(join(bin, "quorate"), `exec ${process.execPath} ${BUILT_MAIN} "$@"`)
  // Installs what starts the built package, and nothing if it is run where a student's .npmrc is.
  const main =
    'import { spawnSync } from "node:child_process"\nprocess.exit(spawnSync(process.execPath, [MAIN, ...process.argv.slice(2)], { stdio: "inherit" }).status)\n'
  writeFileSync(join(folder, "main.js"), main.replace("MAIN", JSON.stringify(BUILT_MAIN)))
  script(
    join(bin, "npm"),
    `[ -e .npmrc ] && exit 9\nmkdir -p node_modules/quorate/dist/cli && echo '{"type":"module"}' > node_modules/quorate/package.json && cp ${folder}/main.js node_modules/quorate/dist/cli/main.js`,
  )
})

const hostilePath = (own: string): string =>
  [join(own, "node_modules/.bin"), "node_modules/.bin", ".", bin, "/usr/bin", "/bin"].join(":")

describe("Classroom 50", () => {
  const grade = (own: string, environment: Readonly<Record<string, string>> = {}) =>
    spawnSync("/usr/bin/env", ["python3", join(pack, "classroom50/autograder.py")], {
      cwd: own,
      env: { HOME: folder, PATH: `${bin}:/usr/bin:/bin`, OWNER: "ada", ...environment },
      encoding: "utf8",
    })

  test("grades the submission and runs nothing else", () => {
    const own = checkout("ada")
    const found = spawnSync(
      execFileSync("/usr/bin/env", ["sh", "-c", "PATH=/usr/bin:/bin command -v python3"], { encoding: "utf8" }).trim(),
      [join(pack, "classroom50/autograder.py")],
      {
        cwd: own,
        env: { HOME: folder, PATH: hostilePath(own), OWNER: "ada", npm_config_registry: "x" },
        encoding: "utf8",
      },
    )
    expect({ status: found.status, evil: existsSync(evil) }).toEqual({ status: 0, evil: false })
    const result: object = JSON.parse(readFileSync(join(own, "result.json"), "utf8"))
    expect(result).toMatchObject({ schema: "classroom50/result/v1", owner: "ada", score: SCORE, "max-score": 100 })
    expect(readFileSync(join(folder, "elsewhere"), "utf8")).toBe("untouched")
  })

  test("a file that is not there has 0 points; what is the set-up's fault has none", () => {
    const own = join(folder, "nobody")
    mkdirSync(own)
    expect(grade(own).status).toBe(0)
    expect(JSON.parse(readFileSync(join(own, "result.json"), "utf8"))).toMatchObject({ score: 0 })
    writeFileSync(join(own, "result.json"), '{ "score": 100 }')
    expect(grade(own, { CLASSROOM50_BUNDLE_DIR: own }).status).not.toBe(0)
    expect(existsSync(join(own, "result.json"))).toBe(false)
  })
})

test("Gradescope: grades the submission and runs nothing else", () => {
  const root = join(folder, "autograder")
  cpSync(join(pack, "gradescope"), join(root, "source"), { recursive: true })
  cpSync(checkout("grace"), join(root, "submission"), { recursive: true })
  // Only its place is another than in the container.
  const text = readFileSync(join(root, "source/run_autograder"), "utf8")
  writeFileSync(join(root, "run_autograder"), text.replaceAll("/autograder/", `${root}/`), { mode: 0o755 })
  const run = spawnSync(join(root, "run_autograder"), {
    cwd: join(root, "submission"),
    env: { HOME: folder, PATH: `${bin}:/usr/bin:/bin` },
    encoding: "utf8",
  })
  expect({ status: run.status, evil: existsSync(evil) }).toEqual({ status: 0, evil: false })
  expect(JSON.parse(readFileSync(join(root, "results/results.json"), "utf8"))).toMatchObject({ score: SCORE })
})

describe("a pack", () => {
  test("leads to no place on this machine, and runs neither npx nor npm test for marks", () => {
    const texts = ["README.md", "gradescope", "classroom50", "handout"].map(part =>
      execFileSync("grep", ["-rhI", "", join(pack, part)], { encoding: "utf8", maxBuffer: 1 << 26 }),
    )
    for (const text of texts) for (const place of [ROOT, folder, "file:/"]) expect(text).not.toContain(place)
    for (const text of texts.slice(1, 3)) expect(text).not.toMatch(/npx|npm test|npm run/)
    const { devDependencies }: { devDependencies: object } = JSON.parse(
      readFileSync(join(pack, "handout/package.json"), "utf8"),
    )
    expect(devDependencies).toEqual({ quorate: expect.stringMatching(/^\^\d/) })
  })

  test("has hidden seeds of its own, and takes a package in a file along, and no folder", async () => {
    const tarball = join(folder, "quorate-9.9.9.tgz")
    writeFileSync(tarball, "")
    packLab(bully, join(folder, "pack2"), { package: tarball })
    const seeds = [pack, join(folder, "pack2")].map(each => readFileSync(join(each, "gradescope/seed.txt"), "utf8"))
    expect(new Set(seeds).size).toBe(2)
    for (const seed of seeds) expect(seed.length).toBeGreaterThan(24)
    expect(readFileSync(join(folder, "pack2/handout/package.json"), "utf8")).toContain('"file:./quorate-9.9.9.tgz"')
    for (const part of ["handout", "gradescope", "classroom50"]) {
      expect(existsSync(join(folder, "pack2", part, "quorate-9.9.9.tgz"))).toBe(true)
    }
    const { code, err } = await quorate(`lab pack bully ${folder}/pack3 --package ${ROOT}`)
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("a folder of this machine is of no use") })
  })
})
