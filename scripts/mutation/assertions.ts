/** A plugin of Stryker that keeps mutation runs from changing assertions. */

/** A place in the syntax tree, as far as it is looked at here (Babel's `NodePath`). */
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
      /** @returns why nothing is changed in there */
      shouldIgnore: ({ node }: Place): string | undefined => (isAssertion(node) ? "an assertion" : undefined),
    },
  },
]
