import type { Sampler } from "../../samplers/mod.ts";
import type { EmulatedMachine, EmulatorLimits, EmulatorStats } from "./types.ts";

/** What the page tells; nothing in it is a key or comes from a caller. */
export interface StatusOptions {
  readonly machine: EmulatedMachine;
  readonly title: string;
  readonly sampler: Sampler;
  readonly bits: number | undefined;
  readonly quota: number;
  readonly limits: Required<EmulatorLimits>;
  readonly faults: Readonly<Record<string, number>>;
  readonly stats: EmulatorStats;
}

const CIM = "physicalCim";
const STYLE = `
:root { color-scheme: light dark; --ground: #ffffff; --ink: #1d2126; --soft: #59616b; --line: #d9dde2; --panel: #f4f6f8; --accent: #0072b2 }
@media (prefers-color-scheme: dark) {
  :root { --ground: #15181d; --ink: #e3e6ea; --soft: #a8b0ba; --line: #3a414b; --panel: #1e232a; --accent: #6cb8ea }
}
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem clamp(0.8rem, 4vw, 2rem) 3rem; max-width: 60rem; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--ground) }
h1 { font-size: 1.5rem; margin: 0 0 0.3rem } h2 { font-size: 1.1rem; margin: 1.6rem 0 0.5rem } p { margin: 0.4rem 0; color: var(--soft) }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: 0.6rem; margin: 0 }
dl div { background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: 0.5rem 0.7rem; min-width: 0 }
dt { color: var(--soft); font-size: 0.85rem } dd { margin: 0; font-size: 1.2rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
.busy { border-left: 3px solid var(--accent) }`;

/** The page of an emulator: what it stands in for, how much it has to do, its limits. */
export function statusPage(options: StatusOptions): string {
  const { machine, title, sampler, bits, quota, limits, faults, stats } = options;
  const { jobs, connections, replies } = stats;
  const settings = settingsOf(sampler);
  const sections: [string, [string, string, boolean?][]][] = [
    ["Jobs", [
      ["waiting", text(jobs.waiting), jobs.waiting > 0],
      ["running", text(jobs.running), jobs.running > 0],
      ["accepted", quota === Infinity ? text(jobs.accepted) : `${text(jobs.accepted)} of ${text(quota)}`],
      ["done", text(jobs.done)],
      ["failed", text(jobs.failed)],
      ["cancelled", text(jobs.cancelled)],
      ["kept", text(jobs.kept)],
      ["machine time", `${text(stats.machineMs)} ms`],
    ]],
    ["Machine", [
      ["answers", sampler.name],
      ...(bits === undefined || sampler.name === CIM ? [] : [["bits", text(bits)] satisfies [string, string]]),
      ...settings,
    ]],
    ["Traffic", [
      ["connections open", text(connections.open)],
      ["taken", text(connections.taken)],
      ["turned away", text(connections.refused)],
      ["cut", text(connections.cut)],
      ["replies 2xx, 3xx", text(replies.ok)],
      ["replies 4xx", text(replies.refused)],
      ["replies 5xx", text(replies.failed)],
      ["memory held", `${mebibytes(stats.heldBytes)} of ${mebibytes(limits.memoryBytes)} MiB`],
    ]],
    [
      "Faults on demand",
      Object.entries(faults).filter(([, rate]) => rate > 0).map(([name, rate]) => [
        `${name}, ${(100 * rate).toFixed(1)}\u00a0%`,
        text(stats.faults[name as keyof typeof stats.faults] ?? 0),
      ]),
    ],
  ];
  const body = sections.filter(([, rows]) => rows.length > 0).map(([name, rows]) =>
    `<h2>${name}</h2>\n<dl>${
      rows.map(([term, value, busy]) =>
        `<div${busy ? ' class="busy"' : ""}><dt>${escaped(term)}</dt><dd>${escaped(value)}</dd></div>`
      ).join("")
    }</dl>`
  ).join("\n");
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5"><title>${machine}, emulated</title><style>${STYLE}</style></head>
<body>
<h1>${machine}, emulated</h1>
<p>${escaped(title)}. A stand-in: nothing here reaches a real machine.</p>
${body}
</body>
</html>
`;
}

// what a CIM was set to
function settingsOf({ name, origin }: Sampler): [string, string][] {
  const given = name === CIM ? { preset: "5ms", ...asObject(origin?.options) } : origin?.options;
  if (typeof given !== "object" || given === null) return [];
  return Object.entries(given).slice(0, 8)
    .map((
      [name, value],
    ) => [name, typeof value === "object" ? JSON.stringify(value).slice(0, 40) : String(value).slice(0, 40)]);
}

const asObject = (value: unknown) => typeof value === "object" ? value : {};
const text = (value: number) => Math.round(value).toLocaleString("en");
const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 2 : 0);
const escaped = (value: string) => value.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
