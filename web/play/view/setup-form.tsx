/** The choices that make a run: algorithm, service, nodes, network, seed, parameters. */
import { useState } from "preact/hooks"
import type { Parameter } from "../../../runtime/contract/parameters.ts"
import { algorithmNamed, allAlgorithms, defaultSetup, MAX_NODES, servicesOf, type Setup } from "../model/setup.ts"

interface SetupFormProps {
  readonly setup: Setup
  /** @returns a description of the problem with the choices; empty: the run is open */
  open(setup: Setup): string
}

export function SetupForm({ setup, open }: SetupFormProps) {
  const [problem, setProblem] = useState("")
  const change = (changes: Partial<Setup>): void => setProblem(open({ ...setup, ...changes }))
  return (
    <form class="setup" onSubmit={event => event.preventDefault()}>
      <label>
        algorithm{" "}
        <select value={setup.algorithm} onChange={event => change(defaultSetup(event.currentTarget.value))}>
          {allAlgorithms().map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label>
        as{" "}
        <select value={setup.service} onChange={event => change({ service: event.currentTarget.value, workload: {} })}>
          {servicesOf(setup.algorithm).map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label>
        nodes{" "}
        <select value={setup.nodes} onChange={event => change({ nodes: Number(event.currentTarget.value) })}>
          {Array.from({ length: Math.max(MAX_NODES, setup.nodes) - 1 }, (_, k) => k + 2).map(nodes => (
            <option key={nodes}>{nodes}</option>
          ))}
        </select>
      </label>
      <details class="more">
        <summary>network, parameters, seed</summary>
        <div class="more-fields">
          <NumberField
            label="delay from, ms"
            value={setup.minDelayMs}
            step={0.1}
            set={minDelayMs => change({ minDelayMs })}
          />
          <NumberField label="to, ms" value={setup.maxDelayMs} step={0.1} set={maxDelayMs => change({ maxDelayMs })} />
          <NumberField
            label="lost messages, %"
            value={setup.loss * 100}
            step={1}
            set={loss => change({ loss: loss / 100 })}
          />
          <NumberField label="seed" value={setup.seed} step={1} set={seed => change({ seed })} />
          {Object.entries(algorithmNamed(setup.algorithm)?.parameters ?? {}).map(([name, parameter]) => (
            <ParameterField
              key={`${setup.algorithm} ${name}`}
              name={name}
              parameter={parameter}
              value={setup.parameters[name]}
              set={value => change({ parameters: withValue(setup.parameters, name, value) })}
            />
          ))}
        </div>
      </details>
      {problem !== "" && (
        <p class="notice bad" role="alert">
          {problem}
        </p>
      )}
    </form>
  )
}

function withValue(values: Setup["parameters"], name: string, value: string): Setup["parameters"] {
  const others = Object.entries(values).filter(([key]) => key !== name)
  const given = value === "" ? [] : [[name, valueIn(value)] as const]
  return Object.fromEntries([...others, ...given])
}

/** Numbers and `true` become values rather than text. */
function valueIn(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true"
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

interface NumberFieldProps {
  readonly label: string
  readonly value: number
  readonly step: number
  set(value: number): void
}

function NumberField({ label, value, step, set }: NumberFieldProps) {
  return (
    <label>
      {label}{" "}
      <input
        type="number"
        min="0"
        step={step}
        value={value}
        onChange={event => {
          const written = event.currentTarget.valueAsNumber
          if (Number.isFinite(written)) set(written)
        }}
      />
    </label>
  )
}

interface ParameterFieldProps {
  readonly name: string
  readonly parameter: Parameter
  readonly value: string | number | boolean | undefined
  set(value: string): void
}

function ParameterField({ name, parameter, value, set }: ParameterFieldProps) {
  const words =
    parameter.kind === "flag" ? ["true", "false"] : parameter.others === undefined ? parameter.values : undefined
  const shown = String(value ?? "")
  return (
    <label title={parameter.doc}>
      {name}{" "}
      {words === undefined ? (
        <input
          value={shown}
          placeholder={String(parameter.default)}
          onChange={event => set(event.currentTarget.value.trim())}
        />
      ) : (
        <select value={shown} onChange={event => set(event.currentTarget.value)}>
          <option value="">{String(parameter.default)} (default)</option>
          {words.map(word => (
            <option key={word}>{word}</option>
          ))}
        </select>
      )}
    </label>
  )
}
