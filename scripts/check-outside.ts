/**
 * Checks docs/outside-algorithms.md as a reader with only the package uses it: in an empty folder with `npm init -y` and the
 * packed package, its commands are typed, its algorithms saved, run, and compiled against the types of the package.
 *
 *     node scripts/check-outside.ts [quorate-<version>.tgz [<an empty folder, to remain>]]
 */
import { join } from "node:path"
import { packageFor, ROOT, Stranger } from "./follow-page.ts"

const TSCONFIG = {
  compilerOptions: {
    target: "esnext",
    module: "nodenext",
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    types: [],
    lib: ["esnext", "dom"],
  },
}

const [, folder] = process.argv.slice(2)
using stranger = new Stranger("docs/outside-algorithms.md", folder)
stranger.follow(packageFor(stranger.folder))
for (const { file = "" } of stranger.blocks) {
  if (!file.endsWith(".yaml")) continue
  const run = stranger.sh(`npx quorate run ${file}`)
  stranger.expect(`npx quorate run ${file}`, run, 0, /runs: no check was violated$/m)
}
stranger.expect("npm pkg set type=module", stranger.sh("npm pkg set type=module"), 0)
stranger.write("tsconfig.json", JSON.stringify(TSCONFIG))
stranger.expect("its algorithms compile", stranger.sh(`${join(ROOT, "node_modules/.bin/tsc")} -p .`), 0)
