/** The looks of a report: light and dark, on paper too. Charts are drawn for white and recoloured here for dark. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --line: #d0d7de; --wash: #f6f8fa; --link: #0550ae; --bad: #b42318; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9aa4af; --paper: #12161c; --line: #343b44; --wash: #1a2029; --link: #79b8ff; --bad: #ff8f85; }
  figure svg { background-color: var(--paper) !important; }
  figure svg > rect { fill: var(--paper); }
  figure svg text { fill: var(--ink); }
  figure svg .role-axis-grid line { stroke: #2a313a; }
  figure svg .role-axis-domain line, figure svg .role-axis-tick line { stroke: #59636e; }
  figure svg .background[stroke] { stroke: #343b44; }
  figure svg .mark-line[class*="theory"] path { stroke: #f0f3f6; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 68rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
p, li { max-width: 46rem; }
a { color: var(--link); }
.lead { color: var(--soft); margin: 0 0 1.5rem; }
.bad { color: var(--bad); font-weight: 600; }
figure { margin: 1.5rem 0 2rem; }
figure svg { max-width: 100%; height: auto; }
figcaption { color: var(--soft); font-size: .85rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .86rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .4rem; }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { background: var(--wash); white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
.short { white-space: nowrap; }
summary { cursor: pointer; color: var(--link); margin: .5rem 0; }
pre { background: var(--wash); border: 1px solid var(--line); border-radius: 6px; padding: .9rem; overflow-x: auto; font-size: .84rem; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .92em; }
#tip { position: fixed; pointer-events: none; background: var(--ink); color: var(--paper); font-size: .8rem; line-height: 1.4;
  padding: .35rem .55rem; border-radius: 5px; white-space: pre; z-index: 1; }
@media print { details > * { display: block; } }
`
