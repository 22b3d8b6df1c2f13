import { signatureOf } from "./_docs_signature.ts";

/** A tag of a docstring, as `deno doc --json` gives it. */
interface Tag {
  readonly kind: string;
  readonly name?: string;
  readonly doc?: string;
  readonly tsType?: { readonly repr: string };
}

/** A docstring. */
interface Doc {
  readonly doc?: string;
  readonly tags?: readonly Tag[];
}

interface Place {
  readonly filename: string;
  readonly line: number;
  readonly byteIndex: number;
}

interface Member {
  readonly name: string;
  readonly jsDoc?: Doc;
  readonly accessibility?: string | null;
  readonly location: Place;
}

/** A name that a room offers, as `deno doc --json` gives it. */
export interface DocSymbol {
  readonly name: string;
  readonly declarations: readonly {
    readonly location: Place;
    readonly jsDoc?: Doc;
    readonly kind: string;
    readonly def?: {
      readonly constructors?: readonly Member[];
      readonly methods?: readonly Member[];
      readonly properties?: readonly Member[];
    };
  }[];
}

/** A room: how it is imported, what it says of itself, what it offers. */
export interface DocRoom {
  readonly specifier: string;
  readonly doc: string;
  readonly symbols: readonly DocSymbol[];
}

/** Where sources are read and how they are linked to. */
export interface Sources {
  /** The bytes of a file. */
  readonly bytes: (filename: string) => Uint8Array;
  /** The address of a line, as a link on the page. */
  readonly link: (filename: string, line: number) => string;
}

const KINDS: Readonly<Record<string, string>> = {
  function: "function",
  class: "class",
  interface: "interface",
  typeAlias: "type",
  variable: "value",
};

const byName = ({ symbols }: DocRoom) => [...symbols].sort((a, b) => a.name < b.name ? -1 : 1);

/** The page of a room: a table of its names, then each with its signature and its docstring. */
export function roomMarkdown(room: DocRoom, sources: Sources): string {
  const symbols = byName(room);
  return [
    `# \`${room.specifier}\``,
    linked(room.doc),
    namesTable(symbols, ({ name }) => `#${slug(name)}`),
    ...symbols.map((symbol) => symbolMarkdown(symbol, sources)),
  ].join("\n\n") + "\n";
}

/**
 * The page that a room's folder is shown with: its names and what each is, with links to where they are defined; no line numbers,
 * so that it changes only with a name, a first sentence or a place.
 *
 * @param room what is in it
 * @param link the address of a file, as a link on the page
 */
export function roomIndexMarkdown(room: DocRoom, link: (filename: string) => string): string {
  return [
    `# \`${room.specifier}\``,
    linked(room.doc),
    "The public names, from the docstrings by `deno task docs --index`; `deno task docs` makes pages with signatures and examples.",
    namesTable(byName(room), ({ declarations }) => link(declarations[0].location.filename)),
  ].join("\n\n") + "\n";
}

// not padded to columns, so that a longer name changes no other line
function namesTable(symbols: readonly DocSymbol[], address: (symbol: DocSymbol) => string): string {
  const rows = symbols.map((symbol) => {
    const { name, declarations } = symbol, [{ kind }] = declarations;
    const says = firstSentence(docOf(declarations)).replaceAll("|", "\\|");
    return `| [\`${name}\`](${address(symbol)}) | ${KINDS[kind] ?? kind} | ${says} |`;
  });
  return ["| name | what | says |", "| ---- | ---- | ---- |", ...rows].join("\n");
}

/** The page that names every room. */
export function indexMarkdown(rooms: readonly (DocRoom & { readonly page: string })[]): string {
  const rows = rooms.map(({ specifier, page, doc, symbols }) =>
    `| [\`${specifier}\`](${page}) | ${symbols.length} | ${firstSentence(doc)} |`
  );
  return [
    "# The public names of the QAMA workbench",
    "Made from the docstrings by `deno task docs`.",
    ["| room | names | what it is |", "| ---- | ----: | ---------- |", ...rows].join("\n"),
  ].join("\n\n") + "\n";
}

function symbolMarkdown({ name, declarations }: DocSymbol, sources: Sources): string {
  const [{ kind }] = declarations;
  const signatures = declarations.map(({ location, kind }) => sliceAt(location, kind, sources));
  const members = kind === "class" ? declarations.flatMap(({ def }) => membersOf(def, sources)) : [];
  const { filename, line } = declarations[0].location;
  return [
    `## \`${name}\``,
    fence([...new Set(signatures)].join("\n")),
    ...docMarkdown(declarations.find(({ jsDoc }) => jsDoc?.tags?.length)?.jsDoc ?? declarations[0].jsDoc),
    ...members,
    `[Source](${sources.link(filename, line)})`,
  ].join("\n\n");
}

function membersOf(
  def: DocSymbol["declarations"][number]["def"],
  sources: Sources,
): string[] {
  const { constructors = [], properties = [], methods = [] } = def ?? {};
  return [...constructors, ...properties, ...methods]
    .filter(({ accessibility }) => accessibility !== "private" && accessibility !== "protected")
    .flatMap(({ location, jsDoc }) => [fence(sliceAt(location, "method", sources)), ...docMarkdown(jsDoc)]);
}

function docMarkdown(doc: Doc | undefined): string[] {
  const { doc: text = "", tags = [] } = doc ?? {};
  // what a docstring says after its last tag, of cost and source, is about the whole
  const rest: string[] = [];
  const bare = tags.map((tag) => {
    const [own, ...more] = (tag.doc ?? "").trim().split(/\n\n(?=(?:Cost|Source)\b)/);
    rest.push(...more.flatMap((part) => part.split(/\n(?=Source: )/)));
    return { ...tag, doc: own };
  });
  const of = (kind: string) => bare.filter((tag) => tag.kind === kind);
  const item = (head: string, { doc }: Tag) =>
    `- ${head}${head && doc ? ": " : ""}${linked(doc ?? "").replaceAll("\n", "\n  ")}`;
  const list = (title: string, lines: string[]) => lines.length === 0 ? [] : [`**${title}**`, lines.join("\n")];
  return [
    ...text.trim() === "" ? [] : [linked(text.trim())],
    ...list("Parameters", of("param").map((tag) => item(`\`${tag.name}\``, tag))),
    ...list("Returns", of("return").map((tag) => item("", tag))),
    ...list("Throws", of("throws").map((tag) => item(tag.tsType?.repr ? `\`${tag.tsType.repr}\`` : "", tag))),
    ...rest.map(linked),
    ...of("example").flatMap(({ doc }) => {
      const [title, ...code] = doc.split("\n");
      return [`**Example.** ${title}`, code.join("\n").trim()].filter((part) => part !== "");
    }),
  ];
}

function sliceAt({ filename, byteIndex }: Place, kind: string, sources: Sources): string {
  const text = new TextDecoder().decode(sources.bytes(filename).subarray(byteIndex));
  return signatureOf(text, kind);
}

function docOf(declarations: DocSymbol["declarations"]): string {
  return declarations.find(({ jsDoc }) => jsDoc?.doc)?.jsDoc?.doc ?? "";
}

function firstSentence(text: string): string {
  return linked(text.trim().split(/\n\n/)[0].replaceAll("\n", " ").split(/(?<=\.) /)[0]);
}

function fence(code: string): string {
  return `\`\`\`ts\n${code}\n\`\`\``;
}

// {@link x} and {@linkcode x}
function linked(text: string): string {
  return text.replace(/\{@link(?:code)?\s+([^}|\s]+)(?:[|\s]+([^}]+))?\}/g, (_, name, words) => words ?? `\`${name}\``);
}

function slug(name: string): string {
  return name.toLowerCase().replace(/[^\w-]/g, "");
}
