/** Makes the static legend of the page interactive. */
import { hydrate, type VNode } from "preact"
import { Legend } from "../../reports/page/legend.ts"
import type { Choices, ReportData } from "./data.ts"
import { useChoices } from "./use-choices.ts"

export function hydrateLegend(data: ReportData, choices: Choices): void {
  const place = document.querySelector("#legend")
  if (place !== null) hydrate(<LiveLegend data={data} choices={choices} />, place)
}

function LiveLegend({ data, choices }: { readonly data: ReportData; readonly choices: Choices }): VNode {
  useChoices(choices)
  const { algorithms, theory } = data
  return (
    <Legend
      algorithms={algorithms}
      theory={theory}
      hidden={choices.hidden}
      toggle={algorithm => choices.toggle(algorithm)}
    />
  )
}
