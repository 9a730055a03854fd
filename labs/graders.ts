/** Ready graders for the systems that courses use: what `quorate lab pack` puts beside the hand-out. */

/**
 * The files, by path.
 *
 * @param quorate what npm installs as "quorate"
 */
export function autograderFiles(lab: string, points: number, quorate: string): Readonly<Record<string, string>> {
  return {
    "README.md": readme(lab, points),
    "seed.txt": "replace this line by anything that students cannot guess\n",
    "gradescope/setup.sh": gradescopeSetup(quorate),
    "gradescope/run_autograder": gradescopeRun(lab),
    "classroom50/autograder.py": classroom50(lab),
    "classroom50/tests.json": `${JSON.stringify([declarativeTest(lab, points)], null, 2)}\n`,
  }
}

const readme = (lab: string, points: number): string => `# Grading the lab ${lab} (${points} points)

- \`handout/\` goes to the students, as it is. It holds no solution.
- \`seed.txt\` decides the hidden seeds. Write something into it, and keep it to yourself.
- By hand: \`quorate lab grade <folder of submissions> --lab ${lab} --seed-file seed.txt --jobs 2 --out grades\`.
- Gradescope: copy \`seed.txt\` into \`gradescope/\`, zip the *contents* of that folder, and upload it as the autograder
  (Ubuntu 22.04 or newer). Points: ${points}.
- Classroom 50: \`classroom50/autograder.py\` writes result.json; or use the one declarative test in \`tests.json\`.
- GitHub Actions: \`handout/.github/workflows/lab.yml\` is part of the hand-out. (GitHub Classroom itself is retired.)
`

const gradescopeSetup = (quorate: string): string => `#!/usr/bin/env bash
# Prepares Gradescope's image once: Node.js 24 and the workbench.
set -euo pipefail
curl -fsSL https://deb.nodesource.com/setup_24.x | bash -
apt-get install -y nodejs
npm install --global ${JSON.stringify(quorate)}
`

const gradescopeRun = (lab: string): string => `#!/usr/bin/env bash
# Grades one submission. The submission's code runs in a process of its own, without files, children or network.
set -uo pipefail
mkdir -p /autograder/results
cd /autograder/source
quorate lab grade /autograder/submission --lab ${lab} --seed-file seed.txt --gradescope /autograder/results/results.json
status=$?
[ "$status" -eq 0 ] && exit 0
[ -s /autograder/results/results.json ] && exit 0
echo '{ "score": 0, "output": "There is nothing to grade: is the file there, and named as the hand-out says?" }' \\
  > /autograder/results/results.json
`

const classroom50 = (
  lab: string,
): string => `"""Grades a submission for Classroom 50: writes ./result.json. Exit code 0 whatever the score."""
import subprocess
import sys
from pathlib import Path

seed = Path(__file__).with_name("seed.txt")
seeds = ["--seed-file", str(seed)] if seed.exists() else []
command = ["npx", "quorate", "lab", "grade", ".", "--lab", "${lab}", "--classroom50", "result.json", *seeds]
sys.exit(subprocess.run(command).returncode)
`

const declarativeTest = (lab: string, points: number) => ({
  name: `lab ${lab}`,
  type: "run",
  setup: "npm install",
  run: "npm test",
  timeout: 300,
  points,
})
