// Test settings of a mutation run (scripts/mutation.ts): the tests of one room, without those that plant mistakes themselves.
import { configDefaults, mergeConfig } from "vitest/config"
import base from "./vitest.config.ts"

const settings = mergeConfig(base, {
  test: {
    exclude: [...configDefaults.exclude, "**/mutants.test.ts", "test/algorithms/contract.test.ts"],
    reporters: [],
  },
})
const tests = process.env["MUTATION_TESTS"]
if (tests !== undefined && settings.test !== undefined) {
  delete settings.test.projects
  // One process for the files of a mutant: a process a file takes longer to start than most of them run.
  settings.test.isolate = false
  settings.test.include = JSON.parse(tests)
}

export default settings
