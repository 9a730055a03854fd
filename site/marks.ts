/** Marks of commands that no test executes (`test/support/documented.ts`), as shown on the site. */
import { escapeHtml } from "./escape.ts"

const BLOCK = /^```(\w+) not executed: (.+)\n([\s\S]*?^```)$/gm
const INLINE = /(`[^`\n]+`)<!-- not executed: ([^>]+?) -->/g

export function withMarks(text: string): string {
  return text
    .replaceAll(BLOCK, (_, language: string, reason: string, rest: string) => {
      return `\`\`\`${language}\n${rest}\n\n<small>No test executes this: ${escapeHtml(reason)}.</small>`
    })
    .replaceAll(
      INLINE,
      (_, code: string, reason: string) => `${code} <small>(no test executes it: ${escapeHtml(reason)})</small>`,
    )
}
