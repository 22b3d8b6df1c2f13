import { assertEquals } from "@std/assert";
import { epochNotes, exampleRecord, type RunRecord, seedTable, tableRows } from "./mod.ts";

const base = exampleRecord();
const data = {
  ...base.data,
  name: "fashion-mnist",
  title: "Fashion-MNIST",
  synthetic: false,
  test: 10_000,
  fullTest: 10_000,
};

function run(operator: RunRecord["operator"], seed: number, percents: number[]): RunRecord {
  const epochs = percents.map((percent, i) => ({ ...base.epochs[0], epoch: i + 1, testAccuracy: percent / 100 }));
  return exampleRecord({ operator, seed, data, options: { ...base.options, epochs: percents.length }, epochs });
}

const selected = [[1, 81.79, 82], [2, 82.4, 83], [3, 82.42, 84]].map(([seed, third, last]) =>
  run("qamaSelected", seed, [70, 75, third, 80, last])
);
const softmax = [[1, 82.46, 90], [2, 81.86, 90], [3, 81.3, 90]].map(([seed, third, last]) =>
  run("mha", seed, [70, 75, third, 80, last])
);

Deno.test("epochNotes() gives epoch 3 and the last, means, each seed's value, and what chance explains", () => {
  // 82.2033 and 81.8733, spread 0.94: 2 sqrt(0.882 * 2 / 3 + (0.146 + 0.148) / 2) is 1.7 at most
  assertEquals(epochNotes(tableRows([...softmax, ...selected])), [
    "Fashion-MNIST, epoch 3, mean of seeds 1, 2, 3: QAMA selected softmax 82.20 (81.79, 82.40, 82.42), " +
    "MHA (softmax) 81.87 (82.46, 81.86, 81.30); difference +0.33 (within chance, ± 1.7).",
    "Fashion-MNIST, epoch 5, mean of seeds 1, 2, 3: QAMA selected softmax 83.00 (82.00, 83.00, 84.00), " +
    "MHA (softmax) 90.00 (90.00, 90.00, 90.00); difference −7.00 (beyond chance, ± 1.8).",
  ]);
});

Deno.test("epochNotes() compares only full data sets, three seeds or more, and the same seeds", () => {
  const part = [...softmax, ...selected].map((one) => exampleRecord({ ...one, data: { ...data, train: 99 } }));
  assertEquals(epochNotes(tableRows(part)), []);
  assertEquals(epochNotes(tableRows([...softmax.slice(1), ...selected.slice(1)])), []);
  const otherSeed = exampleRecord({ ...selected[2], seed: 4 });
  assertEquals(epochNotes(tableRows([...softmax, ...selected.slice(0, 2), otherSeed])), []);
});

Deno.test("epochNotes() names an epoch once where the compared one is the last", () => {
  const short = [...softmax, ...selected].map((one) =>
    exampleRecord({ ...one, epochs: one.epochs.slice(0, 3), options: { ...one.options, epochs: 3 } })
  );
  assertEquals(epochNotes(tableRows(short)).map((note) => note.slice(0, 22)), ["Fashion-MNIST, epoch 3"]);
});

Deno.test("seedTable() puts every run under its seed, a dash where there is none", () => {
  const { columns, rows } = seedTable(tableRows([softmax[0], softmax[2], ...selected]));
  assertEquals(columns.map(({ title }) => title).slice(3), ["seed 1, %", "seed 2, %", "seed 3, %"]);
  assertEquals(rows.map((row) => row.slice(1)), [
    ["MHA (softmax)", "5", "90.00", "-", "90.00"],
    ["QAMA selected softmax", "5", "82.00", "83.00", "84.00"],
  ]);
});
