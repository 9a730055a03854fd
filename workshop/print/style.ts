/** The style of printed kits: black on white, A4 pages, the board on A2, with cut marks. */
export const STYLE = `
@page { size: 210mm 297mm; margin: 0 }
@page flow { size: 210mm 297mm; margin: 16mm }
@page board { size: 594mm 420mm; margin: 0 }
* { box-sizing: border-box }
body { margin: 0; font: 11pt/1.4 "DejaVu Sans", Verdana, sans-serif; color: #000; background: #fff }
h1 { font-size: 22pt; line-height: 1.2; margin: 0 0 6mm }
h2 { font-size: 15pt; line-height: 1.25; margin: 0 0 3mm; break-after: avoid }
h3 { font-size: 11pt; margin: 4mm 0 1mm; break-after: avoid }
p { margin: 0 0 2mm }
ol, ul { margin: 0 0 2mm; padding-left: 8mm }
li { break-inside: avoid }
.flow { page: flow; break-after: page; max-width: 178mm; margin: 0 auto }
.steps { columns: 2; column-gap: 3mm; font-size: 10pt; padding: 0 }
.steps li { margin-left: 8mm }
.steps.long { font-size: 9pt; line-height: 1.2 }
.steps.long li { margin-left: 7mm }
.discussion { break-inside: avoid }
.answers dl { margin: 0; font-size: 9.5pt; line-height: 1.3 }
.answers dl > div { break-inside: avoid; margin-bottom: 1.5mm }
.answers dt { font-style: italic }
.answers dd { margin: 0 }
sub { line-height: 1 }
.instructions { margin: 0; font-size: 9.5pt; line-height: 1.3 }
.instructions > div { display: grid; grid-template-columns: 38mm 1fr; column-gap: 4mm; padding: 1.2mm 0; border-top: 0.2mm solid #000 }
.instructions dt { font-weight: bold }
.instructions dd { margin: 0 }
.made { font-weight: bold; white-space: nowrap }
.sheet { width: 210mm; height: 297mm; overflow: hidden; break-after: page; position: relative }
.cut { display: grid; padding: 0 }
.cut > * { position: relative; overflow: hidden; padding: 9mm;
  background:
    linear-gradient(#000 0 0) 0 0 / 5mm 0.2mm, linear-gradient(#000 0 0) 0 0 / 0.2mm 5mm,
    linear-gradient(#000 0 0) 100% 0 / 5mm 0.2mm, linear-gradient(#000 0 0) 100% 0 / 0.2mm 5mm,
    linear-gradient(#000 0 0) 0 100% / 5mm 0.2mm, linear-gradient(#000 0 0) 0 100% / 0.2mm 5mm,
    linear-gradient(#000 0 0) 100% 100% / 5mm 0.2mm, linear-gradient(#000 0 0) 100% 100% / 0.2mm 5mm;
  background-repeat: no-repeat; -webkit-print-color-adjust: exact; print-color-adjust: exact }
.a6 { grid-template: repeat(2, 148.5mm) / repeat(2, 105mm) }
.a7 { grid-template: repeat(4, 74.25mm) / repeat(2, 105mm) }
.a5 { grid-template: repeat(2, 148.5mm) / 210mm }
.small { grid-template: repeat(6, 49.5mm) / repeat(3, 70mm) }
.small > * { padding: 6mm 6mm 3mm; font-size: 8pt; line-height: 1.25 }
.type { font-size: 13pt; font-weight: bold; margin-bottom: 3mm; overflow-wrap: anywhere }
.small .type { font-size: 9pt; margin-bottom: 1mm }
.field { display: flex; gap: 2mm; align-items: baseline; margin-top: 3mm }
.head { display: flex; gap: 4mm }
.head .field { flex: 1; margin: 0 }
.a6 .type { font-size: 18pt }
.a6 .field { font-size: 13pt }
.small .field { margin: 0.5mm 0 0; gap: 1mm }
.field b { font-weight: normal; flex: none; color: #000 }
.field span { flex: 1; border-bottom: 0.2mm solid #000; min-height: 8mm }
.small .field span { border: 0; min-height: 0; font-weight: bold; overflow-wrap: anywhere }
.big { display: flex; align-items: center; justify-content: center; text-align: center; font-weight: bold }
.id { font-size: 90pt }
.sign { font-size: 48pt; line-height: 1.1 }
.secret { font-size: 16pt; padding: 12mm }
.state { padding: 16mm; display: flex; flex-direction: column; gap: 5mm }
.box { border: 0.3mm solid #000; padding: 2mm 3mm; min-height: 20mm; flex: 1 0 auto }
.log { display: grid; grid-template-columns: repeat(8, 1fr); margin-top: 2mm }
.log i { border: 0.2mm solid #000; height: 22mm; font: 8pt sans-serif; padding: 1mm }
.board { page: board; width: 594mm; height: 420mm; padding: 16mm; break-after: page; overflow: hidden; display: flex; flex-direction: column }
.board h1 { font-size: 36pt }
.lanes { flex: 1; display: grid }
.lanes > div { border-bottom: 0.4mm solid #000; display: flex; align-items: end; font-size: 20pt; padding-bottom: 2mm }
.logs > div { display: grid; grid-template-columns: 60mm repeat(10, 1fr); gap: 3mm; align-items: stretch; padding: 3mm 0; border: 0 }
.logs i { border: 0.4mm solid #000; font: 12pt sans-serif; padding: 2mm }
.up { border: 0.2mm solid #000; padding: 0 1mm; white-space: nowrap; display: inline-block; line-height: 1 }
.meanings { columns: 2; column-gap: 8mm; font-size: 9pt; line-height: 1.3; margin: 0 }
.meanings.long { font-size: 8.5pt; line-height: 1.25 }
.meanings.long dt, .meanings.long dd { display: inline }
.meanings.long dt { margin-right: 1.5mm }
.meanings div { break-inside: avoid; margin-bottom: 1mm }
.meanings dt { font-weight: bold }
.meanings dd { margin: 0 }
.note { font-size: 9.5pt; line-height: 1.2; margin: 0 }
.lanes:not(.logs) > div { font-size: 32pt }
h1 + .lead { font-size: 13pt; margin: -4mm 0 6mm }
@media screen {
  body { background: #888; padding: 8mm }
  .flow, .sheet, .board { background-color: #fff; margin: 0 auto 8mm; box-shadow: 0 1mm 3mm #0006 }
  .flow { padding: 16mm; max-width: 210mm }
}
`
