/** The checks and figures of the `mutual-exclusion` service, fed by hand. */
import { describe, expect, it } from "vitest"
import type { SectionContext } from "../../../services/mutual-exclusion/events.ts"
import { jainsIndex, Section } from "../../../services/mutual-exclusion/section.ts"

const open = (requesters = 3, starvation = 5, reach = true) => watch(requesters, starvation, reach ? null : () => false)

/** A section, and what may happen at it. */
function watch(
  requesters: number,
  starvation: number,
  isUnfair: SectionContext["isUnfair"],
  end?: number,
  isRunning: SectionContext["isRunning"] = null,
) {
  const sessions = { timeout: 100, deadline: 50, areLinksLossy: false }
  const section = new Section(requesters, { starvation, isUnfair, isRunning, sessions }, end)
  return {
    requested: (who: number, at: number) => section.observe({ type: "requested", who, at }),
    entered: (who: number, timestamp: number | null, at: number) =>
      section.observe({ type: "entered", who, timestamp, at }),
    wrote: (who: number, token: number, after: number, at: number) =>
      section.observe({ type: "wrote", who, token, after, at }),
    left: (who: number, at: number) => section.observe({ type: "left", who, at }),
    vanished: (who: number, at: number) => section.observe({ type: "vanished", who, at }),
    died: (who: number, at: number) => section.observe({ type: "died", who, at }),
    finished: (at: number) => section.observe({ type: "finished", at }),
    faultOccurred: (at = 0, ofClients = false) => section.observe({ type: "fault", ofClients, at }),
    verdicts: () => section.verdicts(),
    figures: (span: number) => section.figures(span),
  }
}

const verdict = (section: ReturnType<typeof open>, check: string) => section.verdicts()[check]

describe("mutual-exclusion", () => {
  it("holds while entries do not overlap", () => {
    const section = open()
    section.entered(0, null, 10)
    section.left(0, 20)
    section.entered(1, null, 20)
    expect(verdict(section, "mutual-exclusion")).toEqual({ verdict: "holds" })
  })

  it("is violated when one enters while another is in; the first violation is the witness", () => {
    const section = open()
    section.entered(0, null, 10)
    section.entered(1, null, 20)
    section.entered(2, null, 30)
    const witness = "1 entered while 0 was in the critical section"
    expect(verdict(section, "mutual-exclusion")).toEqual({ verdict: "violated", at: 20, witness })
  })

  it("is violated by the third of three, whoever of the others is still inside", () => {
    for (const stays of [0, 1]) {
      const third = open()
      third.entered(1 - stays, null, 10)
      third.left(1 - stays, 15)
      third.entered(stays, null, 20)
      third.entered(2, null, 30)
      const witness = `2 entered while ${stays} was in the critical section`
      expect(verdict(third, "mutual-exclusion")).toEqual({ verdict: "violated", at: 30, witness })
    }
  })

  it("is violated when one enters twice", () => {
    const section = open()
    section.entered(0, null, 10)
    section.entered(0, null, 20)
    expect(verdict(section, "mutual-exclusion")).toMatchObject({ verdict: "violated", at: 20 })
  })

  describe("where processes pause", () => {
    /** 0 and 1 are inside, and 0 has been paused when 1 entered. */
    function pausedInside(paused = new Set([0])) {
      const section = watch(3, 5, null, undefined, who => !paused.has(who))
      section.entered(0, null, 10)
      section.faultOccurred(20)
      section.entered(1, null, 30)
      section.faultOccurred(40)
      return { section, paused }
    }

    it("holds while all but one of those inside are paused", () => {
      const { section, paused } = pausedInside()
      paused.add(1)
      section.entered(2, null, 50)
      section.finished(90)
      expect(verdict(section, "mutual-exclusion")).toEqual({ verdict: "holds" })
    })

    it("holds if one that resumes leaves in that moment, even if a third one is still paused inside", () => {
      const { section, paused } = pausedInside()
      paused.add(1)
      section.entered(2, null, 50)
      paused.delete(1)
      section.faultOccurred(60)
      section.left(1, 60)
      section.finished(90)
      expect(verdict(section, "mutual-exclusion")).toEqual({ verdict: "holds" })
    })

    it("is violated if it is still inside later, from that moment on", () => {
      const { section, paused } = pausedInside()
      paused.delete(0)
      section.faultOccurred(60)
      expect(verdict(section, "mutual-exclusion")).toEqual({ verdict: "holds" })
      section.left(0, 61)
      const witness = "0 and 1 are both in the critical section, one of them having been paused"
      expect(verdict(section, "mutual-exclusion")).toEqual({ verdict: "violated", at: 60, witness })
    })

    it("is violated if it is still inside at the end", () => {
      const { section, paused } = pausedInside()
      paused.delete(0)
      section.faultOccurred(60)
      section.finished(61)
      expect(verdict(section, "mutual-exclusion")).toMatchObject({ verdict: "violated", at: 60 })
    })
  })

  it("a crash takes a node out of the section", () => {
    const section = open()
    section.entered(0, null, 10)
    section.vanished(0, 15)
    section.entered(1, null, 20)
    expect(verdict(section, "mutual-exclusion")).toEqual({ verdict: "holds" })
  })
})

describe("timestamp-order", () => {
  const enter = (entries: readonly (readonly [who: number, timestamp: number])[]) => {
    const section = open()
    for (const [time, [who, timestamp]] of entries.entries()) {
      section.entered(who, timestamp, time)
      section.left(who, time)
    }
    return verdict(section, "timestamp-order")
  }

  it("goes by timestamp, then by id", () => {
    expect(
      enter([
        [0, 1],
        [2, 1],
        [1, 2],
        [1, 2],
        [0, 7],
      ]),
    ).toEqual({ verdict: "holds" })
  })

  it.each([
    [
      "an older timestamp after a younger one",
      [
        [0, 2],
        [1, 1],
      ],
      "1 with timestamp 1 entered after 0 with timestamp 2",
    ],
    [
      "the lower id second among equals",
      [
        [1, 1],
        [0, 1],
      ],
      "0 with timestamp 1 entered after 1 with timestamp 1",
    ],
    [
      "a timestamp again once another has had it",
      [
        [0, 1],
        [1, 1],
        [0, 1],
      ],
      "0 with timestamp 1 entered after 1 with timestamp 1",
    ],
  ] as const)("is violated by %s", (_, entries, witness) => {
    expect(enter(entries)).toEqual({ verdict: "violated", at: entries.length - 1, witness })
  })

  it("is judged with the entry just before, whoever made it", () => {
    expect(
      enter([
        [0, 1],
        [1, 5],
        [2, 3],
      ]),
    ).toEqual({ verdict: "violated", at: 2, witness: "2 with timestamp 3 entered after 1 with timestamp 5" })
  })

  it("does not apply to algorithms that promise no order", () => {
    const section = open()
    section.entered(0, null, 1)
    section.left(0, 2)
    section.entered(0, null, 3)
    expect(verdict(section, "timestamp-order")).toEqual({ verdict: "holds" })
  })
})

describe("no-starvation", () => {
  function overtake(section: ReturnType<typeof open>, times: number, from = 100): void {
    for (let i = 0; i < times; i++) {
      section.entered(1, null, from + i)
      section.left(1, from + i)
    }
  }

  it("holds as long as others are granted less often than the bound", () => {
    const section = open(3, 5)
    section.requested(0, 50)
    overtake(section, 4)
    section.entered(0, null, 200)
    section.left(0, 201)
    overtake(section, 9, 300)
    expect(verdict(section, "no-starvation")).toEqual({ verdict: "holds" })
    expect(section.figures(1_000)["most_overtaken"]).toBe(4)
  })

  it("is violated when others are granted as often as the bound while one waits", () => {
    const section = open(3, 5)
    section.requested(0, 50)
    overtake(section, 5)
    const witness = "0 has waited since 50us while others were granted 5 times"
    expect(verdict(section, "no-starvation")).toEqual({ verdict: "violated", at: 104, witness })
  })

  it("does not count who is overtaken because it is cut off, nor what a fault did", () => {
    const cutOff = open(3, 5, false)
    cutOff.requested(0, 50)
    overtake(cutOff, 9)
    expect(verdict(cutOff, "no-starvation")).toEqual({ verdict: "holds" })
    const afterFault = open(3, 5)
    afterFault.requested(0, 50)
    overtake(afterFault, 4)
    afterFault.faultOccurred()
    overtake(afterFault, 4)
    expect(verdict(afterFault, "no-starvation")).toEqual({ verdict: "holds" })
  })
})

describe("no-stale-writes", () => {
  it("holds while tokens grow or repeat, whoever writes", () => {
    const section = open()
    section.wrote(0, 1, 0, 10)
    section.wrote(0, 1, 1, 20)
    section.wrote(1, 4, 1, 30)
    expect(verdict(section, "no-stale-writes")).toEqual({ verdict: "holds" })
  })

  it("is violated by the first write that is taken after one with a higher token", () => {
    const section = open()
    section.wrote(1, 4, 1, 30)
    section.wrote(0, 1, 4, 40)
    section.wrote(2, 2, 4, 50)
    const witness = "a write of 0 with token 1 was taken after one with token 4"
    expect(verdict(section, "no-stale-writes")).toEqual({ verdict: "violated", at: 40, witness })
  })
})

describe("no-starvation with several that wait", () => {
  function grant(section: ReturnType<typeof open>, who: number, times: number, from: number): void {
    for (let i = 0; i < times; i++) {
      section.entered(who, null, from + i)
      section.left(who, from + i)
    }
  }

  it("finds the second one where the first is cut off, and the third where both are", () => {
    for (const cutOff of [1, 2, 3]) {
      const section = watch(9, 5, waits => waits >= cutOff)
      for (let who = 0; who <= cutOff; who++) section.requested(who, who)
      grant(section, 8, 5, 100)
      const witness = `${cutOff} has waited since ${cutOff}us while others were granted 5 times`
      expect(verdict(section, "no-starvation")).toEqual({ verdict: "violated", at: 104, witness })
    }
  })

  it("counts only those in whose place one could have been served", () => {
    const section = watch(9, 5, (waits, entered) => entered >= 7)
    section.requested(0, 0)
    grant(section, 6, 20, 100)
    grant(section, 7, 2, 200)
    grant(section, 8, 2, 300)
    expect(verdict(section, "no-starvation")).toEqual({ verdict: "holds" })
    grant(section, 7, 1, 400)
    expect(verdict(section, "no-starvation")).toMatchObject({ verdict: "violated", at: 400 })
  })

  it("counts anew for each of them after a fault", () => {
    const section = watch(9, 5, () => true)
    section.requested(0, 0)
    section.requested(1, 1)
    grant(section, 8, 4, 100)
    section.faultOccurred()
    grant(section, 8, 4, 200)
    expect(verdict(section, "no-starvation")).toEqual({ verdict: "holds" })
    grant(section, 8, 1, 300)
    expect(verdict(section, "no-starvation")).toMatchObject({ verdict: "violated", at: 300 })
  })

  it("what was excused before a fault is not taken off what comes after it", () => {
    let isApart = true
    const section = watch(9, 5, () => !isApart)
    section.requested(0, 0)
    grant(section, 8, 50, 100)
    isApart = false
    section.faultOccurred()
    grant(section, 8, 5, 200)
    expect(verdict(section, "no-starvation")).toMatchObject({ verdict: "violated", at: 204 })
  })

  it("most_overtaken counts waits that are not over, that a crash ended, and that came before a fault", () => {
    const section = open(9, 100)
    section.requested(0, 0)
    grant(section, 8, 7, 100)
    expect(section.figures(1_000)["most_overtaken"]).toBe(7)
    section.faultOccurred()
    expect(section.figures(1_000)["most_overtaken"]).toBe(7)
    grant(section, 8, 9, 200)
    section.vanished(0, 300)
    expect(section.figures(1_000)["most_overtaken"]).toBe(9)
    section.requested(1, 400)
    grant(section, 8, 3, 500)
    section.entered(1, null, 600)
    expect(section.figures(1_000)["most_overtaken"]).toBe(9)
  })
})

describe("served-after-death, with sessions of 100 and deadlines of 50", () => {
  /** 0 has the lock and dies at 1000, 1 waits. */
  function afterDeath() {
    const section = open()
    section.requested(0, 10)
    section.entered(0, null, 20)
    section.requested(1, 30)
    section.died(0, 1_000)
    return section
  }

  it("holds if who waits is granted within two sessions and a deadline", () => {
    const section = afterDeath()
    section.left(0, 1_100)
    section.entered(1, null, 1_250)
    expect(verdict(section, "served-after-death")).toEqual({ verdict: "holds" })
    expect(section.figures(1_000)["blocked_by_dead"]).toBe(0.25)
  })

  it("is violated by a grant that comes later, or not at all", () => {
    const late = afterDeath()
    late.entered(1, null, 1_251)
    const never = afterDeath()
    never.finished(1_251)
    const witness = "the lock was not granted for 251us after a client had died, though another client waits"
    for (const section of [late, never]) {
      expect(verdict(section, "served-after-death")).toEqual({ verdict: "violated", at: 1_251, witness })
    }
  })

  it("takes a grant on behalf of the dead for none", () => {
    const section = afterDeath()
    section.left(0, 1_100)
    section.entered(0, null, 1_101)
    section.finished(1_251)
    expect(verdict(section, "served-after-death")).toMatchObject({ verdict: "violated" })
  })

  it("gives each that died its time, and counts it anew from each entry of a living one", () => {
    const section = afterDeath()
    section.died(2, 1_010)
    section.entered(1, null, 1_450)
    section.requested(0, 1_460)
    section.left(1, 3_000)
    section.entered(0, null, 3_450)
    expect(verdict(section, "served-after-death")).toEqual({ verdict: "holds" })
    section.requested(1, 3_460)
    section.left(0, 4_000)
    section.finished(4_451)
    expect(verdict(section, "served-after-death")).toMatchObject({ verdict: "violated", at: 4_451 })
  })

  it("asks for no grant where nobody waits, nor before anybody has died", () => {
    const section = open()
    section.requested(1, 10)
    section.vanished(1, 2_000)
    section.died(0, 2_100)
    section.finished(9_000)
    expect(verdict(section, "served-after-death")).toEqual({ verdict: "holds" })
    const alive = open()
    alive.requested(1, 10)
    alive.finished(9_000)
    expect(verdict(alive, "served-after-death")).toEqual({ verdict: "holds" })
    expect(alive.figures(1_000)["blocked_by_dead"]).toBeNaN()
  })

  it("is undecided where something else fails, or sessions do not expire, and goes by no fault of clients", () => {
    const section = afterDeath()
    section.faultOccurred(1_001, true)
    expect(verdict(section, "served-after-death")).toEqual({ verdict: "holds" })
    section.faultOccurred(1_002)
    section.finished(9_000)
    const reason = "beside the death of a client, nodes or links failed"
    expect(verdict(section, "served-after-death")).toEqual({ verdict: "undecided", reason })
    for (const sessions of [
      { timeout: 0, deadline: 50, areLinksLossy: false },
      { timeout: 100, deadline: 50, areLinksLossy: true },
    ]) {
      const unknown = new Section(3, { starvation: 5, isUnfair: null, isRunning: null, sessions })
      unknown.observe({ type: "requested", who: 1, at: 1 })
      unknown.observe({ type: "died", who: 0, at: 2 })
      unknown.observe({ type: "finished", at: 9_000 })
      expect(unknown.verdicts()["served-after-death"]).toMatchObject({ verdict: "undecided" })
    }
  })
})

describe("fairness", () => {
  /** Requests by time, and entries that are left at once. */
  function serve(section: ReturnType<typeof open>, asked: readonly number[], served: readonly (readonly number[])[]) {
    for (const [who, at] of asked.entries()) section.requested(who, at)
    for (const [who = 0, at = 0] of served) {
      section.entered(who, null, at)
      section.left(who, at)
    }
    return section.figures(1_000)
  }

  it("first come, first served bypasses nobody, however long it takes", () => {
    const figures = serve(
      open(),
      [10, 20, 30],
      [
        [0, 100],
        [1, 200],
        [2, 300],
      ],
    )
    expect(figures).toMatchObject({ bypasses: 0, most_bypassed: 0 })
  })

  it("an entry bypasses those who asked earlier and wait still, and nobody else", () => {
    const figures = serve(
      open(),
      [10, 20, 30],
      [
        [2, 100],
        [0, 200],
        [1, 300],
      ],
    )
    // The third bypasses both; the first, which is older, bypasses nobody.
    expect(figures).toMatchObject({ bypasses: 2 / 3, most_bypassed: 1 })
  })

  it("of those who ask at the same instant nobody bypasses", () => {
    const figures = serve(
      open(),
      [10, 10],
      [
        [1, 100],
        [0, 200],
      ],
    )
    expect(figures).toMatchObject({ bypasses: 0, most_bypassed: 0 })
  })

  it("a wait without an end counts for the worst, and not for the mean", () => {
    const section = open()
    section.requested(0, 5)
    for (const at of [10, 20, 30]) {
      section.requested(1, at)
      section.entered(1, null, at + 5)
      section.left(1, at + 5)
    }
    expect(section.figures(1_000)).toMatchObject({ bypasses: 0, most_bypassed: 3 })
    section.vanished(0, 40)
    section.requested(0, 50)
    section.entered(0, null, 60)
    expect(section.figures(1_000)).toMatchObject({ bypasses: 0, most_bypassed: 3 })
  })

  it("a fault forgives being overtaken, but makes no bypass undone", () => {
    const section = open()
    section.requested(0, 5)
    section.requested(1, 10)
    section.entered(1, null, 20)
    section.left(1, 20)
    section.faultOccurred()
    section.entered(0, null, 30)
    expect(section.figures(1_000)).toMatchObject({ bypasses: 1 / 2, most_bypassed: 1 })
  })

  it("waits vary by their standard deviation per mean, and their tail is the 95th percentile per median", () => {
    const waits = [...Array.from({ length: 18 }, () => 100), 400, 600]
    const section = open()
    for (const [index, wait] of waits.entries()) {
      section.requested(0, 10_000 * index)
      section.entered(0, null, 10_000 * index + wait)
      section.left(0, 10_000 * index + wait)
    }
    const { wait_variation: variation, wait_tail: tail } = section.figures(1_000)
    // Mean 140; squares 18 x 40^2 + 260^2 + 460^2, of 20.
    expect(variation).toBeCloseTo(Math.sqrt((18 * 40 ** 2 + 260 ** 2 + 460 ** 2) / 20) / 140, 9)
    expect(tail).toBe(4)
    const [alike, none] = [serve(open(), [0], [[0, 70]]), open().figures(1_000)]
    expect([alike["wait_variation"], none["wait_variation"]]).toEqual([0, Number.NaN])
  })
})

describe("figures", () => {
  it("tell contended entries from uncontended ones, and measure each kind's delay", () => {
    const section = open()
    section.requested(0, 1_000)
    section.entered(0, null, 3_000)
    section.requested(1, 4_000)
    section.left(0, 10_000)
    section.entered(1, null, 11_500)
    section.left(1, 12_000)
    section.requested(2, 20_000)
    section.entered(2, null, 26_000)
    expect(section.figures(1_000_000)).toMatchObject({
      entries: 3,
      throughput: 3,
      contended: 1 / 3,
      entry_delay: 4,
      synchronisation_delay: 1.5,
      longest_synchronisation_delay: 1.5,
      fairness: 1,
    })
  })

  it("an entry is contended if anybody else wanted in while it waited, also for the third that waits", () => {
    const section = open(5)
    for (const who of [0, 1, 2]) section.requested(who, 1_000 + who)
    for (const who of [0, 1, 2]) {
      section.entered(who, null, 5_000 + 10 * who)
      section.left(who, 5_005 + 10 * who)
    }
    section.requested(3, 9_000)
    section.entered(3, null, 9_500)
    // Three that met each other, and one that met nobody.
    expect(section.figures(1_000_000)).toMatchObject({ contended: 3 / 4, entry_delay: 0.5 })
    const met = open(5)
    for (const who of [0, 1]) met.requested(who, 100)
    met.entered(2, null, 200)
    met.requested(3, 250)
    met.left(2, 300)
    for (const who of [0, 1, 3]) {
      met.entered(who, null, 400 + who)
      met.left(who, 400 + who)
    }
    expect(met.figures(1_000)["contended"]).toBe(3 / 4)
  })

  it("a hand-over is measured only where somebody waits, and not across a crash or another fault", () => {
    const idle = open()
    idle.entered(0, null, 10)
    idle.left(0, 20)
    idle.requested(1, 5_000)
    idle.entered(1, null, 6_000)
    expect(idle.figures(1_000)["synchronisation_delay"]).toBeNaN()
    for (const fault of ["crash", "other"]) {
      const section = open()
      section.entered(0, null, 10)
      section.requested(1, 15)
      if (fault === "crash") section.vanished(0, 20)
      else {
        section.left(0, 20)
        section.faultOccurred()
      }
      section.entered(1, null, 900)
      expect(section.figures(1_000)["synchronisation_delay"], fault).toBeNaN()
    }
  })

  it("the longest hand-over is the longest, and the mean is the mean", () => {
    const section = open()
    for (const [time, delay] of [
      [1_000, 100],
      [2_000, 700],
      [3_000, 100],
    ] as const) {
      section.entered(0, null, time)
      section.requested(1, time + 1)
      section.left(0, time + 10)
      section.entered(1, null, time + 10 + delay)
      section.left(1, time + 10 + delay)
    }
    expect(section.figures(1_000)).toMatchObject({ synchronisation_delay: 0.3, longest_synchronisation_delay: 0.7 })
  })

  it("entries after the end of the measured time are counted, but are no throughput", () => {
    const section = watch(3, 5, null, 1_000_000)
    for (const time of [10, 1_000_000, 1_000_001]) {
      section.requested(0, time)
      section.entered(0, null, time)
      section.left(0, time)
    }
    expect(section.figures(1_000_000)).toMatchObject({ entries: 3, throughput: 2, contended: 0 })
    for (const who of [1, 2]) section.requested(who, 1_000_002)
    section.entered(1, null, 1_000_003)
    expect(section.figures(1_000_000)).toMatchObject({ entries: 4, throughput: 2, contended: 1 / 4 })
  })

  it("no entry at all is neither fair nor unfair", () => expect(jainsIndex([0, 0])).toBeNaN())

  it.each([
    [[5, 5, 5], 1],
    [[9, 0, 0], 1 / 3],
    [[1, 2, 3], 36 / 42],
  ])("Jain's index of %j is %f", (shares, index) => expect(jainsIndex(shares)).toBeCloseTo(index, 12))
})

it("fairness counts those who never entered", () => {
  const section = open(3)
  for (const who of [0, 1]) {
    section.entered(who, null, 10 * who)
    section.left(who, 10 * who + 5)
  }
  expect(section.figures(100)["fairness"]).toBeCloseTo(2 / 3, 12)
})
