// Stories of the oral message algorithm (`stories/`): 1 is ATTACK, 0 is RETREAT; node 0 commands.
import { join } from "node:path"
import { oralMessages } from "../../../algorithms/oral-messages/oral-messages.ts"
import type { OralMessages } from "../../../algorithms/oral-messages/types.ts"
import { stories, type Telling } from "../../support/story.ts"

const telling: Telling<OralMessages> = {
  algorithm: oralMessages,
  parameters: { roundLength: "10ms" },
  request(words) {
    if (words === "await") return { type: "Await", instance: 1, commander: 0 }
    const order = /^order (\d)$/.exec(words)
    return order === null ? undefined : { type: "Propose", instance: 1, value: Number(order[1]) }
  },
  state(cluster, node) {
    const { told } = cluster.state(node)
    const relayed = (told.relayed ?? []).flatMap((one, from) =>
      one === undefined ? [] : [`${from}:${one.value ?? "none"}`],
    )
    return `told=${told.value ?? "none"} relayed=(${relayed.join(" ")})`
  },
}

stories(join(import.meta.dirname, "stories"), telling)
