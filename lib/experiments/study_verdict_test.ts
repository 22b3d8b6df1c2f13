import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { OperatorName } from "../training/mod.ts";
import { studyRecord, swappedVariants, wholeStudy } from "./_test_study_records.ts";
import { ADDED_QUESTION, REPEATED_QUESTIONS, STUDY_DATA, STUDY_SEEDS, type StudyRecord, studyReport } from "./mod.ts";

const variants = swappedVariants(800);
const [, Q7] = REPEATED_QUESTIONS;

Deno.test("studyReport() gives its verdict in three lines, of the data sets that are whole", async () => {
  const { verdict, files } = await studyReport([
    ...wholeStudy({ qamaSelected: 0.6, mha: 0.55, qamaV2: 0.3 }),
    studyRecord("mha", 1, { data: "sst2", items: 800 }),
  ]);
  assertEquals(verdict.length, 3);
  assertStringIncludes(
    verdict[0],
    "better than both in 1 of 3 cases (MNIST; 3 of 4 data sets not yet), shown to add nothing that matters over one of them in 2, undecided in 0. " +
      "Against the keys with the largest fields it is higher in 1, equivalent in 2 of 3 (",
  );
  assertStringIncludes(verdict[1], "significantly in 3 of 3");
  assertStringIncludes(verdict[2], "selected softmax is higher in 1, lower in 2 of 3 (");
  assertStringIncludes(verdict[2], "the paper's operator, QAMA v2, is lower in 1 of 1 (");
  assert(
    files.get("README.md")!.indexOf(verdict[2]) < files.get("README.md")!.indexOf("MNIST, QAMA selected softmax:"),
  );
});

Deno.test("studyReport() gives its answer in three sentences, before everything else", async () => {
  const [solving, preset, choice, ...rest] = (await studyReport(wholeStudy({ mha: 0.55 }))).answer;
  assertEquals(rest, []);
  assertEquals(
    solving,
    "**Solving a QUBO per sample buys no accuracy that could be shown.** Against two choices of keys that solve nothing, those with the largest fields and a mask that never " +
      "changes, it is better than both in 0 of 3 cases (MNIST; 3 of 4 data sets not yet, 3 settings of k, 5 seeds), adds nothing that matters over one of them in 3, and 0 are undecided.",
  );
  assertEquals(preset, "**That a QAMA beats softmax attention on every data set is not shown.**");
  assertStringIncludes(choice, "**Take softmax attention.** `qamaV2()` reproduces");
  const { answer: [gain], files } = await studyReport(wholeStudy({ qamaSelected: 0.6 }));
  assertStringIncludes(gain, "is shown to buy accuracy in 1 of 3 cases.**");
  assertStringIncludes(files.get("README.md")!, `## Answer\n\n- ${gain}\n`);
  assertEquals((await studyReport([])).answer, []);
});

Deno.test("studyReport() says what to choose: softmax attention, and no solver, where neither is shown to be beaten", async () => {
  const { files } = await studyReport(wholeStudy({ mha: 0.55, selectedTopField4: 0.54, none: 0.3 }, 0.25));
  const page = files.get("README.md")!;
  assertStringIncludes(page, "no row that was compared with it is shown to be above it on any of MNIST.");
  assertStringIncludes(
    page,
    "choose without solving: that solving pays is shown in none of 3 cases, that it does not in 3.",
  );
  assert(/MNIST: selected softmax, largest fields, as k = 4, 25 % of the keys, −\d\.\d\d/.test(page));
  const dense = (await studyReport(wholeStudy({ mha: 0.55 }, 0.26))).files.get("README.md")!;
  assertStringIncludes(dense, "MNIST: none was as sparse.");
  assertStringIncludes(
    page,
    "shown to cost accuracy in 3 of 3, not to matter in 0, at most +10.00 points in the mean.",
  );
  assertStringIncludes(page, "`qamaNear` is the more accurate of the two on 0 of 0 data sets, and asks");
  assertStringIncludes(
    page,
    "above a model without attention on 1 of 1 data sets and below it on 0; its mean is lower on 0.",
  );
  const solved = (await studyReport(wholeStudy({ qamaSelected: 0.6 }))).files.get("README.md")!;
  assertStringIncludes(solved, "solve the QUBO where that is shown to pay (QAMA selected softmax on MNIST)");
  assert(/shown to be above it: QAMA selected softmax on MNIST \(\+\d+\.\d\d points\)/.test(solved));
});

Deno.test("studyReport() counts rows with a neighbour among the unsolved choices, the neighbour as one more key", async () => {
  const near = (density: number, seeds = STUDY_SEEDS) =>
    seeds.map((seed) => {
      const { run } = studyRecord("nearTopField", seed), epochs = run.epochs.map((epoch) => ({ ...epoch, density }));
      return studyRecord("nearTopField", seed, { share: 0.56, items: 800, run: { epochs } });
    });
  const few = async (records: StudyRecord[]) =>
    (await studyReport([...wholeStudy({ mha: 0.55 }, 0.2), ...records])).advice.find((line) =>
      line.includes("At most a quarter")
    )!;
  assert(
    /MNIST: selected softmax with a neighbour, largest fields, 19 % of the keys, \+\d/.test(await few(near(0.17))),
  );
  for (const others of [near(0.24), near(0.17, STUDY_SEEDS.slice(1))]) {
    assert(!(await few(others)).includes("with a neighbour"));
  }
});

Deno.test("studyReport() says by the registered rules whether a preset beats softmax attention, and what carries it", async () => {
  const near = (shares: Record<string, number>, density = 0.17) => [
    ...wholeStudy({ mha: 0.5 }),
    ...ADDED_QUESTION.pairs.flatMap(([first, second]) => [first, second]).filter((row, i, all) =>
      row.startsWith("near") || row === "qamaNear" && all.indexOf(row) === i
    ).flatMap((operator) =>
      STUDY_SEEDS.map((seed) => {
        const { run } = studyRecord(operator, seed), epochs = run.epochs.map((epoch) => ({ ...epoch, density }));
        return studyRecord(operator, seed, { share: shares[operator] ?? 0.3, items: 800, variants, run: { epochs } });
      })
    ),
  ];
  const said = async (records: StudyRecord[], trials: StudyRecord[] = []) => {
    const { summary, files } = await studyReport(records, { trials });
    const lines = files.get("README.md")!.split("\n");
    return [
      summary.find((text) => text.startsWith("MNIST, QAMA with a neighbour:"))!,
      lines.find((line) => line.includes("A QAMA above softmax attention on every data set"))!,
    ];
  };
  const [shown, advice] = await said(near({ qamaNear: 0.6 }));
  assertStringIncludes(shown, "it beats softmax attention, and the QUBO carries it; against MHA (softmax) higher");
  assertStringIncludes(
    advice,
    "not known yet. The closest, `qamaNear` of `qama/attention`: it beats softmax attention on MNIST +",
  );
  assertStringIncludes(advice, "3 of 4 data sets not yet.");
  const { answer: [, alone] } = await studyReport(near({ qamaNear: 0.6 }));
  assertStringIncludes(alone, "is not shown.** The closest, `qamaNear`, reads 19 % of the keys and is +");
  const [readout] = await said(near({ qamaNear: 0.6, nearTopField: 0.6, nearDense: 0.7 }));
  assertStringIncludes(
    readout,
    "and the readout carries it, not the QUBO: softmax over all keys with key bias and neighbour does as well",
  );
  const [few] = await said(near({ qamaNear: 0.6, nearAlone: 0.6 }));
  assertStringIncludes(few, "and the readout carries it, not the QUBO: the neighbour alone does as well");
  // a quarter is reached with the neighbour, one of 49
  assertStringIncludes((await said(near({ qamaNear: 0.6 }, 0.235)))[0], "undecided against softmax attention");
  const [below, none] = await said(near({ qamaNear: 0.4 }));
  assertStringIncludes(below, "below softmax attention: above it cannot be had this way; against MHA (softmax) lower");
  assertStringIncludes(none, "none was found. The closest, `qamaNear`");
  assertEquals(none.includes("Changes of its design"), false);
  const trials = [1, 2, 3].flatMap((seed) =>
    (["mha", "qamaNear"] as const).map((row) => studyRecord(row, seed, { trial: true, share: 0.6 }))
  );
  assertStringIncludes(
    (await said(near({ qamaNear: 0.4 }), trials))[1],
    "screened on held-out training items, no test: none of 1 designs, `qamaNear` itself among them, is chosen: each is ruled out by MNIST",
  );
  assertStringIncludes((await said(near({ qamaNear: 0.5 })))[0], "as good as softmax attention");
  assertEquals(await said(near({}).slice(1)), [undefined!, undefined!]);
  // on all four sets, undecided: what speaks against it is said together
  const everywhere = (share: number) =>
    STUDY_DATA.flatMap((name, i) =>
      near({ qamaNear: share - 0.001 * i }).map((record) => ({
        ...record,
        run: { ...record.run, data: { ...record.run.data, name, title: name } },
      }))
    );
  const [, all] = await said(everywhere(0.494));
  assertStringIncludes(all, "none was found. The closest, `qamaNear`");
  const together = /it is below somewhere \(p = (\S+), Fisher's combination of the 4 one-sided p values\)/;
  assert(Number(together.exec(all)![1]) < 0.05, all);
  assertEquals(together.test((await said(everywhere(0.7)))[1]), false);
  const [, beats, take] = (await studyReport(everywhere(0.7))).answer;
  assertEquals(beats, "**A QAMA beats softmax attention on every data set:** `qamaNear`.");
  assertStringIncludes(take, "**Take `qamaNear`.**");
});

Deno.test("studyReport() says what solving comes to against the largest fields with ten new seeds", async () => {
  const again = (share: number, row: OperatorName) =>
    Q7.seeds.map((seed) => studyRecord(row, seed, { items: 800, share, variants }));
  const told = async (solved: number, seeds = 10) => {
    const records = [...again(solved, "qamaNear"), ...again(0.55, "nearTopField").slice(0, seeds)];
    const { verdict, advice, summary, files } = await studyReport([...wholeStudy({ mha: 0.55 }), ...records]);
    return { line: verdict[0], few: advice.find((text) => text.includes("At most a quarter"))!, summary, files };
  };
  const { line, few, summary, files } = await told(0.4);
  assertStringIncludes(line, "against its own largest fields, with ten new seeds: lower in 1 of 1 (−1");
  assert(/ten new seeds, a registered test: MNIST: solving costs accuracy \(−1[^)]* points\)\.$/.test(few), few);
  assertStringIncludes(
    summary.join("\n"),
    "with 10 new seeds against selected softmax with a neighbour, largest fields",
  );
  assert(/ten new\b/.test(files.get("study_solving.svg")!.replaceAll(/<[^>]*>/g, " ")));
  assertStringIncludes((await told(0.7)).few, "MNIST: solving buys accuracy (+1");
  assertStringIncludes((await told(0.55)).few, "MNIST: solving buys nothing that matters (0.00");
  const interim = await told(0.4, 9);
  assertEquals([interim.line.includes("new seeds"), interim.few.includes("new seeds")], [false, false]);
});
