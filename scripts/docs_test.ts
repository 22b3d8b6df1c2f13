import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCli, UsageError } from "./_cli.ts";
import { docsCli, makeDocs, readRooms, roomIndexes, ROOMS } from "./_docs.ts";
import { signatureOf } from "./_docs_signature.ts";
import { repositoryFiles } from "./gate/files.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Where the links of a page lead to, addresses left out. */
function linksOf(text: string): string[] {
  const prose = text.replace(/^(```|~~~)[^]*?^\1/gm, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target).filter((to) => !/^[a-z]+:/.test(to));
}

Deno.test("signatureOf() ends a function before its body, a value before it, a type with it", () => {
  const cases = [
    ["function f(a: number, b = 1): number {\n  return a;\n}", "function", "function f(a: number, b = 1): number"],
    ["export async function f(): Promise<{ a: 1 }> { }", "function", "function f(): Promise<{ a: 1 }>"],
    [
      "function f({ a }: { a: string }): { b: () => void } | { c: 2 } {}",
      "function",
      "function f({ a }: { a: string }): { b: () => void } | { c: 2 }",
    ],
    [
      "function f<T extends { n: number }>(x: T): x is T & { m: 1 } {}",
      "function",
      "function f<T extends { n: number }>(x: T): x is T & { m: 1 }",
    ],
    ["function f(x: string): void;\nfunction f(x: unknown) {}", "function", "function f(x: string): void"],
    ['function f(a = "{;", /* ; */ b = 2): void {}', "function", 'function f(a = "{;", /* ; */ b = 2): void'],
    ["export const x: readonly [1, 2] = [1, 2];", "variable", "const x: readonly [1, 2]"],
    [
      "export interface A {\n  /** It's { one. */\n  readonly b: { c: 1 };\n}\nnext",
      "interface",
      "interface A {\n  /** It's { one. */\n  readonly b: { c: 1 };\n}",
    ],
    [
      "export type A = { a: 1 } | ((x: number) => void);\nnext",
      "typeAlias",
      "type A = { a: 1 } | ((x: number) => void)",
    ],
    ["class A<T> extends B {\n  x() {}\n}", "class", "class A<T> extends B"],
  ];
  for (const [source, kind, expected] of cases) assertEquals(signatureOf(source, kind), expected);
});

Deno.test("deno task docs writes a page a room: every public name with signature and words, and no link is broken", async () => {
  const out = await Deno.makeTempDir();
  const { html, markdown, names } = await makeDocs(readCli(docsCli, ["--format", "markdown", "--out", out]));
  assertEquals([html, markdown], [null, join(out, "markdown", "README.md")]);
  for (const { specifier, symbols } of await readRooms(ROOMS)) {
    const page = await Deno.readTextFile(join(out, "markdown", `${specifier.replace("/", "-")}.md`));
    assertEquals(names[specifier], symbols.length);
    const sections = new Map(page.split(/^## /m).slice(1).map((text) => [/^`(.*)`/.exec(text)![1], text]));
    assertEquals([...sections.keys()].sort(), symbols.map(({ name }) => name).sort());
    for (const [name, text] of sections) {
      const code = /^```ts\n([^]*?)\n```/m.exec(text)?.[1] ?? "";
      assert(code.includes(name), `${specifier} ${name}: ${code}`);
      assert(text.replace(/^```[^]*?^```/gm, "").split("\n").length > 4, `${specifier} ${name} has no words`);
    }
    for (const link of linksOf(page)) {
      if (link.startsWith("#")) assert([...sections.keys()].some((name) => `#${name.toLowerCase()}` === link), link);
      else assert((await Deno.stat(join(out, "markdown", link.split("#")[0]))).isFile, link);
    }
  }
  for (const link of linksOf(await Deno.readTextFile(`${markdown}`))) await Deno.stat(join(out, "markdown", link));
  await Deno.remove(out, { recursive: true });
});

Deno.test("the README.md of every room names what is public today", async () => {
  const indexes = roomIndexes(await readRooms(ROOMS));
  assertEquals(indexes.size, ROOMS.size - 1);
  for (const [path, text] of indexes) {
    assert(await Deno.readTextFile(path) === text, `${path} is of another day: \`deno task docs --index\` renews it`);
    for (const link of linksOf(text)) await Deno.stat(join(dirname(path), link));
  }
});

Deno.test("deno task docs makes a site of the rooms that are named, and knows what was meant", async () => {
  const out = await Deno.makeTempDir();
  const { html, names } = await makeDocs(readCli(docsCli, ["qama/random", "--format", "html", "--out", `${out}/a/b`]));
  assertEquals(names, { "qama/random": 3 });
  assertStringIncludes(await Deno.readTextFile(`${html}`), "mix32");
  const wrong = () => makeDocs(readCli(docsCli, ["qama/sampler"]));
  await assertRejects(wrong, UsageError, "There is no room qama/sampler; did you mean qama/samplers?");
  await Deno.remove(out, { recursive: true });
});

Deno.test("links of the project's own pages lead to something that a fresh copy has, and every room has one", async () => {
  const files = await repositoryFiles(ROOT);
  const there = new Set(files.flatMap((file) => [file, ...parents(file)]));
  const pages = files.filter((file) => file.endsWith(".md"));
  for (const page of pages) {
    for (const link of linksOf(await Deno.readTextFile(join(ROOT, page)))) {
      const target = join(dirname(page), decodeURIComponent(link.split("#")[0])).replace(/\/$/, "");
      assert(link.startsWith("#") || there.has(target), `${page} links to ${link}, which is not in the repository`);
    }
  }
  const front = linksOf(await Deno.readTextFile(join(ROOT, "README.md")));
  for (const [specifier, file] of ROOMS) {
    const room = `${dirname(file.slice(ROOT.length)).replaceAll("\\", "/")}/README.md`;
    if (specifier !== "qama") assert(front.includes(room), `the front page does not link to ${room}`);
  }
});

function parents(file: string): string[] {
  const parts = file.split("/");
  return parts.slice(1).map((_, k) => parts.slice(0, k + 1).join("/"));
}
