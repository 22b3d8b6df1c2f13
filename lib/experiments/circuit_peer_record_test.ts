import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  type CircuitPeerRecord,
  circuitPeerReport,
  codeVersion,
  describeMachine,
  readCircuitPeerRecord,
} from "./mod.ts";

const time = (ms: number) => ({ min: ms, median: ms });
const row = (what: string, ours: number, peer: number): CircuitPeerRecord["rows"][number] => ({
  ...{ what, how: "state", gates: 10, ours: time(ours), typescript: time(10 * ours), peer: time(peer) },
});
const record: CircuitPeerRecord = {
  ...{
    schema: 1,
    pennylane: "1",
    lightning: "2",
    qubits: 10,
    rounds: 3,
    largestDifference: 2e-15,
    copyGigabytesPerSecond: 0.1,
  },
  rows: [row("first", 1, 3), row("second", 2, 1), { ...row("third", 1, 1.05), how: "expectation" }],
  ...{ code: await codeVersion(), machine: describeMachine(), startedAt: "2026-01-01T00:00:00.000Z" },
};

Deno.test("circuitPeerReport() says who is faster and by how much, and what is alike", () => {
  const { findings, table, summary } = circuitPeerReport(record);
  // a third and twice of theirs; 1 / 1.05
  assertStringIncludes(
    summary,
    "0.3 to 2.0 times as long gate by gate, 1.0 to 1.0 times as long where a user asks",
  );
  // 10 gates of 32 KiB in 1 and in 2 ms are 0.33 and 0.16 GB/s
  assertStringIncludes(findings[0], "at 1.6 to 3.3 times the rate");
  assertEquals(findings.slice(1, 4), [
    "Ours is faster: first (3.0 times).",
    "PennyLane's lightning.qubit is faster: second (2.0 times).",
    "Not told apart: third, as a user calls it.",
  ]);
  // by medians another is faster than by smallest times
  const torn = { ...row("torn", 1, 2), peer: { min: 0.9, median: 2 } };
  assertStringIncludes(circuitPeerReport({ ...record, rows: [torn] }).findings[1], "Not told apart: torn.");
  assertStringIncludes(findings[4], "10.0 to 10.0 times as fast");
  // 10 gates in 1 ms, 10 x 1,024 x 32 bytes
  assertStringIncludes(table, "10,000");
  assertStringIncludes(table, "0.3");
});

Deno.test("readCircuitPeerRecord() gives what was written, and names a field that does not fit", async () => {
  const path = `${await Deno.makeTempDir()}/peer.json`;
  await Deno.writeTextFile(path, JSON.stringify(record));
  assertEquals(await readCircuitPeerRecord(path), record);
  await Deno.writeTextFile(path, JSON.stringify({ ...record, rows: [{ ...record.rows[0], gates: -1 }] }));
  await assertRejects(() => readCircuitPeerRecord(path), TypeError, "rows[0].gates must be");
});
