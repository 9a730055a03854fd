/** The style of a report: light and dark, print, narrow screens. Charts take their greys from here, too. */
const LIGHT =
  "color-scheme: light; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --line: #d0d7de; --wash: #f6f8fa; --grid: #e6e8eb; " +
  "--axis: #8c959f; --link: #0550ae; --bad: #b42318; --bad-wash: #fff5f3; --focus: #0969da; --lift: none;"
const DARK =
  "color-scheme: dark; --ink: #e6edf3; --soft: #a2acb7; --paper: #12161c; --line: #343b44; --wash: #1a2029; --grid: #262d36; " +
  "--axis: #59636e; --link: #79b8ff; --bad: #ff8f85; --bad-wash: #2a1715; --focus: #58a6ff; --lift: brightness(1.4) saturate(.9);"

export const STYLE = `
:root { ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
:root[data-theme="light"] { ${LIGHT} }
:root[data-theme="dark"] { ${DARK} }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 4.5rem; }
body { margin: 0 auto; padding: 0 1.25rem 4rem; max-width: 88rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
header { display: flex; justify-content: space-between; align-items: center; padding: 1rem 0 .25rem; }
.name { margin: 0; color: var(--soft); font-size: .9rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: .25rem 0 .5rem; max-width: 52rem; text-wrap: balance; }
h2 { font-size: 1.25rem; margin: 2.75rem 0 .75rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .35rem; }
p, li { max-width: 50rem; }
ul { padding-left: 1.25rem; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
button { font: inherit; font-size: .85rem; color: var(--ink); background: var(--wash); border: 1px solid var(--line);
  border-radius: 6px; padding: .2rem .6rem; cursor: pointer; }
button:hover { border-color: var(--soft); }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .25rem .5rem; z-index: 3; }
.lead, .soft { color: var(--soft); }
.lead { margin: 0 0 1.25rem; }
.soft { font-size: .88rem; margin: .25rem 0; }
.bad { color: var(--bad); font-weight: 600; }
.troubles { background: var(--bad-wash); border: 1px solid var(--bad); border-radius: 8px; padding: .25rem 1.25rem 1rem; margin: 1.5rem 0; }
.troubles h2 { margin: .75rem 0 .5rem; border: 0; color: var(--bad); }
.troubles ul { list-style: none; padding: 0; margin: 0; }
.troubles li { margin: 0 0 1rem; max-width: none; }
.troubles li p { margin: .2rem 0; overflow-wrap: anywhere; }
.answer ul { margin: .25rem 0; }
.answer li { margin: .15rem 0; }
.command { display: flex; gap: .5rem; align-items: center; margin: .3rem 0; max-width: 100%; }
.command code { background: var(--wash); border: 1px solid var(--line); border-radius: 6px; padding: .2rem .55rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.legend { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: .4rem; padding: .6rem 0; background: var(--paper);
  border-bottom: 1px solid var(--line); }
.key { display: inline-flex; gap: .4rem; align-items: center; font-size: .85rem; }
.key[aria-pressed="false"] { opacity: .55; text-decoration: line-through; }
.key[aria-pressed="false"] svg { filter: grayscale(1); }
figure { margin: 1.5rem 0 2.25rem; break-inside: avoid; }
.head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1rem; align-items: flex-start; }
.head > div:first-child { flex: 1 1 20rem; }
.head h3 { margin: 0; font-size: 1.08rem; }
.tools { display: flex; gap: .25rem; flex: none; }
.chart { position: relative; overflow-x: auto; margin: .5rem 0 .25rem; min-height: 4rem; }
.chart svg { display: block; }
.chart svg path[aria-roledescription], .chart .mark-symbol path { cursor: pointer; }
.chart .mark-line path, .chart .mark-symbol path, .key svg { filter: var(--lift); }
.chart .current { stroke: var(--ink); stroke-width: 3px; paint-order: stroke; }
.zoom-box { position: fixed; z-index: 1; pointer-events: none; border: 1px solid var(--focus); background: color-mix(in srgb, var(--focus) 15%, transparent); }
figcaption { color: var(--soft); font-size: .82rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .84rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .4rem; max-width: min(50rem, 100vw - 2.6rem); }
small { color: var(--soft); font-size: .92em; }
th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { background: var(--wash); vertical-align: bottom; font-weight: 600; }
th.number { text-align: right; }
td.number { text-align: right; white-space: nowrap; }
td.short { white-space: nowrap; }
td.long { min-width: 9rem; }
#figures-table { font-size: .8rem; }
#figures-table th, #figures-table td { padding: .3rem .4rem; }
#figures-table:has(th:nth-child(15)) { font-size: .73rem; }
#figures-table td { white-space: normal; min-width: 0; }
tr[data-cell] { cursor: pointer; }
tr[data-cell]:hover { background: var(--wash); }
.sort { all: unset; cursor: pointer; font-weight: 600; }
.sort:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
th[aria-sort="ascending"] .sort::after { content: " ▲"; }
th[aria-sort="descending"] .sort::after { content: " ▼"; }
summary { cursor: pointer; color: var(--link); margin: .5rem 0; }
pre { background: var(--wash); border: 1px solid var(--line); border-radius: 6px; padding: .9rem; overflow-x: auto; font-size: .84rem; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .88em; }
.seeds { overflow-wrap: anywhere; font-size: .85rem; color: var(--soft); }
#tip { position: fixed; pointer-events: none; background: var(--ink); color: var(--paper); font-size: .8rem; line-height: 1.4;
  padding: .35rem .55rem; border-radius: 5px; white-space: pre-line; max-width: 24rem; z-index: 4; }
@media (max-width: 40rem) {
  body { padding: 0 .85rem 3rem; font-size: 15px; }
  h1 { font-size: 1.4rem; }
  .legend { position: static; }
}
@page { margin: 12mm 9mm; }
@media print {
  :root, :root[data-theme] { ${LIGHT} }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  header button, .screen, #runs, #run-table, .command button, .skip { display: none; }
  .legend { position: static; border: 0; }
  .legend .key { border: 0; background: none; padding: 0 .75rem 0 0; }
  .legend .key[aria-pressed="false"] { display: none; }
  .chart, .scroll { overflow: visible; }
  .chart { text-align: left; }
  .chart svg { max-width: 100%; max-height: 205mm; height: auto; }
  table { font-size: 8.5pt; }
  #figures-table, #figures-table:has(th:nth-child(15)) { font-size: 7pt; }
  th, td, #figures-table th, #figures-table td { padding: .15rem .35rem; }
  td.number, td.short { white-space: normal; }
  details tbody tr:nth-child(n+41) { display: none; }
  tr, thead, figure, .head, .troubles li, .answer ul { break-inside: avoid; }
  h2, h3, summary, caption, thead, .legend, .head, .troubles-title { break-after: avoid; }
  p, li { orphans: 3; widows: 3; }
  pre { white-space: pre-wrap; }
  .troubles { padding: 0 .75rem .5rem; }
}
`
