/** The trace page: reads the embedded document, repeats its run, and shows it. */
import { render } from "preact"
import type { TraceDocument } from "../../debugger/tracing/document.ts"
import { App } from "./view/app.tsx"
import { modelOf } from "./model/model.ts"

const root = document.getElementById("app")
if (root === null) throw new Error("the page has no place for the trace")

const text = document.getElementById("trace-document")?.textContent ?? "null"
const traceDocument: TraceDocument | null = JSON.parse(text)

if (traceDocument === null) {
  root.textContent = "This page holds no trace: quorate trace makes one that does."
} else {
  document.title = `${traceDocument.title} · trace`
  // Lets the browser paint a placeholder before the run starts.
  requestAnimationFrame(() => setTimeout(() => show(traceDocument, root), 0))
}

function show(shown: TraceDocument, place: HTMLElement): void {
  try {
    const model = modelOf(shown)
    place.textContent = ""
    render(<App model={model} />, place)
    performance.mark("trace-shown")
  } catch (error) {
    place.textContent = error instanceof Error ? error.message : String(error)
    throw error
  }
}
