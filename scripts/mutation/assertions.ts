/** A plugin of Stryker that keeps mutation runs from changing assertions. */

/** A place in the syntax tree: the part of Babel's `NodePath` that is used here. */
interface Place {
  readonly node: Node
}

interface Node {
  readonly type: string
  /** Of a statement. */
  readonly expression?: Node
  /** Of a call, and its name. */
  readonly callee?: Node
  readonly name?: string
}

function isAssertion({ type, expression, callee }: Node): boolean {
  if (type === "ExpressionStatement" && expression !== undefined) return isAssertion(expression)
  return type === "CallExpression" && callee?.name === "invariant"
}

export const strykerPlugins = [
  {
    kind: "Ignore",
    name: "assertions",
    value: {
      /** @returns the reason to leave the code there unchanged, if any */
      shouldIgnore: ({ node }: Place): string | undefined => (isAssertion(node) ? "an assertion" : undefined),
    },
  },
]
