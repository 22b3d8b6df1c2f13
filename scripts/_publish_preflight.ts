import {
  type NamedPreflight,
  preflightSections,
  reportPage,
  type ReportSection,
  sectionsMarkdown,
} from "../lib/display/mod.ts";
import { ifThere } from "./_files.ts";
import { filesIn, type PublishedPart } from "./_published_part.ts";

/** The part of the results folder that holds preflights. */
const PREFLIGHT_FOLDER = "preflight";

const COMMANDS = [
  "deno task reproduce --profile standard --only imdb --operators qamaV2 --seeds 1,",
  "deno task export-qubos --checkpoint CHECKPOINT --data imdb --samples 21,22,37,48,59 --tokens all --out DIR [--untrained]",
  "deno task preflight DIR/*.bqm.json --bits 8 --form ising --records FILE (and --form qubo)",
];

/** Renders the preflights of the results folder; null where there are none. */
export async function renderPreflight(folder: string): Promise<PublishedPart | null> {
  const text = await ifThere(() => Deno.readTextFile(`${folder}/${PREFLIGHT_FOLDER}/flights.json`));
  if (text === null) return null;
  const flights = (JSON.parse(text, readInfinity) as NamedPreflight[]).map(({ name, report }) => ({
    name: told(name),
    report,
  }));
  const [{ report: { bits } }] = flights;
  const title = `Attention QUBOs of 512 tokens at ${bits} bits`;
  const forms = [...Map.groupBy(flights, ({ report }) => report.vartype)];
  const lead = forms.map(([vartype, ofForm]) => `${summary(ofForm, vartype === "ising" ? "Ising models" : "QUBOs")}.`);
  const sections: ReportSection[] = [
    {
      title: "What was asked",
      paragraphs: [
        "The published test on a coherent Ising machine sent attention QUBOs of 512 IMDB tokens, rounded to 8 bits; the one uploaded matrix " +
        "that could be read is diagonal, so that the machine solved 512 independent spins. Here are five reviews of 512 tokens or more, " +
        "test items 21, 22, 37, 48 and 59, as the published operator sees them after five epochs (trained) and before the first (untrained), rounded in both " +
        "forms that a machine may want. Our own models: the published weights are not to be had.",
        ...lead,
      ],
    },
    ...forms.flatMap(([vartype, ofForm]) =>
      preflightSections(ofForm).map((section) => ({
        ...section,
        title: `${section.title}, as ${vartype === "ising" ? "Ising models" : "QUBOs"}`,
      }))
    ),
  ];
  const page = reportPage(sections, { title, command: COMMANDS.at(-1)!, plotly: null });
  const made = COMMANDS.map((command) => `    ${command}`).join("\n");
  const markdown = `# ${title}\n\n${sectionsMarkdown(sections)}\nMade by\n\n${made}\n`;
  const here = `results/${PREFLIGHT_FOLDER}`;
  return {
    files: filesIn(PREFLIGHT_FOLDER, new Map([["index.html", page], ["README.md", markdown]])),
    block: `Attention QUBOs of IMDB reviews of 512 tokens, of our own models. ${
      lead.join(" ")
    } Each review, what survives over bits, what would have had to be sent: [${here}](${here}/README.md).\n`,
  };
}

/** What is seen in all of them, from the smallest to the largest. */
function summary(flights: readonly NamedPreflight[], form: string): string {
  const span = (value: (flight: NamedPreflight) => number) => {
    const values = flights.map(value);
    const written = [Math.min(...values), Math.max(...values)].map((number) =>
      number === 0 ? "0" : number.toPrecision(2)
    );
    return written[0] === written[1] ? written[0] : `${written.join(" to ")}`;
  };
  const { bits } = flights[0].report;
  const none = flights.filter(({ report }) => report.truncated.couplings.after === 0).length;
  const kept = span(({ report }) => 100 * report.couplings.share);
  const cut = span(({ report }) => 100 * report.truncated.couplings.share);
  return `As ${form}, rounding to ${bits} bits leaves ${kept} % of the couplings and loses ${
    span(({ report }) => report.loss)
  } % ` +
    `of what an optimum gains over a random state; cut to integers ${cut} % are left` +
    `${none > 0 ? ` (none at all in ${none} of ${flights.length})` : ""} and ${
      span(({ report }) => report.truncated.loss)
    } % is lost, ` +
    `where leaving the couplings out altogether loses ${span(({ report }) => report.lossWithoutCouplings)} %`;
}

/** The name of an exported QUBO in words, `imdb-qamaV2-seed1-e5-i21-h0-whole`; others stay. */
function told(name: string): string {
  const parts = /-e(\d+)-i(\d+)-h0-whole$/.exec(name);
  return parts === null ? name : `review ${parts[2]}, ${parts[1] === "0" ? "untrained" : "trained"}`;
}

function readInfinity(key: string, value: unknown): unknown {
  return key.startsWith("bitsFor") && value === null ? Infinity : value;
}
