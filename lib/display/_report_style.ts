import { DARK_COLOURS } from "./_colours.ts";

const swaps = Object.entries(DARK_COLOURS).flatMap(([light, dark]) => [
  `  figure svg [fill="${light}"], figure svg[fill="${light}"] { fill: ${dark} }`,
  `  figure svg [stroke="${light}"] { stroke: ${dark} }`,
]).join("\n");

/** The look of a report: one column that fits a telephone, tables that scroll inside themselves, light and dark. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ground: #ffffff; --ink: #1d2126; --soft: #59616b; --line: #d9dde2; --panel: #f4f6f8; --accent: #0072b2; --mark: #cfe8f7; --warn: #b45309 }
@media (prefers-color-scheme: dark) {
  :root { --ground: #15181d; --ink: #e3e6ea; --soft: #a8b0ba; --line: #3a414b; --panel: #1e232a; --accent: #6cb8ea; --mark: #17496a; --warn: #f0a35e }
${swaps}
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem clamp(0.8rem, 4vw, 2rem) 4rem; max-width: 76rem; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground); overflow-wrap: break-word }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 0.8rem } h2 { font-size: 1.25rem; margin: 2.6rem 0 0.6rem; padding-top: 0.6rem; border-top: 1px solid var(--line) }
h3 { font-size: 1rem; margin: 1.6rem 0 0.3rem }
p, li { max-width: 46rem } p { margin: 0.5rem 0 } a { color: var(--accent) }
code { background: var(--panel); padding: 0.05em 0.3em; border-radius: 3px; font-size: 0.9em; overflow-wrap: anywhere }
nav ul { list-style: none; margin: 0.8rem 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; font-size: 0.95rem }
.wide { overflow-x: auto; margin: 0.8rem 0; border: 1px solid var(--line); border-radius: 4px }
table { border-collapse: collapse; font-size: 0.84rem; line-height: 1.35; min-width: 100% } caption { text-align: left; color: var(--soft); padding: 0.45rem 0.6rem }
th, td { padding: 0.35rem 0.5rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top }
th { background: var(--panel); font-weight: 600; vertical-align: bottom } td:first-child { background: var(--ground) }
td:first-child, th:first-child { position: sticky; left: 0; min-width: 8.2rem; max-width: 11rem } @media (min-width: 700px) { td:first-child, th:first-child { min-width: 9.5rem; max-width: none } }
td.right, th.right { text-align: right; font-variant-numeric: tabular-nums } td.right { white-space: nowrap } td:last-child:not(.right) { min-width: 12.5rem } td:nth-last-child(2):not(.right):not(:first-child) { min-width: 10rem }
tr.group td { border-top: 2px solid var(--line) } tr.control td { color: var(--soft); background: var(--panel) } thead + tbody tr:first-child td { border-top: 1px solid var(--line) }
.figures { display: flex; flex-wrap: wrap; gap: 0.8rem 1.2rem; align-items: flex-start } figure { margin: 0.6rem 0; min-width: 0; max-width: 100% }
figure svg { max-width: 100%; height: auto; display: block } figure.text { flex: 1 1 100% }
details { margin: 0.8rem 0 } summary { cursor: pointer; color: var(--accent) }
.note { color: var(--soft); font-size: 0.9rem } .missing { border-left: 3px solid var(--warn); padding: 0.3rem 0.8rem; background: var(--panel); border-radius: 0 4px 4px 0 }
.legend { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.2rem 1.1rem; font-size: 0.9rem } .legend li { display: flex; align-items: center; gap: 0.4rem }
mark { background: var(--mark); color: inherit; padding: 0 0.12em; border-radius: 2px } mark sup { font-size: 0.65em; color: var(--soft); margin-left: 0.15em }`;
