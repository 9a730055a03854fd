/** The sessions of clients with their nodes, step by step. */
import { expect, test } from "vitest"
import { LocalSessions } from "../../../services/mutual-exclusion/local-sessions.ts"
import { handWorld } from "../replicated-log/world.ts"

/** Two nodes; what they are asked to do, in order. */
function open(timeoutMicros = 100) {
  const world = handWorld(2)
  const asked: string[] = []
  const sessions = new LocalSessions(world, timeoutMicros, 2, {
    acquire: node => void asked.push(`${node} acquires`),
    release: node => void asked.push(`${node} releases`),
  })
  return { sessions, asked, pass: (until: number) => world.pass(until, sessions.timeout) }
}

test("a living client's request goes to its node at once, and a grant is its own", () => {
  const { sessions, asked } = open()
  sessions.acquire(1)
  expect(asked).toEqual(["1 acquires"])
  expect(sessions.granted(1)).toBe(false)
})

test("a dead holder's section is released when its session expires, and not before", () => {
  const { sessions, asked, pass } = open()
  sessions.died(0, "the section")
  pass(99)
  expect(asked).toEqual([])
  pass(100)
  expect(asked).toEqual(["0 releases"])
})

test("a dead waiter's grant is kept until its session expires, or released at once if it has", () => {
  const early = open()
  early.sessions.died(0, "a request")
  early.pass(40)
  expect(early.sessions.granted(0)).toBe(true)
  early.pass(99)
  expect(early.asked).toEqual([])
  early.pass(100)
  expect(early.asked).toEqual(["0 releases"])
  const late = open()
  late.sessions.died(0, "a request")
  late.pass(150)
  expect(late.asked).toEqual([])
  expect(late.sessions.granted(0)).toBe(true)
  expect(late.asked).toEqual(["0 releases"])
})

test("a client that is back waits for the end of the old session; one that died again wants nothing more", () => {
  const { sessions, asked, pass } = open()
  sessions.died(0, "the section")
  sessions.acquire(0)
  sessions.acquire(1)
  pass(100)
  expect(asked).toEqual(["1 acquires", "0 releases", "0 acquires"])
  const again = open()
  again.sessions.died(0, "the section")
  again.sessions.acquire(0)
  again.pass(50)
  again.sessions.died(0, "a request")
  again.pass(300)
  expect(again.asked).toEqual(["0 releases"])
})

test("a node that has to leave on behalf of a dead client ends its session: a new client asks at once", () => {
  const { sessions, asked, pass } = open()
  expect(sessions.revoked(0)).toBe(false)
  sessions.died(0, "the section")
  sessions.acquire(0)
  expect(sessions.revoked(0)).toBe(true)
  expect(asked).toEqual(["0 acquires"])
  pass(300)
  expect([asked, sessions.revoked(0)]).toEqual([["0 acquires"], false])
})

test("a node that goes down forgets the session: nothing is released, and a new client asks at once", () => {
  const { sessions, asked, pass } = open()
  sessions.died(0, "the section")
  sessions.nodeDown(0)
  pass(50)
  sessions.acquire(0)
  pass(300)
  expect(asked).toEqual(["0 acquires"])
})

test("without a timeout a session never expires", () => {
  const { sessions, asked, pass } = open(0)
  sessions.died(0, "the section")
  sessions.acquire(0)
  pass(900_000)
  expect(asked).toEqual([])
})
