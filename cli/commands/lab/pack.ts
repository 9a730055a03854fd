/** `quorate lab pack <lab> [dir]`: what a lecturer needs. */
import { command } from "../../command.ts"
import { EXIT } from "../../exit-codes.ts"
import { PACKAGE_OPTION } from "./new.ts"

export const packLab = command({
  usage: "pack <lab> [dir]",
  summary: "make the hand-out, without solutions, and ready graders for Gradescope and Classroom 50",
  positionals: {
    lab: { type: "string", demandOption: true, describe: "the lab, as in `quorate lab list`" },
    dir: { type: "string", describe: "the folder to make (default: <lab>-pack)" },
  },
  options: { package: PACKAGE_OPTION },
  examples: [["lab pack bully", "bully-pack/ with handout/, gradescope/, classroom50/ and a README"]],
  async run({ lab: name, dir, package: installed }, terminal) {
    const { asUsage, labNamed } = await import("./labs.ts")
    const scaffold = await import("../../../labs/engine/handout/scaffold.ts")
    const lab = labNamed(name)
    const folder = dir ?? `${lab.name}-pack`
    const options = installed === undefined ? {} : { package: installed }
    const files = asUsage(() => scaffold.packLab(lab, folder, options))
    const own = files.filter(file => !file.includes("types/"))
    terminal.out.write(`${own.map(file => `${folder}/${file}`).join("\n")}\n`)
    terminal.out.write(`${folder}/README.md says what each is for.\n`)
    return EXIT.ok
  },
})
