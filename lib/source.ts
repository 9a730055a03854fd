/** A spec as written: its YAML, and the place of each part in the file. */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLParseError,
} from "yaml"
import type { Problem } from "./problems.ts"

/** The place of a value in the document: keys of mappings and places in lists, from the top. */
export type Path = readonly PropertyKey[]

export interface Source {
  readonly file: string
  readonly text: string
  /** The document as plain data. */
  readonly value: unknown
  /** A problem with the value at a path; if there is no such value, with the innermost existing part around it. */
  problemAt(path: Path, message: string): Problem
  /** A problem with the last key of a path. */
  problemAtKey(path: Path, message: string): Problem
}

/** Deeper than any spec or scenario; documents nested deeper would exhaust the stack of recursive functions. */
const MAX_DEPTH = 100
/**
 * The maximum number of values after expanding a document's aliases: more than in any spec, yet without noticeable
 * memory.
 */
const MAX_VALUES = 1_000_000

/** Reads YAML. @returns the source, or its problems as YAML */
export function readSource(file: string, text: string): Source | { readonly problems: readonly Problem[] } {
  const lines = new LineCounter()
  let document: Document.Parsed
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: true,
      logLevel: "error",
      resolveKnownTags: false,
    })
  } catch (error) {
    // The parser recurses for each level.
    if (!(error instanceof RangeError)) throw error
    return { problems: [{ file, line: 1, column: 1, message: `nested more than ${MAX_DEPTH} levels deep` }] }
  }
  const at = (offset: number, message: string): Problem => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col), message }
  }
  if (document.errors.length > 0) {
    return { problems: document.errors.map(error => at(error.pos[0], yamlProblem(error))) }
  }
  const trouble = structureProblem(document)
  if (trouble !== undefined) return { problems: [at(trouble.offset, trouble.message)] }
  return {
    file,
    text,
    value: document.toJS({ maxAliasCount: -1 }),
    problemAt: (path, message) => at(offsetOf(document, path), named(path, message)),
    problemAtKey: (path, message) => at(offsetOfKey(document, path), named(path, message)),
  }
}

/** The reason why a document is not a finite tree of a sensible size, if there is one. */
function structureProblem(
  document: Document.Parsed,
): { readonly offset: number; readonly message: string } | undefined {
  const anchors = new Map<string, Node>()
  const open = new Set<Node>()
  let values = 0
  const problemIn = (node: unknown, depth: number): ReturnType<typeof structureProblem> => {
    if (!isNode(node)) return undefined
    const at = (message: string) => ({ offset: node.range?.[0] ?? 0, message })
    if (depth > MAX_DEPTH) return at(`nested more than ${MAX_DEPTH} levels deep`)
    if (++values > MAX_VALUES) return at(`its aliases (*) make more than ${MAX_VALUES} values of it`)
    if (isAlias(node)) {
      const target = anchors.get(node.source)
      if (target === undefined) return at(`*${node.source} stands for nothing: there is no &${node.source} before it`)
      return open.has(target) ? at(`*${node.source} is a part of itself`) : problemIn(target, depth)
    }
    if (isScalar(node) && (node.format === "HEX" || node.format === "OCT")) {
      return at(`found ${String(node.source)}: numbers are decimal here`)
    }
    if (isScalar(node) && isInexact(node.value, node.source)) {
      return at(`found ${node.source}: numbers beyond ${Number.MAX_SAFE_INTEGER} lose digits`)
    }
    if (node.anchor !== undefined) anchors.set(node.anchor, node)
    if (!isCollection(node)) return undefined
    open.add(node)
    for (const item of node.items) {
      const parts = isPair(item) ? [item.key, item.value] : [item]
      for (const part of parts) {
        const found = problemIn(part, depth + 1)
        if (found !== undefined) return found
      }
    }
    open.delete(node)
    return undefined
  }
  return problemIn(document.contents, 0)
}

/** Tests whether an integer is too large to be distinguished from its neighbours. */
function isInexact(value: unknown, written: string | undefined): written is string {
  return typeof value === "number" && /^[+-]?\d+$/.test(written ?? "") && !Number.isSafeInteger(value)
}

/** `network.latency: message`. */
function named(path: Path, message: string): string {
  const name = nameOf(path)
  return name === "" ? message : `${name}: ${message}`
}

/** A path as users write it: `faults[1].crash.at`. */
export function nameOf(path: Path): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === "number") return `${name}[${key}]`
    return name === "" ? String(key) : `${name}.${String(key)}`
  }, "")
}

function yamlProblem({ code, message }: YAMLParseError): string {
  if (/stack (?:size|overflow)/i.test(message)) return `nested more than ${MAX_DEPTH} levels deep`
  return code === "DUPLICATE_KEY" ? "duplicate key" : `not YAML: ${message.split("\n", 1)[0]!.trim()}`
}

/** The deepest node that exists along a path. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: Node | null = document.contents
  let offset = node?.range?.[0] ?? 0
  for (const key of path) {
    node = childOf(node, key)
    if (node === null) break
    offset = node.range?.[0] ?? offset
  }
  return offset
}

function offsetOfKey(document: Document.Parsed, path: Path): number {
  let node: Node | null = document.contents
  for (const key of path.slice(0, -1)) node = childOf(node, key)
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)))
    if (isPair(pair) && isNode(pair.key)) return pair.key.range?.[0] ?? offsetOf(document, path)
  }
  return offsetOf(document, path)
}

function childOf(node: Node | null, key: PropertyKey): Node | null {
  if (isMap(node)) {
    const child = node.items.find(pair => isScalar(pair.key) && String(pair.key.value) === String(key))?.value
    return isNode(child) ? child : null
  }
  if (isSeq(node) && typeof key === "number") {
    const child = node.items[key]
    return isNode(child) ? child : null
  }
  return null
}
