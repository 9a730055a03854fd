/** Dialogs: the keys, and partitioning the ring without a pointer. */
import type { ComponentChildren } from "preact"
import { useEffect, useRef, useState } from "preact/hooks"
import type { NodeId } from "../../../runtime/contract/ids.ts"
import { KEYS } from "./keys.ts"

interface DialogProps {
  readonly title: string
  readonly children: ComponentChildren
  close(): void
}

function Dialog({ title, children, close }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog ref={dialog} aria-label={title} onClose={close}>
      <h2>{title}</h2>
      {children}
      <button type="button" onClick={() => dialog.current?.close()}>
        close
      </button>
    </dialog>
  )
}

export function Help({ close }: { close(): void }) {
  return (
    <Dialog title="Keys and pointer" close={close}>
      <dl class="keys">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
        <div>
          <dt>click</dt>
          <dd>chooses a node or a message; in the diagram, goes back to what is there</dd>
        </div>
        <div>
          <dt>drag</dt>
          <dd>from a node to another: cuts or mends their link; a line across the ring: parts it</dd>
        </div>
      </dl>
      <p class="soft">
        The algorithms and the simulation are those of the command line. Nothing is sent anywhere: the page works
        without a network.
      </p>
    </Dialog>
  )
}

interface PartProps {
  readonly members: number
  part(side: readonly NodeId[]): void
  close(): void
}

export function Part({ members, part, close }: PartProps) {
  const [side, setSide] = useState<readonly NodeId[]>([])
  const isWhole = side.length === 0 || side.length === members
  return (
    <Dialog title="Partition the nodes" close={close}>
      <p>Nodes on one side, the others on the other:</p>
      <div class="row">
        {Array.from({ length: members }, (_, id) => (
          <label key={id}>
            <input
              type="checkbox"
              checked={side.includes(id)}
              onChange={event =>
                setSide(
                  event.currentTarget.checked
                    ? [...side, id].toSorted((a, b) => a - b)
                    : side.filter(node => node !== id),
                )
              }
            />{" "}
            node {id}
          </label>
        ))}
      </div>
      <p>
        <button
          type="button"
          disabled={isWhole}
          onClick={() => {
            part(side)
            close()
          }}
        >
          cut all links between them
        </button>
      </p>
    </Dialog>
  )
}
