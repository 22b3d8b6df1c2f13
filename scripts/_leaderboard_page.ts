import { JUPYTER_DISPLAY, markdownTable, plotlySource, reportPage, type ReportTable } from "../lib/display/mod.ts";
import { CONTESTANTS } from "./_leaderboard_contestants.ts";
import { equalTimeSection, toBestSection } from "./_leaderboard_best_tables.ts";
import { SECTIONS } from "./_leaderboard_plan.ts";
import { rateSection, workersSection } from "./_leaderboard_rate_tables.ts";
import type { Records } from "./_leaderboard_records.ts";
import type { RenderedSection, Verdict } from "./_leaderboard_report.ts";
import { ttsSection } from "./_leaderboard_tts_table.ts";
import type { CellRecord } from "./_leaderboard_types.ts";

const TITLE = "Leaderboard";

const RENDER: Readonly<Record<string, (records: readonly CellRecord[]) => RenderedSection>> = {
  "sk-tts": ttsSection,
  "rate": rateSection,
  "gset-equal-time": equalTimeSection,
  "gset-best-known": (records) =>
    toBestSection(records, "G-set of 800 and 1,000 vertices: best known cut within 60 s on every graph", false),
  "qubo-best-known": (records) =>
    toBestSection(
      records,
      "Beasley up to 500 and gka up to 200 variables: best known energy within 10 s on every instance",
      false,
    ),
  "workers": workersSection,
  "ising-machines": (records) =>
    toBestSection(
      records,
      "SK up to n = 100: ground energy by discrete simulated bifurcation and by CAC on every instance",
      true,
    ),
};

/** A leaderboard as rendered: files of text by name, without the page that holds plotly. */
export interface RenderedLeaderboard {
  /** `README.md` and its figures. */
  readonly files: ReadonlyMap<string, string>;
  /** The numbers that are wanted, and whether they were reached. */
  readonly verdicts: readonly Verdict[];
  /** Makes the page. */
  page(plotly: string | null): string;
}

/**
 * Renders records.
 *
 * @throws {RangeError} if there is none
 */
export function renderLeaderboard(records: Records): RenderedLeaderboard {
  if (records.cells.length === 0) {
    throw new RangeError("Cannot render the leaderboard: there is no record; run deno task leaderboard first");
  }
  const bySection = Map.groupBy(records.cells, ({ cell }) => cell.section);
  const profile = records.runs[0]?.profile ?? "full";
  const sections = SECTIONS.map((section) => ({
    section,
    rendered: RENDER[section.name](bySection.get(section.name) ?? []),
    measured: bySection.has(section.name),
  }));
  const missing = new Map(SECTIONS.flatMap(({ name }) => {
    const planned = Math.max(0, ...records.runs.map((run) => run.planned[name] ?? 0));
    const there = bySection.get(name)?.length ?? 0;
    return there > 0 && there < planned ? [[name, `incomplete: ${there} of ${planned} measurements`] as const] : [];
  }));
  const verdicts = sections.flatMap(({ section, rendered }) => {
    const gap = missing.get(section.name);
    return rendered.verdicts.map((verdict) =>
      gap === undefined || verdict.state === "not measured"
        ? verdict
        : { ...verdict, measured: `${verdict.measured} (${gap})` }
    );
  });
  const lead = leadOf(records, profile);
  const command = `deno task leaderboard${profile === "quick" ? " --quick" : ""}`;
  const paragraphs = ({ section, measured }: (typeof sections)[number]) => [
    section.text,
    ...(measured ? [] : ["Not measured here."]),
    ...(missing.has(section.name)
      ? [`This section is ${missing.get(section.name)}; the same command goes on with it.`]
      : []),
    ...(profile === "quick" ? [`Left out by --quick: ${section.quick}.`] : []),
  ];
  const files = new Map<string, string>();
  for (const { rendered } of sections) {
    for (const { file, shown } of rendered.figures) files.set(file, String(shown[JUPYTER_DISPLAY]()["image/svg+xml"]));
  }
  files.set(
    "README.md",
    `# ${TITLE}\n\n` +
      `Every number here is rendered from the records beside this file by \`deno task leaderboard --render\`. Made by \`${command}\`.\n\n` +
      `${lead.join("\n\n")}\n\n## Numbers wanted\n\n${markdown(verdictTable(verdicts))}\n` +
      sections.map((entry) =>
        `## ${entry.section.title}\n\n${paragraphs(entry).join("\n\n")}\n\n` +
        entry.rendered.figures.map(({ file, alt }) => `![${alt}](${file})\n\n`).join("") +
        entry.rendered.tables.map((table) => `${markdown(table)}\n`).join("") +
        entry.rendered.notes.map((note) => `- ${note}\n`).join("") + (entry.rendered.notes.length > 0 ? "\n" : "")
      ).join(""),
  );
  return {
    files,
    verdicts,
    page: (plotly) =>
      reportPage([
        { title: "Numbers wanted", tables: [verdictTable(verdicts)] },
        ...sections.map((entry) => ({
          title: entry.section.title,
          paragraphs: paragraphs(entry),
          figures: entry.rendered.figures.map(({ shown }) => shown),
          tables: entry.rendered.tables,
          notes: entry.rendered.notes,
        })),
      ], { title: TITLE, command, lead, plotly }),
  };
}

/** The page, with plotly where it can be had. */
export async function leaderboardPage(rendered: RenderedLeaderboard): Promise<string> {
  return rendered.page(await plotlySource());
}

function verdictTable(verdicts: readonly Verdict[]): ReportTable {
  return {
    columns: [{ title: "wanted" }, { title: "measured" }, { title: "" }],
    rows: verdicts.map(({ wanted, measured, state }) => [wanted, measured, state]),
  };
}

function markdown({ caption, columns, rows }: ReportTable): string {
  return (caption === undefined ? "" : `${caption}:\n\n`) + markdownTable(columns, rows);
}

function leadOf({ runs, cells }: Records, profile: string): string[] {
  const used = new Set(cells.map(({ run }) => run));
  const made = runs.filter(({ run }) => used.has(run));
  const machines = [
    ...new Set(
      made.map(({ machine }) => `Deno ${machine.deno} on ${machine.cpu}, ${machine.cores} cores, ${machine.os}`),
    ),
  ];
  const codes = [
    ...new Set(
      made.map(({ code }) =>
        `${code.version}${
          code.commit === null
            ? ""
            : ` (${code.commit.slice(0, 9)}${code.commit.endsWith("+changes") ? ", with changes" : ""})`
        }`
      ),
    ),
  ];
  const days = [...new Set(made.map(({ run }) => run.slice(0, 10)))];
  const versions = [
    ...new Set(cells.flatMap(({ found }) => Object.entries(found?.versions ?? {}).map((pair) => pair.join(" ")))),
  ]
    .filter((text) => !text.startsWith("qama")).sort();
  const counted = new Set(cells.map(({ cell }) => cell.contestant));
  const absent = [...CONTESTANTS.keys()].filter((name) => !counted.has(name));
  const loose =
    cells.filter(({ cell, found }) => found !== undefined && !found.pinned && cell.section !== "workers").length;
  const disagreeing = [
    ...new Map(
      cells.flatMap(({ cell, found }) =>
        found?.note === undefined
          ? []
          : [[cell.instance, `${cell.instance} (${Math.abs(found.best ?? NaN)}; ${found.note})`]]
      ),
    ).values(),
  ];
  return [
    ...(profile === "quick"
      ? [
        "This is the quick profile: too little for a verdict to be trusted. Each section says what it leaves out; without --quick all of it is measured.",
      ]
      : []),
    `Measured on ${days.join(", ")} with this package ${codes.join("; ")}, ${machines.join("; ")}; ${
      versions.length === 0 ? "no peer" : versions.join(", ")
    }.`,
    "Ours and the peers run the same instances in the same run, one program at a time, each kept on the same single core" +
    (loose === 0 ? "" : ` (${loose} measurements could not be)`) +
    ", with the peers' default options. The clock stands around the library's own call; reading the file and making the library's model of it " +
    "do not count. Every energy is computed from the returned state, outside the libraries. Each program makes a short run before the clock starts.",
    ...(absent.length === 0
      ? []
      : [`Not here: ${absent.join(", ")} (not installed, not in this version, or not asked for).`]),
    ...(disagreeing.length === 0
      ? []
      : [`Where published best values disagree, the better one counts: ${disagreeing.join(", ")}.`]),
  ];
}
