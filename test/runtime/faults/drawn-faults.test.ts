/**
 * Faults as they are drawn: exactly, since stored results and scenario files hang on every draw. Whoever changes how something
 * is drawn changes what all experiments with it find, and puts in the new numbers here.
 */
import { expect, test } from "vitest"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { faultTimeline } from "../../../runtime/faults/fault-timeline.ts"
import { membershipProblem } from "../../../runtime/faults/kinds/group/membership.ts"
import { SECOND } from "../../../runtime/contract/units.ts"

const all = { nodes: [0, 1, 2] }
const renewal = { kind: "renewal", mtbf: 4 * SECOND, mttr: SECOND, spans: "exponential" } as const
const fixed = { ...renewal, spans: "fixed" } as const
const every = { kind: "every", every: 3 * SECOND } as const

/** `crash 1.5+0.5 {"target":...}`: its kind, time and span in seconds, and all else. */
function line({ kind, at, for: span, ...rest }: Fault): string {
  return `${kind} ${at / SECOND}+${span === undefined ? "" : span / SECOND} ${JSON.stringify(rest)}`
}

/** Faults of five nodes in two regions within 10 s. */
function drawn(...faults: readonly Fault[]): string[] {
  const network = { regions: { names: ["east", "west"], nodes: [0, 1, 0, 1, 1], delays: [] } }
  return faultTimeline({ nodes: 5, duration: 10 * SECOND, faults, network } as never, 3).map(line)
}

const CASES: Readonly<Record<string, readonly Fault[]>> = {
  renewal: [{ kind: "crash", target: all, at: SECOND, schedule: renewal }],
  "renewal by two crews, to an end": [
    { kind: "crash", target: all, at: 0, schedule: { ...renewal, mtbf: SECOND, crews: 2, until: 6 * SECOND } },
  ],
  "renewal by one crew": [{ kind: "pause", target: all, at: 0, schedule: { ...fixed, mtbf: SECOND, crews: 1 } }],
  "fixed renewal": [{ kind: "isolate", target: all, at: 2 * SECOND, schedule: fixed }],
  "renewal of random nodes": [{ kind: "crash", target: { random: 2 }, at: 0, schedule: fixed }],
  "renewal of links": [{ kind: "cut", at: 0, schedule: { ...fixed, mtbf: 6 * SECOND, until: 3 * SECOND } }],
  "renewal of named links": [
    {
      kind: "loss",
      share: 0.5,
      links: [
        [0, 1],
        [3, 2],
      ],
      at: 0,
      schedule: { ...renewal, until: 8 * SECOND },
    },
  ],
  "renewal of all links together": [{ kind: "loss", share: 0.5, at: 0, schedule: fixed }],
  "renewal of broken broadcasts": [{ kind: "brokenBroadcast", target: { nodes: [0] }, at: 0, schedule: fixed }],
  "every so often": [{ kind: "crash", target: { random: 2 }, at: SECOND, for: 5 * SECOND, schedule: every }],
  "every so often, to an end": [
    { kind: "crash", target: { nodes: [4] }, at: SECOND, for: 2 * SECOND, schedule: { ...every, until: 8 * SECOND } },
    { kind: "crash", target: { nodes: [4] }, at: SECOND, schedule: { ...every, until: 7 * SECOND, times: 9 } },
  ],
  "every so often, without an end": [
    { kind: "pause", target: { nodes: [4] }, at: SECOND, schedule: { ...every, times: 2 } },
  ],
  "in turns": [
    { kind: "rollingRestart", target: { nodes: [2, 0, 1] }, at: SECOND, schedule: { ...every, every: SECOND } },
  ],
  "in turns, more often": [
    { kind: "rollingRestart", target: { nodes: [2, 0] }, at: SECOND, schedule: { ...every, every: SECOND, times: 5 } },
  ],
  "at random times": [
    { kind: "crash", target: { nodes: [1] }, at: SECOND, within: 3 * SECOND },
    { kind: "crash", target: { random: 1 }, at: SECOND, within: 3 * SECOND },
    { kind: "crash", target: { random: 1 }, at: SECOND },
  ],
  "in a region": [
    { kind: "crash", target: { region: "west" }, at: SECOND },
    { kind: "crash", target: { region: "west", count: 1 }, at: 2 * SECOND },
    { kind: "crash", target: { region: "east", count: 2 }, at: 3 * SECOND },
  ],
  "random sides": [
    { kind: "partition", sides: [{ random: 2 }, { random: 1 }], at: SECOND },
    { kind: "partition", sides: [[3], { random: 2 }], bridge: [1], at: 2 * SECOND },
    { kind: "partition", sides: [[3], [2]], at: 3 * SECOND },
  ],
  "random extents": [
    { kind: "brokenBroadcast", target: { random: 1 }, at: SECOND },
    { kind: "brokenBroadcast", target: { nodes: [0] }, reaches: [1], at: 2 * SECOND },
    { kind: "brokenBroadcast", target: { nodes: [0] }, kept: 0.5, at: 3 * SECOND },
    { kind: "tornWrite", target: { nodes: [0] }, at: 4 * SECOND },
  ],
  "when something comes true": [
    {
      kind: "crash",
      target: { leader: true },
      at: SECOND,
      schedule: { kind: "when", when: "leader elected", after: 5 },
    },
    { kind: "pause", target: { leader: true }, at: 0, schedule: { kind: "when", when: "leader elected", after: 6 } },
    {
      kind: "pause",
      target: { leader: true },
      at: 2,
      schedule: { kind: "when", when: "leader elected", after: 6, stream: 7 },
    },
  ],
} as never

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  renewal: [
    'crash 1.435562+0.02102 {"target":{"nodes":[2]}}',
    'crash 1.620316+0.256271 {"target":{"nodes":[0]}}',
    'crash 2.89491+0.643504 {"target":{"nodes":[1]}}',
    'crash 5.697974+0.221047 {"target":{"nodes":[2]}}',
    'crash 6.491654+1.597396 {"target":{"nodes":[1]}}',
    'crash 7.231021+1.031399 {"target":{"nodes":[2]}}',
    'crash 9.629344+0.947494 {"target":{"nodes":[2]}}',
    'crash 9.954219+0.179651 {"target":{"nodes":[1]}}',
  ],
  "renewal by two crews, to an end": [
    'crash 0.10889+0.02102 {"target":{"nodes":[2]}}',
    'crash 0.155079+0.256271 {"target":{"nodes":[0]}}',
    'crash 0.473727+0.643504 {"target":{"nodes":[1]}}',
    'crash 1.190258+0.221047 {"target":{"nodes":[2]}}',
    'crash 1.739305+1.031399 {"target":{"nodes":[2]}}',
    'crash 1.855541+1.597396 {"target":{"nodes":[1]}}',
    'crash 2.538904+0.306069 {"target":{"nodes":[0]}}',
    'crash 3.112435+0.947494 {"target":{"nodes":[2]}}',
    'crash 3.919229+0.179651 {"target":{"nodes":[1]}}',
    'crash 4.107902+0.524799 {"target":{"nodes":[1]}}',
    'crash 4.233336+1.506793 {"target":{"nodes":[0]}}',
    'crash 4.272919+1.727081 {"target":{"nodes":[2]}}',
  ],
  "renewal by one crew": [
    'pause 0.103171+1 {"target":{"nodes":[2]}}',
    'pause 0.143652+1.959519 {"target":{"nodes":[0]}}',
    'pause 0.377323+2.725848 {"target":{"nodes":[1]}}',
    'pause 2.103171+2 {"target":{"nodes":[2]}}',
    'pause 3.103171+2 {"target":{"nodes":[0]}}',
    'pause 4.103171+2 {"target":{"nodes":[1]}}',
    'pause 5.103171+2 {"target":{"nodes":[2]}}',
    'pause 6.103171+2 {"target":{"nodes":[0]}}',
    'pause 7.103171+2 {"target":{"nodes":[1]}}',
    'pause 8.103171+2 {"target":{"nodes":[2]}}',
    'pause 9.103171+2 {"target":{"nodes":[0]}}',
  ],
  "fixed renewal": [
    'isolate 2.412685+1 {"target":{"nodes":[2]}}',
    'isolate 2.574609+1 {"target":{"nodes":[0]}}',
    'isolate 3.509292+1 {"target":{"nodes":[1]}}',
    'isolate 7.412685+1 {"target":{"nodes":[2]}}',
    'isolate 7.574609+1 {"target":{"nodes":[0]}}',
    'isolate 8.509292+1 {"target":{"nodes":[1]}}',
  ],
  "renewal of random nodes": [
    'crash 0.574609+1 {"target":{"nodes":[3]}}',
    'crash 1.509292+1 {"target":{"nodes":[4]}}',
    'crash 5.574609+1 {"target":{"nodes":[3]}}',
    'crash 6.509292+1 {"target":{"nodes":[4]}}',
  ],
  "renewal of links": [
    'cut 0.619027+1 {"links":[[0,3]]}',
    'cut 0.661599+1 {"links":[[3,4]]}',
    'cut 0.79064+1 {"links":[[1,3]]}',
    'cut 0.823934+1 {"links":[[2,3]]}',
    'cut 0.861914+1 {"links":[[0,1]]}',
    'cut 1.601725+1 {"links":[[0,4]]}',
    'cut 2.13248+0.86752 {"links":[[1,4]]}',
    'cut 2.263938+0.736062 {"links":[[0,2]]}',
    'cut 2.497858+0.502142 {"links":[[1,2]]}',
    'cut 2.731355+0.268645 {"links":[[2,4]]}',
  ],
  "renewal of named links": [
    'loss 0.620316+0.256271 {"share":0.5,"links":[[0,1]]}',
    'loss 1.89491+0.643504 {"share":0.5,"links":[[3,2]]}',
    'loss 5.491654+1.597396 {"share":0.5,"links":[[3,2]]}',
  ],
  "renewal of all links together": ['loss 0.574609+1 {"share":0.5}', 'loss 5.574609+1 {"share":0.5}'],
  "renewal of broken broadcasts": [
    'brokenBroadcast 0.574609+1 {"target":{"nodes":[0]},"kept":0.2260676792357117}',
    'brokenBroadcast 5.574609+1 {"target":{"nodes":[0]},"kept":0.8808717119973153}',
  ],
  "every so often": [
    'crash 1+5 {"target":{"nodes":[3,4]}}',
    'crash 4+5 {"target":{"nodes":[2,0]}}',
    'crash 7+5 {"target":{"nodes":[0,1]}}',
  ],
  "every so often, to an end": [
    'crash 1+2 {"target":{"nodes":[4]}}',
    'crash 1+6 {"target":{"nodes":[4]}}',
    'crash 4+2 {"target":{"nodes":[4]}}',
    'crash 4+3 {"target":{"nodes":[4]}}',
    'crash 7+1 {"target":{"nodes":[4]}}',
  ],
  "every so often, without an end": ['pause 1+ {"target":{"nodes":[4]}}', 'pause 4+ {"target":{"nodes":[4]}}'],
  "in turns": [
    'rollingRestart 1+ {"target":{"nodes":[2]}}',
    'rollingRestart 2+ {"target":{"nodes":[0]}}',
    'rollingRestart 3+ {"target":{"nodes":[1]}}',
  ],
  "in turns, more often": [
    'rollingRestart 1+ {"target":{"nodes":[2]}}',
    'rollingRestart 2+ {"target":{"nodes":[0]}}',
    'rollingRestart 3+ {"target":{"nodes":[2]}}',
    'rollingRestart 4+ {"target":{"nodes":[0]}}',
    'rollingRestart 5+ {"target":{"nodes":[2]}}',
  ],
  "at random times": [
    'crash 1+ {"target":{"nodes":[0]}}',
    'crash 1.012435+ {"target":{"nodes":[3]}}',
    'crash 3.772774+ {"target":{"nodes":[1]}}',
  ],
  "in a region": [
    'crash 1+ {"target":{"nodes":[1,3,4],"region":"west"}}',
    'crash 2+ {"target":{"nodes":[4],"region":"west"}}',
    'crash 3+ {"target":{"nodes":[0,2],"region":"east"}}',
  ],
  "random sides": [
    'partition 1+ {"sides":[[1,3],[0]]}',
    'partition 2+ {"sides":[[3],[2,4]],"bridge":[1]}',
    'partition 3+ {"sides":[[3],[2]]}',
  ],
  "random extents": [
    'brokenBroadcast 1+ {"target":{"nodes":[3]},"kept":0.12527299858629704}',
    'brokenBroadcast 2+ {"target":{"nodes":[0]},"reaches":[1]}',
    'brokenBroadcast 3+ {"target":{"nodes":[0]},"kept":0.5}',
    'tornWrite 4+ {"target":{"nodes":[0]},"kept":0.5417909887619317}',
  ],
  "when something comes true": [
    'pause 0+ {"target":{"leader":true},"schedule":{"kind":"when","when":"leader elected","after":6,"stream":1}}',
    'pause 0.000002+ {"target":{"leader":true},"schedule":{"kind":"when","when":"leader elected","after":6,"stream":7}}',
    'crash 1+ {"target":{"leader":true},"schedule":{"kind":"when","when":"leader elected","after":5,"stream":0}}',
  ],
}

test.each(Object.entries(CASES))("%s", (name, faults) => {
  expect(drawn(...faults)).toEqual(EXPECTED[name])
})

test("a change of members names members of the group, and nobody twice", () => {
  const problem = (members: readonly number[], learners?: readonly number[]) =>
    membershipProblem(learners === undefined ? { members } : { members, learners }, 3)
  expect([problem([0, 2]), problem([0], [1, 2]), problem([0], [])]).toEqual([undefined, undefined, undefined])
  const message = "names a role, whose processes are no members of the group"
  expect([problem([0, 3]), problem([0, 1], [4, 2])]).toEqual([
    { key: "members", message },
    { key: "learners", message },
  ])
  expect(problem([0, 1], [2, 1])).toEqual({ key: "learners", message: "names node 1, which is one of the members" })
})
