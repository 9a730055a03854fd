/** `quorate lab grade <what>`: marks, for one submission or a class. */
import { command, integerOption } from "../../command.ts"
import { EXIT, Interrupted } from "../../exit-codes.ts"

const output = (describe: string) => ({ type: "string", requiresArg: true, describe }) as const

export const gradeLab = command({
  usage: "grade <what>",
  summary: "grade a submission, or a folder of submissions, with hidden seeds too",
  positionals: {
    what: { type: "string", demandOption: true, describe: "a file, a student's folder, or a folder of such folders" },
  },
  options: {
    lab: { type: "string", requiresArg: true, describe: "the lab, if the folder does not name it" },
    stage: { type: "string", requiresArg: true, describe: "only this stage, by name or number" },
    "seed-file": {
      type: "string",
      requiresArg: true,
      describe: "file with a secret of your choice, from which the hidden seeds are derived",
    },
    jobs: {
      type: "string",
      requiresArg: true,
      describe: "submissions graded at a time (default: the number of cores)",
      coerce: integerOption("jobs", { min: 1, max: 1_000 }),
    },
    json: output("write everything, hidden seeds included, to this file"),
    junit: output("write JUnit XML to this file"),
    gradescope: output("write Gradescope's results.json to this file"),
    classroom50: output("write Classroom 50's result.json to this file"),
    out: output("for a class: a folder for scores.csv and every student's results, written as they come"),
    single: { type: "boolean", describe: "treat the folder as one submission, even if its file is missing" },
    strict: {
      type: "boolean",
      describe: "exit with 1 unless all points are scored, for systems that look at the exit code only",
    },
  },
  examples: [
    ["lab grade my-bully --seed-file seed.txt", "one student's folder"],
    ["lab grade submissions --lab bully --seed-file seed.txt --jobs 8 --out grades", "a class"],
    ["lab grade . --gradescope results.json", "as an autograder runs it"],
  ],
  async run({ what, lab: name, stage, "seed-file": seedFile, jobs, out, single, strict, ...files }, terminal) {
    const { availableParallelism } = await import("node:os")
    const { chosenStage, findSubmissions, labNamed, lineOf, reportText, secretIn } = await import("./labs.ts")
    const { gradeAll } = await import("../../../labs/engine/grading/class.ts")
    const { counted } = await import("../../../lib/counted.ts")
    const { checkClassFiles, ClassFolder, writeClass, writeSingle } = await import("./results.ts")
    const secret = secretIn(seedFile)
    const submissions = findSubmissions(what, name === undefined ? undefined : labNamed(name), single)
    const isClass = submissions.length > 1
    if (isClass) checkClassFiles(files)
    const folder = isClass && out !== undefined ? new ClassFolder(submissions, out) : undefined
    const controller = new AbortController()
    const ignore = terminal.onInterrupt(() => controller.abort())
    const options = {
      signal: controller.signal,
      ...chosenStage(submissions, stage),
      ...(secret === undefined ? {} : { secret }),
    }
    const width = Math.max(...submissions.map(submission => submission.name.length))
    const graded = await gradeAll(submissions, jobs ?? availableParallelism(), options, one => {
      if (isClass) terminal.out.write(lineOf(one, width))
      folder?.add(one)
    })
    ignore()
    const reports = graded.map(({ report }) => report)
    if (isClass) {
      folder?.finish()
      writeClass(graded, files)
    } else if (graded[0] !== undefined) {
      terminal.out.write(reportText(graded[0].report))
      writeSingle(graded[0], { out, ...files })
    }
    if (controller.signal.aborted) throw new Interrupted()
    const ungraded = reports.filter(report => report.ungraded !== undefined)
    if (isClass) {
      const marked = reports.filter(report => report.ungraded === undefined)
      const mean = marked.reduce((sum, { score }) => sum + score, 0) / Math.max(1, marked.length)
      terminal.out.write(`${counted(marked.length, "submission")}, ${mean.toFixed(1)} points on average\n`)
    }
    if (secret === undefined) terminal.err.write("quorate: without --seed-file only the public seeds are used\n")
    if (ungraded.length > 0) {
      const which = ungraded.map(({ submission }) => submission).join(", ")
      terminal.err.write(`quorate: no mark for ${which}, which is the machine's fault: ${ungraded[0]!.ungraded}\n`)
      return EXIT.ungraded
    }
    return strict === true && reports.some(({ score, maxScore }) => score < maxScore) ? EXIT.violated : EXIT.ok
  },
})
