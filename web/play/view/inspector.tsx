/** The chosen node or message: its actions and its properties. */
import type { ComponentChildren } from "preact"
import { useState } from "preact/hooks"
import { textOf } from "../../../debugger/tracing/document.ts"
import { parseDuration } from "../../../runtime/contract/units.ts"
import { BEHAVIOURS } from "../../../runtime/faults/byzantine.ts"
import type { Act } from "../../../runtime/scenario/interventions.ts"
import { withoutPadding } from "../../trace/model/describe.ts"
import type { SeenMessage, SeenNode, Sight } from "../model/seen.ts"
import type { Chosen } from "./chosen.ts"
import { Fields, type Look } from "./states.tsx"
import { addressOf, dueWords, messageWords, ms, nodeWords } from "./words.ts"

interface InspectorProps {
  readonly sight: Sight
  readonly chosen: Chosen
  readonly canAsk: boolean
  readonly isFixed: boolean
  readonly look: Look
  choose(chosen: Chosen): void
  intervene(act: Act): void
}

export function Inspector(props: InspectorProps) {
  const { sight, chosen } = props
  const node = chosen?.kind === "node" ? sight.nodes[chosen.node] : undefined
  const message = chosen?.kind === "message" ? sight.messages.find(({ key }) => key === chosen.key) : undefined
  return (
    <section class="card inspector" aria-label="What is chosen">
      {node !== undefined && <NodeActs {...props} node={node} />}
      {message !== undefined && <MessageActs {...props} message={message} />}
      {node === undefined && message === undefined && <Nothing />}
      <UnderWay {...props} />
      {node !== undefined && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`State of ${node.name}`}>
          <Fields fields={props.look.fields[node.id] ?? new Map()} before={props.look.before[node.id]} isSorted />
        </div>
      )}
    </section>
  )
}

function Nothing() {
  return (
    <p class="soft">
      Click a node or a message to do something to it. Drag from a node to another to cut their link, or draw a line
      across the ring to part it. <kbd>?</kbd> lists the keys.
    </p>
  )
}

type NodeProps = InspectorProps & { readonly node: SeenNode }

function NodeActs({ node, sight, canAsk, isFixed, intervene }: NodeProps) {
  const { id, up, paused, isTraitor, isRole } = node
  const act = (type: "crash" | "restart" | "pause" | "resume" | "wipe" | "ask"): void => intervene({ type, node: id })
  return (
    <>
      <h2>{nodeWords(node)}</h2>
      <fieldset class="acts" disabled={isFixed}>
        <legend class="sr">Do to {node.name}</legend>
        {up ? (
          <Act keys="c" onClick={() => act("crash")}>
            crash
          </Act>
        ) : (
          <Act keys="c" onClick={() => act("restart")}>
            restart
          </Act>
        )}
        <Act keys="p" disabled={!up} onClick={() => act(paused ? "resume" : "pause")}>
          {paused ? "resume" : "pause"}
        </Act>
        <Act keys="w" onClick={() => act("wipe")}>
          lose its disk
        </Act>
        {canAsk && !isRole && (
          <Act keys="a" disabled={!up} onClick={() => act("ask")}>
            client asks
          </Act>
        )}
        {!isRole && !isTraitor && (
          <label class="select-act">
            <span class="sr">Make {node.name} a traitor</span>
            <select
              value=""
              onChange={event => {
                const behaviour = BEHAVIOURS.find(name => name === event.currentTarget.value)
                event.currentTarget.value = ""
                if (behaviour !== undefined) intervene({ type: "traitor", node: id, behaviour })
              }}
            >
              <option value="">make it lie …</option>
              {BEHAVIOURS.map(name => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
      </fieldset>
      <Links node={node} sight={sight} isFixed={isFixed} intervene={intervene} />
      <Timers node={node} now={sight.now} isFixed={isFixed} intervene={intervene} />
    </>
  )
}

function Links({ node, sight, isFixed, intervene }: Pick<NodeProps, "node" | "sight" | "isFixed" | "intervene">) {
  const isCut = (other: number): boolean => sight.cuts.some(link => link.includes(node.id) && link.includes(other))
  return (
    <fieldset class="acts" disabled={isFixed}>
      <legend>links</legend>
      {sight.nodes
        .filter(({ id }) => id !== node.id)
        .map(({ id, name, isRole }) => (
          <button
            key={id}
            type="button"
            class="chip"
            aria-pressed={!isCut(id)}
            aria-label={`link to ${name}`}
            title={isCut(id) ? `mend the link to ${name}` : `cut the link to ${name}`}
            onClick={() => intervene({ type: isCut(id) ? "mend" : "cut", between: [node.id, id] })}
          >
            {isRole ? name : id}
          </button>
        ))}
    </fieldset>
  )
}

function Timers({
  node,
  now,
  isFixed,
  intervene,
}: Pick<NodeProps, "node" | "isFixed" | "intervene"> & { readonly now: number }) {
  if (node.timers.length === 0) return null
  return (
    <fieldset class="acts" disabled={isFixed}>
      <legend>timers: let one run out now</legend>
      {node.timers.slice(0, MAX_LISTED).map(({ timer, key, at }, index) => (
        <Act
          key={`${timer} ${key}`}
          keys={index === 0 ? "f" : ""}
          onClick={() => intervene({ type: "timeout", node: node.id, timer, ...(key === undefined ? {} : { key }) })}
        >
          {key === undefined ? timer : `${timer} ${key}`} <span class="soft">{dueWords(at, now)}</span>
        </Act>
      ))}
    </fieldset>
  )
}

type MessageProps = InspectorProps & { readonly message: SeenMessage }

function MessageActs({ message, sight, isFixed, intervene }: MessageProps) {
  const [delay, setDelay] = useState("50ms")
  const by = parseDuration(delay)
  const address = addressOf(message)
  return (
    <>
      <h2>{messageWords(message)}</h2>
      <code class="content">{withoutPadding(textOf(message.content))}</code>
      <p class="soft">arrives in {ms(message.arrives - sight.now)}</p>
      <fieldset class="acts" disabled={isFixed}>
        <legend class="sr">Do to the message</legend>
        <Act keys="v" onClick={() => intervene({ type: "deliver", ...address })}>
          deliver now
        </Act>
        <Act keys="d" onClick={() => intervene({ type: "lose", ...address })}>
          lose
        </Act>
        <Act keys="u" onClick={() => intervene({ type: "duplicate", ...address })}>
          duplicate
        </Act>
        <Act
          keys="l"
          disabled={by === undefined}
          onClick={() => by !== undefined && intervene({ type: "delay", by, ...address })}
        >
          delay by
        </Act>
        <input
          aria-label="Delay by"
          size={6}
          value={delay}
          aria-invalid={by === undefined}
          onInput={event => setDelay(event.currentTarget.value)}
        />
      </fieldset>
    </>
  )
}

/** The maximum number listed. */
const MAX_LISTED = 12

function UnderWay({ sight, chosen, choose }: InspectorProps) {
  const { messages } = sight
  if (messages.length === 0) return null
  return (
    <details class="under-way" open={messages.length <= MAX_LISTED}>
      <summary>
        {messages.length} {messages.length === 1 ? "message" : "messages"} under way{" "}
        <span class="soft">(m: the next)</span>
      </summary>
      <ul>
        {messages.slice(0, MAX_LISTED).map(message => (
          <li key={message.key}>
            <button
              type="button"
              class="link"
              aria-pressed={chosen?.kind === "message" && chosen.key === message.key}
              onClick={() => choose({ kind: "message", key: message.key })}
            >
              {messageWords(message)}
            </button>{" "}
            <span class="soft">in {ms(message.arrives - sight.now)}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}

interface ActProps {
  readonly keys: string
  readonly disabled?: boolean
  readonly children: ComponentChildren
  onClick(): void
}

function Act({ keys, disabled = false, children, onClick }: ActProps) {
  return (
    <button type="button" disabled={disabled} onClick={onClick} title={keys === "" ? undefined : `key ${keys}`}>
      {children}
    </button>
  )
}
