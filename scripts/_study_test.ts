import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ProgressReporter } from "../lib/display/mod.ts";
import { stripePictures } from "../lib/training/_example_pictures.ts";
import { train } from "../lib/training/mod.ts";
import { dots, fakeTrainer } from "../lib/experiments/_fake_trainer.ts";
import { studyRecord } from "../lib/experiments/_test_study_records.ts";
import {
  profiles,
  readPublishedStudy,
  readRecords,
  readStudyRecords,
  recordFileName,
  STUDY_OPERATORS,
  type StudyRecord,
  TRIAL_OPERATORS,
  writeStudyRecord,
} from "../lib/experiments/mod.ts";
import { readCli } from "./_cli.ts";
import { UsageError } from "./_cli_option.ts";
import type { PlanDoors } from "./_plan_doors.ts";
import { study } from "./_study.ts";
import { studyCli } from "./_study_cli.ts";

async function runWith(args: string[], doors: Partial<PlanDoors> = {}): Promise<{ code: number; remarks: string }> {
  let remarks = "";
  const code = await study(readCli(studyCli, ["--profile", "smoke", "--parts", "train", ...args]), {
    train: fakeTrainer().train,
    loadWhole: (name) => Promise.resolve(dots(name, 4_000, 1_000)),
    progress: new ProgressReporter({ write: (text) => remarks += text, terminal: false }),
    signal: new AbortController().signal,
    ...doors,
  });
  return { code, remarks };
}

Deno.test("study() trains every row of a data set and seed before the next, and keeps what is there on resume", async () => {
  const out = await Deno.makeTempDir();
  const trainer = fakeTrainer();
  const args = ["--only", "mnist,fashion-mnist", "--seeds", "1,2", "--out", out, "--resume"];
  assertEquals((await runWith(args, { train: trainer.train })).code, 0);
  const order = trainer.trained.filter((run) => run.endsWith("/1"));
  assertEquals(order, [1, 1, 2, 2].flatMap((seed) => STUDY_OPERATORS.map((operator) => `${operator}/${seed}/1`)));
  assertEquals((await readRecords(`${out}/records`)).length, 4 * STUDY_OPERATORS.length);
  const again = fakeTrainer();
  assertStringIncludes((await runWith(args, { train: again.train })).remarks, "(kept)");
  assertEquals(again.trained, []);
});

Deno.test("study() of trials tests on the last training items, every row with seeds 1 to 3, and its records say so", async () => {
  const out = await Deno.makeTempDir();
  const seen: string[] = [];
  const { train } = fakeTrainer();
  const { code } = await runWith(["--profile", "trial", "--only", "mnist", "--out", out], {
    train: (data, options) => {
      seen.push(`${data.name}: ${data.train.count}, ${data.test.count}`);
      return train(data, options);
    },
    loadWhole: (name) => Promise.resolve(dots(name, 30_000, 1_000)),
  });
  assertEquals(code, 0);
  assertEquals(new Set(seen), new Set(["mnist (first 16,384, tested on the last 4,096 of training): 16384, 4096"]));
  const records = await readRecords(`${out}/records`);
  assertEquals(records.length, 3 * TRIAL_OPERATORS.length);
  for (const { experiment, profile, options, data } of records) {
    assertEquals([experiment, profile, options.epochs, data.testFrom], ["trial", "trial", 4, "training"]);
    assertEquals([data.train, data.test, data.fullTrain, data.fullTest], [16_384, 4_096, 30_000, 1_000]);
  }
  await assertRejects(
    () => runWith(["--profile", "trial", "--only", "mnist", "--out", `${out}/few`]),
    RangeError,
    "more than the 4000 training items of mnist",
  );
});

Deno.test("study() evaluates trained models without other selections where accuracy alone is asked for", async () => {
  const folder = await Deno.makeTempDir(), stripes = stripePictures(profiles.smoke.train!, profiles.smoke.test!);
  const variants = async (name: string, args: string[]) => {
    const out = `${folder}/${name}`, only = ["--operators", "qamaSelected", "--only", "mnist", "--seeds", "7"];
    const { code, remarks } = await runWith([...only, "--parts", "train,evaluate", "--out", out, ...args], {
      train,
      loadWhole: () => Promise.resolve(stripes),
    });
    assertEquals([code, remarks.includes("evaluation:")], [0, true]);
    return (await readStudyRecords(`${out}/evaluations`)).map(({ variants }) => variants.length > 0);
  };
  assertEquals([await variants("all", []), await variants("accuracy", ["--accuracy-only"])], [[true], [false]]);
});

Deno.test("study() stopped after a run keeps it and says how to go on", async () => {
  const out = await Deno.makeTempDir();
  const controller = new AbortController();
  const { train } = fakeTrainer((trained) => trained.length === 5 && controller.abort());
  const args = ["--only", "mnist", "--seeds", "1", "--out", out];
  const { code, remarks } = await runWith(args, { train, signal: controller.signal });
  assertEquals(code, 130);
  assertStringIncludes(remarks, `go on with --resume --profile smoke --out ${out}`);
  const [first] = await readRecords(`${out}/records`).then((records) =>
    records.filter(({ ending }) => ending === "completed")
  );
  assertEquals(recordFileName(first), `mnist-${STUDY_OPERATORS[0]}-smoke-seed1.json`);
});

Deno.test("study() refuses a seed twice and --reuse without --resume, and publishes nothing from an empty folder", async () => {
  const out = await Deno.makeTempDir();
  await assertRejects(() => runWith(["--seeds", "1,1", "--out", out]), UsageError, "names something twice, got 1, 1");
  await assertRejects(() => runWith(["--reuse", out, "--out", out]), UsageError, "only with --resume");
  const { code, remarks } = await runWith(["--publish", `${out}/published`, "--out", out]);
  assertEquals(code, 0);
  assertStringIncludes(remarks, "0 evaluations are in no file, beside 0 that were there");
});

Deno.test("study() publishes beside what was published: the same run anew, others stay", async () => {
  const folder = await Deno.makeTempDir(), published = `${folder}/published`;
  const publish = async (name: string, records: StudyRecord[]) => {
    await Deno.mkdir(`${folder}/${name}/evaluations`, { recursive: true });
    for (const record of records) {
      await writeStudyRecord(`${folder}/${name}/evaluations/${recordFileName(record.run)}`, record);
    }
    return (await runWith(["--publish", published, "--out", `${folder}/${name}`])).remarks;
  };
  const of = (operator: "mha" | "none", seed: number, share: number) => studyRecord(operator, seed, { share });
  await publish("first", [of("mha", 1, 0.5), of("none", 1, 0.5)]);
  const remarks = await publish("second", [of("mha", 1, 0.75), of("mha", 2, 0.5)]);
  assertStringIncludes(remarks, "2 evaluations are in ");
  assertStringIncludes(remarks, ", beside 1 that were there");
  const found = (await readPublishedStudy(published)).map(({ run: { operator, seed, epochs } }) =>
    `${operator} ${seed} ${epochs.at(-1)?.testAccuracy}`
  );
  const told = [of("none", 1, 0.5), of("mha", 1, 0.75), of("mha", 2, 0.5)].map(({ run: { operator, seed, epochs } }) =>
    `${operator} ${seed} ${epochs.at(-1)?.testAccuracy}`
  );
  assertEquals(found.sort(), told.sort());
});
