// The site shows which commands no test executes, and why; what tests collect from documents is what the site shows.
import { expect, test } from "vitest"
import { withMarks } from "../../site/marks.ts"
import { commandsIn, sessionsIn, wordsOf } from "../support/documented.ts"

const TEXT = `
Run \`quorate bench memory\`<!-- not executed: takes minutes --> or \`quorate play\`.
\`quorate run
my-spec.yaml\` and \`quorate run <spec>\`, \`quorate run ... --json\`.

\`\`\`sh
npm run quorate -- run a    # a comment
npx quorate trace b --run "x y"
\`\`\`

\`\`\`sh not executed: wants a <server>
quorate worker
\`\`\`

\`\`\`text
quorate: an error
\`\`\`

\`\`\`console
$ quorate check c
all is well
\`\`\`
`

test("command lines are those of blocks and inline code that are more than a name, with the reasons of those not executed", () => {
  expect(commandsIn(TEXT).map(({ line, notExecuted }) => [line, notExecuted])).toEqual([
    ["npm run quorate -- run a", undefined],
    ['npx quorate trace b --run "x y"', undefined],
    ["quorate worker", "wants a <server>"],
    ["quorate check c", undefined],
    ["quorate bench memory", "takes minutes"],
    ["quorate run my-spec.yaml", undefined],
  ])
  expect(sessionsIn(TEXT)).toEqual([{ line: "quorate check c", output: "all is well\n" }])
  expect(wordsOf('npx quorate trace b --run "x y"')).toEqual(["trace", "b", "--run", "x y"])
  expect(wordsOf("npm ci")).toBeUndefined()
})

test("pages say what no test executes, and leave the rest as it is", () => {
  const page = withMarks(TEXT)
  expect(page).toContain("```sh\nquorate worker\n```\n\n<small>No test executes this: wants a &lt;server&gt;.</small>")
  expect(page).toContain(
    "`quorate bench memory` <small>(no test executes it: takes minutes)</small> or `quorate play`.",
  )
  expect(page).not.toContain("not executed:")
  expect(page).toContain("npm run quorate -- run a    # a comment\n")
})
