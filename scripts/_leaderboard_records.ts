import { gunzip } from "../datasets/mod.ts";
import { writeWhole } from "../lib/experiments/mod.ts";
import { ifThere } from "./_files.ts";
import type { Cell, CellRecord, RunHeader } from "./_leaderboard_types.ts";

const RUNS = "runs.jsonl";

/** The records of one folder: a file of JSON lines a section, and one of the runs that made them; gzipped where it is published. */
export interface Records {
  /** By {@link RunHeader.run}. */
  readonly runs: readonly RunHeader[];
  /** The latest record of each cell. */
  readonly cells: readonly CellRecord[];
}

/** What two measurements of the same thing have in common. */
export function cellKey(cell: Cell): string {
  return JSON.stringify(Object.entries(cell).filter(([, value]) => value !== undefined).sort());
}

/**
 * Reads a folder's records; a line that was cut off by an interruption, which can only be the last, is passed over. Lines of a plain
 * file come after those of the gzipped one beside it.
 *
 * @throws {SyntaxError} if another line cannot be read
 */
export async function readLeaderboard(folder: string): Promise<Records> {
  const runs = await lines<RunHeader>(folder, RUNS);
  const cells = new Map<string, CellRecord>();
  const entries = await ifThere(() => Array.fromAsync(Deno.readDir(folder))) ?? [];
  const names = new Set(entries.map(({ name }) => name.replace(/\.gz$/, "")));
  for (const name of [...names].filter((name) => name.endsWith(".jsonl") && name !== RUNS).sort()) {
    for (const record of await lines<CellRecord>(folder, name)) cells.set(cellKey(record.cell), record);
  }
  return { runs, cells: [...cells.values()] };
}

async function lines<T>(folder: string, name: string): Promise<T[]> {
  const packed = await ifThere(() => Deno.readFile(`${folder}/${name}.gz`));
  const plain = await ifThere(() => Deno.readFile(`${folder}/${name}`));
  return [
    ...packed === null ? [] : parsed<T>(await gunzip(packed, { name: `${folder}/${name}.gz` }), `${folder}/${name}.gz`),
    ...plain === null ? [] : parsed<T>(plain, `${folder}/${name}`),
  ];
}

function parsed<T>(bytes: Uint8Array, path: string): T[] {
  const rows = new TextDecoder().decode(bytes).split("\n");
  // what follows the last line feed was cut off
  return rows.slice(0, -1).map((row, i) => {
    try {
      return JSON.parse(row);
    } catch {
      throw new SyntaxError(`Cannot read ${path}: line ${i + 1} is no JSON; remove the line, and it is measured again`);
    }
  });
}

/** Writes records gzipped, to be published, the same bytes for the same records; names the files. */
export async function publishLeaderboard(folder: string, { runs, cells }: Records): Promise<string[]> {
  const sections = Map.groupBy(cells, ({ cell }) => `${cell.section}.jsonl.gz`);
  const files = new Map<string, readonly unknown[]>([...sections, [`${RUNS}.gz`, runs]]);
  for (const [name, rows] of files) {
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
    await writeWhole(`${folder}/${name}`, await new Response(packed).bytes());
  }
  return [...files.keys()];
}

/** Adds a record to the file of its section. */
export async function appendRecord(folder: string, record: CellRecord): Promise<void> {
  await appendLine(`${folder}/${record.cell.section}.jsonl`, record);
}

/** Adds a run to the file of runs. */
export async function appendRun(folder: string, run: RunHeader): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await appendLine(`${folder}/${RUNS}`, run);
}

async function appendLine(path: string, value: unknown): Promise<void> {
  const before = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  const whole = before.slice(0, before.lastIndexOf("\n") + 1);
  if (whole !== before) await writeWhole(path, whole);
  await Deno.writeTextFile(path, JSON.stringify(value) + "\n", { append: true });
}
