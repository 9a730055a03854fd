/** `quorate lab new <lab> [dir]`: a student's folder. */
import { command } from "../../command.ts"
import { EXIT } from "../../exit-codes.ts"

/** The package that npm installs as the workbench in folders that go out. */
export const PACKAGE_OPTION = {
  type: "string",
  requiresArg: true,
  describe: "what npm installs as quorate there: a version, an address, a tarball (default: this version)",
} as const

export const newLab = command({
  usage: "new <lab> [dir]",
  summary: "make a working folder: hand-out, skeleton, editor types",
  positionals: {
    lab: { type: "string", demandOption: true, describe: "the lab, as in `quorate lab list`" },
    dir: { type: "string", describe: "the folder to make (default: the lab's name)" },
  },
  options: { package: PACKAGE_OPTION },
  examples: [["lab new bully my-bully", "the lab on bully elections, in my-bully/"]],
  async run({ lab: name, dir, package: installed }, terminal) {
    const { asUsage, labNamed } = await import("./labs.ts")
    const { makeLabFolder } = await import("../../../labs/engine/handout/scaffold.ts")
    const { programName } = await import("../../program.ts")
    const lab = labNamed(name)
    const folder = dir ?? lab.name
    const files = asUsage(() => makeLabFolder(lab, folder, installed === undefined ? {} : { package: installed }))
    const own = files.filter(file => !file.startsWith("types/"))
    const types = own.length < files.length ? " and types for the editor" : ""
    terminal.out.write(`${folder}/ has ${own.join(", ")}${types}.\n`)
    terminal.out.write(`Read README.md, write ${lab.file}, and check it there with: ${programName(true)} lab test\n`)
    return EXIT.ok
  },
})
