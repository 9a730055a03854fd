/** Every node's state, disk and timers, with the last change marked. */
import { useMemo, useRef } from "preact/hooks"
import { snapshot } from "../../../debugger/tracing/states.ts"
import type { Snapshot } from "../../../debugger/tracing/values.ts"
import { withoutPadding } from "../../trace/model/describe.ts"
import type { Sight } from "../model/seen.ts"
import type { Session } from "../model/session.ts"
import { nodeWords } from "./words.ts"

/** The fields of all nodes, by id, now and before the last change. */
export interface Look {
  readonly fields: readonly Snapshot[]
  readonly before: readonly Snapshot[]
}

const NOTHING: Snapshot = new Map()

/** Reads the fields of all nodes whenever `beat` changes. */
export function useLook(session: Session, beat: number): Look {
  const last = useRef<(Look & { readonly session: Session }) | undefined>(undefined)
  return useMemo(() => {
    const fields = session.simulation.nodes.map(({ id, up }) => (up ? snapshot(session.simulation, id) : NOTHING))
    const before = last.current
    if (before?.session !== session) last.current = { session, fields, before: fields }
    else if (fields.some((each, id) => !isEqual(each, before.fields[id]!)))
      last.current = { session, fields, before: before.fields }
    return last.current!
  }, [session, beat])
}

function isEqual(one: Snapshot, other: Snapshot): boolean {
  return one.size === other.size && [...one].every(([field, text]) => other.get(field) === text)
}

/** Narrower windows show nodes one below the other, which makes the page many times as long. */
const WIDE = "(min-width: 761px)"

export function States({ look, sight }: { readonly look: Look; readonly sight: Sight }) {
  const isWide = useMemo(() => matchMedia(WIDE).matches, [])
  return (
    <details class="card states" open={isWide}>
      <summary>
        <h2>Every node</h2>
      </summary>
      <div class="all-fields">
        {sight.nodes.map(node => (
          <div key={node.id} class="of-node">
            <h3>{nodeWords(node)}</h3>
            <Fields fields={look.fields[node.id] ?? NOTHING} before={look.before[node.id]} />
          </div>
        ))}
      </div>
    </details>
  )
}

interface FieldsProps {
  readonly fields: Snapshot
  readonly before: Snapshot | undefined
  /** True to show changed fields first. */
  readonly isSorted?: boolean
}

export function Fields({ fields, before, isSorted = false }: FieldsProps) {
  const isChanged = (field: string): boolean => before !== undefined && before.get(field) !== fields.get(field)
  const shown = isSorted
    ? [...fields].toSorted(([one], [other]) => Number(isChanged(other)) - Number(isChanged(one)))
    : [...fields]
  return (
    <table class="fields">
      <caption class="sr">State, disk and timers</caption>
      <tbody>
        {shown.map(([field, text]) => (
          <tr key={field} class={isChanged(field) ? "changed" : ""}>
            <th scope="row">{field}</th>
            <td>
              {isChanged(field) && before?.has(field) === true && <del>{withoutPadding(before.get(field) ?? "")}</del>}{" "}
              {isChanged(field) ? <ins>{withoutPadding(text)}</ins> : withoutPadding(text)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
