import { assert, assertEquals, assertRejects } from "@std/assert";
import { chunks } from "./_test_mutations.ts";
import { problemFormats } from "./problem_formats.ts";
import { parseProblem, readProblem } from "./read_problem.ts";
import type { FormatName } from "./types.ts";
import { writeProblem } from "./write_problem.ts";

const QUBO = "p qubo 0 2 1 1\n0 0 1\n0 1 4\n";
const MIB = 2 ** 20;

async function inFolder(work: (path: (name: string) => string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work((name) => `${folder}/${name}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readProblem() tells the format by content whatever the ending, and by ending where the content does not tell", async () => {
  const files: [FormatName, string][] = [
    ["qbsolv", QUBO],
    ["qbsolv", "c one\r\n\r\nc two\r\n" + QUBO],
    ["rudy", "2 1\n1 2 1\n"],
    ["rudy", "\ufeff# a comment\n\n 2 1\n1 2\n"],
    ["matrix-market", "%%MatrixMarket matrix coordinate real symmetric\n1 1 1\n1 1 1\n"],
    ["qplib", "P\nQBN\nminimize\n1\n0\n0\n0\n0\n1e30\n"],
    ["lp", "\\ a comment\nMinimize\n x\nBinary\n x\nEnd\n"],
  ];
  await inFolder(async (path) => {
    for (const [name, text] of files) {
      for (const ending of ["", ".dat", ".qubo", ".txt"]) {
        await Deno.writeTextFile(path(`file${ending}`), text);
        const as = "qubo";
        assertEquals(
          (await readProblem(
            path(`file${ending}`),
            name === "rudy" && text.includes("1 2\n") ? { as: "ising" } : { as },
          )).format,
          name,
        );
      }
    }
    await Deno.writeTextFile(path("empty.qubo"), "");
    await assertRejects(
      () => readProblem(path("empty.qubo")),
      SyntaxError,
      "empty.qubo at line 1, column 1: expected a line",
    );
  });
  await assertRejects(() => parseProblem(""), SyntaxError, "it is empty; known formats are matrix-market");
  await assertRejects(() => parseProblem("hello\nthere\n"), SyntaxError, "line 1, column 1: neither its name nor");
});

Deno.test("detection takes no time that grows faster than the start of the file", async () => {
  for (const line of ["\n", " \n", "c\n", "#\n", "\\\n", "% \r\n", "1", " "]) {
    const bytes = new TextEncoder().encode(line.repeat(Math.ceil(4096 / line.length)));
    for (const format of problemFormats) assertEquals(typeof format.recognises(bytes, "file.json"), "boolean");
    await parseProblem(bytes, { as: "ising" }).catch((error) => assert(error instanceof SyntaxError, `${error}`));
  }
});

Deno.test("readProblem() reads a path, a file: URL, an address, a stream and gzip alike", async () => {
  await inFolder(async (path) => {
    await Deno.writeTextFile(path("a.qubo"), QUBO);
    const expected = await readProblem(path("a.qubo"));
    assertEquals(await readProblem(new URL(`file://${path("a.qubo")}`)), expected);
    const stream = () => new Blob([QUBO]).stream();
    assertEquals(await readProblem(stream()), expected);
    assertEquals(await readProblem(chunks(new TextEncoder().encode(QUBO), 3)), expected);
    assertEquals(await readProblem(stream().pipeThrough(new CompressionStream("gzip"))), expected);
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => request.url.endsWith("a.qubo") ? new Response(QUBO) : new Response("gone", { status: 404 }),
    );
    const root = `http://127.0.0.1:${server.addr.port}`;
    assertEquals(await readProblem(new URL(`${root}/a.qubo`)), expected);
    assertEquals(await readProblem(`${root}/a.qubo`), expected);
    await assertRejects(() => readProblem(`${root}/b`), Error, "the server answers 404");
    await server.shutdown();
    await assertRejects(() => readProblem(path("none")), Deno.errors.NotFound);
    const cut = new Uint8Array(await new Response(stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer())
      .slice(0, 30);
    await assertRejects(() => parseProblem(cut), SyntaxError, "it starts as gzip does");
  });
});

Deno.test("readProblem() refuses options it does not know, and stops at its signal", async () => {
  const misspelt: { as: "qubo" } = JSON.parse('{ "As": "qubo" }');
  await assertRejects(() => parseProblem(QUBO, misspelt), TypeError, "there is no option As; known are format, as");
  const unknown: { format: "lp" } = JSON.parse('{ "format": "mps" }');
  await assertRejects(
    () => parseProblem(QUBO, unknown),
    TypeError,
    "Cannot find the format mps; known are matrix-market",
  );
  const signal = AbortSignal.abort(new RangeError("enough"));
  await assertRejects(() => parseProblem(QUBO, { signal }), RangeError, "enough");
});

Deno.test("writeProblem() puts labels that the format has no place for beside the file, and readProblem() takes them back", async () => {
  await inFolder(async (path) => {
    const problem = { ...await parseProblem(QUBO), labels: ["a", 'b "x"'] };
    for (const name of ["out.rudy", "out.rudy.gz"]) {
      const written = await writeProblem(problem, path(name), { as: "qubo" });
      assertEquals(written, { format: "rudy", labelsFile: path(`${name}.labels.json`) });
      const back = await readProblem(path(name), { as: "qubo" });
      assertEquals([back.labels, back.model], [problem.labels, problem.model]);
      assertEquals(back.notes, [`the labels were taken from ${path(`${name}.labels.json`)}`]);
    }
    const labels = path("out.rudy.labels.json");
    for (const text of ['["a"]', '["a", "a"]', '{"a": 1}', "[1, null]", "["]) {
      await Deno.writeTextFile(labels, text);
      await assertRejects(
        () => readProblem(path("out.rudy"), { as: "qubo" }),
        SyntaxError,
        "a JSON array of 2 different",
      );
    }
    assertEquals(await writeProblem({ ...problem, labels: [1, 2] }, path("out.rudy"), { as: "qubo" }), {
      format: "rudy",
    });
    await assertRejects(() => Deno.stat(labels), Deno.errors.NotFound);
    const { writable } = new TransformStream<Uint8Array, Uint8Array>();
    await assertRejects(
      () => writeProblem(problem, writable, { format: "rudy", as: "qubo" }),
      TypeError,
      "no place for the labels",
    );
  });
});

Deno.test("writeProblem() leaves what was there where it cannot write, and no parts behind", async () => {
  await inFolder(async (path) => {
    const problem = await parseProblem("c offset 3\n" + QUBO);
    await Deno.writeTextFile(path("a.rudy"), "before");
    await assertRejects(() => writeProblem(problem, path("a.rudy"), { as: "qubo" }), RangeError, "an offset of 3");
    await assertRejects(
      () => writeProblem(problem, path("a.lp")),
      TypeError,
      "lp files are only read; formats to write are",
    );
    await assertRejects(() => writeProblem(problem, path("a.xyz")), TypeError, "its ending tells no format");
    await assertRejects(
      () => writeProblem(problem, new URL("https://example.org/a.qubo")),
      TypeError,
      "expected a path",
    );
    assertEquals(await Array.fromAsync(Deno.readDir(path("")), ({ name }) => name), ["a.rudy"]);
    assertEquals(await Deno.readTextFile(path("a.rudy")), "before");
  });
});

// a graph in pieces of 1 MiB, in one buffer that is used again and again, as a file is read
async function* largeGraph(n: number, m: number): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder();
  const buffer = new Uint8Array(MIB);
  let text = `${n} ${m}\n`;
  for (let k = 0; k < m; k++) {
    const i = k % (n - 1);
    text += `${i + 1} ${(i + 1 + Math.floor(k / (n - 1)) * 7) % n + 1} ${k & 1 ? 1 : -1}\n`;
    if (text.length < MIB - 64 && k < m - 1) continue;
    yield await Promise.resolve(buffer.subarray(0, encoder.encodeInto(text, buffer).written));
    text = "";
  }
}

Deno.test("readProblem() holds less than a stream of 60 MB in arrays while it reads it, and less than three times as much with the model", async () => {
  const [n, m] = [40_000, 4_400_000];
  let bytes = 0;
  let peak = 0;
  const before = memory();
  async function* watched() {
    for await (const chunk of largeGraph(n, m)) {
      bytes += chunk.length;
      peak = Math.max(peak, memory() - before);
      yield chunk;
    }
  }
  const { model: { couplings, ...model }, notes } = await readProblem(watched(), { as: "ising" });
  const after = memory() - before;
  assertEquals([model.n, notes.length, couplings.form === "sparse" && couplings.values.length], [n, 0, 2 * m]);
  assert(bytes > 60e6, `${bytes} bytes`);
  // terms at 5 to 9 bytes each while it is read, then beside them the rows of the model at 24 bytes a term
  assert(peak < bytes, `${peak} bytes held for ${bytes} of the stream`);
  assert(after > 20 * m && after < 3 * bytes, `${after} bytes held after ${bytes} of the stream`);
});

// typed arrays only: the heap holds the garbage of the generator
function memory(): number {
  return Deno.memoryUsage().external;
}
