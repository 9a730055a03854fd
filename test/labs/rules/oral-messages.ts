/** Lamport, Shostak and Pease 1982: the steps of OM(m) (§3) and of the hand-out. */
import type { BrokenRule } from "../broken-rule.ts"

const relay = "for (const peer of node.peers) if (!path.includes(peer)) node.send(peer, message as Oral)"
const decides = "return majority([heard(node, path), ...others.map(peer => om(node, m - 1, [...path, peer]))])"
const silence = "return state.heard.get(path.join()) ?? RETREAT"
const most =
  "return values.find(value => 2 * values.filter(other => other === value).length > values.length) ?? RETREAT"

export const rules: readonly BrokenRule[] = [
  {
    rule: "OM(m), step 1: the commander sends his value to every lieutenant",
    mistake: "does not send it to the last one",
    edits: [
      [
        "for (const peer of node.peers) node.send(peer, { type",
        "for (const peer of node.peers.slice(0, -1)) node.send(peer, { type",
      ],
    ],
    loses: ["orders", "relays", "traitors"],
  },
  {
    rule: "OM(m), step 1: his value",
    mistake: "always sends ATTACK",
    edits: [["path: [node.id], value })", "path: [node.id], value: 1 })"]],
    loses: ["orders", "relays", "traitors", "time"],
  },
  {
    rule: "the commander obeys his own order",
    mistake: "does not decide as a commander",
    edits: [['      node.report({ type: "decided", instance, value })\n      node.reply', "      node.reply"]],
    loses: ["orders", "relays", "traitors", "time"],
  },
  {
    rule: "any general may command",
    mistake: "takes general 0 for the commander",
    edits: [["node.state.commander = commander", "node.state.commander = 0"]],
    loses: ["orders"],
  },
  {
    rule: "each instance starts afresh",
    mistake: "keeps what it heard in the instance before",
    edits: [["      node.state.heard.clear()\n", ""]],
    loses: ["orders"],
  },
  {
    rule: "OM(0), step 2: ... or uses the value RETREAT if he receives no value",
    mistake: "attacks if the commander is silent",
    edits: [[silence, "return state.heard.get(path.join()) ?? 1"]],
    loses: ["orders"],
  },
  {
    rule: "OM(m), step 2: lieutenant i acts as the commander in OM(m-1)",
    mistake: "does not repeat anything",
    edits: [[relay, ""]],
    loses: ["relays", "traitors", "time"],
  },
  {
    rule: "OM(m), step 2: ... to send the value v_i to each of the n-2 other lieutenants",
    mistake: "repeats to the commander as well",
    edits: [[relay, relay.replace("path.includes(peer)", "path.slice(1).includes(peer)")]],
    loses: ["relays"],
  },
  {
    rule: "OM(m), step 2: ... to send the value v_i to each of the n-2 other lieutenants",
    mistake: "repeats to everybody but the general before it on the path",
    edits: [[relay, relay.replace("!path.includes(peer)", "path.at(-1) !== peer")]],
    loses: ["relays"],
  },
  {
    rule: "OM(m), step 2: ... to send the value v_i to each of the n-2 other lieutenants",
    mistake: "repeats to those only that come after it",
    edits: [[relay, relay.replace("!path.includes(peer)", "peer > node.id && !path.includes(peer)")]],
    loses: ["relays", "traitors", "time"],
  },
  {
    rule: "OM(m), step 2: ... the value v_i he receives",
    mistake: "repeats RETREAT, whatever it heard",
    edits: [["value: heard(node, path) }", "value: RETREAT }"]],
    loses: ["relays", "traitors", "time"],
  },
  {
    rule: "OM(m) repeats m times",
    mistake: "repeats what the commander said only, not what others repeated",
    edits: [
      [
        "for (const path of pathsTo(node, state.round)) {",
        "for (const path of pathsTo(node, state.round).filter(way => way.length === 1)) {",
      ],
    ],
    loses: ["relays", "traitors"],
  },
  {
    rule: "a relay says whose words it repeats",
    mistake: "leaves itself out of the path",
    edits: [["path: [...path, node.id], value", "path, value"]],
    loses: ["relays", "traitors", "time"],
  },
  {
    rule: "OM(m), step 3: majority(v_1, ..., v_(n-1)), his own among them",
    mistake: "leaves out what it heard itself",
    edits: [[decides, decides.replace("heard(node, path), ", "")]],
    loses: ["traitors"],
  },
  {
    rule: "OM(m), step 3: lieutenant i uses the value majority(...)",
    mistake: "obeys what the commander told it",
    edits: [[decides, "return others.length < 0 ? majority([]) : heard(node, path)"]],
    loses: ["traitors"],
  },
  {
    rule: "OM(m), step 3: v_j is the value received from j using OM(m-1)",
    mistake: "takes the word of each relay in place of a majority",
    edits: [[decides, "return majority([heard(node, path), ...others.map(peer => heard(node, [...path, peer]))])"]],
    loses: ["traitors"],
  },
  {
    rule: "OM(m), step 3: ... or else RETREAT if he received no such value",
    mistake: "counts only what was said, not silence",
    edits: [
      ["  if (m === 0) return heard(node, path)\n", "  if (m === 0) return state.heard.get(path.join()) ?? -1\n"],
      [
        "  const others = node.peers.filter(peer => !path.includes(peer))\n  return",
        "  const others = node.peers.filter(peer => !path.includes(peer))\n  return",
      ],
      [
        "function om(node: General, m: number, path: readonly number[]): number {\n",
        "function om(node: General, m: number, path: readonly number[]): number {\n  const { state } = node\n  if (path.length === 1 && m === 0) return heard(node, path)\n",
      ],
      [
        decides,
        "return majority([state.heard.get(path.join()) ?? -1, ...others.map(peer => om(node, m - 1, [...path, peer]))].filter(value => value >= 0))",
      ],
    ],
    loses: ["traitors"],
  },
  {
    rule: "OM(m), step 3: ... or else RETREAT if he received no such value",
    mistake: "counts the silence of a relay for what it heard itself",
    edits: [
      [
        "return majority([heard(node, path), ...others.map(peer => om(node, m - 1, [...path, peer]))])",
        "return majority([heard(node, path), ...others.map(peer => (node.state.heard.has([...path, peer].join()) ? om(node, m - 1, [...path, peer]) : heard(node, path)))])",
      ],
    ],
    loses: ["traitors"],
  },
  {
    rule: "majority: the majority value if it exists, otherwise RETREAT",
    mistake: "takes the most frequent value",
    edits: [
      [
        most,
        "const count = (value: number) => values.filter(other => other === value).length\n  return values.toSorted((a, b) => count(b) - count(a))[0] ?? RETREAT",
      ],
    ],
    loses: ["traitors"],
  },
  {
    rule: "majority: ... otherwise RETREAT",
    mistake: "attacks if there is no majority",
    edits: [[most, most.replace("RETREAT", "values[0]!")]],
    loses: ["traitors"],
  },
  {
    rule: "majority: more than half of the n-1 values",
    mistake: "takes half for a majority",
    edits: [[most, most.replace("> values", ">= values")]],
    loses: ["traitors"],
  },
  {
    rule: "majority: more than half of the n-1 values",
    mistake: "asks for more than half of all n generals",
    edits: [[most, most.replace("> values.length", "> values.length + 1")]],
    loses: ["traitors"],
  },
  {
    rule: "more than two thirds are loyal: a majority is what it takes, no more",
    mistake: "obeys only if all say the same",
    edits: [[most, "return values.every(value => value === values[0]) ? values[0]! : RETREAT"]],
    loses: ["traitors"],
  },
  {
    rule: "m + 1 rounds",
    mistake: "decides after m rounds",
    edits: [
      ["const m = traitors(node)\n      if", "const m = traitors(node) - 1\n      if"],
      ["om(node, m, [state.commander])", "om(node, Math.max(0, m), [state.commander])"],
    ],
    loses: ["relays", "traitors"],
  },
  {
    rule: "m + 1 rounds",
    mistake: "waits for another round before it decides",
    edits: [["if (state.round <= m) {", "if (state.round <= m + 1) {"]],
    loses: ["relays", "time"],
  },
  {
    rule: "a round is longer than the longest delay, and no longer",
    mistake: "waits for a round and a half",
    edits: [
      [
        'state.round = 1\n      node.state.heard.clear()\n      node.setTimer("round", node.parameters.roundLength)',
        'state.round = 1\n      node.state.heard.clear()\n      node.setTimer("round", 1.5 * node.parameters.roundLength)',
      ],
    ],
    loses: ["time"],
  },
  {
    rule: "OM(1) costs (n-1) + (n-1)(n-2) messages",
    mistake: "repeats everything twice",
    edits: [[relay, `${relay}\n${relay}`]],
    loses: ["relays"],
  },
  {
    rule: "OM(1) costs (n-1) + (n-1)(n-2) messages, whatever they are called",
    mistake: "tells the commander by another message what it heard",
    edits: [
      [relay, `${relay}\nnode.send(state.commander, { ...message, type: "Echo" as "Oral" }, "heartbeat")`],
      ["  receive: {\n", "  receive: {\n    // @ts-expect-error\n    Echo() {},\n"],
    ],
    loses: ["relays"],
  },
]
