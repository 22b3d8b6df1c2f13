import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };
import { writeWhole } from "../lib/experiments/mod.ts";
import { checkNamed } from "./_cli_option.ts";
import { writing } from "./_files.ts";
import type { Values } from "./_cli.ts";
import { type DocRoom, type DocSymbol, indexMarkdown, roomIndexMarkdown, roomMarkdown } from "./_docs_markdown.ts";

const COMMAND = "deno task docs";
const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The rooms by what they are imported as: `qama/random`, and `qama` itself. */
export const ROOMS: ReadonlyMap<string, string> = new Map(
  Object.entries(config.exports).map(([name, file]) => [`qama${name.slice(1)}`, join(ROOT, file)]),
);

/** The command line of `docs`. */
export const docsCli = {
  command: `${COMMAND} [ROOM...]`,
  summary:
    "Makes the documentation of the public names from their docstrings: a site with search, and Markdown, a page a room.",
  operands: { help: `rooms, in place of all: ${[...ROOMS.keys()].join(", ")}`, min: 0, max: ROOMS.size },
  examples: [COMMAND, `${COMMAND} qama/samplers qama/model --format markdown`, `${COMMAND} --index`],
  options: {
    format: { type: "list", choices: ["html", "markdown"], default: "html,markdown", help: "what is made" },
    out: { type: "string", help: "the folder, which gets html/ and markdown/ [out/docs]" },
    index: {
      type: "boolean",
      help: "renews README.md in the folder of each room, its public names; nothing else is made",
    },
    json: { type: "boolean", help: "prints one JSON object" },
  },
} as const;

/** What was made. */
export interface Docs {
  /** First page of the site; null where it was not asked for. */
  readonly html: string | null;
  /** First page of the Markdown; null where it was not asked for. */
  readonly markdown: string | null;
  /** Public names, by room. */
  readonly names: Readonly<Record<string, number>>;
}

/**
 * Makes the documentation.
 *
 * @throws {UsageError} if there is no such room
 * @throws {Error} if `deno doc` fails
 */
export async function makeDocs(values: Values<typeof docsCli.options>): Promise<Docs> {
  checkNamed("room", values.operands, [...ROOMS.keys()]);
  const chosen = [...ROOMS].filter(([name]) => values.operands.length === 0 || values.operands.includes(name));
  if (values.index) return writeIndexes(await readRooms(chosen));
  const out = values.out ?? join(ROOT, "out", "docs");
  await writing(out, () => Deno.mkdir(out, { recursive: true }));
  const rooms = await readRooms(chosen);
  const names = namesOf(rooms);
  let html: string | null = null;
  let markdown: string | null = null;
  if (values.format.includes("html")) {
    await deno("doc", "--html", "--name=QAMA", `--output=${join(out, "html")}`, ...chosen.map(([, file]) => file));
    html = join(out, "html", "index.html");
  }
  if (values.format.includes("markdown")) markdown = await writeMarkdown(rooms, join(out, "markdown"));
  return { html, markdown, names };
}

/** The README.md of each room's folder, by its path; `qama` itself has no folder of its own. */
export function roomIndexes(rooms: readonly DocRoom[]): Map<string, string> {
  const own = rooms.filter(({ specifier }) => specifier !== "qama");
  return new Map(own.map((room) => {
    const folder = dirname(ROOMS.get(room.specifier)!);
    return [join(folder, "README.md"), roomIndexMarkdown(room, (filename) => linkFrom(folder, filename))];
  }));
}

async function writeIndexes(rooms: readonly DocRoom[]): Promise<Docs> {
  for (const [path, text] of roomIndexes(rooms)) await writeWhole(path, text);
  return { html: null, markdown: join(ROOT, "README.md"), names: namesOf(rooms) };
}

const linkFrom = (folder: string, filename: string) => relative(folder, fileURLToPath(filename)).replaceAll("\\", "/");

const namesOf = (rooms: readonly DocRoom[]) =>
  Object.fromEntries(rooms.map(({ specifier, symbols }) => [specifier, symbols.length]));

async function writeMarkdown(rooms: readonly DocRoom[], folder: string): Promise<string> {
  const files = new Map<string, Uint8Array>();
  const bytes = (filename: string) => {
    const there = files.get(filename) ?? Deno.readFileSync(new URL(filename));
    files.set(filename, there);
    return there;
  };
  const link = (filename: string, line: number) => `${linkFrom(folder, filename)}#L${line}`;
  await Deno.mkdir(folder, { recursive: true });
  const pages = rooms.map((room) => ({ ...room, page: `${room.specifier.replace("/", "-")}.md` }));
  for (const room of pages) await writeWhole(join(folder, room.page), roomMarkdown(room, { bytes, link }));
  await writeWhole(join(folder, "README.md"), indexMarkdown(pages));
  return join(folder, "README.md");
}

/** What `deno doc --json` says of the rooms. */
export async function readRooms(chosen: Iterable<readonly [string, string]>): Promise<DocRoom[]> {
  const rooms = [...chosen];
  const text = await deno("doc", "--json", ...rooms.map(([, file]) => file));
  const { nodes }: { nodes: Record<string, { module_doc?: { doc?: string }; symbols: DocSymbol[] }> } = JSON.parse(
    text,
  );
  const byFile = new Map(Object.entries(nodes).map(([url, node]) => [fileURLToPath(url), node]));
  return rooms.map(([specifier, file]) => {
    const node = byFile.get(file);
    if (node === undefined) throw new Error(`deno doc says nothing of ${file}`);
    return { specifier, doc: node.module_doc?.doc?.trim() ?? "", symbols: node.symbols };
  });
}

async function deno(...args: string[]): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT, env: { NO_COLOR: "1" }, stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  if (success) return new TextDecoder().decode(stdout);
  const [said] = new TextDecoder().decode(stderr).split("\nStack backtrace:");
  throw new Error(`deno ${args.slice(0, 2).join(" ")} failed: ${said.trim()}`);
}
