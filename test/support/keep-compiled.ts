/**
 * Keeps what a process of tests has compiled for those that start after it: Node.js does so when a process ends by itself, and
 * these are ended. Most files take longer to load what they test from source than without its types, and compiled.
 */
import { flushCompileCache } from "node:module"
import { afterAll } from "vitest"

afterAll(() => flushCompileCache())
