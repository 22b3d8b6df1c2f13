import { assertEquals } from "@std/assert";
import { importsOf } from "./imports.ts";

/** Specifiers in order, a `type ` before those that bring types only. */
function found(source: string): string[] {
  return importsOf(source).map(({ specifier, typeOnly }) => (typeOnly ? "type " : "") + specifier);
}

Deno.test("importsOf() finds every way to mention a module", () => {
  assertEquals(found('import "./a.ts"; import b from "./b.ts"; import * as c from \'./c.ts\''), [
    "./a.ts",
    "./b.ts",
    "./c.ts",
  ]);
  assertEquals(
    found('import d, { e as f, "g h" as g } from "./d.ts";\nexport * from "./h.ts"; export * as i from "./i.ts"'),
    [
      "./d.ts",
      "./h.ts",
      "./i.ts",
    ],
  );
  assertEquals(found('export { a } from "./a.ts"; export { b }; const c = await import("./c.ts");'), [
    "./a.ts",
    "./c.ts",
  ]);
  assertEquals(found('new Worker(new URL("./w.ts", import.meta.url), { type: "module" }); import(`./x.ts`)'), [
    "./w.ts",
    "./x.ts",
  ]);
  assertEquals(found('import data from "./a.json" with { type: "json" };'), ["./a.json"]);
});

Deno.test("importsOf() tells types from values", () => {
  assertEquals(found('import type { A } from "a"; import type B from "b"; import type * as C from "c"'), [
    "type a",
    "type b",
    "type c",
  ]);
  assertEquals(found('import { type A, type B, } from "a"; import { type A, b } from "b"; import {} from "c"'), [
    "type a",
    "b",
    "c",
  ]);
  assertEquals(
    found('export type { A } from "a"; export type * from "b"; import type from "c"; import type, { d } from "d"'),
    [
      "type a",
      "type b",
      "c",
      "d",
    ],
  );
});

Deno.test("importsOf() is not deceived by comments, strings, templates and regular expressions", () => {
  assertEquals(found('// import "a"\n/* import "b" */ /** * import { x } from "c" */ const s = \'import "d"\';'), []);
  assertEquals(found('const t = `import "a" ${`import "b" ${f({ a: 1 })}`} import "c"`; import "d";'), ["d"]);
  assertEquals(found('const r = /["\'`]/.test(x) ? 1 / 2 : /[/"]\\/`/; import "a";'), ["a"]);
  assertEquals(found('const q = a / b; const u = "//"; import "a"; // "'), ["a"]);
  assertEquals(found('const o = { import: 1, from: "x" }; o.import; import.meta.url; new URL("y.ts", base);'), []);
  assertEquals(found('new URL("../data/", import.meta.url)'), []);
  assertEquals(found('export const from = "a"; export default "b"; export interface I { from: "c" }'), []);
});

Deno.test("importsOf() counts lines from 1, through comments and templates", () => {
  const source = '/*\n\n*/ const t = `\n${1}\n`;\n\nimport {\n  a,\n} from "./a.ts";\n';
  assertEquals(importsOf(source), [{ specifier: "./a.ts", line: 9, typeOnly: false }]);
});
