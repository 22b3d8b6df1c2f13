import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { writeNotebook } from "../lib/notebook/mod.ts";
import { leftBehind } from "./_test_processes.ts";

const SCRIPT = fileURLToPath(new URL("./notebooks.ts", import.meta.url));
const LINE = "x".repeat(99_999);

/** A notebook of these code cells. */
function ofCells(...sources: string[]): string {
  const cells = sources.map((source, i) => ({
    ...{ cell_type: "code" as const, id: `cell-${i}`, metadata: {}, source },
    ...{ execution_count: null, outputs: [] },
  }));
  return writeNotebook({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
}

const markdown = { cell_type: "markdown", id: "a", metadata: {}, source: "# Nothing runs" };
const withCells = (...cells: unknown[]) => JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });

/** By what is wrong: the text of the file, and what is said of it. */
const BAD: Readonly<Record<string, [text: string, verdict: RegExp]>> = {
  "never ends, busy": [ofCells("while (true);"), /: Cell 1 was still running after 3000 ms$/],
  "never ends, waiting": [ofCells("1", "await new Promise(() => {})"), /: Cell 2 was still running after 3000 ms$/],
  "dies": [ofCells("Deno.exit(7)"), /: Cell 1 ended the kernel with code 7/],
  "kills its kernel": [ofCells('Deno.kill(Deno.pid, "SIGKILL")'), /: Cell 1 ended the kernel by SIGKILL/],
  "prints 100 MB": [
    ofCells(`for (let i = 0; i < 1000; i++) console.log("${LINE}")`),
    /: Cell 1 put out more than 10000000 characters$/,
  ],
  "asks for input": [ofCells('prompt("Your name?")'), /: Cell 1 asks for input, "Your name\?.*", and nobody is there/],
  "is text": ["# No notebook\n", /: Cannot read the notebook: it is no JSON, /],
  "is empty as a file": ["", /: Cannot read the notebook: it is no JSON, /],
  "is another JSON": ['{ "a": [1, 2] }', /: Cannot read the notebook: expected nbformat 4, got undefined$/],
  "is a list": ["[]", /: Cannot read the notebook: expected nbformat 4, got undefined$/],
  "is of nbformat 3": [
    '{ "nbformat": 3, "nbformat_minor": 0, "worksheets": [] }',
    /expected nbformat 4, got 3; `jupyter nbconvert --to notebook FILE` converts it$/,
  ],
  "has cells of no kind": [
    withCells({ cell_type: "heading", source: "a" }),
    /cell 1 is neither code, markdown nor raw$/,
  ],
  "has no list of cells": ['{ "nbformat": 4, "cells": {} }', /: Cannot read the notebook: it has no list of cells$/],
};

/** Nothing is wrong with these, but that they have nothing to run, or leave something running. */
const ODD: Readonly<Record<string, string>> = {
  "has no cells": withCells(),
  "is Markdown alone": withCells(markdown, markdown),
  "has empty cells": ofCells("", "  \n", "// nothing"),
  "starts a process": ofCells('new Deno.Command("sleep", { args: ["1000"] }).spawn();'),
  "detaches a process": ofCells(`const args = ["-c", "sleep 1000 & sleep 1000"];
new Deno.Command("sh", { args, detached: true, stdin: "null", stdout: "null", stderr: "null" }).spawn().unref();`),
  "starts a worker": ofCells(
    'const url = "data:text/javascript," + encodeURIComponent("while (true);");\nnew Worker(url, { type: "module" });',
  ),
  "starts a server": ofCells('const server = Deno.serve({ port: 0, hostname: "127.0.0.1" }, () => new Response("a"));'),
  "sets timers": ofCells("setInterval(() => console.log('still here'), 10);"),
};

/** Runs the command on a file; gives its process, its mark in the environment, and what removes the file. */
function start(text: string, timeLimit = "60s") {
  const folder = Deno.makeTempDirSync();
  const file = `${folder}/odd name, ü.ipynb`;
  Deno.writeTextFileSync(file, text);
  const value = crypto.randomUUID();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", SCRIPT, file, "--time-limit", timeLimit],
    env: { QAMA_TEST_MARK: value, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return { child, mark: `QAMA_TEST_MARK=${value}`, clean: () => Deno.remove(folder, { recursive: true }) };
}

for (const [what, [text, verdict]] of Object.entries(BAD)) {
  Deno.test(`notebooks says of a notebook that ${what} what is wrong, and leaves no process behind`, async () => {
    const { child, mark, clean } = start(text, what.startsWith("never ends") ? "3s" : undefined);
    const { code, stdout, stderr } = await child.output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(code, 1, out + err);
    const [line] = out.split("\n");
    assertMatch(line, /^failed odd name, ü\.ipynb, \d+\.\d s: /);
    assertMatch(line, verdict);
    assertMatch(out, /^0 notebooks passed, 1 failed$/m);
    assertEquals(await leftBehind(mark), []);
    await clean();
  });
}

for (const [what, text] of Object.entries(ODD)) {
  Deno.test(`notebooks runs a notebook that ${what}, and leaves no process behind`, async () => {
    const { child, mark, clean } = start(text);
    const { code, stdout, stderr } = await child.output();
    const out = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
    assertEquals(code, 0, out);
    assertMatch(out, /^1 notebooks passed, 0 failed$/m);
    assertEquals(await leftBehind(mark), []);
    await clean();
  });
}

for (const signal of Deno.build.os === "windows" ? [] : ["SIGINT", "SIGKILL"] as const) {
  Deno.test(`notebooks ended by ${signal} in a busy cell leaves no process behind`, async () => {
    const folder = await Deno.makeTempDir();
    const busy = `new Deno.Command("sleep", { args: ["1000"] }).spawn();
Deno.writeTextFileSync(${JSON.stringify(`${folder}/busy`)}, "");
while (true);`;
    const { child, mark, clean } = start(ofCells(busy));
    const watcher = Deno.watchFs(folder);
    for await (const { kind } of watcher) if (kind !== "access") break;
    child.kill(signal);
    const { code } = await child.output();
    assertEquals(code, signal === "SIGINT" ? 130 : 137);
    const left = await leftBehind(mark);
    assert(left.length === 0, left.join("\n"));
    for (const remove of [clean, () => Deno.remove(folder, { recursive: true })]) await remove();
  });
}
