/** The table of single runs: those of a point or row that the reader selected, each with the commands that show it. */
import { render, type VNode } from "preact"
import { useLayoutEffect, useRef, useState } from "preact/hooks"
import { inPercent } from "../../lib/percent.ts"
import type { Choices, ReportData, Run } from "./data.ts"
import { useChoices } from "./use-choices.ts"

/** Rows shown initially, and rows added by each click on "Show more". */
const FIRST_ROWS = 20
const MORE_ROWS = 100

export function showRuns(data: ReportData, choices: Choices): void {
  const place = document.querySelector("#run-table")!
  place.replaceChildren()
  render(<Runs data={data} choices={choices} />, place)
  choices.onSelection(() => place.scrollIntoView({ block: "start", behavior: "smooth" }))
}

interface RunsProps {
  readonly data: ReportData
  readonly choices: Choices
}

function Runs({ data, choices }: RunsProps): VNode {
  useChoices(choices)
  const { selection } = choices
  const [shown, setShown] = useState({ selection, rows: FIRST_ROWS })
  const rows = shown.selection === selection ? shown.rows : FIRST_ROWS
  const chosen = runsChosen(data, choices)
  const left = chosen.length - rows
  return (
    <>
      <FilterLine data={data} choices={choices} count={chosen.length} />
      <RunTable data={data} runs={chosen.slice(0, rows)} />
      {left > 0 && (
        <button type="button" onClick={() => setShown({ selection, rows: rows + MORE_ROWS })}>
          Show more ({left} left)
        </button>
      )}
    </>
  )
}

function runsChosen({ runs, cells }: ReportData, { hidden, selection }: Choices): readonly Run[] {
  return runs.filter(([cell, repeat]) => {
    const { algorithm } = cells[cell]!
    if (hidden.has(algorithm)) return false
    return (
      (selection.cell ?? cell) === cell &&
      (selection.repeat ?? repeat) === repeat &&
      (selection.algorithm ?? algorithm) === algorithm
    )
  })
}

/** The number of runs shown, the point they belong to, and a way back to all. It takes the focus when the reader selects runs. */
function FilterLine({ data, choices, count }: RunsProps & { readonly count: number }): VNode {
  const { selection } = choices
  const { cell, repeat, algorithm } = selection
  const line = useRef<HTMLParagraphElement>(null)
  const focused = useRef(selection)
  useLayoutEffect(() => {
    if (focused.current !== selection) line.current?.focus({ preventScroll: true })
    focused.current = selection
  }, [selection])
  const parts = [
    ...(cell === undefined ? [] : [data.cells[cell]?.id ?? `point ${cell + 1}`]),
    ...(algorithm === undefined ? [] : [algorithm]),
    ...(repeat === undefined ? [] : [`run ${repeat}`]),
  ]
  const cut = data.isCut ? ` (${data.runs.length} of ${data.total} runs are kept in this page; all: runs.csv)` : ""
  const points = parts.length === 0 ? "all points" : parts.join(", ")
  return (
    <p class="filter" tabIndex={-1} ref={line}>
      {`${count} ${count === 1 ? "run" : "runs"} of ${points}${cut} `}
      {parts.length > 0 && (
        <button type="button" onClick={() => choices.select({})}>
          Show all
        </button>
      )}
    </p>
  )
}

function RunTable({ data, runs }: { readonly data: ReportData; readonly runs: readonly Run[] }): VNode {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Single runs">
      <table>
        <caption>A row a run; copy its command to see it as a picture, or line by line</caption>
        <thead>
          <tr>
            <Heading text="Run" />
            <Heading text="Ended" />
            {data.columns.map(({ title }) => (
              <Heading key={title} text={title} isNumber />
            ))}
            <Heading text="See it" />
          </tr>
        </thead>
        <tbody>
          {runs.map(run => (
            <Row key={`${run[0]}/${run[1]}`} data={data} run={run} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Heading({ text, isNumber = false }: { readonly text: string; readonly isNumber?: boolean }): VNode {
  return (
    <th scope="col" class={isNumber ? "number" : "short"}>
      {text}
    </th>
  )
}

/** An id that may be wrapped after each slash, since it is long with many settings. */
function brokenAtSlashes(id: string): (string | VNode)[] {
  return id.split(/(?<=\/)/).flatMap((part, index) => (index === 0 ? [part] : [<wbr key={index} />, part]))
}

function Row({ data, run }: { readonly data: ReportData; readonly run: Run }): VNode {
  const [cell, repeat, ended, isBad, ...values] = run
  const id = `${data.cells[cell]!.id}/${repeat}`
  return (
    <tr>
      <td>{brokenAtSlashes(id)}</td>
      <td class={isBad === 1 ? "bad" : "short"}>{ended}</td>
      {data.columns.map(({ title, isShare }, column) => (
        <td key={title} class="number">
          {written(values[column] ?? null, isShare)}
        </td>
      ))}
      <td class="short">
        {["trace", "replay"].map(name => {
          const command = `quorate ${name} ${data.outDir} --run '${id}'`
          const label = `Copy: ${command}`
          return [
            <button key={name} type="button" data-copy={command} title={label} aria-label={label}>
              {name}
            </button>,
            " ",
          ]
        })}
      </td>
    </tr>
  )
}

function written(value: number | null, isShare: boolean): string {
  if (value === null) return "-"
  if (isShare) return `${inPercent(value)} %`
  return Math.abs(value) >= 1_000 ? value.toFixed(0) : value.toFixed(2)
}
