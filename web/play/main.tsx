/** The playground page: opens what its address or its document requests. */
import { render } from "preact"
import * as registry from "../../algorithms/registry.ts"
import { decodeScenario, type RunnableScenario } from "../../scenarios/scenario-file.ts"
import type { PlayDocument } from "../../debugger/play-document.ts"
import { runFromFragment } from "./model/document.ts"
import { Session } from "./model/session.ts"
import { algorithmNamed, defaultSetup, type Setup } from "./model/setup.ts"
import { App, type Start } from "./view/app.tsx"

const FIRST = "raft"

const root = document.getElementById("app")
if (root === null) throw new Error("the page has no place for the playground")

const text = document.getElementById("play-document")?.textContent ?? "null"
const given: PlayDocument | null = JSON.parse(text)

void startOf(given).then(start => {
  root.textContent = ""
  render(<App start={start} />, root)
  performance.mark("playground-shown")
})

async function startOf(asked: PlayDocument | null): Promise<Start> {
  const setup = defaultSetup(
    algorithmNamed(asked?.algorithm ?? FIRST) === undefined ? FIRST : (asked?.algorithm ?? FIRST),
  )
  try {
    const linked = await runFromFragment(location.hash)
    if (linked !== undefined) return beginning(linked, setup)
  } catch (error) {
    return { setup, problem: error instanceof Error ? error.message : String(error) }
  }
  if (asked?.scenario === undefined) return { setup }
  const run = decodeScenario(asked.scenario, registry)
  if (!("problems" in run)) return beginning(run, setup)
  return { setup, problem: run.problems.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ") }
}

/** Opens a run, if it can begin. */
function beginning(run: RunnableScenario, setup: Setup): Start {
  try {
    void new Session(run)
    return { setup, run }
  } catch (error) {
    return { setup, problem: `This run cannot begin: ${error instanceof Error ? error.message : String(error)}` }
  }
}
