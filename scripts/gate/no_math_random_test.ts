import { assertEquals } from "@std/assert";
import plugin from "./no_math_random.ts";

function flagged(source: string, file = "lib/samplers/anneal.ts"): string[] {
  return Deno.lint.runPlugin(plugin, file, source).map((found) => source.slice(...found.range));
}

Deno.test("no-math-random finds the member, the quoted and the bracketed name", () => {
  assertEquals(flagged("const a = Math.random();"), ["Math.random"]);
  assertEquals(flagged('const a = Math["random"]();'), ['Math["random"]']);
  assertEquals(flagged("const a = Math[`random`]();"), ["Math[`random`]"]);
  assertEquals(flagged("const a = globalThis.Math.random;"), ["globalThis.Math.random"]);
  assertEquals(flagged("const a = Math?.random();").length, 1);
});

Deno.test("no-math-random finds random taken out of Math", () => {
  assertEquals(flagged("const { random } = Math;"), ["random"]);
  assertEquals(flagged("const { abs, random: draw } = Math;"), ["random"]);
  assertEquals(flagged("let random; ({ random } = Math);"), ["random"]);
});

Deno.test("no-math-random leaves the rest of Math and other randoms alone", () => {
  assertEquals(flagged("const a = Math.abs(-1); const { floor } = Math; stream.random();"), []);
  assertEquals(flagged('const a = Math[random]; const text = "Math.random";'), []);
});

Deno.test("no-math-random speaks about files below lib/ only", () => {
  assertEquals(flagged("Math.random();", "scripts/bench.ts"), []);
  assertEquals(flagged("Math.random();", "scripts/library.ts"), []);
  assertEquals(flagged("Math.random();", "file:///elsewhere/qama/lib/random/rng.ts").length, 1);
});
