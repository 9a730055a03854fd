// An algorithm with roles behind the wall: the same runs as on this side.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { compileSubmission } from "../../labs/engine/submission/submission.ts"
import { Sandbox } from "../../labs/sandbox/remote.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { tellingScenario } from "../support/chatter.ts"
import { temporaryFolder } from "../support/folder.ts"
import { reception } from "../support/reception.ts"
import { switchboard } from "../support/switchboard.ts"

const folder = temporaryFolder()

async function behindTheWall(name: string, change: (source: string) => string) {
  const source = readFileSync(new URL("../support/switchboard.ts", import.meta.url), "utf8")
  const file = join(folder, `${name}.ts`)
  writeFileSync(file, change(source.replace("../../runtime/contract/algorithm.ts", "quorate")))
  return new Sandbox(await compileSubmission(file))
}

const scenario = tellingScenario({
  algorithm: switchboard,
  faults: [{ kind: "crash", target: { nodes: [3, 5] }, at: 50_000, for: 10_000 }],
})

test("processes of roles act behind the wall as on this side of it", async () => {
  const sandbox = await behindTheWall("switchboard", source => source)
  try {
    const algorithm = sandbox.algorithm(sandbox.outline())
    expect(simulate({ ...scenario, algorithm }, 1)).toEqual(simulate(scenario, 1))
  } finally {
    await sandbox.close()
  }
})

test("a role serves clients behind the wall as on this side of it", async () => {
  const source = readFileSync(new URL("../support/reception.ts", import.meta.url), "utf8")
  const file = join(folder, "reception.ts")
  writeFileSync(file, source.replace("../../runtime/contract/algorithm.ts", "quorate"))
  const sandbox = new Sandbox(await compileSubmission(file))
  try {
    const algorithm = sandbox.algorithm(sandbox.outline())
    const asked = tellingScenario({ algorithm: reception })
    const run = simulate({ ...asked, algorithm }, 1)
    expect(run).toMatchObject({ status: "completed", outcome: { ok: 100 } })
    expect(run).toEqual(simulate(asked, 1))
  } finally {
    await sandbox.close()
  }
})

test("they neither reply nor report, and send to nobody who is not there", async () => {
  const deeds = {
    report: ['node.setTimer("quiet", QUIET)', '(node as any).report({ type: "heard", number: 1 })', "which know the members only"], // biome-ignore format: a line
    reply: ['node.setTimer("quiet", QUIET)', "(node as any).reply(0, { told: 1 })", "that serves no clients replies to one"], // biome-ignore format: a line
    stranger: ['node.setTimer("quiet", QUIET)', 'node.send(6, { type: "Written", number: 1 })', "it sends to node 6; the nodes are 0 to 5"], // biome-ignore format: a line
  } as const
  for (const [name, [before, after, reason]] of Object.entries(deeds)) {
    const sandbox = await behindTheWall(name, source => source.replace(before, after))
    try {
      const algorithm = sandbox.algorithm(sandbox.outline())
      const failed = simulate({ ...scenario, algorithm }, 1)
      expect(failed).toMatchObject({ status: "failed", reason: expect.stringMatching(reason) })
    } finally {
      await sandbox.close()
    }
  }
})

test("a later boot is one behind the wall, too: replicas without a disk recover", async () => {
  const file = join(import.meta.dirname, "solutions/viewstamped-replication.ts")
  const sandbox = new Sandbox(await compileSubmission(file))
  try {
    expect(sandbox.algorithm(sandbox.outline()).recover).toBeDefined()
  } finally {
    await sandbox.close()
  }
})
