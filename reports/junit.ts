/**
 * JUnit XML, as Jenkins, GitLab and GitHub's reporters read it (the schema of pytest's `junit-10.xsd`): suites of test cases,
 * with the properties for reproducing a failure.
 */

export interface JUnitSuite {
  readonly name: string
  readonly properties?: Readonly<Record<string, string>>
  readonly cases: readonly JUnitCase[]
}

export interface JUnitCase {
  readonly name: string
  readonly classname: string
  readonly properties?: Readonly<Record<string, string>>
  readonly failure?: { readonly message: string; readonly type: string; readonly text: string }
  readonly output?: string
}

/** @param name what was tested, e.g. `quorate lab grade` */
export function junitXml(name: string, suites: readonly JUnitSuite[]): string {
  const body = suites.map(suiteXml).join("")
  const cases = suites.flatMap(suite => suite.cases)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${escape(name)}" ${countsOf(cases)}>\n${body}</testsuites>\n`
}

function suiteXml({ name, properties = {}, cases }: JUnitSuite): string {
  const inner = propertiesXml(properties, "    ") + cases.map(caseXml).join("")
  return `  <testsuite name="${escape(name)}" ${countsOf(cases)} skipped="0">\n${inner}  </testsuite>\n`
}

function caseXml({ name, classname, properties = {}, failure, output = "" }: JUnitCase): string {
  const inner = [
    propertiesXml(properties, "      "),
    failure === undefined
      ? ""
      : `      <failure message="${escape(failure.message)}" type="${escape(failure.type)}">${escape(failure.text)}</failure>\n`,
    output === "" ? "" : `      <system-out>${escape(output)}</system-out>\n`,
  ].join("")
  const start = `    <testcase name="${escape(name)}" classname="${escape(classname)}" time="0"`
  return inner === "" ? `${start}/>\n` : `${start}>\n${inner}    </testcase>\n`
}

function propertiesXml(properties: Readonly<Record<string, string>>, indent: string): string {
  const entries = Object.entries(properties)
  if (entries.length === 0) return ""
  const inner = entries.map(
    ([name, value]) => `${indent}  <property name="${escape(name)}" value="${escape(value)}"/>\n`,
  )
  return `${indent}<properties>\n${inner.join("")}${indent}</properties>\n`
}

function countsOf(cases: readonly JUnitCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length
  return `tests="${cases.length}" failures="${failures}" errors="0" time="0"`
}

/** Text escaped for XML 1.0. */
function escape(text: string): string {
  const legal = text.replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
  const named = legal.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
  return named.replaceAll("\n", "&#10;")
}
