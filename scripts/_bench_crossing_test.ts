import { assert, assertEquals } from "@std/assert";
import record from "../results/bench/length.json" with { type: "json" };
import { benchCrossing, lengthRecord, type LengthRow } from "./_bench_crossing.ts";

const METHODS = ["softmax", "qamaV2 dense", "qamaV2 factored", "qamaSelected"];

function find(rows: readonly LengthRow[], method: string, tokens: number, heads: number): LengthRow {
  const row = rows.find((row) => row.method === method && row.tokens === tokens && row.heads === heads);
  assert(row, `no row of ${method} at ${heads} x ${tokens}`);
  return row;
}

Deno.test("benchCrossing() counts N x N floats for softmax, and none for the factored form", () => {
  const rows = benchCrossing(1, [64, 128]);
  assertEquals(rows.length, 2 * 2 * METHODS.length);
  for (const heads of [1, 8]) {
    const growth = (method: string) => find(rows, method, 128, heads).bytes - find(rows, method, 64, heads).bytes;
    // beside the projections, [S, H, N, N] weights and [N, N] scratch; all sizes are multiples of an arena's alignment
    const matrices = 4 * (heads + 1) * (128 ** 2 - 64 ** 2);
    const linear = growth("softmax") - matrices;
    // norm and gradient of x, [q | k | v] and their gradient, one number a row
    assertEquals(linear, 4 * 64 * (2 * 64 + 6 * 64 + 1));
    assert(
      growth("qamaV2 factored") < linear + 4 * 64 * (2 * 64 + 8 * heads + 4 * heads),
      `${growth("qamaV2 factored")}`,
    );
    assert(growth("qamaV2 dense") - growth("qamaV2 factored") >= 4 * heads * (128 ** 2 - 64 ** 2));
  }
  for (const { stepMs, bytes, touchedBytes } of rows) {
    assert(stepMs > 0);
    assert(touchedBytes > 0 && touchedBytes <= bytes + 4096);
  }
});

Deno.test("results/bench/length.json has every method at every length, of a committed program", () => {
  const rows = record.rows as LengthRow[];
  const about = { machine: record.machine, code: record.code, startedAt: record.startedAt, rounds: record.rounds };
  assertEquals(record, lengthRecord(rows, about) as unknown as typeof record);
  assert(/^[0-9a-f]{40}$/.test(record.code.commit), record.code.commit);
  assertEquals(rows.length, METHODS.length * 2 * 6);
  for (const heads of [1, 8]) {
    for (const tokens of [128, 256, 512, 1024, 2048, 4096]) {
      for (const method of METHODS) assert(find(rows, method, tokens, heads).stepMs > 0);
      const share = (method: string) => {
        return find(rows, method, tokens, heads).stepMs / find(rows, "softmax", tokens, heads).stepMs;
      };
      // what the record is there to show: at most 1.2 at 512 tokens, below 1 from 2,048 on
      if (tokens === 512) assert(share("qamaV2 factored") <= 1.2 && share("qamaSelected") <= 1.2);
      if (tokens >= 2048) assert(share("qamaV2 factored") < 1 && share("qamaSelected") < 1);
    }
  }
});
