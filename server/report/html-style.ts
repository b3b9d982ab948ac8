/** The page's style sheet: one accent, one warning colour, greys; light, dark and print. Contrast is AA or better on both grounds. */

export const LIGHT = `--paper: #ffffff; --panel: #f5f6f8; --ink: #1b1f24; --muted: #59626c; --line: #cfd5db; --accent: #0a56a8; --warning: #964300; --quoted: #fdefb2;`
export const DARK = `--paper: #15181b; --panel: #1e2226; --ink: #e7eaed; --muted: #a3abb4; --line: #3d444b; --accent: #74b5ff; --warning: #ffb164; --quoted: #4a3f12;`
export const PRINT = `--paper: #fff; --panel: #fff; --ink: #000; --muted: #444; --line: #bbb; --accent: #0a56a8; --warning: #964300; --quoted: #fdefb2;`

/** What sections of a report look like, wherever they stand. */
export const PARTS = `
h1, .band { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; font-weight: 650; overflow-wrap: anywhere; }
h2 { font-size: 1.6rem; line-height: 1.25; margin: 2.5rem 0 .75rem; font-weight: 600; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .25rem 0 .5rem; max-width: 46rem; overflow-wrap: anywhere; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.small, figcaption, details, .legend, table, dl { font-size: .875rem; }
.muted, figcaption { color: var(--muted); }
.totals { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; margin: 1rem 0; padding: .75rem 1rem; background: var(--panel); border-radius: .5rem; }
.totals div { min-width: 11rem; } .totals dt { color: var(--muted); } .totals dd { margin: 0; font-size: 1rem; font-weight: 600; }
.summary { padding-left: 1.25rem; max-width: 46rem; } .summary li { margin: .35rem 0; overflow-wrap: anywhere; }
.contents ul { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; padding: 0; margin: 1.25rem 0; }
.totals dd.edges { font-size: .875rem; font-weight: 400; color: var(--muted); } .back { margin-top: 1rem; } .unjudged { margin-top: 1rem; }
.remark { border-left: 3px solid var(--warning); padding-left: .75rem; max-width: 46rem; }
.scroll { position: relative; overflow-x: auto; max-width: 100%; margin: .5rem 0; }
table { border-collapse: collapse; } th, td { padding: .35rem .75rem .35rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } thead th { color: var(--muted); } td.figure, th.figure { text-align: right; white-space: nowrap; padding-left: .5rem; }
table.wide { width: 100%; table-layout: fixed; } .wide > thead .figure { width: 5rem; } .wide > tbody > tr > * { overflow-wrap: anywhere; } .scroll table { overflow-wrap: normal; } .scroll tbody th { min-width: 7.5rem; } .scroll th[scope=row], .scroll thead th:first-child { position: sticky; left: 0; background: var(--paper); } tr.judged > * { border-bottom: 0; padding-bottom: 0; } .criteria details { padding: .2rem 0; }
.points { white-space: nowrap; width: 10.5rem; } .bar { display: block; width: 9rem; height: .5rem; margin-top: .35rem; background: var(--line); border-radius: .25rem; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--accent); } .bar.none { background: repeating-linear-gradient(90deg, var(--line) 0 4px, transparent 4px 8px); }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 2rem 2.5rem; align-items: start; }
figure { margin: 0; min-width: 0; } figure > svg { display: block; width: 100%; max-width: 36rem; height: auto; margin: .25rem 0; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; padding: 0; margin: .25rem 0; } .legend svg { width: 28px; height: 10px; margin-right: .4rem; }
details { margin: .35rem 0; } summary { cursor: pointer; color: var(--accent); width: fit-content; }
.finding { border-top: 1px solid var(--line); padding-top: .75rem; margin-top: 1rem; } .finding h3 { margin-top: 0; }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; margin: .25rem 0; } dl.facts dt { color: var(--muted); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
code, pre { font: .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; } code { overflow-wrap: anywhere; }
pre { margin: 0; } .source { position: relative; background: var(--panel); border-radius: .5rem; padding: .75rem 0; overflow-x: auto; max-width: none; }
.source ol { list-style: none; margin: 0; padding: 0; min-width: max-content; } .source li { display: grid; grid-template-columns: 3.5rem auto; white-space: pre; }
.source .n { color: var(--muted); text-align: right; padding-right: 1rem; user-select: none; } .source li.marked { box-shadow: inset 3px 0 var(--warning); }
.source .note { grid-column: 2; color: var(--warning); white-space: normal; font-family: system-ui, sans-serif; max-width: min(40rem, calc(100vw - 7.5rem)); }
.printed { padding: .5rem .75rem; max-height: 20rem; overflow: auto; }
.answer { white-space: pre-wrap; overflow-wrap: anywhere; max-width: 46rem; background: var(--panel); border-radius: .5rem; padding: .75rem 1rem; }
blockquote { margin: .35rem 0; padding-left: .75rem; border-left: 3px solid var(--line); max-width: 46rem; overflow-wrap: anywhere; }
mark { color: var(--ink); background: none; } mark.written { background: var(--quoted); text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: .2em; } mark.claim { border-bottom: 2px dotted var(--ink); } mark.steering { box-shadow: inset 0 -.2em var(--warning), inset 0 .1em var(--warning); }
a.number { font-size: .875rem; margin: 0 .15rem; vertical-align: super; line-height: 1; } :target { outline: 3px solid var(--accent); outline-offset: 2px; }
.aloud { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; } td.said, th.said { min-width: 14rem; max-width: 24rem; overflow-wrap: anywhere; font-weight: 400; }
button { font: inherit; font-size: .875rem; color: var(--accent); background: none; border: 1px solid var(--line); border-radius: .3rem; padding: .15rem .6rem; cursor: pointer; }
@media (max-width: 40rem) { figure > svg { font-size: 16px !important; } .points { width: 6.5rem; white-space: normal; } .bar { width: 5.5rem; } h1, h2, .band { font-size: 1.3rem; } dl.facts { grid-template-columns: minmax(0, 1fr); } dl.facts dd { margin-bottom: .35rem; } }
@media (pointer: coarse) { .contents a, .back a, summary, button { display: inline-block; padding: .6rem .2rem; } button { padding: .6rem; } .contents ul { gap: 0 1.25rem; } }
@media print {
  button, summary, .contents, .back { display: none; } details::details-content { content-visibility: visible; display: block; }
  .pictures { display: block; } figure, .finding, tr { break-inside: avoid; } figure > svg { max-width: none; } h2 { break-after: avoid; } a { color: inherit; text-decoration: none; }
  .source, .scroll { overflow: visible; } .printed { max-height: none; } .source li, .printed pre { white-space: pre-wrap; } .source ol { min-width: 0; }
}
`

export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; font-variant-numeric: tabular-nums; }
header, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
.skip { position: absolute; left: -100rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .25rem .5rem; }
footer { padding: 2rem 1rem; }
${PARTS}
@media print { :root { ${PRINT} } body { font-size: 10pt; } .skip { display: none; } }
`
