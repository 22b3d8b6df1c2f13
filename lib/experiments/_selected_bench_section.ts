import type { ReportSection } from "../display/mod.ts";
import { SELECTED_BENCH_COMMAND, type SelectedBench, type SelectedBenchRow } from "./selected_bench_record.ts";

/** A way to read at one length, and what makes it faster than softmax attention. */
interface Saving {
  readonly row: SelectedBenchRow;
  /** Softmax attention's operations over the row's. */
  readonly fewer: number;
  /** Operations of the row in a millisecond, over softmax attention's. */
  readonly faster: number;
  /** Softmax attention's time over the row's, reading alone: `fewer * faster`. */
  readonly speedUp: number;
  /** The same with the annealing that chooses. */
  readonly solved: number;
  /** What the row takes for the way back and as scratch, over what softmax attention does. */
  readonly memory: number;
}

/** What kernels that skip keys save, measured and taken apart, as a section of a page; null without a record. */
export function selectedBenchSection(bench: SelectedBench | null): ReportSection | null {
  if (bench === null) return null;
  const savings = savingsOf(bench.rows);
  const longest = savings.filter(({ row }) => row.method === "selected" && row.share === 0.1).at(-1);
  const beside = (method: SelectedBenchRow["method"]) =>
    savings.find(({ row }) =>
      row.method === method && row.tokens === longest?.row.tokens && row.heads === longest.row.heads
    );
  const [dense, kept, softmax] = [beside("dense"), beside("kept"), beside("softmax")];
  const right = (title: string) => ({ title, align: "right" as const });
  return {
    title: "What the kernels skip",
    paragraphs: [
      "Attention alone, without projections and the network behind it: forward and backward of one text, " +
      `width ${bench.width}, one thread (${bench.machine.cpu}), smallest of ${bench.rounds} rounds of all ways in turn. Keys and values of the chosen tokens are gathered ` +
      "side by side once a head; scores, softmax and all gradients then run over them alone, in tiles of queries. Softmax attention goes by in the same tiles: both compute the scores again on the way back, " +
      "seven matrix products, so that a tenth of the keys is ten times fewer operations (of matrix products; exponentials are as many times fewer). Keeping the probabilities needs six products and half the exponentials, and is slower at every length measured here. " +
      `Measured by \`${SELECTED_BENCH_COMMAND}\`.`,
      ...longest && dense && kept && softmax ? [explained(longest, dense, kept.row, softmax.row)] : [],
    ],
    tables: [
      {
        caption: "Time of reading, and softmax attention's over it as a product: fewer operations, each of them faster",
        columns: [
          { title: "reads" },
          ...["heads", "tokens", "time, ms", "fewer operations", "faster operations", "speed-up"].map(right),
          ...["with the annealing", "memory over softmax attention's"].map(right),
        ],
        rows: savings.map(({ row, fewer, faster, speedUp, solved, memory }) => [
          NAMES[row.method](row.share),
          String(row.heads),
          row.tokens.toLocaleString("en-US"),
          row.readMs.toFixed(row.readMs < 100 ? 1 : 0),
          ...[fewer, faster, speedUp].map((value) => value.toFixed(2)),
          row.method === "selected" ? solved.toFixed(2) : "",
          memory.toFixed(memory < 100 ? 1 : 0),
        ]),
      },
    ],
  };
}

const NAMES: Readonly<Record<SelectedBenchRow["method"], (share: number) => string>> = {
  softmax: () => "softmax attention",
  kept: () => "softmax attention, probabilities kept",
  dense: () => "this kernel, all keys",
  selected: (share) => `${(100 * share).toFixed(0)} % of the keys`,
};

function savingsOf(rows: readonly SelectedBenchRow[]): Saving[] {
  return rows.flatMap((row) => {
    const softmax = rows.find(({ method, tokens, heads }) =>
      method === "softmax" && tokens === row.tokens && heads === row.heads
    );
    if (softmax === undefined) return [];
    const speedUp = softmax.readMs / row.readMs, fewer = softmax.gigaflop / row.gigaflop;
    const solved = softmax.readMs / (row.readMs + row.solveMs);
    return [{ row, fewer, speedUp, faster: speedUp / fewer, solved, memory: row.bytes / softmax.bytes }];
  });
}

function explained(
  { row, fewer, faster, speedUp, solved }: Saving,
  dense: Saving,
  kept: SelectedBenchRow,
  softmax: SelectedBenchRow,
): string {
  const tokens = row.tokens.toLocaleString("en-US");
  const mebibytes = ({ bytes }: SelectedBenchRow) => (bytes / 2 ** 20).toFixed(bytes < 2 ** 27 ? 1 : 0);
  const within = speedUp / dense.speedUp;
  return [
    `At ${tokens} tokens and ${row.heads} heads a tenth of the keys is read ${speedUp.toFixed(1)} times as fast: ${
      fewer.toFixed(2)
    } times fewer operations, each ${faster.toFixed(2)} times as fast.`,
    `Skipping is the first factor; of the second ${
      dense.faster.toFixed(2)
    } is the kernel's, which it has for all keys too, and ${(faster / dense.faster).toFixed(2)} is not taken apart.`,
    `It takes ${mebibytes(row)} MiB, softmax attention ${
      mebibytes(softmax)
    }; with its probabilities kept softmax attention would take ${mebibytes(kept)} MiB and ${
      (kept.readMs / softmax.readMs).toFixed(2)
    } times as long.`,
    `Within this kernel a tenth of the keys is ${
      within.toFixed(1)
    } times as fast as all: gathering and scattering, once a head, ${
      within > 9 ? "cost next to nothing beside" : "are seen beside"
    } N queries that read.`,
    `The annealing takes ${(100 * row.solveMs / (row.readMs + row.solveMs)).toFixed(0)} % of both, and leaves ${
      solved.toFixed(1)
    } times.`,
  ].join(" ");
}
