/**
 * Ready graders for the systems that courses use: what `quorate lab pack` puts beside the hand-out.
 *
 * The only student code that they run is the submission, in the sandbox of the labs: no `npm test`, which runs a line
 * of the student's package.json; no `npx`, which prefers the student's node_modules; and no npm where a student's
 * `.npmrc` could choose what to install. A problem of the machine or the set-up is an error, not a mark.
 */
import { type Lab, pointsOf } from "../lab.ts"

/**
 * The files, by path.
 *
 * @param quorate the package that npm installs as "quorate": a version, an address, or `file:./` and a file beside the
 * grader
 * @param secret the secret that determines the hidden seeds
 */
export function autograderFiles(lab: Lab, quorate: string, secret: string): Readonly<Record<string, string>> {
  const seed = `${secret}\n`
  return {
    "README.md": readme(lab),
    "seed.txt": seed,
    "gradescope/seed.txt": seed,
    "gradescope/setup.sh": gradescopeSetup(quorate),
    "gradescope/run_autograder": gradescopeRun(lab),
    "classroom50/seed.txt": seed,
    "classroom50/autograder.py": classroom50(lab, quorate),
    "classroom50/tests.json": `${JSON.stringify(declarativeTests(lab, quorate), null, 2)}\n`,
  }
}

/** Quoted for npm's command line. */
function installable(quorate: string): string {
  return /^[\^~=<>\d*]/.test(quorate) ? `quorate@${quorate}` : quorate
}

const readme = (lab: Lab): string => `# Grading the lab ${lab.name} (${pointsOf(lab)} points)

- \`handout/\` goes to the students, as it is. It holds no solution. Its GitHub Actions workflow is for them, not for marks.
- \`seed.txt\` decides the hidden seeds; it was drawn at random for this folder. Keep it, and the folders that have a copy
  of it, to yourself.
- By hand: \`quorate lab grade <folder of submissions> --lab ${lab.name} --seed-file seed.txt --jobs 2 --out grades\`.
- Gradescope: zip the *contents* of \`gradescope/\`, and upload it as the autograder (Ubuntu 22.04 or newer).
  Points: ${pointsOf(lab)}.
- Classroom 50: the files of \`classroom50/\` make up the autograder, which writes result.json. \`tests.json\` has
  declarative tests instead, one a stage; those have no hidden seeds.

No grader runs anything of a student's but \`${lab.file}\` and what it imports from its folder. If grading fails for a
reason that is not the submission's, there is no result, and the system shows an error.
`

const gradescopeSetup = (quorate: string): string => `#!/usr/bin/env bash
# Prepares Gradescope's image once: Node.js 24 and the workbench.
set -euo pipefail
cd "$(dirname "\${BASH_SOURCE[0]}")"
if ! command -v node > /dev/null; then
  curl -fsSL https://deb.nodesource.com/setup_24.x | bash -
  apt-get install -y nodejs
fi
npm install --global ${quoted(installable(quorate))}
`

const gradescopeRun = (lab: Lab): string => `#!/usr/bin/env bash
# Grades one submission: runs nothing of it but ${lab.file}, behind the walls of the labs. An exit code other than 0, and no
# results, say that the grading failed, which is not the student's fault.
set -uo pipefail
results=/autograder/results
mkdir -p "$results"
rm -f "$results/results.json"
cd /autograder/source || exit 1
exec quorate lab grade /autograder/submission --lab ${lab.name} --single --seed-file seed.txt \\
  --gradescope /autograder/results/results.json
`

const classroom50 = (
  lab: Lab,
  quorate: string,
): string => `"""Grades a submission for Classroom 50: the one in the working directory. Writes ./result.json.

Exit code 0 whatever the score; any other says that the grading failed, which is not the student's fault. Nothing of the
student's is run but ${lab.file}, behind the walls of the labs: the workbench is installed in a folder of its own.
"""
import sys

# Nothing is imported that the student might have put here.
sys.path[:] = [entry for entry in sys.path if entry.startswith((sys.prefix, sys.base_prefix))]

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

PACKAGE = ${JSON.stringify(installable(quorate))}

checkout = Path.cwd().resolve()
bundle = Path(os.environ.get("CLASSROOM50_BUNDLE_DIR") or Path(__file__).resolve().parent).resolve()
result = checkout / "result.json"

# What the student left under this name is no result.
if result.is_dir() and not result.is_symlink():
    shutil.rmtree(result)
else:
    result.unlink(missing_ok=True)


def is_ours(entry):
    """Whether a folder of PATH lies outside of the checkout."""
    return os.path.isabs(entry) and checkout not in [Path(entry).resolve(), *Path(entry).resolve().parents]


path = os.pathsep.join(filter(is_ours, os.environ.get("PATH", "").split(os.pathsep)))
# npm_... are settings of an npm that may have read the student's .npmrc.
environment = {name: value for name, value in os.environ.items() if not name.startswith(("npm_", "NODE_", "PYTHON"))}
environment["PATH"] = path


def run(*command, cwd):
    program = shutil.which(command[0], path=path)
    if program is None:
        sys.exit(f"{command[0]} is missing")
    return subprocess.run([program, *command[1:]], cwd=cwd, env=environment).returncode


with tempfile.TemporaryDirectory() as tool:
    # npm takes "file:./x.tgz" from the folder it runs in; there is nothing of the student's in this one.
    for package in bundle.glob("*.tgz"):
        shutil.copy(package, tool)
    Path(tool, "package.json").write_text("{}")
    status = run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE, cwd=tool)
    if status != 0:
        sys.exit("the workbench cannot be installed")
    main = Path(tool, "node_modules", "quorate", "dist", "cli", "main.js")
    seed = bundle / "seed.txt"
    if not seed.is_file():
        sys.exit("seed.txt is missing: without it there are no hidden seeds")
    grade = ["lab", "grade", str(checkout), "--lab", "${lab.name}", "--single", "--seed-file", str(seed)]
    sys.exit(run("node", str(main), *grade, "--classroom50", str(result), cwd=tool))
`

const PREFIX = "/tmp/quorate"

/** One per stage. A global install makes npm ignore the files of the working directory; nor is it run there. */
const declarativeTests = (lab: Lab, quorate: string) =>
  lab.stages.map(stage => ({
    name: `${stage.name}: ${stage.title}`,
    type: "run",
    setup: `cd / && npm install --global --prefix ${PREFIX} --ignore-scripts ${fromBundle(quorate)}`,
    run: `cd / && ${PREFIX}/bin/quorate lab grade "$OLDPWD" --lab ${lab.name} --single --stage ${stage.name} --strict`,
    timeout: 600,
    points: pointsOf(stage),
  }))

/** A file beside the grader is in the bundle; npm does not run there. */
function fromBundle(quorate: string): string {
  const file = /^file:\.\/(.+)$/.exec(quorate)?.[1]
  return file === undefined ? quoted(installable(quorate)) : `"$CLASSROOM50_BUNDLE_DIR"/${quoted(file)}`
}

/** Quoted for a shell, as a single word. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
