import { join } from "node:path";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { openFeatureTable } from "../../lib/training/mod.ts";
import { withFolder } from "../_testing.ts";
import { DataUnavailableError, loadTexts, takeTexts } from "../mod.ts";
import { TINY_WORDS, tinyRow, writeTinyTransformer } from "./_test_tiny_transformer.ts";
import { extractFeatures, loadTextFeatures, openTransformer, transformerKey, TRANSFORMERS_PACKAGE } from "./mod.ts";

/** The features of a text: the row of each token plus the mean row. */
function expected(tokens: readonly number[]): number[] {
  const rows = tokens.map(tinyRow);
  const mean = [0, 1].map((i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
  return rows.flatMap((row) => row.map((value, i) => value + mean[i]));
}

function close(actual: ArrayLike<number>, wanted: readonly number[]): void {
  assertEquals(actual.length, wanted.length);
  // float16 keeps 11 bits
  wanted.forEach((value, i) =>
    assert(Math.abs(actual[i] - value) <= Math.abs(value) / 2048 + 1e-6, `${actual[i]} ${value}`)
  );
}

/** Whether the package can be had here: fetched from the registry or in the cache. */
async function packageIsHere(): Promise<boolean> {
  const code = `await import(${JSON.stringify(TRANSFORMERS_PACKAGE)})`;
  const args = ["eval", "--quiet", "--no-lock", "--no-config", code];
  const { success } = await new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "null" }).output();
  if (!success) console.log(`skipped: ${TRANSFORMERS_PACKAGE} cannot be had here`);
  return success;
}

const here = await packageIsHere();

Deno.test("openTransformer() runs a folder of ONNX weights through the real package, one text at a time", async () => {
  if (!here) return;
  await withFolder(async (folder) => {
    const featuresDir = join(folder, "tiny model");
    await writeTinyTransformer(featuresDir);
    const transformer = await openTransformer({ featuresDir, cacheDir: folder });
    try {
      assertEquals([transformer.model, transformer.vocabulary, transformer.unknown], ["tiny model", TINY_WORDS, 1]);
      assertEquals(transformer.key, await transformerKey({ featuresDir }));
      const texts = ["GOOD film", "", "strange", "film film film film"];
      const made = await transformer.tokenise(texts, 5);
      assertEquals(made, { tokens: [[2, 4, 6, 3], [2, 3], [2, 1, 3], [2, 6, 6, 6, 3]], truncatedTexts: 1 });
      // asked at the same time, answered in order
      const rows = await Promise.all(made.tokens.map((tokens) => transformer.extract(tokens)));
      rows.forEach((row, i) => close(row, expected(made.tokens[i])));
      await assertRejects(() => transformer.extract([99]), Error, "Cannot run tiny model on a text: ");
    } finally {
      await transformer.close();
    }
  });
});

Deno.test("loadTextFeatures() keeps the features of a real run, and finds them again without the package", async () => {
  if (!here) return;
  await withFolder(async (folder) => {
    const featuresDir = join(folder, "tiny");
    await writeTinyTransformer(featuresDir);
    const options = { featuresDir, cacheDir: folder, counts: { train: 30, test: 4 } };
    const data = await loadTextFeatures("reviews", options);
    assertEquals(data.name, "reviews (made up by this project, first 30, tested on 4)");
    assertEquals([data.train.count, data.test.count, data.features?.width], [30, 4, 2]);
    assertEquals(data.encoding?.train.emptyTexts, 0);
    assert((data.encoding?.train.unknownTokens ?? 0) > 0);
    using table = openFeatureTable(data.features?.trainPath ?? "");
    assertEquals([table.rows, table.model], [data.train.tokens.length, "tiny"]);
    for (let s = 0; s < 30; s++) {
      const [start, end] = [data.train.starts[s], data.train.starts[s + 1]];
      const rows = new Float32Array(2 * (end - start));
      table.read(start, end - start, rows);
      close(rows, expected([...data.train.tokens.subarray(start, end)]));
    }
    assertEquals(await loadTextFeatures("reviews", options), data);
    const corpus = takeTexts(await loadTexts("reviews"), options.counts);
    const open = () => Promise.reject(new Error("it was opened again"));
    const source = { key: () => transformerKey({ featuresDir }), open };
    assertEquals(await extractFeatures(corpus, source, { cacheDir: folder }), data);
  });
});

Deno.test("openTransformer() names the folder layout that works offline", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(join(folder, "half", "onnx"), { recursive: true });
    for (const name of ["config.json", "tokenizer.json", "tokenizer_config.json"]) {
      await Deno.writeTextFile(join(folder, "half", name), "{}");
    }
    const error = await assertRejects(
      () => openTransformer({ featuresDir: join(folder, "half") }),
      Deno.errors.NotFound,
      `expected onnx/model.onnx in ${join(folder, "half")}`,
    );
    assert(error.message.includes("must hold config.json, tokenizer.json, tokenizer_config.json, onnx/model.onnx"));
    await assertRejects(
      () => openTransformer({ model: "../../etc" }),
      RangeError,
      "expected a model like Xenova/albert",
    );
    const misspelt: Record<string, string> = { featureDir: "a" };
    await assertRejects(() => openTransformer(misspelt), TypeError, "no option featureDir");
    assertEquals(await transformerKey({ cacheDir: folder }), undefined);
  });
});

Deno.test("openTransformer() says what else can be done where weights cannot be had, or are none", async () => {
  if (!here) return;
  await withFolder(async (folder) => {
    const error = await assertRejects(() => openTransformer({ cacheDir: folder, offline: true }), DataUnavailableError);
    for (
      const text of [
        "Cannot open the transformer Xenova/albert-base-v2: ",
        "put config.json, tokenizer.json, tokenizer_config.json, onnx/model.onnx in a folder and name it with featuresDir",
        "or train word vectors, which need no weights",
      ]
    ) assert(error.message.includes(text), error.message);
    const featuresDir = join(folder, "broken");
    await writeTinyTransformer(featuresDir);
    await Deno.writeTextFile(join(featuresDir, "onnx", "model.onnx"), "no weights");
    await assertRejects(
      () => openTransformer({ featuresDir }),
      DataUnavailableError,
      "put a transformer in ONNX form there",
    );
  });
});

Deno.test("openTransformer() stops when told to", async () => {
  await withFolder(async (folder) => {
    const featuresDir = join(folder, "tiny");
    await writeTinyTransformer(featuresDir);
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    assertEquals(await assertRejects(() => openTransformer({ featuresDir, signal })), reason);
    const stop = new AbortController();
    const opening = assertRejects(() => openTransformer({ featuresDir, signal: stop.signal }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    stop.abort(reason);
    assertEquals(await opening, reason);
  });
});

Deno.test("openTransformer() leaves no process behind, nor one that Ctrl-C ends before its caller", async () => {
  if (!here) return;
  await withFolder(async (folder) => {
    const featuresDir = join(folder, "tiny");
    await writeTinyTransformer(featuresDir);
    const module = new URL("./open_transformer.ts", import.meta.url).href;
    // the caller stops by itself at the signal, as a script does; its child gets the same signal from the terminal
    const code = `
      import { openTransformer } from ${JSON.stringify(module)};
      const transformer = await openTransformer({ featuresDir: ${JSON.stringify(featuresDir)} });
      const children = await Deno.readTextFile("/proc/self/task/" + Deno.pid + "/children").catch(() => "");
      for (const pid of children.trim().split(" ").filter(Boolean)) Deno.kill(Number(pid), "SIGINT");
      await new Promise((resolve) => setTimeout(resolve, 100));
      console.log((await transformer.extract([2, 3])).length);
      await transformer.close();`;
    const script = join(folder, "caller.ts");
    await Deno.writeTextFile(script, code);
    const args = ["run", "-A", "--quiet", "--no-check", "--no-lock", script];
    const { stdout, success } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
    assertEquals([success, new TextDecoder().decode(stdout).trim()], [true, "4"]);
  });
});
