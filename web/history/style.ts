/** The style and the few animations of the history page. */

export const STYLE = `
:root { color-scheme: light; --ink: #1b1f24; --soft: #57606a; --paper: #fff; --line: #d0d7de; --wash: #f6f8fa;
  --read: #cfe3fb; --read-edge: #4d8fd6; --write: #d3efd8; --write-edge: #3f9a55; --open: #f0f1f3; --open-edge: #8b949e;
  --bad: #c0261c; --good: #1a7f37; --point: #7a3fb8; --band: #f6d9a8; }
@media (prefers-color-scheme: dark) { :root { color-scheme: dark; --ink: #e6edf3; --soft: #9aa4af; --paper: #12161c;
  --line: #343b44; --wash: #1a2029; --read: #17324f; --read-edge: #5a9fe8; --write: #173b22; --write-edge: #56b870;
  --open: #20262e; --open-edge: #7d8790; --bad: #ff8f85; --good: #56d364; --point: #c79bf2; --band: #5a4214; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.2rem 1.6rem 3rem; background: var(--paper); color: var(--ink);
  font: 14px/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h1 { font-size: 1.35rem; margin: 0 0 .2rem; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem; }
p { margin: .3rem 0; max-width: 75rem; } .soft { color: var(--soft); }
.verdict { font-weight: 600; } .violated { color: var(--bad); } .holds { color: var(--good); }
pre { background: var(--wash); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; overflow-x: auto; }
details > summary { cursor: pointer; font-size: 1.05rem; font-weight: 600; margin: 1.2rem 0 .3rem; }
.picture { display: flex; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
.clients { flex: none; max-width: min(14rem, 30%); background: var(--wash); border-right: 1px solid var(--line); }
.clients b { display: block; height: 24px; padding: 0 .6rem; font-weight: normal; font-size: 11px; line-height: 26px; color: var(--soft); }
.clients span { display: block; height: 42px; line-height: 54px; padding: 0 .6rem; text-align: right; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; color: var(--soft); }
.scroll { overflow-x: auto; flex: 1; } svg { display: block; font: 11px ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
.lane { stroke: var(--line); } .bar text { fill: var(--ink); } .bar:focus { outline: none; }
.bar rect, .bar path { stroke-width: 1.2; } .bar:hover rect, .bar:focus rect, .bar:hover path { stroke-width: 2.4; }
.read rect { fill: var(--read); stroke: var(--read-edge); } .write rect { fill: var(--write); stroke: var(--write-edge); }
.open path, .open rect { fill: var(--open); stroke: var(--open-edge); stroke-dasharray: 4 3; }
.witness text { font-weight: 700; } .witness rect { stroke: var(--bad); stroke-width: 2.2; }
.band rect { fill: var(--band); opacity: .45; } .band text { fill: var(--soft); }
.line polyline { fill: none; stroke: var(--point); stroke-width: 1.2; opacity: .55; }
.point line { stroke: var(--point); stroke-width: 1.6; } .point circle { fill: var(--point); }
.point:hover circle { r: 6; }
.ways { display: flex; flex-wrap: wrap; gap: .35rem; margin: .4rem 0; align-items: center; }
.ways button { font: inherit; color: inherit; background: var(--wash); border: 1px solid var(--line); border-radius: 5px; padding: .1rem .55rem; cursor: pointer; }
.ways button[aria-pressed="true"] { border-color: var(--point); box-shadow: inset 0 -2px var(--point); }
.key { display: inline-block; width: 1.9em; height: .85em; border-radius: 3px; border: 1.2px solid; vertical-align: -1px; margin: 0 .3em 0 .9em; }
.key.read { background: var(--read); border-color: var(--read-edge); } .key.write { background: var(--write); border-color: var(--write-edge); }
.key.open { background: var(--open); border: 1.2px dashed var(--open-edge); } .key.witness { border: 2.2px solid var(--bad); }
.key.lost { background: repeating-linear-gradient(45deg, var(--bad) 0 2px, transparent 2px 6px); border-color: var(--bad); }
.key.point { width: .7em; height: .7em; border-radius: 50%; background: var(--point); border-color: var(--point); }
.key.band { background: var(--band); border-color: transparent; }
`

/** The maximum number of linearizations of one part. */
export const MAX_WAYS = 12

/** A class of the part selects the line to show, and with it the operations that it omits. */
export const WAYS_STYLE = Array.from({ length: MAX_WAYS }, (_, number) => {
  const part = `.way-${number}`
  return (
    `.part:not(${part}) .line-${number} { display: none; }\n` +
    `${part} .without-${number} rect { fill: url(#lost); stroke: var(--bad); }\n`
  )
}).join("")

export const SCRIPT = `
for (const part of document.querySelectorAll(".part")) {
  const buttons = [...part.querySelectorAll(".ways button")]
  buttons.forEach((button, number) => button.addEventListener("click", () => {
    part.className = "part way-" + number
    buttons.forEach(other => other.setAttribute("aria-pressed", String(other === button)))
  }))
  const target = part.querySelector(".witness")
  const scroll = part.querySelector(".scroll")
  if (target && scroll) scroll.scrollLeft += target.getBoundingClientRect().left - scroll.getBoundingClientRect().left - 200
}
`
