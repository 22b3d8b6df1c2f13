import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { OperatorName } from "../training/mod.ts";
import {
  exampleRecord,
  learningCurves,
  operatorOrder,
  operatorTitles,
  readingNotes,
  resultRows,
  resultsMarkdown,
  resultsTable,
  type RunRecord,
  tableLegend,
  tableRows,
} from "./mod.ts";

const mnist = {
  name: "mnist",
  title: "MNIST",
  synthetic: false,
  train: 6,
  fullTrain: 6,
  test: 10_000,
  fullTest: 10_000,
};

function run(operator: OperatorName, testAccuracy: number, seed = 1, epochs = 5): RunRecord {
  const base = exampleRecord();
  const density = operator === "none" ? null : 0.15;
  return exampleRecord({
    operator,
    seed,
    data: { ...base.data, ...mnist },
    options: { ...base.options, epochs },
    epochs: Array.from({ length: epochs }, (_, i) => ({ ...base.epochs[0], epoch: i + 1, testAccuracy, density })),
  });
}

Deno.test("tableRows() has the order of operators, whatever the order of the records", () => {
  const records = operatorOrder.toReversed().flatMap((operator) => [run(operator, 0.9, 2), run(operator, 0.9)]);
  const rows = tableRows(records);
  assertEquals(rows.map((row) => row.operator), operatorOrder);
  assertEquals(rows.map((row) => row.seeds), operatorOrder.map(() => [1, 2]));
  assertEquals(resultsTable(rows).rows.map((row) => row[1]), operatorOrder.map((operator) => operatorTitles[operator]));
});

Deno.test("tableRows() never joins runs of other pictures, options or lengths", () => {
  const one = run("mha", 0.9);
  const others = [
    exampleRecord({ ...one, data: { ...one.data, title: "MNIST, first 3", train: 3 } }),
    exampleRecord({ ...one, options: { ...one.options, sweeps: 5 } }),
    run("mha", 0.9, 1, 4),
  ];
  assertEquals(tableRows([one, ...others]).length, 4);
  const wide = exampleRecord({ ...one, seed: 2, options: { ...one.options, workers: 8 } });
  assertEquals(tableRows([one, wide]).length, 1);
});

Deno.test("resultsTable() puts means, intervals and the paper's numbers beside each other", () => {
  const [row] = resultsTable(tableRows([run("qamaV2", 0.82), run("qamaV2", 0.84, 2)])).rows;
  // sample standard deviation of 82 and 84 over sqrt(2) is 1, and t of one degree of freedom 12.71
  const ours = "83.00 ± 12.71";
  assertEquals(row.slice(2, 9), ["5", "1, 2 (2)", ours, ours, "95.93", "82.5 (± 3.5)", "82.3"]);
  const controls = "no attention: not run; fixed random: not run";
  const verdict = "agrees: +0.50 points at the last epoch, chance explains ± 3.5";
  assertEquals(row.slice(9), ["15.0", controls, verdict]);
});

Deno.test("resultsTable() says that one seed has no interval, puts controls beside QAMA, and gives the reason", () => {
  const records = [run("mha", 0.99), run("qamaV2", 0.7), run("qamaV2Fixed", 0.75), run("none", 0.65)];
  const rows = resultsTable(tableRows(records), { "mnist-qamaV2-5": "somebody found out why" }).rows;
  const ending = (operator: OperatorName) => rows.find((row) => row[1] === operatorTitles[operator])?.slice(10);
  assertEquals(rows[0][4], "99.00 (one seed)");
  assertEquals(ending("qamaV2"), [
    "+5.00 no attention; −5.00 fixed random",
    "below: −12.50 points at the last epoch, beyond the ± 2.8 of chance; somebody found out why",
  ]);
  assertEquals(ending("none"), ["-", "no published value"]);
  assertStringIncludes(ending("mha")?.[1] ?? "", "above: +4.10 points at the last epoch");
  assertStringIncludes(ending("mha")?.[1] ?? "", "the reason is not known");
});

Deno.test("readingNotes() gives the difference of each QAMA row to its controls, with what chance explains", () => {
  const records = [run("qamaV2", 0.823), run("none", 0.879), run("qamaV2Fixed", 0.82), run("qamaSelected", 0.94)];
  const notes = readingNotes(tableRows(records));
  assertEquals(notes.length, 2);
  assertStringIncludes(notes[0], "QAMA v2 (published) −5.60 points against no attention (beyond chance, ± 2.7)");
  assertStringIncludes(
    notes[0],
    "+0.30 points against the same readout with a fixed random selection (within chance, ± 2.8)",
  );
  assertStringIncludes(notes[1], "QAMA selected softmax +6.10 points against no attention (beyond");
});

Deno.test("readingNotes() says that a row is below both of its controls, and only where it is", () => {
  const both = " QAMA v2 (published) is below no attention and below its own random control.";
  const notes = (ours: number, none: number, fixed: number) =>
    readingNotes(tableRows([run("qamaV2", ours), run("none", none), run("qamaV2Fixed", fixed)]))[0].endsWith(both);
  assertEquals([notes(0.8, 0.81, 0.82), notes(0.8, 0.79, 0.82), notes(0.8, 0.81, 0.8)], [true, false, false]);
  const [alone] = readingNotes(tableRows([run("qamaV2", 0.8), run("none", 0.9)]));
  assertEquals(alone.includes("is below"), false);
});

Deno.test("readingNotes() speaks of chance on a part of the data only where three seeds show their spread", () => {
  const part = (operator: OperatorName, testAccuracy: number, seed: number) => {
    const whole = run(operator, testAccuracy, seed);
    return exampleRecord({ ...whole, data: { ...whole.data, train: 3 } });
  };
  const one = [part("qamaV2", 0.5, 1), part("none", 0.4, 1)];
  const [few] = readingNotes(tableRows(one));
  assertStringIncludes(few, "+10.00 points against no attention; how much of it is chance takes 3 seeds to tell.");
  const more = [2, 3].flatMap((seed) => [part("qamaV2", 0.3 + seed / 10, seed), part("none", 0.4, seed)]);
  // 50, 50 and 60 against 40: spread 5.8, twice sqrt(33.3 (1/3 + 1/3) + 0.2) is 9.5
  assertStringIncludes(
    readingNotes(tableRows([...one, ...more]))[0],
    "+13.33 points against no attention (beyond chance, ± 9.5)",
  );
});

Deno.test("resultRows() gives every record a row in percent, an unbegun run's without accuracy", () => {
  const unbegun = exampleRecord({ ...run("mha", 0.5, 9), epochs: [], ending: "interrupted" });
  const [row, empty] = resultRows([run("mha", 0.57), unbegun]);
  assertEquals([row.lastAccuracy, row.bestAccuracy, row.paperAccuracy], [57, 57, 97.42]);
  assertEquals([row.data, row.operator, row.profile, row.epochs, row.seed], ["mnist", "mha", "smoke", 5, 1]);
  assertEquals([empty.lastAccuracy, empty.verdict], [null, "not comparable (interrupted)"]);
  assertEquals(resultRows([exampleRecord()])[0].paperAccuracy, null);
});

Deno.test("resultsMarkdown() has a line a row and refuses an empty table", () => {
  const text = resultsMarkdown(tableRows(operatorOrder.map((operator) => run(operator, 0.9))));
  assertEquals(text.split("\n").filter((line) => line.startsWith("| MNIST")).length, operatorOrder.length);
  assertThrows(() => resultsMarkdown([]), RangeError, "no run has a complete epoch");
});

Deno.test("learningCurves() averages over seeds and draws published points for whole data sets only", () => {
  const [panel] = learningCurves([run("mha", 0.9), run("mha", 0.8, 2)]);
  const [sample] = panel.curves[0].samples;
  assertEquals([Math.round(sample.accuracy * 1e6) / 1e6, panel.curves[0].runs, sample.accuracyRange], [85, 2, [
    80,
    90,
  ]]);
  assertEquals(panel.curves[0].published?.map((point) => point.epoch), [1, 2, 3, 4, 5, 10]);
  const part = run("mha", 0.9);
  const [subset] = learningCurves([exampleRecord({ ...part, data: { ...part.data, train: 3 } })]);
  assertEquals(subset.curves[0].published, []);
  assertStringIncludes(subset.note ?? "", "A part of the data set");
});

Deno.test("readingNotes() and resultsTable() put revision 1 beside its controls and softmax", () => {
  const rows = tableRows([run("mha", 0.95), run("none", 0.88), run("qamaV1", 0.9), run("qamaV1Fixed", 0.89)]);
  const row = resultsTable(rows).rows.find((row) => row[1] === operatorTitles.qamaV1);
  assertEquals(row?.[10], "+2.00 no attention; +1.00 fixed random");
  const [note] = readingNotes(rows);
  for (
    const words of ["+2.00 points against no attention", "with fixed random weights", "−5.00 points against softmax"]
  ) {
    assertStringIncludes(note, words);
  }
});

Deno.test("tableLegend says what the fixed selections choose, in pictures of both sizes, in texts and in revision 1", () => {
  for (
    const words of [
      "8 of 49",
      "11 of 49",
      "11 of 64",
      "14 of 64",
      "50 % of a sentence's",
      "10 tokens",
      "60 % of the bits",
    ]
  ) {
    assertStringIncludes(tableLegend, words);
  }
});
