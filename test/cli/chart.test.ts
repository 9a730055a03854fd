// Charts of kept results as files of their own: as wide as asked for, told apart in grey, and as numbers.
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "csv-parse/sync"
import { beforeAll, describe, expect, test } from "vitest"
import { textWidth } from "../../reports/charts/text-width.ts"
import { remembered } from "../../lib/remembered.ts"
import { oneInByDay } from "../support/effort.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quorate } from "../support/terminal.ts"

const folder = temporaryFolder()
const out = join(folder, "out")
const spec = join(folder, "disks.yaml")
writeFileSync(
  spec,
  `question: What does a disk cost while nodes crash?
service: replicated-log
algorithms: [raft, multi-paxos]
nodes: 3
sweep: { syncLatency: [0ms, 5ms, 20ms] }
faults: [{ crash: { count: 0..2, at: 500ms } }]
network: { latency: { model: uniform, min: 1ms, max: 3ms } }
warmup: 300ms
duration: 1300ms
repeat: 2
charts: []
`,
)

beforeAll(async () => {
  const { code, err } = await quorate(`run ${spec} --workers 1 --out ${out} --quiet`)
  if (code !== 0) throw new Error(err)
})

/** One of each kind, none of which the spec asks for. */
const KINDS = [
  "availability-by-crashes",
  "latency-by-throughput",
  "availability-over-crashes-and-syncLatency",
  "message-types-by-crashes",
  "latency-ecdf",
  "outage-timeline",
]

async function chart(name: string, options: string) {
  const ran = await quorate(`chart ${out} ${name} ${options}`)
  return { code: ran.code, err: ran.err, words: ran.out }
}

/** The picture of a chart, and what was printed with it; each is drawn once. */
const drawing = remembered(async (line: string) => {
  const [name = "", ...options] = line.split(" ")
  const file = join(folder, `${name}.svg`)
  const { code, err, words } = await chart(name, `--out ${file} ${options.join(" ")}`)
  if (code !== 0 || err !== "") throw new Error(`${line} ended with ${code}: ${err}`)
  return { svg: readFileSync(file, "utf8"), words }
})

const drawn = async (name: string, options: string): Promise<string> => (await drawing(`${name} ${options}`)).svg

describe("a chart for a paper", () => {
  /** All kinds in a column, one in three by day on a page. */
  const onPages = oneInByDay(3, KINDS)

  test.each(KINDS)("%s is as wide as a column or a page, and its text 7 points", async name => {
    for (const width of onPages.includes(name) ? [8.5, 17] : [8.5]) {
      const svg = await drawn(name, `--width ${width}cm`)
      expect(svg).toContain(`width="${width.toFixed(3)}cm"`)
      const [, units = ""] = /viewBox="0 0 ([\d.]+) /.exec(svg) ?? []
      // 11 units of the drawing are 7 points: labels of axes have 11.
      const points = (width / 2.54) * 72
      expect((11 * points) / Number(units)).toBeCloseTo(7, 1)
      expect(svg).toContain('font-size="11px"')
      expect(headingsThatCollide(svg)).toEqual([])
    }
  })

  test("tells algorithms apart by dashes, which the legend shows, and types of messages by lightness", async () => {
    const dashes = (svg: string) => new Set([...svg.matchAll(/stroke-dasharray="([^"]+)"/g)].map(([, dash]) => dash))
    expect(dashes(await drawn("latency-ecdf", "--width 8.5cm"))).toContain("9,3")
    expect(dashes(await drawn("latency-ecdf", "--theme web"))).not.toContain("9,3")
    const bars = await drawn("message-types-by-crashes", "--width 8.5cm")
    expect(bars).toContain("#00224E")
  })

  test("leaves title and caption to the author, and prints their words", async () => {
    const { svg, words } = await drawing("availability-by-crashes")
    for (const line of [
      "How available is each algorithm as more nodes crash?",
      "Faults: crash of 0 to 2 nodes at 500",
    ]) {
      expect(words.replaceAll("\u00a0", " ")).toContain(line)
      expect(svg).not.toContain(line)
    }
    expect(await drawn("availability-by-crashes", "--theme web")).toContain("How available is each algorithm")
  })

  test("is a PDF of that size, the same bytes each time; a PNG has 300 points an inch", async () => {
    const files = ["a.pdf", "b.pdf", "c.png"].map(file => join(folder, file))
    for (const file of files) expect((await chart("latency-ecdf", `--width 10cm --out ${file}`)).code).toBe(0)
    const [one, other, png] = files.map(file => readFileSync(file))
    expect(one!.toString("latin1")).toMatch(/^%PDF-1.*\/MediaBox \[0 0 283\.46/s)
    expect(one!.equals(other!)).toBe(true)
    expect(png!.readUInt32BE(16)).toBe(Math.round((10 / 2.54) * 300))
  })
})

/** Pairs of headings beside each other that overlap. */
function headingsThatCollide(svg: string): readonly string[] {
  const placed = [
    ...svg.matchAll(/<text text-anchor="middle" transform="translate\(([\d.-]+),([\d.-]+)\)"[^>]*>([^<]+)</g),
  ]
  const texts = placed.map(([, x, y, text = ""]) => ({
    x: Number(x),
    y: Number(y),
    text,
    half: (textWidth(text) * 11) / 2,
  }))
  return texts.flatMap((one, index) => {
    const hits = texts.slice(index + 1).filter(other => {
      return one.y === other.y && one.x !== other.x && Math.abs(one.x - other.x) < one.half + other.half
    })
    return hits.map(({ text }) => `${one.text} / ${text}`)
  })
}

describe("the numbers behind a chart", () => {
  test("are a CSV with a row a point", async () => {
    const file = join(folder, "numbers.csv")
    await chart("availability-by-crashes", `--out ${file}`)
    const rows: readonly Record<string, string>[] = parse(readFileSync(file), { columns: true })
    expect(rows).toHaveLength(18)
    expect(rows[0]).toMatchObject({ x: "0", algorithm: "Raft", value: "1", column: "0\u00a0s for a disk write" })
  })

  test("of a timeline say what each row is: measured, a fault, or out of service", async () => {
    const file = join(folder, "timeline.csv")
    await chart("outage-timeline", `--out ${file}`)
    const rows: readonly Record<string, string>[] = parse(readFileSync(file), { columns: true })
    expect(new Set(rows.map(({ part }) => part))).toEqual(new Set(["measured", "fault", "out"]))
  })

  test("are a table for LaTeX, in which nothing but the table is a command", async () => {
    const file = join(folder, "table.tex")
    await chart("availability-by-crashes", `--out ${file}`)
    const table = readFileSync(file, "utf8")
    expect(table).toContain("  0~s for a disk write & 0 & 100\\,\\% & 100\\,\\% \\\\")
    expect(table).toMatch(/\\begin\{tabular\}\{llrr\}/)
    expect(table).not.toMatch(/(?<!\\)%(?! )/)
  })
})

test.each([
  ["nonsense", "", 'found "nonsense"'],
  ["availability-by-nodes", "", "nodes is not swept"],
  ["availability-by-crashes", "--width 10", "expected a width from 4cm to 100cm"],
  ["availability-by-crashes", "--width 2cm", "expected a width from 4cm to 100cm"],
  ["outage-timeline", "--format tex", "its numbers are in --format csv"],
])("%s %s is refused", async (name, options, problem) => {
  const { code, err } = await chart(name, options)
  expect(code).toBe(2)
  expect(err).toContain(problem)
  expect(existsSync("nonsense.pdf")).toBe(false)
})

test("a folder without results is refused", async () => {
  const { code, err } = await quorate(`chart ${join(folder, "nowhere")} availability-by-crashes`)
  expect(code).toBe(2)
  expect(err).toContain("there are no results here; quorate run makes them")
  const relative = await quorate("chart results/nowhere availability-by-crashes")
  expect(relative.err).toBe("quorate: results/nowhere: there are no results here; quorate run makes them\n")
})
