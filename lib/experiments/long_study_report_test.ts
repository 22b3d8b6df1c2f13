import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exampleLongStudyRecord, LONG_STUDY_DEFAULTS, longStudyFileName } from "./long_study_record.ts";
import { longStudyMarkdown, longStudyReport } from "./long_study_report.ts";
import { longStudyRows } from "./long_study_rows.ts";
import { exampleLongTimesRecord, type LongTimesRecord } from "./long_times_record.ts";
import { right, seeds } from "./_test_long_runs.ts";

Deno.test("longStudyMarkdown() has means and every seed, times beside softmax, and says what is synthetic", () => {
  const run = (row: string, seed: number, testAccuracy: number, trainMs: number) => {
    const [epoch] = exampleLongStudyRecord().epochs;
    return exampleLongStudyRecord({
      row,
      seed,
      epochs: [{ ...epoch, testAccuracy }],
      clocks: { trainMs: 7, processorMs: trainMs, testMs: 1 },
    });
  };
  const text = longStudyMarkdown([run("qamaSelected10", 1, 0.5, 20), run("mha", 1, 0.5, 80), run("mha", 2, 0.75, 80)]);
  const [mha, qama] = text.replaceAll(/ +/g, " ").split("\n").filter((line) => /^\| (softmax|QAMA)/.test(line));
  assertStringIncludes(mha, "| softmax attention | 1, 2 | 62.50 (50.0/75.0) | | 10.00 | 1.00 |");
  assertStringIncludes(qama, "| 1 | 50.00 (one seed) | | 2.50 | 4.00 |");
  assertStringIncludes(text, "chance 50.0 %; synthetic.");
  assertEquals(longStudyMarkdown([]), "");
});

Deno.test("longStudyReport() takes times that were taken in turn in place of those of the trainings", async () => {
  const run = (row: string, ms: number) =>
    exampleLongStudyRecord({
      ...{ row, attentionBytes: 9 * 2 ** 20 },
      clocks: { trainMs: 9, processorMs: 8 * ms, testMs: 1 },
    });
  const rowsOf = async (times: Parameters<typeof longStudyReport>[1]) =>
    (await longStudyReport(records, times)).files.get("README.md")!.replaceAll(/ +/g, " ").split("\n")
      .filter((line) => / \| 1 \| 75.00 \(one seed\) /.test(line)).map((line) =>
        line.split(" | ").slice(3, 6).map((cell) => cell.replace("| ", ""))
      );
  const records = ["mha", "qamaSelected10", "none"].map((row, at) => run(row, [30, 10, 5][at]));
  const trained = [["30.00", "1.00", "9.0"], ["5.00", "6.00", "9.0"], ["10.00", "3.00", "9.0"]];
  assertEquals(await rowsOf([]), trained);
  const MiB = (rows: LongTimesRecord["rows"]) =>
    rows.map((one) => ({ ...one, attentionBytes: one.attentionBytes * 2 ** 20 / 1000 }));
  const times = [exampleLongTimesRecord({ rows: MiB(exampleLongTimesRecord().rows) })];
  // a row that was not timed keeps all of them on the clocks of their trainings, and its memory there
  assertEquals(await rowsOf(times), [["30.00", "1.00", "4.0"], ["5.00", "6.00", "9.0"], ["10.00", "3.00", "1.0"]]);
  const none = { row: "none", settings: { operator: "none" }, stepMs: [2, 1, 2], attentionBytes: 0 };
  times[0] = exampleLongTimesRecord({ rows: [...times[0].rows, none] });
  assertEquals(await rowsOf(times), [["8.00", "1.00", "4.0"], ["2.00", "5.00", "0.0"], ["4.00", "2.00", "1.0"]]);
  for (const other of [{ heads: 8 }, { tokens: 65 }]) {
    assertEquals(await rowsOf([{ ...times[0], ...other }]), await rowsOf([]));
  }
  const { files, summary } = await longStudyReport(records, times);
  assert(files.has("long_times.svg"));
  assertStringIncludes(summary.at(-1)!, "10 % of the keys 2.0 at 64 tokens, there with 0.25 times the memory.");
  assertStringIncludes(files.get("README.md")!, "## Time and memory");
  assertStringIncludes((await longStudyReport([], times)).files.get("README.md")!, "Nothing was trained yet");
});

Deno.test("longStudyReport() compares rows of a length at which softmax attention was not trained", async () => {
  const records = [right("qamaSelected10", 0.75), right("selectedTopField10", 0.75), right("none", 0.5)];
  const { summary } = await longStudyReport(records);
  assertEquals(summary.length, 2);
  assert(
    summary[0].endsWith("reaches 75.0 %, softmax attention was not trained like this; without attention 50.0 %."),
    summary[0],
  );
  assertStringIncludes(
    summary[1],
    "is not told apart (0.00 points, one seed) from selected softmax, the largest fields",
  );
});

Deno.test("longStudyReport() compares blocks with a neighbour with softmax attention and with their largest fields", async () => {
  const share = { mha: 0.97, none: 0.5, qamaSelected10: 0.6, qamaNear10: 0.9, nearTopField10: 0.8 };
  const { summary } = await longStudyReport(Object.entries(share).map(([row, own]) => right(row, own)));
  assertEquals(
    summary[1],
    "parity (drawn): QAMA by blocks with a neighbour, 10 % (90.0 %) is 7.00 points (one seed) below softmax attention (97.0 %) " +
      "and 10.00 points (one seed) above blocks with a neighbour, largest fields, 10 % (80.0 %).",
  );
});

Deno.test("longStudyReport() puts the main rows of every data set and length side by side", async () => {
  const records = [right("mha", 0.9), { ...right("mha", 0.8), seed: 2 }, right("none", 0.5), right("bigbird", 0.7)];
  const { files } = await longStudyReport([...records, { ...right("none", 0.6), tokens: 2048 }]);
  const page = files.get("README.md")!, glance = page.slice(0, page.indexOf("## What was found"));
  assertEquals(glance.replaceAll(/ +/g, " ").split("\n").filter((line) => /^\| \w/.test(line)), [
    "| data | tokens | trained on | chance | no attention | softmax attention |",
    "| parity | 64 | 8 × 1 | 50 | 50.0 | 90.0/80.0 |",
    "| parity | 2,048 | 8 × 1 | 50 | 60.0 | - |",
  ]);
  assert(!(await longStudyReport([])).files.get("README.md")!.includes("At a glance"));
});

Deno.test("longStudyReport() puts differences by seed side by side, with a star where they are told apart", async () => {
  const { files } = await longStudyReport([
    ...[...seeds("qamaSelected10", 0.5, 0.9), ...seeds("mha", 0.9, 0.9), ...seeds("longformer", 0.8)],
    ...[...seeds("selectedTopField10", 0.5, 0.9), right("none", 0.5)],
    ...[{ ...right("qamaNear10", 0.6), seed: 2 }, ...seeds("nearTopField10", 0.8)],
    // no seed has both
    { ...right("qamaSelected10", 0.6, "hard"), seed: 2 },
    right("mha", 0.6, "hard"),
  ]);
  const page = files.get("README.md")!, from = page.indexOf("## What was found");
  const lines = page.slice(from, page.indexOf("## Limits")).replaceAll(/ +/g, " ").split("\n");
  assertEquals(lines.filter((line) => /^\| \w|^QAMA.*:$/.test(line)).slice(0, 5), [
    "QAMA selected softmax, 10 % of the keys: difference of accuracy in points to:",
    "| data | tokens | softmax attention | Longformer | selected softmax, the largest fields, 10 % |",
    "| parity | 64 | −40.0/0.0 | −30.0 * | 0.0 |",
    "QAMA by blocks with a neighbour, 10 %: difference of accuracy in points to:",
    "| data | tokens | softmax attention |",
  ]);
  assertStringIncludes(lines.join("\n"), "| parity | 64 | −30.0 * |");
  const none = (await longStudyReport([right("mha", 0.9)])).files.get("README.md")!;
  assert(!none.includes("points of accuracy above"));
});

Deno.test("longStudyReport() writes what many seeds in a row have once", async () => {
  for (
    const [shares, shown] of [
      [[0.9, 0.5, 0.5, 0.5, 0.5], "90.0/50.0 ×4"],
      [[0.5, 0.5, 0.5, 0.9, 0.9], "50.0 ×3/90.0/90.0"],
      [[0.5, 0.5, 0.5], "50.0"],
    ] as const
  ) {
    const page = (await longStudyReport(seeds("mha", ...shares))).files.get("README.md")!.replaceAll(/ +/g, " ");
    assertStringIncludes(page, `| parity | 64 | 8 × 1 | 50 | ${shown} |`);
  }
});

Deno.test("longStudyReport() has a chart and a table of every row that the study knows", async () => {
  const rows = longStudyRows(64, 1), records = rows.map(({ row }) => right(row, 0.9));
  const { files } = await longStudyReport(records);
  assert(files.has("long_parity_64.svg"));
  for (const { title } of rows) assertStringIncludes(files.get("README.md")!, `| ${title} `);
});

Deno.test("longStudyReport() says that no help of attention is shown where no row is told apart above none", async () => {
  const { summary } = await longStudyReport([right("qamaSelected10", 0.62), right("mha", 0.6), right("none", 0.6)]);
  assertEquals(summary, [
    "parity (drawn): that attention helps is not shown, no row is told apart above no attention (60.0 %): " +
    "QAMA selected softmax, 10 % of the keys 62.0 %, softmax attention 60.0 %.",
  ]);
  const { summary: [worse] } = await longStudyReport([
    ...[right("qamaSelected10", 0.5), right("mha", 0.6), right("none", 0.62)],
  ]);
  assert(worse.endsWith("softmax attention 60.0 %; told apart below it: QAMA selected softmax, 10 % of the keys."));
  const { summary: [helped] } = await longStudyReport([
    right("qamaSelected10", 0.72),
    right("mha", 0.9),
    right("none", 0.6),
  ]);
  assertStringIncludes(helped, "reaches 72.0 %, 18.00 points (one seed) below softmax attention (90.0 %), in");
});

Deno.test("longStudyReport() says under its limits how long and how often rows were trained", async () => {
  const record = exampleLongStudyRecord(), performer = { ...record, row: "performer" };
  const records = [record, { ...record, seed: 2 }, performer, { ...performer, tokens: 2048 }];
  const page = (await longStudyReport(records)).files.get("README.md")!;
  assertStringIncludes(page, "At most 8 sequences and 1 epoch,");
  assertStringIncludes(page, "was trained so far: example up to 64 tokens; other rows up to 2,048;");
  assertStringIncludes(page, "Of 3 rows of all tasks and lengths 2 were trained with one seed.");
  assertEquals((await longStudyReport([])).files.get("README.md")!.includes("## Limits"), false);
});

Deno.test("longStudyReport() says under its limits which rows have more parameters, and where their control was trained", async () => {
  const sized = (row: string, parameters: number) => ({ ...right(row, 0.9), parameters });
  const page = async (...records: ReturnType<typeof sized>[]) =>
    (await longStudyReport(records)).files.get("README.md")!;
  const own = [sized("mha", 1000), sized("qamaSelected10", 1250), sized("linformer", 5000)];
  const more = "which makes 1.25 times the parameters of softmax attention; Linformer's projections make 5.0 times.";
  assertStringIncludes(await page(...own), more);
  const without = "Without it the QUBO's row was";
  assertStringIncludes(await page(...own), `${without} not trained, that of the largest fields not trained.`);
  const bare = sized("qamaSelectedNoPositions10", 1000);
  assertStringIncludes(await page(...own, bare), `${without} trained on parity at 64, that of the largest fields not`);
  assert(!(await page(own[0], sized("qamaSelected10", 1010))).includes("More parameters"));
});

Deno.test("longStudyReport() says how often what matters is written in sequences that are drawn", async () => {
  const about = async (task: string, tokens: number) =>
    (await longStudyReport([{ ...right("mha", 0.9, task), tokens }])).files.get("README.md")!;
  assertStringIncludes(await about("parity", 1024), "What matters is written 16 times, spread over the sequence. ");
  assertStringIncludes(await about("parity", 64), "What matters is written once. ");
  assertStringIncludes(await about("retrievalOnce", 1024), "which value has it? What matters is written once. ");
  assert(!(await about("imdbBytes", 1024)).includes("What matters is written"));
});

Deno.test("longStudyReport() says under its limits which tasks show what finding single places takes", async () => {
  const limits = async (...tasks: string[]) =>
    (await longStudyReport(tasks.map((task) => right("mha", 0.9, task)))).files.get("README.md")!;
  assertStringIncludes(await limits("parity"), "cannot show what finding one place in a long sequence takes.");
  assertStringIncludes(await limits("parity", "retrievalOnce"), "is shown by retrievalOnce at 64 alone;");
});

Deno.test("longStudyReport() says under its limits where one seed stands for longer sequences and seeds part at shorter ones", async () => {
  const own = seeds("qamaSelected10", 0.5, 1, 1);
  const longer = { ...right("qamaSelected10", 0.5), tokens: 2048 };
  const limits = async (...records: typeof own) => (await longStudyReport(records)).files.get("README.md")!;
  assertStringIncludes(
    await limits(...own, longer),
    "On parity QAMA selected softmax, 10 % of the keys has 50.0/100.0/100.0 % with seeds 1, 2, 3 at 64 tokens, and at 2,048 seed 1 alone: " +
      "what length does there is not told.",
  );
  for (const records of [own, [own[0], longer], [...own, longer, { ...longer, seed: 2 }]]) {
    assert(!(await limits(...records)).includes("is not told."));
  }
});

Deno.test("longStudyReport() says under its limits which runs are at chance after the epoch in which they learned", async () => {
  const learned = (row: string, trainAccuracy: number, ...tests: readonly number[]) => {
    const record = right(row, tests.at(-1)!), [epoch] = record.epochs;
    return { ...record, epochs: tests.map((testAccuracy) => ({ ...epoch, trainAccuracy, testAccuracy })) };
  };
  const page = async (...runs: ReturnType<typeof learned>[]) => (await longStudyReport(runs)).files.get("README.md")!;
  assertStringIncludes(
    await page(
      learned("mha", 0.53, 0.53, 0.5),
      learned("qamaSelected10", 0.6, 0.6, 0.5, 0.4975),
      learned("linformer", 0.66, 0.51, 0.5),
      learned("none", 0.52, 0.5),
    ),
    "2 runs are at chance after their last epoch though they were 3 points or more above it while they trained in it, and after an earlier one: " +
      "parity at 64 (softmax attention, QAMA selected softmax, 10 % of the keys).",
  );
  assertStringIncludes(
    await page(learned("linformer", 0.66, 0.51, 0.5), learned("mha", 0.6, 0.6)),
    "1 run is at chance in every test though 3 points or more above it in training of the last epoch: parity at 64 (Linformer).",
  );
  assert(!(await page(learned("mha", 0.6, 0.52), learned("none", 0.5, 0.5))).includes("The last steps count"));
});

Deno.test("longStudyReport() compares with the controls where attention is not shown to help, too", async () => {
  const shares = { none: 0.64, qamaSelected10: 0.5, selectedTopField10: 0.62 };
  const { summary } = await longStudyReport(Object.entries(shares).map(([row, share]) => right(row, share)));
  assertStringIncludes(summary[1], "(50.0 %) is 12.00 points (one seed) below selected softmax, the largest fields");
});

Deno.test("longStudyReport() takes a row as learned where one of its seeds is above chance, not where equal seeds are near it", async () => {
  const told = async (...records: ReturnType<typeof seeds>) => (await longStudyReport(records)).summary;
  const [plateau] = await told(...seeds("qamaSelected10", 0.5, 1, 1), ...seeds("none", 0.5, 0.5, 0.5));
  assertStringIncludes(plateau, "no row is told apart above no attention (50.0 %)");
  assertStringIncludes(plateau, "QAMA selected softmax, 10 % of the keys 50.0/100.0/100.0 %");
  const [near] = await told(...seeds("qamaSelected10", 0.53, 0.53, 0.53), ...seeds("none", 0.5, 0.5, 0.5));
  assertStringIncludes(near, "no row is told apart from chance (50 %)");
  // two items of 400 in every seed: no interval over seeds, and still nothing but chance
  const [, beside] = await told(
    ...[...seeds("qamaSelected10", 0.9, 0.9, 0.9), ...seeds("selectedTopField10", 0.905, 0.905, 0.905)],
    ...seeds("none", 0.5, 0.5, 0.5),
  );
  assertStringIncludes(beside, "not told apart (-0.50 points by seed) from selected softmax, the largest fields");
});

Deno.test("longStudyReport() sets a data set apart that was trained longer than most or with another step, with files of its own", async () => {
  const longer = (row: string, share: number, learningRate: number = LONG_STUDY_DEFAULTS.learningRate) => {
    const record = right(row, share);
    return { ...record, options: { ...record.options, epochs: LONG_STUDY_DEFAULTS.epochs + 7, learningRate } };
  };
  const records = [
    right("mha", 0.5),
    right("none", 0.5),
    longer("mha", 0.9),
    longer("none", 0.5),
    longer("mha", 0.7, 1e-3),
  ];
  assertEquals(new Set(records.map(longStudyFileName)).size, records.length);
  const { files, summary } = await longStudyReport(records);
  assertEquals([...files.keys()].filter((file) => file.endsWith(".svg")), [
    "long_parity_64.svg",
    "long_parity_64_10epochs_rate0.001.svg",
    "long_parity_64_10epochs.svg",
  ]);
  const page = files.get("README.md")!.replaceAll(/ +/g, " ");
  assertStringIncludes(page, "| parity, 10 epochs | 64 | 8 × 10 | 50 | 50.0 | 90.0 |");
  assertStringIncludes(page, "| parity, 10 epochs, rate 0.001 | 64 | 8 × 10 | 50 | - | 70.0 |");
  for (const title of ["parity (drawn)", "parity (drawn), 10 epochs", "parity (drawn), 10 epochs, rate 0.001"]) {
    assertEquals(page.split("\n").filter((line) => line === `## ${title}`).length, 1);
    assert(page.includes(`step, ${title}](`), title);
  }
  assert(summary.some((said) => said.startsWith("parity (drawn): no row is told apart from chance")));
  assertStringIncludes(page, "parity, 10 epochs up to 64 tokens");
});

Deno.test("longStudyReport() keeps groups apart that differ in how many sequences they were trained on", async () => {
  const few = (row: string, share: number) => {
    const record = right(row, share);
    return { ...record, data: { ...record.data, train: 4 }, options: { ...record.options, epochs: 2 } };
  };
  const { files } = await longStudyReport([right("mha", 0.9), right("none", 0.5), few("mha", 0.7), few("none", 0.5)]);
  assertEquals([...files.keys()], ["README.md", "long_parity_64_4x2.svg", "long_parity_64_8x1.svg"]);
  for (const title of ["parity (drawn), 4 × 2", "parity (drawn), 8 × 1"]) {
    assertStringIncludes(files.get("README.md")!, `step, ${title}](`);
  }
});

Deno.test("longStudyReport() says under its limits that drawn tasks do not ask for order, and where uniform attention was trained", async () => {
  const limits = async (...rows: string[]) =>
    (await longStudyReport(rows.map((row) => right(row, 0.9, "brackets")))).files.get("README.md")!;
  assertStringIncludes(await limits("mha"), "is right in 63.6 % of its 500 tests");
  assertStringIncludes(await limits("mha"), "told by uniform attention, which was not trained.");
  assertStringIncludes(
    await limits("mha", "uniform"),
    "told by uniform attention, trained on brackets at 64.",
  );
  assert(!(await limits("mha")).includes("Peers of one size"));
  assertStringIncludes(await limits("mha", "reformer"), "**Peers of one size.**");
});

Deno.test("longStudyReport() says under its limits that shares by blocks differ on texts of many lengths", async () => {
  const read = (row: string, task: string, density: number) => {
    const record = right(row, 0.6, task);
    return { ...record, epochs: record.epochs.map((epoch) => ({ ...epoch, density })) };
  };
  const page = async (task: string) =>
    (await longStudyReport([read("qamaNear10", task, 0.107), read("nearTopField10", task, 0.121)])).files.get(
      "README.md",
    )!;
  assertStringIncludes(
    await page("imdbBytes"),
    "are a tenth of the length, 12.1 % of the keys, those of the QUBO a tenth of each text, 10.7 %.",
  );
  assert(!(await page("parity")).includes("Shares by blocks"));
});
